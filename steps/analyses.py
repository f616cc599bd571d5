"""Analyses that are asked for, go on, end, and are tried again."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.outside.modes import Mode
from support.spec.sentences import given, parse, then, when


@given(parse("Netra has finished an analysis for {name:Name}"))
@when(parse("Netra finishes an analysis for {name:Name}"))
def has_finished_analysis(cast: Cast, name: str) -> None:
    cast[name].analysing.finish()


@given(parse("Netra is part-way through an analysis for {name:Name}"))
def is_part_way(cast: Cast, name: str) -> None:
    cast[name].analysing.be_under_way()


@given(parse("Netra is part-way through an analysis for each of {names:Names}"))
def is_part_way_for_each(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.analysing.be_under_way())


@given(parse("Netra is part-way through four analyses for {name:Name}"))
def is_part_way_through_four(cast: Cast, name: str) -> None:
    cast[name].analysing.be_many_under_way(4)


@given(parse("an analysis for {name:Name} has failed because {source:Source} {mode:Trouble}"))
@given(parse("an analysis for {name:Name} has run out of time because {source:Source} {mode:Trouble}"))
def has_failed(cast: Cast, name: str, source: str, mode: Mode) -> None:
    cast[name].analysing.fail(source, mode)


@when(parse("{name:Name} asks Netra where {company:Company} can cut its cloud costs"))
def asks(cast: Cast, name: str, company: str) -> None:
    cast[name].ask_for(company)


@when(parse("{names:Names} ask Netra at the same time"))
def ask_at_once(cast: Cast, names: str) -> None:
    cast.group(names).ask_at_once()


@when(parse("{name:Name} asks once more in a new conversation"))
def asks_in_new_conversation(cast: Cast, name: str) -> None:
    cast[name].ask_in_new_conversation()


@when(parse("{name:Name} asks two questions at once in two conversations"))
def asks_twice_at_once(cast: Cast, name: str) -> None:
    cast[name].ask_in_two_conversations_at_once()


@when(parse("Netra finishes a second analysis in the same conversation of {name:Name}"))
def finishes_second_analysis(cast: Cast, name: str) -> None:
    cast[name].analysing.finish_second()


@when(parse("Netra finishes a second analysis for {name:Name} before the first one"))
def finishes_second_before_first(cast: Cast, name: str) -> None:
    cast[name].analysing.finish_second_before_first()


@when(parse("Netra finishes the analysis while {name:Name} is away"))
@when(parse("Netra finishes the analysis for {name:Name}"))
def finishes_analysis(cast: Cast, name: str) -> None:
    cast[name].analysing.be_finished()


@when(parse("Netra finishes every analysis while {name:Name} is away"))
def finishes_every_analysis(cast: Cast, name: str) -> None:
    cast[name].analysing.be_finished_everywhere()


@when(parse("the time for the analysis of {name:Name} runs out"))
def time_runs_out(cast: Cast, name: str) -> None:
    cast.netra.let_time_run_out(cast[name])


@when(parse("the analysis of {name:Name} ends, and so does a retry"))
def ends_and_so_does_a_retry(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.retry_until_end()


@when(parse("{name:Name} retries the analysis"))
def retries(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.retry()


@when(parse("{name:Name} retries the analysis twice at once"))
def retries_twice_at_once(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.retry_twice_at_once()


@then(parse("{name:Name} sees the analysis completed within {limit:Limit}"))
def sees_completed(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].conversation.analysis.exit.expect_completed(limit)


@then(parse("{names:Names} see the analysis completed within {limit:Limit}"))
def all_see_completed(cast: Cast, names: str, limit: Limit) -> None:
    cast.group(names).each_from_now(
        lambda person, since: person.conversation.analysis.exit.expect_completed(limit, since)
    )


@then(parse("{name:Name} is told within {limit:Limit} that {sources:Sources} could not be used"))
def is_told_sources(cast: Cast, name: str, limit: Limit, sources: tuple[str, ...]) -> None:
    cast[name].conversation.analysis.exit.expect_sources_named(sources, limit)


@then(parse("{name:Name} is told that the time ran out, at most {limit:Limit} after the limit"))
def is_told_time_ran_out(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].conversation.analysis.exit.expect_time_ran_out(limit, after_limit=True)


@then(parse("{name:Name} is told within {limit:Limit} that the time ran out"))
def is_told_soon_time_ran_out(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].conversation.analysis.exit.expect_time_ran_out(limit, after_limit=False)


@then(parse("{name:Name} is offered to try again from {source:Source}"))
def is_offered_retry(cast: Cast, name: str, source: str) -> None:
    cast[name].conversation.analysis.exit.expect_way_on(source)


@then(parse("the analysis of {name:Name} is recorded with one exit, {exit:Exit}"))
def is_recorded_once(cast: Cast, name: str, exit: str) -> None:
    cast[name].conversation.analysis.exit.expect_exits([exit])


@then(parse("the analysis of {name:Name} is recorded with two exits, {first:Exit} and {second:Exit}"))
def is_recorded_twice(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].conversation.analysis.exit.expect_exits([first, second])


@then(parse("each analysis of {name:Name} is recorded with the one exit that {again:Name} was told"))
def each_recorded_as_told(cast: Cast, name: str, again: str) -> None:
    cast.same(name, again).expect_exits_as_told()


@then(parse("the analysis of {name:Name} is as it was at its end"))
def is_as_at_end(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.exit.expect_unchanged_since_end()


@then(parse("Netra allows the analysis of {name:Name} {limit:Limit}"))
def allows_analysis(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].conversation.analysis.exit.expect_allowed(limit)


@then(parse("{name:Name} is told that there is nothing to try again"))
def nothing_to_retry(cast: Cast, name: str) -> None:
    cast[name].repeated.expect_nothing_to_retry()


@then(parse("one retry of {name:Name} is accepted and the other one is refused"))
def one_retry_wins(cast: Cast, name: str) -> None:
    cast[name].repeated.expect_one_retry()
