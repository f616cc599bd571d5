"""What somebody tries on what is another's, and how Netra refuses."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has {number:d} conversation"))
@given(parse("{name:Name} has {number:d} conversations"))
def has_conversations(cast: Cast, name: str, number: int) -> None:
    cast[name].start_conversations(number)


@when(parse("{names:Names} look at the list of conversations"))
def look_at_list(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.look_at_list())


@when(parse("{name:Name} starts a conversation in the name of {owner:Name}"))
def starts_in_the_name_of(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).start_in_the_name_of_owner()


@given(parse("{name:Name} has tried to {deed} of {owner:Name}"))
def has_tried(cast: Cast, name: str, deed: str, owner: str) -> None:
    cast.attempts(name, owner).have_made(deed)


@when(parse("{name:Name} tries to {deed} of {owner:Name}"))
def tries(cast: Cast, name: str, deed: str, owner: str) -> None:
    cast.attempts(name, owner).make(deed)


@when(parse("{name:Name} tries everything on what belongs to {owner:Name}"))
def tries_everything(cast: Cast, name: str, owner: str) -> None:
    cast.attempts(name, owner).make_all()


@when(parse("{name:Name} opens the record of attempts"))
def opens_record(cast: Cast, name: str) -> None:
    cast[name].trail.open()


@when(parse("somebody presents {pass_} at Netra's doors"))
def presents_pass(cast: Cast, pass_: str) -> None:
    cast.doors.try_all(pass_)


@then(parse("{names:Names} find exactly their own conversations"))
def find_own_conversations(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.privacy.expect_list_of_own())


@then(parse("{name:Name} is refused as if it did not exist"))
@then(parse("{name:Name} is refused every time as if it did not exist"))
def is_refused(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_refused_as_nonexistent()


@then(parse("nothing of {owner:Name}'s has reached {name:Name}"))
def nothing_has_reached(cast: Cast, owner: str, name: str) -> None:
    cast[name].privacy.expect_no_trace()


@then(parse("{name:Name} still has everything as it was"))
def still_has_everything(cast: Cast, name: str) -> None:
    cast.last_attempt_on(name).expect_owner_undisturbed()


@then(parse("{auditor:Name}, the auditor of {company}, finds exactly this attempt"))
def auditor_finds_attempt(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].trail.expect_exactly(cast.last_attempt)


@then(parse("{auditor:Name}, the auditor of {company}, finds who tried what, when and from where, each attempt once"))
def auditor_finds_all(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].trail.expect_exactly(cast.last_attempt)


@then(parse("{auditor:Name}, the auditor of {company}, finds nothing of this attempt"))
def auditor_finds_nothing(cast: Cast, auditor: str, company: str) -> None:
    cast[auditor].trail.expect_nothing_of(cast.last_attempt)


@then(parse("{name:Name} is refused and learns of no attempt"))
def learns_of_no_attempt(cast: Cast, name: str) -> None:
    cast[name].trail.expect_closed()


@then("no door of Netra opens")
def no_door_opens(cast: Cast) -> None:
    cast.doors.expect_closed()


@then(parse("nothing that {name:Name} was told speaks of Netra's inside"))
def nothing_internal(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_nothing_internal()
