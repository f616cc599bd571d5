"""The ground of a run and of each scenario: the living loop, the deployments, the cast.

Made when the first scenario needs it, so that listing, linting and the suite's own tests start nothing.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from support.cast.cast import Cast
from support.cast.clock import Clock
from support.cast.identity import Traits
from support.cast.stage import Stage
from support.cast.story import Story
from support.cast.strangers import overdue
from support.drivers.living_loop import LivingLoop
from support.drivers.ready import Ready
from support.drivers.rest import Rest
from support.drivers.rows import Rows
from support.facts.limit import Limit
from support.facts.verdict import Inconclusive
from support.spec.collector import REGISTER, ScenarioItem
from support.spec.options import Options
from support.spec.turns import turn
from support.targets.deployment import Deployment
from support.targets.embedded import Embedded
from support.targets.given import Given
from support.targets.pool import Pool, Wanted
from support.targets.run import Run
from support.targets.site import REFERENCE as REFERENCE_ENTRY

OPTIONS = pytest.StashKey[Options]()
CAST = pytest.StashKey[Cast]()
GROUND = pytest.StashKey["Ground"]()
"""What the worker stands on, once a scenario has needed it."""
PRELOAD = pytest.StashKey[tuple[str, ...]]()
"""Modules of such a platform, which the starter imports once instead of every process that it starts."""
PLATFORM = pytest.StashKey[tuple[str, tuple[str, ...]]]()
"""The platform to start instead of the reference one, and the arguments before its own."""

REFERENCE: tuple[str, tuple[str, ...]] = (REFERENCE_ENTRY, ())
NOBODY: tuple[str, tuple[str, ...]] = ("", ())
STARTING_SECONDS = 60.0
ENDING_SECONDS = 30.0


class Deployments(Protocol):
    """Whatever hands out deployments."""

    async def lease(self, wanted: Wanted) -> Deployment:
        """One that is ready to serve."""
        ...

    async def give_back(self, deployment: Deployment, *, whole: bool = False) -> None:
        """Ends its use; `whole` when the next scenario may have it."""
        ...

    async def close(self) -> None:
        """Ends all of them."""
        ...


class GivenDeployments:
    """The one deployment that was named: shared by all scenarios, without control, as it is set."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._deployment: Deployment | None = None

    async def lease(self, wanted: Wanted) -> Deployment:
        """That deployment; Inconclusive when the scenario needs what it cannot give."""
        if self._deployment is None:
            self._deployment = await self._given.connect()
        if wanted.own:
            raise Inconclusive("the named deployment cannot be stopped or broken by the suite")
        for name, seconds in wanted.settings:
            if getattr(self._deployment.settings, name) != seconds:
                raise Inconclusive(f"the named deployment does not have {name} set to {seconds:g} seconds")
        return self._deployment

    async def give_back(self, deployment: Deployment, *, whole: bool = False) -> None:
        """Nothing ends with a scenario."""

    async def close(self) -> None:
        """Lets go of it."""
        if self._deployment is not None:
            await self._deployment.retire()


@dataclass
class Ground:
    """What one worker stands on."""

    loop: LivingLoop
    deployments: Deployments
    rest: Rest
    identities: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _drivers: dict[str, tuple[Rows, Ready]] = field(default_factory=dict)
    _platforms: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _leased: dict[str, Deployment] = field(default_factory=dict)

    def lease(self, wanted: Wanted, platform: tuple[str, tuple[str, ...]]) -> Deployment:
        """A deployment that is ready to serve, with this platform on it."""

        async def lease() -> Deployment:
            deployment = await self.deployments.lease(wanted)
            changed = self._platforms.get(deployment.name, REFERENCE) != platform
            if changed or (deployment.shared and not deployment.alive):
                await deployment.replace_platform(*platform)
                self._platforms[deployment.name] = platform
            elif not deployment.shared:
                await deployment.heal()
                await deployment.settle()
            return deployment

        leased = self.loop.do(lease, STARTING_SECONDS, "a deployment to be ready")
        self._leased[leased.name] = leased
        return leased

    def vacate(self) -> None:
        """Ends the platform of every deployment of this run; whoever leases one next has it started anew.

        The stores live on. A platform that nobody uses would look into them several times a second.
        """

        async def end() -> None:
            for name, deployment in self._leased.items():
                if not deployment.given and deployment.stored:
                    await asyncio.gather(*(instance.end() for instance in deployment.instances))
                    self._platforms[name] = NOBODY

        self.loop.do(end, ENDING_SECONDS, "the platforms to end")

    def stage(self, deployment: Deployment, clock: Clock, seed: str) -> Stage:
        """A scenario's stage on a deployment, with drivers for its stores."""
        doors = deployment.doors
        rows, ready = self._drivers.setdefault(doors.postgres, (Rows(doors.postgres), Ready(doors.redis)))
        self.loop.do(rows.open, STARTING_SECONDS, "PostgreSQL to be read")
        return Stage(deployment, self.loop, self.rest, rows, ready, clock, Story(), seed)

    def identity(self, deployment: Deployment) -> list[tuple[str, str]]:
        """Who answers, for the head of the report; asked once a deployment."""
        if deployment.name not in self.identities:
            self.identities[deployment.name] = self.loop.do(deployment.identity, STARTING_SECONDS, "who answers")
        return self.identities[deployment.name]

    def give_back(self, deployment: Deployment, *, whole: bool) -> None:
        """Ends a scenario's use of a deployment; one that is not whole ends with its drivers."""
        if not deployment.shared and not whole and (drivers := self._drivers.pop(deployment.doors.postgres, None)):
            self.loop.do(lambda: _close(*drivers), ENDING_SECONDS, "the drivers to end")
        self.loop.do(
            lambda: self.deployments.give_back(deployment, whole=whole), ENDING_SECONDS, "the deployment to end"
        )

    def calls_for_nobody(self) -> list[str]:
        """Calls to the outside worlds that still stand, made for customers who had long been gone."""

        async def look() -> list[str]:
            found = []
            for name, deployment in self._leased.items():
                if deployment.world is None or deployment.given:
                    continue
                with contextlib.suppress(Inconclusive):  # A world that has ended with its deployment tells nothing.
                    found += [f"{name}: {call}" for call in overdue(await deployment.world.strangers())]
            return found

        return self.loop.do(look, ENDING_SECONDS, "calls that belong to nobody")

    def close(self) -> None:
        """Ends drivers and deployments."""

        async def end() -> None:
            for rows, ready in self._drivers.values():
                await _close(rows, ready)
            await self.rest.close()
            await self.deployments.close()

        self.loop.do(end, ENDING_SECONDS, "deployments to end")


