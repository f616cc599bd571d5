"""A deployment under test, as a port: its doors, its settings, what can be done to it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.facts.verdict import Inconclusive
from support.outside.world import World
from support.targets.aftercare import Aftercare
from support.targets.controlled import Controlled
from support.targets.instance import Instance
from support.targets.run import Process
from support.targets.services import Postgres, Redis
from support.targets.way import Way

EMBEDDED = "started by this run"
GIVEN = "given by its addresses"


@dataclass(frozen=True)
class Doors:
    """Where a deployment is reached; the stores directly, past the instances' own ways.

    Attributes:
        rest: base address of each instance.
        socket: address of the live updates of each instance, in the same order.
        postgres: DSN.
        redis: URL.
    """

    rest: tuple[str, ...]
    socket: tuple[str, ...]
    postgres: str
    redis: str


@dataclass(frozen=True)
class PlatformSettings:
    """What a deployment was told; times in seconds.

    Attributes:
        analysis_limit: time limit of one analysis.
        lease: how long a silent instance keeps its work.
        grace: how long a shutdown lets running analyses finish.
        connections: how many connections to PostgreSQL an instance has at most.
        check_interval: pause between two checks whether everything is its rightful owner's.
    """

    analysis_limit: float = 300.0
    lease: float = 1.5
    grace: float = 1.0
    connections: float = 12
    check_interval: float = 1.0


@dataclass(frozen=True)
class Ended:
    """A command of the platform that has ended: exit code and everything it wrote."""

    code: int
    output: str


Replace = Callable[[str, Sequence[str]], Awaitable[None]]
Command = Callable[[Sequence[str], float], Awaitable[Ended]]
Begin = Callable[[Sequence[str]], Awaitable[Process]]
Retire = Callable[[], Awaitable[None]]


@dataclass
class Control:
    """What an embedded deployment can do beyond its parts; a given one has none of it."""

    replace: Replace
    command: Command
    begin: Begin
    retire: Retire


class Permit:
    """Whether verbs of control may act on a deployment."""

    def __init__(self, name: str, *, shared: bool, given: bool = False) -> None:
        self._name, self._shared, self._given = name, shared, given

    def __call__(self, act: str) -> None:
        """Raises Inconclusive where `act` ("kill instance one") is out of the question."""
        if self._given:
            raise Inconclusive(f"this run cannot {act}: Netra was given by its addresses, without control")
        if self._shared:
            raise Inconclusive(f"this scenario may not {act}: it shares {self._name} with others")


class Deployment:
    """Netra, running somewhere.

    Attributes:
        name: of the deployment, in reports.
        shared: whether other scenarios use it too; verbs of control then refuse.
        secret: signs tokens that the platform accepts.
        world: the played outside world; None where the target offers none.
        outside: "host:port" of that world's control door, "" without one.
        backups: where its commands keep backups, whatever happens to its stores; None where that is not known.
        aftercare: what removes customers when the run is killed; None where the stores end with the run.
    """

    def __init__(
        self,
        name: str,
        *,
        shared: bool,
        origin: str,
        secret: str,
        settings: PlatformSettings,
        instances: Sequence[Instance],
        postgres: Postgres,
        redis: Redis,
        world: World | None,
        ways: Mapping[str, Way],
        control: Control | None,
        outside: str = "",
        backups: Path | None = None,
        aftercare: Aftercare | None = None,
    ) -> None:
        self.name, self.shared, self.origin, self.secret = name, shared, origin, secret
        self.settings, self.world = settings, world
        self.instances, self.postgres, self.redis = tuple(instances), postgres, redis
        self._ways, self._control = dict(ways), control
        self.outside = outside
        self.backups = backups
        self._aftercare = aftercare

    @property
    def doors(self) -> Doors:
        """Where it is reached."""
        rest = tuple(each.rest for each in self.instances)
        sockets = tuple(each.socket for each in self.instances)
        return Doors(rest, sockets, self.postgres.url, self.redis.url)

    def instance(self, name: str) -> Instance:
        """The instance with this name; Inconclusive when there is none."""
        for each in self.instances:
            if each.name == name:
                return each
        raise Inconclusive(f"the deployment {self.name} has no instance {name}")

    def way(self, instance: str, service: str) -> Way:
        """The way from an instance ("one") to a service ("postgres", "redis")."""
        try:
            return self._ways[f"{instance}.{service}"]
        except KeyError:
            sentence = f"no way from instance {instance} to {service} can be watched on {self.name}"
            why = ", since this scenario shares it with others" if self.shared and not self.given else ""
            raise Inconclusive(sentence + why) from None

    @property
    def given(self) -> bool:
        """Whether it was given by its addresses, and others may use it beside this run."""
        return self.origin == GIVEN

    @property
    def alive(self) -> bool:
        """Whether every process that this suite started for it lives."""
        return all(part.exit is None for part in (*self.instances, self.postgres, self.redis))

    @property
    def stored(self) -> bool:
        """Whether the processes of both stores live."""
        return all(part.exit is None for part in (self.postgres, self.redis))

    async def identity(self) -> list[tuple[str, str]]:
        """Name and description of everything that answers, for the head of a report."""
        lines = [("target", f"{self.name}, {self.origin}")]
        for instance in self.instances:
            said = await instance.identity()
            platform = f"{said.get('platform', 'unknown platform')} {said.get('version', '')}".strip()
            lines.append((instance.sentence, f"{platform}, process {said.get('pid', 'unknown')}"))
        for service in (self.postgres, self.redis):
            lines.append((service.product, f"{await service.answers()}, real"))
        played = "played by this suite" if self.world else "not under the control of this suite"
        lines += [("AI model", played), ("cloud billing", played)]
        return lines

    async def log_lines(self) -> list[str]:
        """What the platform's instances wrote, each line with the instance's name; [] for a given one."""
        return [
            f"{instance.name}: {line}"
            for instance in self.instances
            if instance.log and instance.log.exists()
            for line in instance.log.read_text(encoding="utf-8", errors="replace").splitlines()
        ]

    async def replace_platform(self, platform: str, arguments: Sequence[str] = ()) -> None:
        """Ends the instances and starts others on the same stores and ports; on a shared deployment too.

        Args:
            platform: "module:function".
            arguments: precede those of the platform.
        """
        await self._controlled("replace its platform").replace(platform, arguments)

    async def command(self, *arguments: str, limit: float = 60.0) -> Ended:
        """Runs a command of the platform to its end, in the deployment's directory.

        Args:
            arguments: as after `python -m` and the platform's name; "{settings}" becomes a settings file, "{data}"
                the data directory of PostgreSQL, "{scratch}" a directory of its user, "{backups}" and "{key}" the
                place of the backups and its key.
            limit: seconds, after which it is ended and Inconclusive is raised.
        """
        return await self._controlled("run a command of the platform").command(arguments, limit)

    async def begin(self, *arguments: str) -> Process:
        """Starts a command of the platform, under the same entry as its instances; the arguments as for `command`."""
        return await self._controlled("run a command of the platform").begin(arguments)

    async def heal(self) -> list[str]:
        """Undoes every fault still in force, services first; names each of them."""
        healed = []
        for instance in self.instances:
            instance.waits_for_storage = True
        parts: list[Controlled | Way] = [self.postgres, self.redis, *self._ways.values(), *self.instances]
        for part in parts:
            if told := await part.heal():
                healed.append(told)
        return healed

    async def settle(self) -> None:
        """Asks every instance whether it can serve, so that none goes on avoiding a store that is back."""

        async def ask(instance: Instance) -> None:
            with contextlib.suppress(OSError, Inconclusive):
                await instance.answers()

        await asyncio.gather(*(ask(instance) for instance in self.instances))

    def customer_comes(self, user: str) -> None:
        """To be told before somebody becomes a customer, so that nothing is left when the run is killed."""
        if self._aftercare:
            self._aftercare.came(user)

    def customers_have_gone(self, users: Iterable[str]) -> None:
        """To be told when nothing of these customers is left, or when it is to stay."""
        if self._aftercare:
            self._aftercare.gone(users)

    async def retire(self) -> None:
        """Ends everything that was started for it, and removes its directory."""
        if self._aftercare:
            await asyncio.to_thread(self._aftercare.close)
        if self.world:
            await self.world.close()
        if self._control:
            await self._control.retire()

    def _controlled(self, act: str) -> Control:
        if self._control is None:
            raise Inconclusive(f"this run cannot {act}: Netra was given by its addresses, without control")
        return self._control
