"""Connections to storage that are fewer than what is asked at once: the witness that somebody had to wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.cast.stage import Stage, cannot

_LOOK_EVERY = 0.002


class Scarcity:
    """How many of its connections to storage each server had at work in the same moment; `most` is what it may have.

    That a setting says so is no strain: it is seen from outside, in storage itself, while much more is asked at once.
    """

    def __init__(self, stage: Stage, most: int) -> None:
        self.stage = stage
        self.most = most

    @asynccontextmanager
    async def demanded(self, what: str) -> AsyncIterator[None]:
        """Looks on while the block asks; Inconclusive unless each living server had all connections at work."""
        peaks: dict[str, int] = {}
        looking = asyncio.ensure_future(self._look(peaks))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait([looking])
        servers = [instance.name for instance in self.stage.deployment.instances if instance.pid]
        seen = {server: peaks.get(f"netra-{server}", 0) for server in servers}
        words = ", ".join(f"{count} of server {server}" for server, count in seen.items()) or "of no server"
        if not servers or min(seen.values()) < self.most:
            cannot(f"{what}: connections to storage that were at work at once: {words}; nobody had to wait for one")
        self.stage.story.tell("storage", f"{what}: all connections are at work at once: {words}")

    async def _look(self, peaks: dict[str, int]) -> None:
        while True:
            for server, busy in (await self.stage.rows.at_work()).items():
                peaks[server] = max(busy, peaks.get(server, 0))
            await asyncio.sleep(_LOOK_EVERY)
