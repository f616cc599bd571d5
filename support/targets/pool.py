"""Deployments on demand: shared ones kept by what they are, own ones for one scenario at a time.

An own deployment whose stores came through unharmed is given back whole, and the next scenario that needs one
gets it with its instances brought back; only one that was harmed is retired.
"""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, replace

from support.targets.deployment import Deployment, PlatformSettings
from support.targets.embedded import Embedded
from support.targets.site import REFERENCE, Plan

SHARED_AT_ONCE = 3
"""Shared deployments kept by one worker; each takes six processes and about 250 MB of memory."""


@dataclass(frozen=True)
class Wanted:
    """What a scenario needs of a deployment.

    Attributes:
        own: whether nobody else may use it; verbs of control need that, and so does a look at the ways to the stores.
        settings: what the platform is to be told, as pairs of a field of PlatformSettings and seconds.
        platform: "module:function" of an instance, or "reference".
        arguments: precede those of the platform.
    """

    own: bool = False
    settings: tuple[tuple[str, float], ...] = ()
    platform: str = "reference"
    arguments: tuple[str, ...] = ()

    def plan(self, name: str) -> Plan:
        """The deployment to be made; TypeError for a setting that there is not."""
        return Plan(
            name,
            shared=not self.own,
            settings=replace(PlatformSettings(), **dict(self.settings)),
            platform=REFERENCE if self.platform == "reference" else self.platform,
            arguments=self.arguments,
        )


OWN = Wanted(own=True)
"""What the spare is kept for."""


class Pool:
    """The deployments of one worker, whose scenarios follow each other: a shared one is never busy."""

    def __init__(self, embedded: Embedded, *, spare: Wanted | None = OWN) -> None:
        self._embedded, self._spare_for = embedded, spare
        self._numbers = itertools.count(1)
        self._shared: dict[Wanted, Deployment] = {}
        self._own: dict[int, tuple[Wanted, Deployment]] = {}
        self._rested: dict[Wanted, Deployment] = {}
        self._spare: asyncio.Task[Deployment] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def lease(self, wanted: Wanted) -> Deployment:
        """A deployment that is ready to serve; CannotRun or Inconclusive when there can be none."""
        if not wanted.own:
            return await self._lease_shared(wanted)
        deployment = await self._lease_own(wanted)
        self._own[id(deployment)] = wanted, deployment
        return deployment

    async def give_back(self, deployment: Deployment, *, whole: bool = False) -> None:
        """Ends the use of a leased deployment; an own one is retired, in the background, unless it is whole.

        Args:
            whole: whether its stores live and hold nothing of the scenario's. Its instances may be in any state;
                who leases it next gets it as it is, and heals it or replaces its platform.
        """
        wanted, _ = self._own.pop(id(deployment), (None, None))
        if wanted is None:
            return
        if whole and wanted not in self._rested and deployment.stored:
            self._rested[wanted] = deployment
        else:
            self._retire(deployment)

    def prepare_spare(self) -> None:
        """Begins to make an own deployment of the default kind, unless one waits already."""
        if self._spare is None and self._spare_for is not None:
            self._spare = asyncio.create_task(self._make(self._spare_for))

    async def close(self) -> None:
        """Retires every deployment."""
        spare, self._spare = self._spare, None
        if spare:
            spare.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                self._retire(await spare)
        own = [deployment for _, deployment in self._own.values()]
        for deployment in (*self._shared.values(), *self._rested.values(), *own):
            self._retire(deployment)
        for kept in (self._shared, self._rested, self._own):
            kept.clear()
        await asyncio.gather(*self._retiring)

    async def _lease_shared(self, wanted: Wanted) -> Deployment:
        deployment = self._shared.pop(wanted, None)
        if deployment and not deployment.stored:
            self._retire(deployment)
            deployment = None
        while deployment is None and len(self._shared) >= SHARED_AT_ONCE:
            # The one that has not been used for the longest time.
            self._retire(self._shared.pop(next(iter(self._shared))))
        self._shared[wanted] = deployment or await self._make(wanted)
        return self._shared[wanted]

    async def _lease_own(self, wanted: Wanted) -> Deployment:
        rested = self._rested.pop(wanted, None)
        if rested and rested.stored:
            return rested
        if rested:
            self._retire(rested)
        if wanted != self._spare_for:
            return await self._make(wanted)
        self.prepare_spare()
        spare, self._spare = self._spare, None
        assert spare is not None
        deployment = await spare
        self.prepare_spare()
        return deployment

    async def _make(self, wanted: Wanted) -> Deployment:
        kind = "own" if wanted.own else "shared"
        return await self._embedded.deploy(wanted.plan(f"{kind}-{next(self._numbers)}"))

    def _retire(self, deployment: Deployment) -> None:
        task = asyncio.create_task(deployment.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
