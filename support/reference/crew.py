"""The workers of one instance: taken on, kept alive by leases, and added to when others fall silent."""

from __future__ import annotations

import asyncio

from support.reference.claims import PARKED, Claims, Find
from support.reference.hold import Hold
from support.reference.journal import journal, note
from support.reference.settings import Settings
from support.reference.trouble import Unavailable
from support.reference.worker import Tools, Worker


class Crew:
    """All attempts that this instance carries out."""

    SEEK_SECONDS = 0.25

    def __init__(self, claims: Claims, tools: Tools, settings: Settings) -> None:
        self._claims = claims
        self._tools = tools
        self._settings = settings
        self._at_work: dict[Worker, asyncio.Task[None]] = {}
        self.seeking = True
        """Whether the instance takes on what nobody works on."""

    def take(self, hold: Hold) -> None:
        """Begins to work on an attempt at once."""
        worker = Worker(hold, self._tools)
        task = asyncio.create_task(worker.work())
        self._at_work[worker] = task
        task.add_done_callback(lambda _: self._at_work.pop(worker, None))

    async def renew_for_ever(self) -> None:
        """Lengthens all leases, a few times within the length of one."""
        while True:
            await asyncio.sleep(self._settings.lease / 5)
            try:
                await self.renew()
            except Unavailable:
                continue
            except Exception:
                journal.exception("leases could not be renewed")

    async def renew(self) -> None:
        """Lengthens all leases; a worker whose attempt is another's by now stops at once."""
        workers = list(self._at_work)
        if not workers:
            return
        still_held = await self._claims.renew([worker.hold for worker in workers])
        for worker in workers:
            if worker.hold.run_id not in still_held:
                worker.stop(park=False)

    async def seek_for_ever(self) -> None:
        """Looks for what nobody works on."""
        while True:
            await asyncio.sleep(self.SEEK_SECONDS)
            if not self.seeking:
                continue
            try:
                await self.seek()
            except Unavailable:
                continue
            except Exception:
                journal.exception("the search for work broke off")

    async def seek(self) -> None:
        """Takes on what nobody works on, as long as this instance takes on anything."""
        for find in await self._claims.look():
            if self.seeking:
                await self.pick_up(find)

    async def pick_up(self, find: Find) -> None:
        """Takes on one find, unless another instance was faster."""
        if find.kind == PARKED:
            resumed = await self._claims.resume(find.run_id)
            if resumed is not None:
                hold, updates = resumed
                note("analysis resumed", run_id=hold.run_id, attempt=hold.attempt)
                await self._tools.fanout.publish(updates)
                self.take(hold)
        else:
            taken = await self._claims.take_over(find.run_id)
            if taken is not None:
                note("analysis taken over", run_id=taken.run_id, attempt=taken.attempt)
                self.take(taken)

    async def finish(self, seconds: float) -> bool:
        """Waits for all attempts to end by themselves; whether they did in time."""
        return await self._until_idle(seconds)

    async def park(self, seconds: float) -> bool:
        """Breaks off and parks every attempt still at work; whether all were parked in time."""
        for worker in list(self._at_work):
            worker.stop(park=True)
        if await self._until_idle(seconds):
            return True
        for task in list(self._at_work.values()):
            task.cancel()
        return False

    async def _until_idle(self, seconds: float) -> bool:
        tasks = set(self._at_work.values())
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=seconds)
        return not pending
