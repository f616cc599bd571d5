"""Servers that die or freeze in the middle of the work, and what is left of it."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, given, parse, then, when


@given(parse("Netra is part-way through an analysis for {name:Name}, waiting for the report"))
def waits_for_report(cast: Cast, name: str) -> None:
    cast[name].analysing.wait_for("model", "write_report")


@given(parse("Netra is part-way through an analysis for {name:Name}, waiting for {source:Source}"))
def is_part_way_waiting(cast: Cast, name: str, source: str) -> None:
    cast[name].analysing.wait_for(source)


@when("every server of Netra dies", needs=[OWN])
def every_server_dies(cast: Cast) -> None:
    cast.netra.kill_every_server()


@when(parse("the server that works for {name:Name} freezes"), needs=[OWN])
def server_freezes(cast: Cast, name: str) -> None:
    cast.netra.freeze_server_of(cast[name])


@when(parse("the frozen server wakes up and works for {name:Name} again"), needs=[OWN])
def server_wakes_up(cast: Cast, name: str) -> None:
    cast.netra.wake_server_for(cast[name])


@then(parse("another server works on the analysis of {name:Name} within {limit:Limit}"))
def another_server_works(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].interruption.expect_taken_over(limit)


@then(parse("what was found for {name:Name} is as it was before the crash"))
def found_is_as_before(cast: Cast, name: str) -> None:
    cast[name].interruption.expect_progress_as_before()
