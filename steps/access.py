"""What somebody tries on what is another's, and how Netra refuses."""

from support.cast.cast import Cast
from support.spec.sentences import OWN, given, parse, then, when


@given(parse("{name:Name} has {number:d} conversation"))
@given(parse("{name:Name} has {number:d} conversations"))
def has_conversations(cast: Cast, name: str, number: int) -> None:
    cast[name].start_conversations(number)


@when(parse("{names:Names} look at the list of conversations"))
def look_at_list(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.look_at_list())


@when(parse("{name:Name} reads the list in parts of {size:d} while {other:Name} starts conversations"))
def reads_list_in_parts(cast: Cast, name: str, size: int, other: str) -> None:
    cast[name].phases.lists.read_in_parts(size, cast[other])


@when(parse("{name:Name} starts a conversation in the name of {owner:Name}"))
def starts_in_the_name_of(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).start_in_the_name_of_owner()


@when(parse("{name:Name} tries to {deed:Deed} of {owner:Name}"))
def tries(cast: Cast, name: str, deed: str, owner: str) -> None:
    cast.attempts(name, owner).make(deed)


@when(parse("{name:Name} tries everything on what belongs to {owner:Name}"))
def tries_everything(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).make_all()


@when(parse("{name:Name} tries everything on what belongs to {owner:Name}, and {number:d} times more to {deed:Deed}"))
def tries_everything_and_more(cast: Cast, name: str, owner: str, number: int, deed: str) -> None:
    cast.attempts(name, owner).make_all([deed] * number)


@when(parse("{name:Name} tries to {act:Act}"))
def tries_act_of_office(cast: Cast, name: str, act: str) -> None:
    cast.offices.try_to(cast[name], act)


@when(parse("{name:Name} opens the record of attempts"))
def opens_record(cast: Cast, name: str) -> None:
    cast[name].trail.open()


@given(parse("{names:Names} have {number:d} conversations each, with {messages:d} messages each"))
def have_conversations_each(cast: Cast, names: str, number: int, messages: int) -> None:
    cast.group(names).each(lambda person: person.start_conversations(number, messages))


@when(parse("{name:Name} asks for the list of conversations in the name of {owner:Name}"))
def asks_for_list_of(cast: Cast, name: str, owner: str) -> None:
    cast[name].look_at_list(f"&user_id={cast[owner].identity.user}&owner={cast[owner].identity.user}")


@when(parse("{name:Name} opens and changes the profile in the name of {owner:Name}"))
def opens_and_changes_profile(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).change_profile_in_the_name_of_owner()


@when(parse("{name:Name} looks everywhere for the words of {owner:Name}"))
def searches_for_words(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).search_for_words()


@when(parse("{name:Name} asks for everything of {owner:Name} under its name {written:Writing}"))
def asks_under_name(cast: Cast, name: str, owner: str, written: str) -> None:
    cast.attempts(name, owner).reach_under_name(written)


@when(
    parse(
        "{name:Name} reaches for the {thing:Reachable} of {owner:Name} and for one that does not exist, again and again"
    ),
    needs=[OWN],
)
def reaches_again_and_again(cast: Cast, name: str, thing: str, owner: str) -> None:
    cast.effort(name, owner).reach(thing)


@when(parse("{names:Names} each reach for every conversation of the others"))
def reach_for_each_other(cast: Cast, names: str) -> None:
    cast.group(names).reach_for_each_other()


@when(parse("somebody presents {pass_:Pass} at Netra's doors"))
def presents_pass(cast: Cast, pass_: str) -> None:
    cast.doors.try_all(pass_)


@then(parse("{names:Names} find exactly their own conversations"))
def find_own_conversations(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.privacy.expect_list_of_own())


@then(parse("{name:Name} finds exactly the own conversations"))
def finds_own_conversations(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_list_of_own()


@then(parse("{name:Name} has read every own conversation once, newest first"))
def has_read_every_conversation(cast: Cast, name: str) -> None:
    cast[name].phases.lists.expect_parts_whole()


@then(parse("every number that {names:Names} are told counts their own alone"))
def numbers_count_own(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.privacy.expect_counts_of_own())


@then(parse("{name:Name} finds nothing of {owner:Name}'s by any search"))
def finds_nothing_by_search(cast: Cast, name: str, owner: str) -> None:
    cast.last_attempt_on(owner, name).person.privacy.expect_search_of_own()


@then(parse("what the AI model was told for {name:Name} holds nothing of anybody else"))
def model_told_own(cast: Cast, name: str) -> None:
    cast[name].dealings.expect_told_of_own()


@then(parse("{name:Name} cannot tell the two apart by the work that Netra had"))
def same_work(cast: Cast, name: str) -> None:
    cast.last_effort_of(name).expect_same_work()


@then(parse("all {number:d} attempts of {names:Names} are refused as if nothing existed"))
def all_are_refused(cast: Cast, number: int, names: str) -> None:
    cast.group(names).expect_refused(number)


@then(parse("{name:Name} is refused as if it did not exist"))
@then(parse("{name:Name} is refused every time as if it did not exist"))
def is_refused(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_refused_as_nonexistent()


@then(parse("nothing of {owner:Name}'s has reached {name:Name}"))
def nothing_has_reached(cast: Cast, owner: str, name: str) -> None:
    cast[name].privacy.expect_no_trace(owner)


@then(parse("{name:Name} has seen and changed exactly the own profile"))
def changed_own_profile(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_own_profile()


@then(parse("{name:Name} still has everything as it was"))
def still_has_everything(cast: Cast, name: str) -> None:
    cast.last_attempt_on(name).expect_owner_undisturbed()


@then(parse("{auditor:Name}, the auditor of {company:Company}, finds exactly this attempt"))
def auditor_finds_attempt(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].of(company).trail.expect_exactly(cast.last_attempt)


@then(
    parse(
        "{auditor:Name}, the auditor of {company:Company}, finds who tried what, when and from where, each attempt once"
    )
)
def auditor_finds_all(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].of(company).trail.expect_exactly(cast.last_attempt)


@then(parse("{auditor:Name}, the auditor of {company:Company}, finds nothing of this attempt"))
def auditor_finds_nothing(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].of(company).trail.expect_nothing_of(cast.last_attempt)


@then(parse("{name:Name} is refused and learns of no attempt"))
def learns_of_no_attempt(cast: Cast, name: str) -> None:
    cast[name].trail.expect_closed()


@then(parse("{name:Name} is refused for want of the office"))
def refused_for_want_of_office(cast: Cast, name: str) -> None:
    cast.offices.expect_refused(cast[name])


@then("nothing of it has been done")
def nothing_done(cast: Cast) -> None:
    cast.offices.expect_nothing_done()


@then("no door of Netra opens")
def no_door_opens(cast: Cast) -> None:
    cast.doors.expect_closed()


@then(parse("nothing that {name:Name} was told speaks of Netra's inside"))
def nothing_internal(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_nothing_internal()


@then(parse("no name that Netra gave to what {names:Names} have leads to another one"))
def no_name_leads_on(cast: Cast, names: str) -> None:
    cast.given_names.expect_uncountable(cast.group(names))
