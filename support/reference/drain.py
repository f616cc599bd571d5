"""The orderly way out of an instance: tell everybody, take nothing new, finish or park, then go."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from support.reference import frames
from support.reference.connections import Connections
from support.reference.crew import Crew
from support.reference.journal import note
from support.reference.maintenance import MaintenanceMode
from support.reference.settings import Settings
from support.reference.trouble import Maintenance, Unavailable


class Drain:
    """Begins once, when the instance is told to stop. Takes the grace and less than two seconds more."""

    RETURN_SECONDS = Maintenance.return_in or 0.0
    """What customers are told about when to expect the instance back."""
    PARK_SECONDS = 0.6
    CLOSE_CODE = 1012
    """Service restart: a client connects again."""

    def __init__(self, crew: Crew, connections: Connections, settings: Settings, mode: MaintenanceMode) -> None:
        self._mode = mode
        self._crew = crew
        self._connections = connections
        self._settings = settings
        self.begun = False

    def expect_open(self) -> None:
        """Raises Maintenance once the drain has begun."""
        if self.begun:
            raise Maintenance

    def expect_work(self) -> None:
        """Raises Maintenance when no new work is taken, here or in all of Netra."""
        self.expect_open()
        self._mode.expect_open()

    async def run(self) -> None:
        """The whole way, in order."""
        note("drain begun", grace=self._settings.grace)
        self.stop_claiming()
        await self.notify()
        await self.finish()
        await self.park()
        await self.close_sockets()
        note("drain ended")

    def stop_claiming(self) -> None:
        """From now on nothing new is begun or taken over here."""
        self.begun = True
        self._crew.seeking = False

    async def notify(self) -> None:
        """Tells everybody who is connected."""
        notice = frames.maintenance(self.RETURN_SECONDS)
        await asyncio.gather(*(socket.notify(notice) for socket in self._connections.all()))

    async def finish(self) -> None:
        """Lets what runs come to its end, as long as the grace lasts."""
        if not await self._crew.finish(self._settings.grace):
            note("grace is over with work left")

    async def park(self) -> None:
        """Saves what could not come to its end."""
        if not await self._crew.park(self.PARK_SECONDS):
            note("some work could not be parked and is left to its lease")

    async def close_sockets(self) -> None:
        """Ends all connections, saying that the service restarts."""
        sockets = self._connections.all()
        # What was published last may still be on its way to a socket.
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(0.2):
                await self._connections.look()
        await asyncio.gather(*(socket.flush() for socket in sockets))
        await asyncio.gather(*(socket.close(self.CLOSE_CODE, "maintenance") for socket in sockets))
