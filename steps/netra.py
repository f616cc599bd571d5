"""Netra as a whole: its limits, its maintenance, its accidents."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, given, parse, setting, then, when


@given(parse("Netra allows an analysis {limit:Limit}"), needs=[setting("analysis_limit", "limit")])
def allows_an_analysis(cast: Cast, limit: Limit) -> None:
    cast.netra.demand_setting("analysis_limit", limit)


@when(parse("Netra is shut down for maintenance"), needs=[OWN])
def is_shut_down(cast: Cast) -> None:
    cast.netra.shut_down()


@when(parse("Netra begins to shut down"), needs=[OWN])
def begins_to_shut_down(cast: Cast) -> None:
    cast.netra.begin_to_shut_down()


@when(parse("Netra is down"), needs=[OWN])
def is_down(cast: Cast) -> None:
    cast.netra.be_down()


@when(parse("Netra crashes and loses whatever was kept ready"), needs=[OWN])
def crashes_with_what_is_ready(cast: Cast) -> None:
    cast.netra.crash_with_what_is_ready()


@when(parse("Netra is started again"), needs=[OWN])
def is_started_again(cast: Cast) -> None:
    cast.netra.start_again()


@when(parse("the server that works for {name:Name} dies"), needs=[OWN])
def server_dies(cast: Cast, name: str) -> None:
    cast.netra.kill_server_of(cast[name])


@when(parse("the server that works for {name:Name} is shut down"), needs=[OWN])
def server_is_shut_down(cast: Cast, name: str) -> None:
    cast.netra.stop_server_of(cast[name])


@then(parse("Netra is down within {limit:Limit}, in good order"), needs=[OWN])
def is_down_in_order(cast: Cast, limit: Limit) -> None:
    cast.netra.expect_down_in_order(limit)


@then(parse("{names:Names} are told, before the connection ends, to return within {limit:Limit}"))
def are_told_of_maintenance(cast: Cast, names: str, limit: Limit) -> None:
    cast.group(names).each(lambda person: person.notices.expect_told_before_end(limit))


@then(parse("the progress of {names:Names} is kept"))
def progress_is_kept(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.notices.expect_progress_kept())


@then(parse("{name:Name} saw the analysis completed before the connection ended"))
def saw_completed_before_end(cast: Cast, name: str) -> None:
    cast[name].notices.expect_completed_before_end()


@then(parse("{name:Name} is told that Netra is in maintenance and when to return"))
def is_told_when_to_return(cast: Cast, name: str) -> None:
    cast[name].notices.expect_refused_as_announced()


@then(parse("{name:Name} is told that Netra is in maintenance and to return within {limit:Limit}"))
def is_told_to_return(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].notices.expect_refused(limit)
