"""From the instance that stored an update to the sockets of its person, wherever they are.

An update goes out on the person's channel after it is committed. When nobody listens it waits in a list with
a lifetime. Redis may lose any of this: sockets keep order and fill gaps from PostgreSQL (see sockets).
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from support.reference.cache import Cache
from support.reference.journal import note, warn
from support.reference.trouble import CacheAway
from support.reference.updates import Frame


class Fanout:
    """Channels `live:{user}` and lists `pending_messages:{user}:{thread}`."""

    PENDING_SECONDS = 3600
    BEAT_SECONDS = 1.0
    """How often the listening connection is asked whether it still lives."""
    DEAF_SECONDS = 3.0
    """Silence on the listening connection after which it is given up."""
    AGAIN_SECONDS = 0.2
    """Pause between two tries to listen."""

    def __init__(self, cache: Cache, instance_id: str) -> None:
        self._cache = cache
        self._own_channel = f"instance:{instance_id}"
        self._followed: Counter[str] = Counter()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._order = asyncio.Lock()
        self.hearing = False
        """Whether the listening connection lives: when not, sockets look into PostgreSQL more often."""
        self.on_frame: Callable[[Frame], None] = lambda frame: None
        self.on_change: Callable[[], None] = lambda: None

    @staticmethod
    def channel(user_id: str) -> str:
        """The channel of one person."""
        return f"live:{user_id}"

    @staticmethod
    def pending_key(user_id: str, thread_id: str) -> str:
        """The list of what waits for one person in one conversation."""
        return f"pending_messages:{user_id}:{thread_id}"

    async def publish(self, frames: Sequence[Frame]) -> None:
        """Sends stored updates out, in order; what nobody receives is left waiting."""
        for frame in frames:
            if await self.send(frame) == 0:
                await self.leave_waiting(frame)

    async def send(self, frame: Frame) -> int:
        """How many instances received the update; without Redis it reaches the sockets of this one."""
        try:
            return int(
                await self._cache.ask(lambda redis: redis.publish(self.channel(frame["user_id"]), json.dumps(frame)))
            )
        except CacheAway:
            self.on_frame(frame)
            return self._followed[frame["user_id"]]

    async def leave_waiting(self, frame: Frame) -> None:
        """Keeps an update for a person who is not there; PostgreSQL has it in any case."""
        key = self.pending_key(frame["user_id"], frame["thread_id"])

        async def push(redis: Redis) -> None:
            pipeline = redis.pipeline(transaction=True)
            pipeline.rpush(key, json.dumps(frame))
            pipeline.expire(key, self.PENDING_SECONDS)
            await pipeline.execute()

        with suppress(CacheAway):
            await self._cache.ask(push)

    async def drain_waiting(self, user_id: str, thread_id: str) -> None:
        """Empties what waits: the person is back and has been told everything from PostgreSQL."""
        with suppress(CacheAway):
            await self._cache.ask(lambda redis: redis.delete(self.pending_key(user_id, thread_id)))

    async def anyone_listening(self, user_id: str) -> bool:
        """Whether any instance has a socket of the person; without Redis the benefit of the doubt."""
        return await self.listeners(user_id) != 0

    async def listeners(self, user_id: str) -> int | None:
        """How many instances have sockets of the person; None without Redis."""
        channel = self.channel(user_id)
        try:
            counts: Any = await self._cache.ask(lambda redis: redis.pubsub_numsub(channel))
        except CacheAway:
            return None
        return sum(int(count) for name, count in counts if name == channel)

    async def follow(self, user_id: str) -> None:
        """From now on the person's updates come here; returns when Redis has confirmed it, or soon."""
        async with self._order:
            self._followed[user_id] += 1
            confirmed = self._confirmed.setdefault(user_id, asyncio.Event())
            if self._followed[user_id] == 1 and self._pubsub is not None and self.hearing:
                with suppress(RedisError, OSError, TimeoutError):
                    await self._pubsub.subscribe(self.channel(user_id))
        if self.hearing:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._cache.PATIENCE):
                    await confirmed.wait()

    async def unfollow(self, user_id: str) -> None:
        """One socket of the person less; the last one ends the subscription."""
        async with self._order:
            self._followed[user_id] -= 1
            if self._followed[user_id] > 0:
                return
            del self._followed[user_id]
            self._confirmed.pop(user_id, None)
            if self._pubsub is not None and self.hearing:
                with suppress(RedisError, OSError, TimeoutError):
                    await self._pubsub.unsubscribe(self.channel(user_id))

    async def listen_for_ever(self) -> None:
        """Keeps one listening connection alive for as long as the instance lives."""
        client = self._cache.client(retries=0)
        try:
            while True:
                try:
                    await self._listen(client)
                except (RedisError, OSError, TimeoutError) as error:
                    if self.hearing:
                        warn("listening broke off", cause=type(error).__name__)
                if self.hearing:
                    self.hearing = False
                    self._cache.lost()
                    self.on_change()
                await asyncio.sleep(self.AGAIN_SECONDS)
        finally:
            self.hearing = False
            await client.aclose()

    async def _listen(self, client: Redis) -> None:
        pubsub = client.pubsub()
        try:
            async with self._order:
                for confirmed in self._confirmed.values():
                    confirmed.clear()
                await pubsub.subscribe(self._own_channel, *(self.channel(user) for user in self._followed))
                self._pubsub, self.hearing = pubsub, True
            note("listening")
            self.on_change()
            heard = asked = asyncio.get_running_loop().time()
            while True:
                message = await pubsub.get_message(timeout=self.BEAT_SECONDS)
                now = asyncio.get_running_loop().time()
                if message is not None:
                    heard = now
                    self._receive(message)
                if now - heard > self.DEAF_SECONDS:
                    raise TimeoutError
                if now - asked >= self.BEAT_SECONDS:
                    asked = now
                    await self._put_right(pubsub)
                    await pubsub.ping()
        finally:
            self._pubsub = None
            with suppress(RedisError, OSError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _put_right(self, pubsub: PubSub) -> None:
        """Subscribes to exactly what is followed, whatever a command that broke off has left behind."""
        async with self._order:
            wanted = {self._own_channel, *(self.channel(user) for user in self._followed)}
            there = set(pubsub.channels)
            if there - wanted:
                await pubsub.unsubscribe(*(there - wanted))
            if wanted - there:
                await pubsub.subscribe(*(wanted - there))

    def _receive(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            confirmed = self._confirmed.get(str(message["channel"]).removeprefix("live:"))
            if confirmed is not None:
                confirmed.set()
        elif message["type"] == "message":
            try:
                frame = json.loads(message["data"])
            except ValueError:
                return
            # Only what is addressed to the person whose channel it came on.
            if isinstance(frame, dict) and self.channel(str(frame.get("user_id"))) == message["channel"]:
                self.on_frame(frame)
