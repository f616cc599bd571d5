"""Announced maintenance: what customers are told, what goes on meanwhile, and how long Netra is away."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, QUIET, given, parse, then, when


@given(parse("{name:Name} has announced maintenance of {limit:Limit}, and it has begun"), needs=[OWN])
def has_announced(cast: Cast, name: str, limit: Limit) -> None:
    cast.maintenance.announce_and_wait(cast[name], limit)


@when(parse("{name:Name} announces maintenance of {limit:Limit}"), needs=[OWN])
def announces(cast: Cast, name: str, limit: Limit) -> None:
    cast.maintenance.announce(cast[name], limit)


@when(parse("{name:Name} asks question after question until one is refused"))
def asks_until_refused(cast: Cast, name: str) -> None:
    cast.maintenance.ask_until_refused(cast[name])


@when(
    parse("{by:Name} announces maintenance of {limit:Limit}, and Netra is updated while {name:Name} keeps looking"),
    needs=[OWN],
)
def is_updated(cast: Cast, by: str, limit: Limit, name: str) -> None:
    cast.maintenance.carry_out(cast[by], limit, cast[name])


@when(
    parse("the servers of Netra are replaced one by one while {names:Names} work for {limit:Limit}"), needs=[OWN, QUIET]
)
def are_replaced(cast: Cast, names: str, limit: Limit) -> None:
    cast.maintenance.replace_one_by_one(cast.group(names).people, limit)


@then(parse("{names:Names} are told before anything is refused"))
def are_told_before(cast: Cast, names: str) -> None:
    cast.maintenance.expect_told_before_refusal(cast.group(names).people)


@then(parse("Netra was away for at most {limit:Limit}"))
def was_away(cast: Cast, limit: Limit) -> None:
    cast.maintenance.expect_away_at_most(limit)


@then(parse("{name:Name} has the next answer at most {limit:Limit} after the announcement"))
def has_next_answer(cast: Cast, name: str, limit: Limit) -> None:
    cast.maintenance.expect_going_on(cast[name], limit)


@then(parse("{share:g} percent of at least {number:d} requests were answered rightly within {limit:Limit}"))
def were_answered(cast: Cast, share: float, number: int, limit: Limit) -> None:
    cast.maintenance.expect_answered(share, number, limit)


@then(parse("{name:Name} still reads the recommendations"))
def still_reads(cast: Cast, name: str) -> None:
    cast.maintenance.expect_still_read(cast[name])


@then(parse("{name:Name} is told to try again within {limit:Limit}"))
def is_told_when(cast: Cast, name: str, limit: Limit) -> None:
    cast.maintenance.expect_told_to_return(cast[name], limit)
