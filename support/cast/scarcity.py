"""Connections to storage that are fewer than what is asked at once: brought about, and witnessed from outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from support.cast.stage import Stage

_TABLES = ("threads", "runs")
"""Whatever is asked of a conversation or of an analysis begins with these."""
_AT_MOST = 4.0
"""Seconds that storage may stand still: less than any server waits for an answer of it."""
_LOOK_EVERY = 0.005
_FENCES = 3


class Scarcity:
    """Servers that may have `most` connections to storage each, and are asked for much more at once.

    That a setting says so is no strain. Storage stands still while everybody asks, until it has been seen there that
    every connection waits for it, and the servers have heard whoever asked by then: the others wait for a connection.
    """

    def __init__(self, stage: Stage, most: int) -> None:
        self.stage = stage
        self.most = most

    @asynccontextmanager
    async def demanded(self, what: str) -> AsyncIterator[None]:
        """Strains the servers while the block asks; lacking unless each living one used all its connections."""
        still = AsyncExitStack()
        await still.enter_async_context(self.stage.rows.standing_still(*_TABLES))
        strained = asyncio.ensure_future(self._let_go_when_strained(still))
        try:
            yield
        finally:
            await asyncio.wait([strained])
        seen = strained.result()
        words = ", ".join(f"{count} of server {server}" for server, count in seen.items()) or "of no server"
        if not seen or min(seen.values()) < self.most:
            self.stage.lack(f"{what}: connections to storage at work at once: {words}; nobody had to wait for one")
        self.stage.story.tell("storage", f"{what}: all connections are at work at once: {words}")

    async def _let_go_when_strained(self, still: AsyncExitStack) -> dict[str, int]:
        """Lets storage go on once all connections wait for it, or time is up; how many did, by server."""
        deployment = self.stage.deployment
        living = {
            instance.name: door
            for instance, door in zip(deployment.instances, deployment.doors.rest, strict=True)
            if instance.pid
        }
        seen = dict.fromkeys(living, 0)
        async with still:
            with suppress(TimeoutError):
                async with asyncio.timeout(_AT_MOST):
                    while any(count < self.most for count in seen.values()):
                        await asyncio.sleep(_LOOK_EVERY)
                        at_work = await self.stage.rows.at_work()
                        seen = {server: at_work.get(f"netra-{server}", 0) for server in living}
                    for _ in range(_FENCES):
                        await asyncio.gather(*(self._be_heard(door) for door in living.values()))
        return seen

    async def _be_heard(self, door: str) -> None:
        """A question that needs no storage: its answer comes after everybody who asked before was heard."""
        await self.stage.rest.ask("GET", f"{door}/health", asked="whether it lives", seconds=_AT_MOST)
