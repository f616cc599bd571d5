"""What is kept ready: while it changes, when its time is over, and when many want it at once."""

from support.cast.cast import Cast
from support.spec.sentences import OWN, given, parse, then, when


@given(parse("{name:Name} keeps opening the result and the recommendations"))
def keeps_opening(cast: Cast, name: str) -> None:
    cast.freshness.keep_opening(cast[name])


@given(parse("the time of what is kept ready for {name:Name} is over"))
def time_is_over(cast: Cast, name: str) -> None:
    cast.freshness.let_expire(cast[name])


@when(parse("{name:Name} opens the {thing:Thing} {times:d} times at once, through every server"), needs=[OWN])
def opens_at_once(cast: Cast, name: str, thing: str, times: int) -> None:
    cast.freshness.open_at_once(cast[name], thing, times)


@when(parse("{names:NameOrNames} each open the {thing:Thing} {times:d} times, all at once"))
@when(parse("{names:NameOrNames} opens the {thing:Thing} {times:d} times, all at once"))
def open_together(cast: Cast, names: str, thing: str, times: int) -> None:
    cast.freshness.open_together(cast.group(names), thing, times)


@then(parse("nobody who opens what {name:Name} has sees the first result once the second one is confirmed"))
def sees_nothing_old(cast: Cast, name: str) -> None:
    cast.freshness.expect_nothing_old(cast[name])


@then(parse("{names:NameOrNames} read the figures of their own result each time"))
@then(parse("{names:NameOrNames} reads the right figures each time"))
def read_right_figures(cast: Cast, names: str) -> None:
    cast.freshness.expect_right_figures(cast.group(names))


@then(parse("Netra's storage was asked for the {thing:Thing} once"))
def storage_asked_once(cast: Cast, thing: str) -> None:
    cast.freshness.expect_asked_once(thing)


@when(parse("{name:Name} gives the conversation {times:d} names at once, through every server"))
def renames_at_once(cast: Cast, name: str, times: int) -> None:
    cast.freshness.rename_at_once(cast[name], times)


@then(parse("one of the names holds for {name:Name}, everywhere"))
def one_name_holds(cast: Cast, name: str) -> None:
    cast.freshness.expect_one_name(cast[name])
