"""What is kept ready in Redis, each thing for its time. PostgreSQL has all of it; Redis only makes it quick.

No reader may see an old value once a new one is announced. So before a new result is committed the old one gives way
to nothing, which holds its place; the new one is put there after, unless a still newer one was committed meanwhile;
and a reader who rebuilds a missing value puts it there only if the place is free and nothing has happened to it since
before PostgreSQL was read. What could not be taken away because Redis was away is remembered, and taken away before
Redis is believed again; and whoever has noticed that Redis was away, or took no change, believes nothing that was put
there before it came back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import WatchError

from support.reference.cache import Cache
from support.reference.making import Making
from support.reference.runs import Runs
from support.reference.trouble import CacheAway, Unavailable

Form = Callable[[dict[str, Any]], dict[str, Any]]
"""What is kept ready of a completed analysis."""


class Ready:
    """The keys `agent_results:{user}:{thread}` and `optimization_results:{user}:{thread}`."""

    RESULTS_SECONDS = 1800
    RECOMMENDATIONS_SECONDS = 86400
    NOTHING_YET, NOTHING_YET_MILLISECONDS = "null", 5000
    """Holds a place until the new value comes, so that whoever read the old one before the commit puts it nowhere."""

    def __init__(self, cache: Cache, runs: Runs) -> None:
        self._cache = cache
        self._runs = runs
        self._owed: set[str] = set()
        self._making = Making(cache)

    @staticmethod
    def results_key(user_id: str, thread_id: str) -> str:
        """The compiled answer of a conversation's last completed analysis."""
        return f"agent_results:{user_id}:{thread_id}"

    @staticmethod
    def recommendations_key(user_id: str, thread_id: str) -> str:
        """The recommendations of a conversation's last completed analysis."""
        return f"optimization_results:{user_id}:{thread_id}"

    async def forget(self, user_id: str, thread_id: str) -> None:
        """Takes away what must not be shown any more."""
        self._owed.update(self._keys(user_id, thread_id))
        await self.settle()

    async def make_way(self, user_id: str, thread_id: str) -> None:
        """Takes away what is about to be replaced; until `keep` puts the new one there, nobody puts anything."""
        keys = self._keys(user_id, thread_id)

        async def close(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipeline:
                for key in keys:
                    pipeline.set(key, self.NOTHING_YET, px=self.NOTHING_YET_MILLISECONDS)
                await pipeline.execute()

        try:
            await self._cache.ask(close)
        except CacheAway:
            await self.forget(user_id, thread_id)
        else:
            self._owed.difference_update(keys)

    def _keys(self, user_id: str, thread_id: str) -> tuple[str, str]:
        return self.results_key(user_id, thread_id), self.recommendations_key(user_id, thread_id)

    async def settle(self) -> None:
        """Takes away everything that is owed to be taken away, as far as Redis answers."""
        owed = list(self._owed)
        if not owed:
            return
        try:
            await self._cache.ask(lambda redis: redis.delete(*owed))
        except CacheAway:
            return
        self._owed.difference_update(owed)

    async def keep(self, user_id: str, thread_id: str, run_id: str, answer: str | None, result: dict[str, Any]) -> None:
        """Keeps a new result ready, unless a still newer one was committed meanwhile."""
        await self.settle()
        recommended = recommendations_of(run_id, result)
        for key, value, seconds in (
            (self.results_key(user_id, thread_id), results_of(run_id, answer, result), self.RESULTS_SECONDS),
            (self.recommendations_key(user_id, thread_id), recommended, self.RECOMMENDATIONS_SECONDS),
        ):
            await self._put_newest(key, value, seconds, thread_id, run_id)

    async def results(self, user_id: str, thread_id: str) -> dict[str, Any] | None:
        """The compiled answer as it is kept ready; None when it is not."""
        return await self._get(self.results_key(user_id, thread_id))

    async def recommendations(self, user_id: str, thread_id: str) -> dict[str, Any] | None:
        """The recommendations as they are kept ready; None when they are not."""
        return await self._get(self.recommendations_key(user_id, thread_id))

    async def rebuild_results(self, user_id: str, thread_id: str) -> dict[str, Any] | None:
        """The compiled answer from PostgreSQL, kept ready again; None when nothing was ever completed."""

        def form(last: dict[str, Any]) -> dict[str, Any]:
            return results_of(last["run_id"], last["answer"], last["result"])

        return await self._rebuild(self.results_key(user_id, thread_id), thread_id, self.RESULTS_SECONDS, form)

    async def rebuild_recommendations(self, user_id: str, thread_id: str) -> dict[str, Any] | None:
        """The recommendations from PostgreSQL, kept ready again; None when nothing was ever completed."""

        def form(last: dict[str, Any]) -> dict[str, Any]:
            return recommendations_of(last["run_id"], last["result"])

        key = self.recommendations_key(user_id, thread_id)
        return await self._rebuild(key, thread_id, self.RECOMMENDATIONS_SECONDS, form)

    async def once(self, key: str, make: Callable[[], Awaitable[dict[str, Any] | None]]) -> dict[str, Any] | None:
        """What is missing under a key, made once however many ask at the same time; `make` makes and keeps it."""
        return await self._making.once(key, lambda: self._get(key), make)

    async def _get(self, key: str) -> dict[str, Any] | None:
        await self.settle()
        if key in self._owed:
            return None

        async def look(redis: Redis) -> Any:
            pipeline = redis.pipeline(transaction=True)
            pipeline.get(key)
            pipeline.pttl(key)
            # Where nothing can be taken away, what is there may have been replaced.
            pipeline.delete(self._cache.NOTHING)
            return await pipeline.execute()

        try:
            kept, left, _ = await self._cache.ask(look)
            value = json.loads(kept) if isinstance(kept, str) else None
            lifetime = self.RESULTS_SECONDS if key.startswith("agent_results:") else self.RECOMMENDATIONS_SECONDS
            if isinstance(value, dict) and left >= 0 and lifetime - left / 1000 > time.monotonic() - self._cache.since:
                # Put there before Redis was away: there may be something newer that never reached it.
                await self._cache.ask(lambda redis: redis.delete(key))
                return None
        except (CacheAway, ValueError):
            return None
        return value if isinstance(value, dict) else None

    async def _put_newest(self, key: str, value: dict[str, Any], seconds: int, thread_id: str, run_id: str) -> None:
        async def put(redis: Redis) -> bool:
            async with redis.pipeline(transaction=True) as pipeline:
                await pipeline.watch(key)
                last = await self._runs.latest_completed(thread_id)
                if last is None or last["run_id"] != run_id:
                    return True
                pipeline.multi()  # type: ignore[no-untyped-call]
                pipeline.set(key, json.dumps(value), ex=seconds)
                try:
                    await pipeline.execute()
                except WatchError:
                    return False
                return True

        if key in self._owed:
            return
        try:
            while not await self._cache.ask(put):
                pass
        except (CacheAway, Unavailable):
            self._owed.add(key)

    async def _rebuild(self, key: str, thread_id: str, seconds: int, form: Form) -> dict[str, Any] | None:
        read: list[dict[str, Any] | None] = []

        async def read_storage() -> None:
            last = await self._runs.latest_completed(thread_id)
            read.append(None if last is None else form(last))

        async def read_and_put(redis: Redis) -> None:
            async with redis.pipeline(transaction=True) as pipeline:
                await pipeline.watch(key)
                await read_storage()
                if read[0] is None:
                    return
                pipeline.multi()  # type: ignore[no-untyped-call]
                pipeline.set(key, json.dumps(read[0]), ex=seconds, nx=True)
                # Something newer that came meanwhile is what counts, even if it is gone already.
                with suppress(WatchError):
                    await pipeline.execute()

        if key not in self._owed:
            with suppress(CacheAway):
                await self._cache.ask(read_and_put)
        if not read:
            await read_storage()
        return read[0]


def results_of(run_id: str, answer: str | None, result: dict[str, Any]) -> dict[str, Any]:
    """The compiled answer as it is kept ready."""
    return {"run_id": run_id, "answer": answer, "result": result}


def recommendations_of(run_id: str, result: dict[str, Any]) -> dict[str, Any]:
    """The recommendations as they are kept ready, with the amounts that belong to them."""
    return {
        "run_id": run_id,
        "recommendations": result["recommendations"],
        "monthly_savings": result["monthly_savings"],
        "annual_savings": result["annual_savings"],
    }
