"""Whoever read what was there before a commit puts it nowhere after it, in a real Redis."""

import asyncio
from typing import Any

import pytest

from support.reference.cache import Cache
from support.reference.ready import Ready
from support.targets.given import Given

OLD = {"recommendations": [], "monthly_savings": "1.00", "annual_savings": "12.00"}


class SlowRuns:
    """Has read the old result, and tells it on a word."""

    def __init__(self) -> None:
        self.read, self.go_on = asyncio.Event(), asyncio.Event()

    async def latest_completed(self, thread_id: str) -> dict[str, Any]:
        """The result before the one that is being kept now."""
        self.read.set()
        await self.go_on.wait()
        return {"run_id": "old", "answer": "old", "result": OLD}


@pytest.mark.parametrize("first", ["the maker", "the writer"])
def test_what_was_read_before_a_commit_is_put_nowhere(first: str, given: Given) -> None:
    async def scene() -> tuple[Any, Any]:
        cache, runs = Cache(given.redis), SlowRuns()
        ready = Ready(cache, runs)  # type: ignore[arg-type]
        if first == "the writer":
            await ready.make_way("ana", first)
        making = asyncio.create_task(ready.rebuild_recommendations("ana", first))
        await runs.read.wait()
        if first == "the maker":
            await ready.make_way("ana", first)
        runs.go_on.set()
        told = await making
        kept = await cache.redis.get(ready.recommendations_key("ana", first))
        await cache.close()
        return told, kept

    told, kept = asyncio.run(scene())
    assert told == {"run_id": "old", **OLD}
    assert kept == Ready.NOTHING_YET
