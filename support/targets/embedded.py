"""Deployments that this run starts itself, each with stores, instances and outside world of its own."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from support.targets.binaries import Binaries, find, within_reach
from support.targets.deployment import Deployment
from support.targets.prepared import Prepared
from support.targets.room import check_room
from support.targets.run import Run
from support.targets.site import REFERENCE, WORLD, Plan, Site


@dataclass(frozen=True)
class EmbeddedSettings:
    """How deployments are to be made.

    Attributes:
        postgres: "" for the installed PostgreSQL, or the path of a directory with its programs.
        redis: "" for the installed Redis, "valkey" for the installed Valkey, or the path of a server.
        folder: where the run's directory is made; None for the system's temporary directory.
        platform: the platform under test, as "module:function".
    """

    postgres: str = ""
    redis: str = ""
    folder: Path | None = None
    platform: str = REFERENCE

    @property
    def place(self) -> Path:
        """The directory in which the run's own one is made."""
        return self.folder or Path(tempfile.gettempdir())


class Embedded:
    """Makes deployments in one run; the first one prepares what all of them are copied from."""

    def __init__(self, run: Run, settings: EmbeddedSettings) -> None:
        self._run, self._settings = run, settings
        self._preparing: asyncio.Task[tuple[Binaries, Prepared]] | None = None

    async def deploy(self, plan: Plan) -> Deployment:
        """A new deployment that is ready to serve.

        Raises:
            CannotRun: something that it needs is missing.
            Inconclusive: it was started but does not become ready.
        """
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare())
        binaries, prepared = await asyncio.shield(self._preparing)
        site = Site(self._run, binaries, prepared, plan, await self._run.reserve(Site.PORTS))
        try:
            return await site.build()
        except BaseException:
            await site.clear()
            raise

    async def _prepare(self) -> tuple[Binaries, Prepared]:
        check_room(self._settings.place)
        found = await asyncio.to_thread(find, self._settings.postgres, self._settings.redis)
        binaries = await asyncio.to_thread(within_reach, found, self._run.folder)
        module = self._settings.platform.partition(":")[0]
        prepared = await Prepared.make(self._run, binaries, self._settings.platform, (WORLD, module))
        return binaries, prepared
