"""How long conversations are kept: agreements, holds, tidying up, and the way back."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has conversations {state:State} {days:Numbers} days ago"))
def has_aged_conversations(cast: Cast, name: str, state: str, days: tuple[int, ...]) -> None:
    cast[name].records.have_aged(state, days)


@given(parse("{name:Name} has archived a conversation that was {state:State} {days:d} days ago"))
def has_archived_aged(cast: Cast, name: str, state: str, days: int) -> None:
    cast[name].records.archive_aged(state, days)


@given(parse("the conversation of {name:Name} was {state:State} {days:d} days ago"))
def conversation_was_used(cast: Cast, name: str, state: str, days: int) -> None:
    cast[name].records.age(state, days)


@given(
    parse(
        "{name:Name} has agreed with {company:Company} to archive after {days:d} days and to delete {more:d} days later"
    )
)
def has_agreed(cast: Cast, name: str, company: str, days: int, more: int) -> None:
    cast.keeping.agree(cast[name], company, days, more)


@given(
    parse(
        "{name:Name} has agreed with {company:Company} to archive what was {state:State} more than {days:d} days ago, "
        "and nothing else"
    )
)
def has_agreed_for(cast: Cast, name: str, company: str, state: str, days: int) -> None:
    cast.keeping.agree_for(cast[name], company, state, days)


@given(parse("{name:Name} has agreed with {company:Company} to keep everything"))
def has_agreed_to_keep(cast: Cast, name: str, company: str) -> None:
    cast.keeping.agree(cast[name], company, None, None)


@given(parse("{name:Name} has put a legal hold on every conversation of {owner:Name}"))
def has_put_holds(cast: Cast, name: str, owner: str) -> None:
    cast.keeping.hold(cast[name], *cast[owner].conversations)


@given(parse("{name:Name} has lifted the legal hold on the oldest conversation of {owner:Name}"))
def has_lifted_hold(cast: Cast, name: str, owner: str) -> None:
    cast.keeping.release(cast[name], cast[owner])


@when("Netra tidies up")
def tidies_up(cast: Cast) -> None:
    cast.keeping.tidy_up()


@when(parse("Netra tidies up, and {name:Name} writes in the latest conversation before its turn comes"))
def tidies_up_meanwhile(cast: Cast, name: str) -> None:
    cast.keeping.tidy_up_while_used(cast[name])


@given(parse("Netra's tidying up was killed half-way through the conversations of {name:Name}"))
def tidying_was_killed(cast: Cast, name: str) -> None:
    cast.keeping.tidy_up_half_way(cast[name])


@given("Netra has tidied up")
def has_tidied_up(cast: Cast) -> None:
    cast.keeping.tidy_up_and_demand()


@when(parse("{name:Name} opens the archived conversation in parts of {size:d}"))
def opens_archived(cast: Cast, name: str, size: int) -> None:
    cast[name].records.open_archived(size)


@when(parse("{name:Name} brings the archived conversation back"))
def brings_back(cast: Cast, name: str) -> None:
    cast[name].records.bring_back()


@then(parse("exactly the oldest conversation of {name:Name} is archived"))
def oldest_is_archived(cast: Cast, name: str) -> None:
    cast[name].records.expect_archived(1)


@then(parse("no conversation of {name:Name} is archived"))
def none_is_archived(cast: Cast, name: str) -> None:
    cast[name].records.expect_archived(0)


@then(parse("all {number:d} conversations of {name:Name} are archived"))
def all_are_archived(cast: Cast, number: int, name: str) -> None:
    cast[name].records.expect_archived(number)


@then(parse("the archive tells {name:Name} when, and that more than {limit:Limit} had passed"))
def archive_tells(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].records.expect_when_and_why(limit)


@then(parse("nothing of {name:Name}'s has changed"))
def nothing_has_changed(cast: Cast, name: str) -> None:
    cast[name].records.expect_unchanged()


@then(parse("{name:Name} reads every message as it was, no later than {limit:Limit} after asking"))
def reads_every_message(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].records.expect_readable(limit)


@then(parse("the conversation of {name:Name} is in use again, complete"))
def is_in_use_again(cast: Cast, name: str) -> None:
    cast[name].records.expect_in_use_again()


@then(parse("keeping the conversation of {name:Name} costs at least {share:d} percent less"))
def costs_less(cast: Cast, name: str, share: int) -> None:
    cast[name].records.expect_cheaper(share)
