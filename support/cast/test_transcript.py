"""Waiting wakes on what arrives; a deadline says what came instead, and whose limit it was."""

import asyncio

import pytest

from support.cast.clock import Clock, Ending
from support.cast.transcript import Seen, Transcript, WaitEnded
from support.drivers import frames
from support.facts.limit import Limit
from support.facts.moment import Moment


def seen(type_: str) -> Seen:
    return Seen(1, Moment.now(), frames.read(f'{{"type": "{type_}", "thread_id": "t"}}', Moment.now()))


def first(transcript: Transcript, type_: str) -> Seen | None:
    return next(transcript.frames(type_), None)


def test_a_wait_wakes_when_it_arrives() -> None:
    async def play() -> str:
        transcript = Transcript()
        clock = Clock(5.0)
        wait = asyncio.ensure_future(transcript.until(lambda: first(transcript, "pong"), clock.deadline(), "a pong"))
        await asyncio.sleep(0)
        transcript.add(seen("heartbeat"))
        transcript.add(seen("pong"))
        found = await wait
        return found.frame.type if found.frame else ""

    assert asyncio.run(play()) == "pong"


def test_a_deadline_prints_every_candidate() -> None:
    async def play() -> None:
        transcript = Transcript()
        transcript.add(seen("heartbeat"))
        await transcript.until(
            lambda: first(transcript, "pong"), Clock(5.0).deadline(Limit(0.02, "0.02 seconds")), "a pong"
        )

    with pytest.raises(WaitEnded) as ended:
        asyncio.run(play())
    assert ended.value.promised
    assert "told that the connection lives" in ended.value.candidates[0]


@pytest.mark.parametrize(
    ("scenario", "patience", "limit", "ending"),
    [
        (60.0, None, 5.0, Ending.PROMISE),
        (60.0, 2.0, 5.0, Ending.PATIENCE),
        (1.0, 2.0, 5.0, Ending.SCENARIO),
        (60.0, 9.0, 5.0, Ending.PROMISE),
        (60.0, None, None, Ending.SCENARIO),
    ],
)
def test_the_soonest_limit_decides_what_its_passing_means(
    scenario: float, patience: float | None, limit: float | None, ending: Ending
) -> None:
    clock = Clock(scenario, patience)
    wanted = Limit(limit, f"{limit} seconds") if limit else None
    assert clock.deadline(wanted).ending is ending


def test_a_limit_that_has_passed_already_leaves_no_time() -> None:
    earlier = Moment(Moment.now().ns - 10_000_000_000, Moment.now().wall)
    assert Clock(60.0).deadline(Limit(5.0, "5 seconds"), since=earlier).seconds == 0.0
