"""Looking at the work while it is done, and tabs that look slowly."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} looks each update up the moment it arrives"))
def looks_each_update_up(cast: Cast, name: str) -> None:
    cast[name].lookups.begin()


@given(parse("{name:Name} has Netra open in a slow tab and in a second one"))
def has_slow_tab(cast: Cast, name: str) -> None:
    cast[name].slow_tab.open()


@given(parse("the first tab of {name:Name} has stopped reading, with much on its way to it"))
def has_stopped_reading(cast: Cast, name: str) -> None:
    cast[name].slow_tab.stop_reading()


@when(parse("the first tab of {name:Name} reads again"))
def reads_again(cast: Cast, name: str) -> None:
    cast[name].slow_tab.read_on()


@then(parse("each update was told and stored already when it reached {name:Name}"))
def was_told_already(cast: Cast, name: str) -> None:
    cast[name].lookups.expect_agreement()


@then(parse("the answer was there for {name:Name} in every place the moment it was announced"))
def answer_was_there(cast: Cast, name: str) -> None:
    cast[name].lookups.expect_readable()


@then(parse("{name:Name} found the conversation {first:Standing}, then {second:Standing}, then {third:Standing}"))
def found_states(cast: Cast, name: str, first: str, second: str, third: str) -> None:
    cast[name].lookups.expect_states([first, second, third])


@then(parse("the progress that {name:Name} found only grew, up to the whole"))
def progress_grew(cast: Cast, name: str) -> None:
    cast[name].lookups.expect_progress_grew()


@then(parse("{name:Name} finds the {agent:Agent} agent at work with {tool:SourceOrNone}"))
def finds_at_work(cast: Cast, name: str, agent: str, tool: str) -> None:
    cast[name].conversation.analysis.work.expect_at_work(agent, tool)


@then(parse("no agent and no tool is shown at work for {name:Name}"))
def nobody_at_work(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.work.expect_nobody_at_work()


@then(parse("whatever was on its way to the first tab of {name:Name} has arrived, in order"))
def all_has_arrived(cast: Cast, name: str) -> None:
    cast[name].slow_tab.expect_all_arrived()
