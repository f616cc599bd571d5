"""One connection of a customer's, and what has been sent over it.

Order and once-only are kept here, whatever the fan-out does: a cursor for each conversation drops repeats,
and a gap is filled from PostgreSQL before anything later is sent.

A conversation whose analysis was already under way when the socket opened is held back for a moment: a
customer who comes back says `resume` first, and would otherwise see the newest update before the missed ones.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from support.reference import frames
from support.reference.cursor import Cursor
from support.reference.identity import Caller
from support.reference.journal import warn
from support.reference.trouble import Gone, Unavailable
from support.reference.updates import Frame, Updates

GONE = (WebSocketDisconnect, RuntimeError, OSError)
"""What the server raises once the other side is gone."""


POLICY_CLOSE = 1008
"""Close code for a connection that may not go on."""


class Socket:
    """One open socket of one person."""

    IDLE_SECONDS = 25.0
    HELD_BACK_SECONDS = 1.0
    WAITING_AT_MOST = 1000
    """Updates that wait for a slow reader here; later ones are fetched from PostgreSQL."""

    def __init__(self, websocket: WebSocket, caller: Caller, updates: Updates, instance: str) -> None:
        self.caller = caller
        self.id = str(uuid.uuid4())
        self._websocket = websocket
        self._updates = updates
        self._instance = instance
        self._cursors: defaultdict[str, Cursor] = defaultdict(Cursor)
        self._held_back: set[str] = set()
        self._inbox: asyncio.Queue[Frame | tuple[str, int]] = asyncio.Queue(self.WAITING_AT_MOST)
        self.welcomed = self.warned = False
        """Whether it was said welcome, and told of the maintenance that is announced."""
        self.order = asyncio.Lock()
        """Held by whoever sends something that must keep its place among the updates."""

    async def locate(self) -> None:
        """Takes note of where the person's conversations are; raises Unavailable."""
        for thread_id, (last, under_way) in (await self._updates.reached(self.caller.user_id)).items():
            self._cursors[thread_id] = Cursor(last, last)
            if under_way:
                self._held_back.add(thread_id)

    async def welcome(self) -> None:
        """Says the first frame."""
        await self.say(frames.welcome(self.id, self.caller.user_id, self._instance))
        self.welcomed = True

    async def say(self, frame: Mapping[str, Any]) -> None:
        """Sends one frame as it is; raises Gone when nobody is there to get it."""
        try:
            await self._websocket.send_text(json.dumps(frame))
        except GONE as error:
            raise Gone from error

    def offer(self, frame: Frame) -> None:
        """An update has come for this person."""
        with suppress(asyncio.QueueFull):
            self._inbox.put_nowait(frame)

    def nudge(self, thread_id: str, last: int) -> None:
        """A conversation of this person's has come as far as `last`."""
        with suppress(asyncio.QueueFull):
            self._inbox.put_nowait((thread_id, last))

    async def deliver_for_ever(self) -> None:
        """Sends what comes, a heartbeat when nothing does, until the other side is gone."""
        release = asyncio.create_task(self._release_held_back())
        try:
            while True:
                try:
                    # Not wait_for, which swallows its cancellation when something comes in the same moment.
                    async with asyncio.timeout(self.IDLE_SECONDS):
                        entry = await self._inbox.get()
                except TimeoutError:
                    await self.say(frames.heartbeat())
                    continue
                try:
                    if isinstance(entry, tuple):
                        await self.catch_up(*entry)
                    else:
                        await self.deliver(entry)
                except Unavailable:
                    continue  # what cannot be fetched now is fetched at the next look
                finally:
                    self._inbox.task_done()
        finally:
            release.cancel()

    async def deliver(self, frame: Frame) -> None:
        """Sends an update in its turn: once, after everything before it, and only to its owner."""
        if frame["user_id"] != self.caller.user_id or frame["thread_id"] in self._held_back:
            return
        async with self.order:
            cursor = self._cursors[frame["thread_id"]]
            if cursor.is_repeat(frame["sequence"]):
                return
            if not cursor.is_next(frame["sequence"]):
                await self.fill(cursor, frame["thread_id"], frame["sequence"] - 1)
            await self.send_update(cursor, frame)

    async def catch_up(self, thread_id: str, last: int) -> None:
        """Sends everything up to `last` that has not been sent."""
        if thread_id in self._held_back:
            return
        async with self.order:
            await self.fill(self._cursors[thread_id], thread_id, last)

    async def fill(self, cursor: Cursor, thread_id: str, last: int) -> None:
        """Fetches and sends what lies between the cursor and `last`."""
        if cursor.high < last:
            for frame in await self._updates.replay(thread_id, cursor.high, last):
                await self.send_update(cursor, frame)

    async def send_update(self, cursor: Cursor, frame: Frame) -> None:
        """Sends one update and moves the cursor on."""
        await self.say(frame)
        cursor.advance(frame["sequence"])

    async def resume(self, thread_id: str, after: int) -> int:
        """Sends every stored update beyond `after` that this socket was not given yet; how far it now is.

        `order` must be held, until that has been said too: a live update would come between the two.
        """
        self._held_back.discard(thread_id)
        cursor = self._cursors[thread_id]
        stored = await self._updates.replay(thread_id, min(after, cursor.high))
        last = stored[-1]["sequence"] if stored else min(after, cursor.high)
        cursor.skip(min(after, max(last, cursor.high)))
        earlier = cursor.earlier(after)
        for frame in stored:
            if earlier is not None and earlier[0] < frame["sequence"] <= earlier[1]:
                await self.say(frame)
            elif not cursor.is_repeat(frame["sequence"]):
                await self.send_update(cursor, frame)
        cursor.rewind(after)
        return cursor.high

    def stop_holding_back(self, thread_id: str) -> None:
        """The person goes on in this conversation without asking for what was missed."""
        self._held_back.discard(thread_id)

    async def _release_held_back(self) -> None:
        await asyncio.sleep(self.HELD_BACK_SECONDS)
        held_back, self._held_back = self._held_back, set()
        # Without storage nothing is lost: the next update of the conversation shows the gap.
        with suppress(Unavailable):
            for thread_id, (last, _) in (await self._updates.reached(self.caller.user_id)).items():
                if thread_id in held_back:
                    self.nudge(thread_id, last)

    async def end_with_token(self) -> None:
        """Waits until the token runs out, then ends the connection: nobody stays longer than admitted."""
        await asyncio.sleep(max(0.0, self.caller.expires - time.time()))
        await self.close(POLICY_CLOSE, "please sign in again")

    async def flush(self) -> None:
        """Waits a moment for what is on its way to this socket."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await self._inbox.join()

    async def close(self, code: int, reason: str) -> None:
        """Ends the connection; no error when it is already gone."""
        with suppress(*GONE, TimeoutError):
            async with asyncio.timeout(0.2):
                await self._websocket.close(code, reason)

    async def notify(self, frame: Mapping[str, Any]) -> None:
        """Sends a notice without letting a stuck reader hold anybody up."""
        try:
            async with asyncio.timeout(0.2):
                await self.say(frame)
        except (Gone, TimeoutError):
            warn("a notice did not reach a socket", connection_id=self.id)
