"""The loop lives between sentences, and a verb that hangs is cut off and cancelled."""

import asyncio

import pytest

from support.drivers import living_loop
from support.drivers.living_loop import LivingLoop
from support.facts.verdict import TimeUp


def test_a_verb_hands_back_what_it_found() -> None:
    async def verb() -> int:
        return 7

    with LivingLoop() as loop:
        assert loop.do(verb, 1.0) == 7


def test_the_loop_goes_on_between_two_verbs() -> None:
    async def begin() -> asyncio.Task[str]:
        async def work() -> str:
            await asyncio.sleep(0)
            return "done"

        return asyncio.ensure_future(work())

    with LivingLoop() as loop:
        task = loop.do(begin, 1.0)

        async def wait() -> str:
            return await task

        assert loop.do(wait, 1.0) == "done"


def test_a_verb_that_hangs_is_cancelled_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living_loop, "GRACE_SECONDS", 0.0)
    cancelled: list[bool] = []

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def nothing() -> None:
        await asyncio.sleep(0)

    with LivingLoop() as loop:
        with pytest.raises(TimeUp, match="waiting for the answer to everything"):
            loop.do(hang, 0.05, "the answer to everything")
        loop.do(nothing, 1.0)
        assert cancelled == [True]
