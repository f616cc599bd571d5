"""The way to Redis, which may be away at any time without harm to anybody.

Every use goes through Cache.ask, which turns trouble into CacheAway. After a failed connection Redis is left
alone for a moment, so that an outage costs a customer one short wait and not one at every step.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Connection, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from support.reference.trouble import CacheAway

Answer = TypeVar("Answer")


class _Connection(Connection):
    """A connection that is lost in one way only: Python 3.12 to 3.13.5 says AttributeError of a write to a cut one."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        try:
            await super().send_packed_command(command, check_health)
        except AttributeError as error:
            raise RedisConnectionError("The connection was cut.") from error


class Cache:
    """Redis as one instance sees it."""

    PATIENCE = 0.5
    """Seconds for one answer."""
    LEFT_ALONE = 0.25
    """Seconds without a try after a failed one."""
    NOTHING = "nothing"
    """A key under which nothing stays: by changing it Redis shows that it takes changes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.redis = self.client(retries=1)
        self._away_until = 0.0
        self._answered = 0.0
        self._broken = False
        self.since = time.monotonic()
        """From when on, by this process's clock, Redis was never away and took every change, as far as was noticed."""

    def lost(self) -> None:
        """Redis was away, or took no change: what it holds may be older than what was confirmed meanwhile."""
        self._broken = True

    def client(self, retries: int) -> Redis:
        """A client of its own kind; protocol 2 and no word of its driver, so that any server from 6.2 answers alike."""
        return Redis.from_url(
            self._url,
            connection_class=_Connection,
            decode_responses=True,
            protocol=2,
            driver_info=None,
            socket_timeout=self.PATIENCE,
            socket_connect_timeout=self.PATIENCE,
            retry=Retry(NoBackoff(), retries),
        )

    @property
    def away(self) -> bool:
        """Whether the last try failed so lately that another is not worth it."""
        return time.monotonic() < self._away_until

    async def ask(self, question: Callable[[Redis], Awaitable[Answer]]) -> Answer:
        """The answer of Redis; raises CacheAway when there is none."""
        if self.away:
            raise CacheAway
        began = time.monotonic()
        try:
            answer = await question(self.redis)
        except (RedisConnectionError, RedisTimeoutError, OSError, TimeoutError) as error:
            # What began before the last answer came says nothing of how it is now.
            if began > self._answered:
                self._away_until = time.monotonic() + self.LEFT_ALONE
            self.lost()
            raise CacheAway from error
        except RedisError as error:
            if isinstance(error, ReadOnlyError) or "NOREPLICAS" in str(error):
                self.lost()
            raise CacheAway from error
        self._answered = time.monotonic()
        if self._broken:
            self._broken, self.since = False, time.monotonic()
        return answer

    async def answers(self) -> bool:
        """Whether Redis answers right now, and keeps what it is told."""
        try:
            self._away_until = 0.0
            return bool(await self.ask(lambda redis: redis.set(self.NOTHING, "", px=1)))
        except CacheAway:
            return False

    async def close(self) -> None:
        """Gives the connections back."""
        await self.redis.aclose()
