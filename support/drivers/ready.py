"""What Redis keeps ready: second evidence, never the sentence of a scenario."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


class _Connection(redis.asyncio.Connection):
    """A connection that is lost in one way only: Python 3.12 to 3.13.5 says AttributeError of a write to a cut one."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        try:
            await super().send_packed_command(command, check_health)
        except AttributeError as error:
            raise redis.exceptions.ConnectionError("The connection was cut.") from error


class Ready:
    """A reader of one deployment's Redis."""

    def __init__(self, url: str) -> None:
        # A connection that was kept while the server was away is made anew.
        self._redis = redis.asyncio.Redis.from_url(
            url, connection_class=_Connection, decode_responses=True, driver_info=None, retry=Retry(NoBackoff(), 3)
        )

    async def close(self) -> None:
        """Disconnects."""
        await self._redis.aclose()

    async def value(self, key: str) -> Any:
        """What is kept under this key, read as JSON; a list for a list; None when there is nothing."""
        kind = await self._redis.type(key)
        if kind == "list":
            return [json.loads(entry) for entry in await self._redis.lrange(key, 0, -1)]
        text = await self._redis.get(key)
        return None if text is None else json.loads(text)

    async def seconds_left(self, key: str) -> int:
        """For how much longer it is kept, by Redis's own word; -1 for ever, -2 when there is none."""
        return int(await self._redis.ttl(key))

    async def idle_seconds(self, key: str) -> int | None:
        """For how long nobody has read or changed it, by Redis's own count; None when there is none.

        To ask so is no reading. Raises redis.exceptions.ResponseError where Redis counts otherwise (LFU).
        """
        found = await self._redis.object("IDLETIME", key)
        return None if found is None else int(found)

    async def keys_about(self, text: str) -> list[str]:
        """The keys whose name contains this text, sorted."""
        return sorted([key async for key in self._redis.scan_iter(match=f"*{text}*", count=1000)])

    async def mentions(self, texts: Sequence[str]) -> list[str]:
        """The keys whose name or value holds one of these texts, whatever kind of value it is."""
        return [key for key, value in await self.everything() if any(text in key or text in value for text in texts)]

    async def everything(self) -> list[tuple[str, str]]:
        """Every key with its whole value as text."""
        found = []
        async for key in self._redis.scan_iter(match="*", count=1000):
            kind = await self._redis.type(key)
            read: dict[str, Callable[[], Any]] = {
                "list": lambda key=key: self._redis.lrange(key, 0, -1),  # type: ignore[misc]
                "hash": lambda key=key: self._redis.hgetall(key),  # type: ignore[misc]
                "set": lambda key=key: self._redis.smembers(key),  # type: ignore[misc]
                "zset": lambda key=key: self._redis.zrange(key, 0, -1),  # type: ignore[misc]
                "stream": lambda key=key: self._redis.xrange(key),  # type: ignore[misc]
            }
            value = await (read[kind]() if kind in read else self._redis.get(key))
            found.append((str(key), value if isinstance(value, str) else json.dumps(value, default=str)))
        return found

    async def listeners(self, channel: str) -> int:
        """How many are subscribed to a channel."""
        counted = await self._redis.pubsub_numsub(channel)
        return int(counted[0][1]) if counted else 0

    async def empty(self) -> int:
        """Takes everything away, whoever's it is; how many keys there were."""
        count = int(await self._redis.dbsize())
        await self._redis.flushdb()
        return count

    async def expire(self, keys: list[str], milliseconds: int = 1) -> bool:
        """Ends the lifetime of these keys, a millisecond from now or later; whether each of them was there."""
        return all([await self._redis.pexpire(key, milliseconds) for key in keys])

    async def remove(self, keys: list[str]) -> None:
        """Takes these keys away."""
        if keys:
            await self._redis.delete(*keys)
