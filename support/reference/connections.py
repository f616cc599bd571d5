"""All sockets of one instance, and the look into PostgreSQL that makes up for whatever Redis loses."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from support.reference.erasure import ERASED
from support.reference.fanout import Fanout
from support.reference.sessions import Sessions
from support.reference.sockets import POLICY_CLOSE, Socket
from support.reference.trouble import Unavailable
from support.reference.updates import Frame, Updates

if TYPE_CHECKING:
    from support.reference.sockets import Socket


class Connections:
    """Sockets by person."""

    LOOK_SECONDS = 1.0
    LOOK_SECONDS_DEAF = 0.25
    """Pause between two looks while Redis is away."""
    OVERLAP_SECONDS = 10.0
    """How far a look reaches back before the last one: longer than any transaction takes."""

    def __init__(self, fanout: Fanout, sessions: Sessions, updates: Updates) -> None:
        self._fanout = fanout
        self._sessions = sessions
        self._updates = updates
        self._by_user: dict[str, set[Socket]] = {}
        self._looked_at: float | None = None
        self._look_now = asyncio.Event()
        self._ending: set[asyncio.Task[None]] = set()
        fanout.on_frame = self.deliver
        fanout.on_change = self._look_now.set

    def of(self, user_id: str) -> tuple[Socket, ...]:
        """The sockets of one person."""
        return tuple(self._by_user.get(user_id, ()))

    def all(self) -> tuple[Socket, ...]:
        """Every socket."""
        return tuple(socket for sockets in self._by_user.values() for socket in sockets)

    async def add(self, socket: Socket) -> None:
        """A socket has opened: its person's updates come here from now on."""
        sockets = self._by_user.setdefault(socket.caller.user_id, set())
        sockets.add(socket)
        await self._fanout.follow(socket.caller.user_id)
        if len(sockets) == 1:
            await self._sessions.connected(socket.caller)

    async def remove(self, socket: Socket) -> None:
        """A socket is gone."""
        user_id = socket.caller.user_id
        sockets = self._by_user.get(user_id, set())
        if socket not in sockets:
            return
        sockets.discard(socket)
        if not sockets:
            self._by_user.pop(user_id, None)
        # Both while this instance still counts as a listener: who sees no listener finds nothing unfinished here.
        try:
            elsewhere = (await self._fanout.listeners(user_id) or 0) > 1 if not sockets else True
            if not elsewhere and user_id not in self._by_user:
                await self._sessions.disconnected(socket.caller)
        finally:
            await self._fanout.unfollow(user_id)

    def deliver(self, frame: Frame) -> None:
        """Hands an update to every socket of its person, or ends these when the person was erased."""
        for socket in self.of(frame["user_id"]):
            if frame["type"] == ERASED:
                self._ending.add(ending := asyncio.create_task(socket.close(POLICY_CLOSE, "this account was erased")))
                ending.add_done_callback(self._ending.discard)
            else:
                socket.offer(frame)

    async def look_for_ever(self) -> None:
        """Looks now and then, and at once when listening has begun or broken off."""
        while True:
            pause = self.LOOK_SECONDS if self._fanout.hearing else self.LOOK_SECONDS_DEAF
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._look_now.wait()
            self._look_now.clear()
            with suppress(Unavailable):
                await self.look()

    async def look(self) -> None:
        """Tells each socket how far its conversations are, so that it can fetch what never reached it."""
        now = asyncio.get_running_loop().time()
        since = 0.0 if self._looked_at is None else now - self._looked_at
        if self._by_user:
            for user_id, thread_id, last in await self._updates.lately(
                tuple(self._by_user), since + self.OVERLAP_SECONDS
            ):
                for socket in self.of(user_id):
                    socket.nudge(thread_id, last)
        self._looked_at = now
