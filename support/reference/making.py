"""What is missing is made once, however many ask for it at the same time, on whatever instance."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from support.reference.cache import Cache
from support.reference.trouble import CacheAway

Value = dict[str, Any] | None


class Making:
    """Who makes what at the moment: on this instance in `_under_way`, on any of them as keys `making:{key}`."""

    MILLISECONDS = 2000
    """How long whoever makes something may take before another one tries."""
    LOOK_SECONDS = 0.01

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._under_way: dict[str, asyncio.Task[Value]] = {}

    async def once(self, key: str, kept: Callable[[], Awaitable[Value]], make: Callable[[], Awaitable[Value]]) -> Value:
        """What `make` makes, or what somebody else has made meanwhile and `kept` finds.

        What is under way when a caller comes may have been read before something that the caller knows of. So a
        caller waits for its end, and then shares one making with all who have waited too. Whoever shares one that
        fails tries it alone: a refusal is each caller's own.
        """
        before = self._under_way.get(key)
        if before is not None:
            await asyncio.wait({before})
            shared = self._under_way.get(key)
            if shared is not None and shared is not before:
                await asyncio.wait({shared})
                if not shared.cancelled() and shared.exception() is None:
                    return shared.result()
        task = asyncio.ensure_future(self._once_anywhere(key, kept, make))
        self._under_way[key] = task
        try:
            return await asyncio.shield(task)
        finally:
            if self._under_way.get(key) is task:
                del self._under_way[key]

    async def _once_anywhere(
        self, key: str, kept: Callable[[], Awaitable[Value]], make: Callable[[], Awaitable[Value]]
    ) -> Value:
        name, mine = f"making:{key}", secrets.token_hex(8)
        for _ in range(int(self.MILLISECONDS / 1000 / self.LOOK_SECONDS)):
            try:
                taken = await self._cache.ask(lambda redis: redis.set(name, mine, nx=True, px=self.MILLISECONDS))
            except CacheAway:
                return await make()
            if taken:
                return await self._make(name, kept, make)
            await asyncio.sleep(self.LOOK_SECONDS)
            if (value := await kept()) is not None:
                return value
        return await make()

    async def _make(
        self, name: str, kept: Callable[[], Awaitable[Value]], make: Callable[[], Awaitable[Value]]
    ) -> Value:
        try:
            # Somebody may have finished between the look that missed it and now.
            return await kept() or await make()
        finally:
            with suppress(CacheAway):
                await self._cache.ask(lambda redis: redis.delete(name))
