"""How long Netra was away is judged from right answers on both sides of the update, and from nothing else."""

import asyncio
import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.maintenance import Maintenance
from support.cast.story import Story
from support.cast.workload import PACE, Control, Request, Workload
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken, Inconclusive

LIMIT = Limit(120.0, "2 minutes")
UPDATE = 10.0, 20.0
"""From when until when the servers were replaced, in seconds."""


def at(second: float) -> Moment:
    return Moment(int(second * 1e9), Moment.now().wall)


def judged(*looks: tuple[float, bool]) -> None:
    """Judges looks from outside: when each one ended, and whether Netra answered rightly."""
    stage: Any = SimpleNamespace(story=Story())
    nothing: Any = None
    maintenance = Maintenance(stage, nothing, {})
    maintenance.replaced = at(UPDATE[0]), at(UPDATE[1])
    maintenance.looks = [(at(second), right) for second, right in looks]
    maintenance.expect_away_at_most(LIMIT)


def test_right_answers_on_both_sides_of_the_update_are_enough() -> None:
    judged((9.0, True), (11.0, False), (19.0, False), (21.0, True))


def test_right_answers_that_only_came_afterwards_say_nothing_of_the_time_between() -> None:
    with pytest.raises(Broken) as broken:
        judged((9.0, False), (11.0, False), (21.0, True), (22.0, True))
    assert "even before" in broken.value.observed


def test_whoever_only_ever_met_errors_saw_nobody_come_back() -> None:
    with pytest.raises(Broken):
        judged((9.0, False), (21.0, False))


@pytest.mark.parametrize("looks", [((9.0, True), (21.0, False)), ((9.0, True), (19.0, True))])
def test_a_right_answer_is_demanded_after_the_update(looks: tuple[tuple[float, bool], ...]) -> None:
    with pytest.raises(Broken) as broken:
        judged(*looks)
    assert "at the end" in broken.value.observed


def test_the_longest_time_between_right_answers_counts() -> None:
    with pytest.raises(Broken) as broken:
        judged((9.0, True), (130.0, True), (131.0, True))
    assert "121.0 s" in broken.value.observed


def test_without_an_update_there_is_nothing_to_judge() -> None:
    stage: Any = SimpleNamespace(story=Story())
    nothing: Any = None
    with pytest.raises(Inconclusive):
        Maintenance(stage, nothing, {}).expect_away_at_most(LIMIT)


def at_work(late: int, control: float) -> None:
    """Judges 3000 requests of which so many took six seconds, while a control took so long."""

    async def select(statement: str) -> list[dict[str, Any]]:
        return []

    stage: Any = SimpleNamespace(
        story=Story(), rows=SimpleNamespace(select=select), do=lambda act, _: asyncio.run(act())
    )
    nothing: Any = None
    maintenance = Maintenance(stage, nothing, {})
    kinds = itertools.cycle(Workload.KINDS)
    maintenance.requests = [
        Request(next(kinds), "Ana", True, 1, 6.0 if number < late else 0.1, begun=number / PACE)
        for number in range(3000)
    ]
    maintenance.controls = [Control(0.0, control)]
    maintenance.expect_answered(99.9, 3000, Limit(5.0, "5 seconds"))


def test_requests_that_took_long_break_the_promise_where_the_machine_was_quick() -> None:
    at_work(late=3, control=2.0)
    with pytest.raises(Broken):
        at_work(late=10, control=0.5)


def test_requests_that_took_long_on_a_busy_machine_say_nothing() -> None:
    with pytest.raises(Inconclusive, match="the machine was busy: 10 requests took long"):
        at_work(late=10, control=2.0)
