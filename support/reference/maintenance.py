"""Announced maintenance: everybody who is connected is told first, and only then is new work refused.

The announcement is one row, so that every instance learns of it; refusing begins a moment later, when each of
them has had the time to tell its own customers.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from support.reference import frames
from support.reference.connections import Connections
from support.reference.identity import Caller
from support.reference.journal import journal, note
from support.reference.sockets import Socket
from support.reference.storage import Storage
from support.reference.trouble import Forbidden, Maintenance, Unavailable

PERMISSION = "maintenance:write"

STATE = """
SELECT announced_at, extract(epoch FROM refuses_from - clock_timestamp())::float AS refuses_in,
       extract(epoch FROM return_at - clock_timestamp())::float AS return_in FROM maintenance
"""


class MaintenanceMode:
    """The row of `maintenance`, as one instance knows it."""

    LOOK_SECONDS = 0.2
    NOTICE_SECONDS = 1.0
    """Between the announcement and the first refusal; several looks of every instance."""

    def __init__(self, storage: Storage, connections: Connections) -> None:
        self._storage = storage
        self._connections = connections
        self._announced: Any = None
        self._refuses_from: float | None = None
        self._return_at = 0.0

    # For operators

    async def announce(self, caller: Caller, return_in: float) -> dict[str, Any]:
        """Announces maintenance from which Netra will be back in so many seconds."""
        if not caller.may(PERMISSION):
            raise Forbidden
        row = await self._storage.row(
            "INSERT INTO maintenance (announced_at, refuses_from, return_at, actor) VALUES (clock_timestamp(), "
            "clock_timestamp() + make_interval(secs => $1), clock_timestamp() + make_interval(secs => $2), $3) "
            "ON CONFLICT (id) DO UPDATE SET return_at = excluded.return_at RETURNING *",
            self.NOTICE_SECONDS,
            return_in,
            caller.user_id,
        )
        assert row is not None
        return {name: row[name].isoformat() for name in ("announced_at", "refuses_from", "return_at")}

    async def end(self, caller: Caller) -> dict[str, Any]:
        """The maintenance is over."""
        if not caller.may(PERMISSION):
            raise Forbidden
        await self._storage.execute("DELETE FROM maintenance")
        await self.look()
        return {"status": "over"}

    # For the instance

    def expect_open(self) -> None:
        """Raises Maintenance, with when to return, once refusing has begun."""
        if self._refuses_from is not None and time.monotonic() >= self._refuses_from:
            refusal = Maintenance()
            refusal.return_in = max(1.0, self._return_at - time.monotonic())
            raise refusal

    async def look_for_ever(self) -> None:
        """Looks again and again whether maintenance has been announced, or is over."""
        while True:
            try:
                await self.look()
            except Unavailable:
                pass
            except Exception:
                journal.exception("the state of maintenance could not be read")
            await asyncio.sleep(self.LOOK_SECONDS)

    async def look(self) -> None:
        """Tells everybody of a new announcement, and knows from then on when refusing begins."""
        row = await self._storage.row(STATE)
        if row is None:
            self._announced = self._refuses_from = None
            for socket in self._connections.all():
                socket.warned = False
            return
        self._return_at = time.monotonic() + row["return_in"]
        if row["announced_at"] != self._announced:
            await self.tell(row["return_in"])
            self._announced = row["announced_at"]
        self._refuses_from = time.monotonic() + row["refuses_in"]

    async def tell(self, return_in: float) -> None:
        """Tells everybody who is connected here."""
        note("maintenance announced", return_in=round(return_in))
        await asyncio.gather(*(self._warn(socket, return_in) for socket in self._connections.all()))

    async def greet(self, socket: Socket) -> None:
        """Tells somebody who has come after the announcement."""
        if self._announced is not None:
            await self._warn(socket, max(1.0, self._return_at - time.monotonic()))

    async def _warn(self, socket: Socket, return_in: float) -> None:
        """Tells one connection, once; one that is only coming is told when it is there."""
        if socket.welcomed and not socket.warned:
            socket.warned = True
            await socket.notify(frames.maintenance(round(return_in)))