async def _close(rows: Rows, ready: Ready) -> None:
    await rows.close()
    await ready.close()


@pytest.fixture(scope="session")
def ground(pytestconfig: pytest.Config) -> Iterator[Ground]:
    """What this worker's scenarios stand on, from the first one to the last."""
    options = pytestconfig.stash[OPTIONS]
    if options.given is not None:
        with LivingLoop() as loop:
            ground = Ground(loop, GivenDeployments(options.given), loop.do(_rest, STARTING_SECONDS))
            pytestconfig.stash[GROUND] = ground
            try:
                yield ground
            finally:
                ground.close()
        return
    # The starter comes first: what it starts must not hang on a thread of ours.
    run = Run.begin(options.embedded.folder)
    try:
        with LivingLoop() as loop:
            loop.do(run.open, STARTING_SECONDS, "the starter")
            if modules := pytestconfig.stash.get(PRELOAD, ()):
                loop.do(lambda: run.preload(modules), STARTING_SECONDS, "the starter to read what it will start")
            pool = loop.do(lambda: _pool(run, options), STARTING_SECONDS, "the pool")
            ground = pytestconfig.stash[GROUND] = Ground(loop, pool, loop.do(_rest, STARTING_SECONDS))
            left: list[str] = []
            try:
                yield ground
                left = ground.calls_for_nobody()
            finally:
                ground.close()
                loop.do(run.close, ENDING_SECONDS, "the starter to end")
    finally:
        run.end()
    if left:
        raise Inconclusive(f"Netra went on working for who was gone: {'; '.join(left)}")


async def _rest() -> Rest:
    return Rest()


async def _pool(run: Run, options: Options) -> Pool:
    return Pool(Embedded(run, options.embedded), spare=None)


@pytest.fixture
def cast(request: pytest.FixtureRequest, ground: Ground) -> Iterator[Cast]:
    """The people of one scenario, on a deployment that has what its sentences need."""
    item = request.node
    assert isinstance(item, ScenarioItem)
    with contextlib.nullcontext() if PLATFORM in item.config.stash else turn(alone=item.measures):
        yield from _cast(item, ground)


def _cast(item: ScenarioItem, ground: Ground) -> Iterator[Cast]:
    options = item.config.stash[OPTIONS]
    deployment = ground.lease(wanted(item), item.config.stash.get(PLATFORM, REFERENCE))
    whole = False
    try:
        item.user_properties.append(("deployment", _lines(ground.identity(deployment))))
        stage = ground.stage(deployment, Clock(item.seconds, options.patience), f"{options.seed}/{item.nodeid}")
        cast = Cast(stage, _traits(item))
        cast.open()
        item.stash[CAST] = cast
        try:
            yield cast
        finally:
            try:
                cast.clear(keep=options.keep)
            finally:
                if deployment.shared:
                    ground.loop.do(deployment.heal, ENDING_SECONDS, "faults to be healed")
        whole = deployment.shared or deployment.stored
    finally:
        ground.give_back(deployment, whole=whole)


def wanted(item: ScenarioItem) -> Wanted:
    """The deployment that a scenario's sentences need, taken together."""
    own, settings = False, {}
    for need, arguments in item.needs():
        if need.quiet:
            continue
        if need.setting:
            limit = arguments[need.argument]
            assert isinstance(limit, Limit)
            settings[need.setting] = limit.seconds
        else:
            own = True
    return Wanted(own=own, settings=tuple(sorted(settings.items())))


def _traits(item: ScenarioItem) -> dict[str, Traits]:
    people = item.config.stash[REGISTER].people
    return {name: Traits(name, one.company, one.segment, one.role) for name, one in people.items()}


def _lines(identity: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in identity)
