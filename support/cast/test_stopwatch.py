"""Whether somebody is served much worse than the others, also where nobody is served at all."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.stopwatch import FOREVER, Stopwatch, control, expect_fair
from support.cast.story import Story
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

STAGE: Any = SimpleNamespace(story=Story())


def test_waits_that_are_alike_are_fair() -> None:
    expect_fair(STAGE, {"Ana": [0.1, 9.0, 0.1], "Ben": [0.2, 0.2, 0.2]}, 3)


@pytest.mark.parametrize("bens", [0.31, 5.0, FOREVER])
def test_whoever_waits_so_many_times_as_long_is_not_served_fairly(bens: float) -> None:
    with pytest.raises(Broken):
        expect_fair(STAGE, {"Ana": [0.1, 0.1, 0.1], "Ben": [bens, bens, 0.1]}, 3)


def test_nobody_is_served_fairly_where_nobody_is_answered() -> None:
    with pytest.raises(Broken):
        expect_fair(STAGE, {"Ana": [FOREVER], "Ben": [FOREVER]}, 3)


def timed(first: float, others: float) -> Stopwatch:
    """Eight rounds of twenty parts, of which the first takes so long, and the others so long."""

    async def ask(*_: Any, **more: Any) -> Outcome:
        return Outcome("control", Kind.ACCEPTED, Moment.now(), 0.001)

    async def took(seconds: float) -> float:
        return seconds

    doors = SimpleNamespace(rest=[""])
    clock = SimpleNamespace(deadline=lambda: SimpleNamespace(seconds=1.0))
    stage: Any = SimpleNamespace(
        story=Story(), rest=SimpleNamespace(ask=ask), clock=clock, deployment=SimpleNamespace(doors=doors, world=None)
    )
    watch = Stopwatch(stage)

    async def rounds() -> None:
        for _ in range(8):
            for place in range(20):
                await watch.time("part", 0, lambda: took(others if place else first), place)  # noqa: B023

    asyncio.run(rounds())
    return watch


def test_one_part_of_twenty_that_is_always_late_is_late() -> None:
    limit = Limit.parse("150 milliseconds")
    timed(0.01, 0.01).expect_each("part", limit)
    with pytest.raises(Broken, match="the part comes within"):
        timed(5.0, 0.01).expect_each("part", limit)


def test_a_control_asks_something_that_is_not_netra_where_there_is_such_a_thing() -> None:
    asked: list[str] = []

    async def ask(*_: Any, **more: Any) -> Outcome:
        asked.append("Netra")
        return Outcome("control", Kind.ACCEPTED, Moment.now(), 5.0)

    async def pulse() -> None:
        asked.append("the outside world")

    clock = SimpleNamespace(deadline=lambda: SimpleNamespace(seconds=1.0))

    def control_in(world: Any) -> float:
        deployment = SimpleNamespace(doors=SimpleNamespace(rest=[""]), world=world)
        stage: Any = SimpleNamespace(rest=SimpleNamespace(ask=ask), clock=clock, deployment=deployment)
        return asyncio.run(control(stage, 0))

    assert control_in(SimpleNamespace(pulse=pulse)) < 5.0
    assert control_in(None) == 5.0
    assert asked == ["the outside world", "Netra"]
