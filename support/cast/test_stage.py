"""What is told before and after a deed, where a refusal is never as good as an answer; what is there in a moment."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.clock import Clock
from support.cast.stage import MOMENT, Stage, as_told, told_before
from support.cast.story import Story
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, Inconclusive, PatienceEnded, TimeUp


def answer(kind: Kind, raw: str) -> Outcome:
    return Outcome("Ana looks at what is there", kind, Moment.now(), 0.01, raw=raw)


def test_what_is_told_again_is_the_same() -> None:
    told = [answer(Kind.ACCEPTED, "{}"), answer(Kind.ACCEPTED, "[]")]
    assert told_before(told) == as_told(told)


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ERROR, Kind.NO_ANSWER])
def test_nothing_can_be_compared_with_a_refusal(kind: Kind) -> None:
    with pytest.raises(Inconclusive, match="looks at what is there"):
        told_before([answer(Kind.ACCEPTED, "{}"), answer(kind, "")])


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ERROR, Kind.NO_ANSWER])
def test_a_refusal_differs_from_what_was_told(kind: Kind) -> None:
    assert as_told([answer(kind, "{}")]) != told_before([answer(Kind.ACCEPTED, "{}")])


def found_soon(clock: Clock, *finds: str) -> tuple[str, int]:
    """What is found where looks find these, the last one again and again, and how many looks that took."""
    looks = 0

    async def look() -> str:
        nonlocal looks
        looks += 1
        return finds[min(looks, len(finds)) - 1]

    stage: Any = SimpleNamespace(clock=clock)
    return asyncio.run(Stage.soon(stage, look, lambda one: one == "there")), looks


def test_what_is_there_at_once_is_looked_at_once() -> None:
    assert found_soon(Clock(60.0), "there", "gone") == ("there", 1)


def test_what_comes_a_little_later_is_waited_for() -> None:
    assert found_soon(Clock(60.0), "nothing", "half", "there") == ("there", 3)


def test_what_never_comes_is_judged_as_it_is_after_a_moment() -> None:
    found, looks = found_soon(Clock(60.0), "nothing", "half")
    assert found == "half"
    assert looks > 1
    assert Clock(60.0).deadline(MOMENT).seconds == MOMENT.seconds


@pytest.mark.parametrize("clock", [Clock(60.0, patience=0.05), Clock(0.0)])
def test_what_has_not_come_when_patience_or_time_is_up_is_not_judged(clock: Clock) -> None:
    with pytest.raises(Inconclusive, match="in a moment"):
        found_soon(clock, "nothing", "half")


@pytest.mark.parametrize(("patience", "reason"), [(0.3, PatienceEnded), (None, TimeUp)])
def test_an_answer_that_nobody_waits_for_any_longer_says_nothing_of_netra(
    patience: float | None, reason: type[Inconclusive]
) -> None:
    nothing: Any = None
    stage = Stage(nothing, nothing, nothing, nothing, nothing, Clock(60.0, patience), nothing, "")
    deadline = stage.clock.deadline()
    silent = Outcome("Ana asks", Kind.NO_ANSWER, Moment.now(), deadline.seconds)
    with pytest.raises(reason, match="Ana asks"):
        stage.demand_answered(silent, deadline)
    refused = replace(silent, seconds=0.0)
    assert stage.demand_answered(refused, deadline) is refused


def test_what_came_after_its_limit_broke_it_although_it_is_there() -> None:
    now = Moment.now()
    deadline = Clock(60.0).deadline(MOMENT, since=Moment.at(now.ns - 30 * 10**9))
    deadline.expect_met(Moment.at(now.ns - 29 * 10**9), "it comes in time")
    with pytest.raises(Broken, match="later"):
        deadline.expect_met(now, "it comes in time")
    Clock(60.0, patience=1.0).deadline(Limit.parse("10 seconds")).expect_met(now, "it comes in time")


def bare_stage() -> Stage:
    nothing: Any = SimpleNamespace()
    return Stage(nothing, nothing, nothing, nothing, nothing, nothing, Story(), "seed")


def test_what_could_not_be_brought_about_is_lacking_and_the_scenario_goes_on() -> None:
    stage = bare_stage()
    with stage.or_lacking():
        raise PatienceEnded("nobody noticed the crash")
    assert stage.lacking == ["nobody noticed the crash"]


@pytest.mark.parametrize("error", [TimeUp("late"), Broken("this", "that")])
def test_the_end_of_the_time_and_a_judgement_are_never_lacking(error: Exception) -> None:
    stage = bare_stage()
    with pytest.raises(type(error)), stage.or_lacking():
        raise error
    assert stage.lacking == []
