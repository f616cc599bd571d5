"""The place of one embedded deployment: its directory, its ports, and how each part of it is started."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, cast

from support.facts.verdict import Inconclusive, TimeUp
from support.outside.world import World
from support.targets.binaries import Binaries
from support.targets.deployment import EMBEDDED, Control, Deployment, Ended, Permit, PlatformSettings
from support.targets.instance import Instance
from support.targets.prepared import Prepared
from support.targets.room import failed
from support.targets.run import PATH, Process, Run, other_user
from support.targets.services import (
    Address,
    Postgres,
    Redis,
    dsn,
    postgres_arguments,
    redis_configuration,
)
from support.targets.way import Way

REFERENCE = "support.reference.__main__:main"
WORLD = "support.outside.process"
INSTANCES = ("one", "two")
OPERATOR = "operator"
"""Name under which commands of the platform are run; they reach the stores without proxies."""
SERVICES = ("postgres", "redis")


@dataclass(frozen=True)
class Plan:
    """One deployment to be made.

    Attributes:
        name: of the deployment and its directory.
        shared: whether verbs of control refuse.
        settings: what the platform is told.
        platform: "module:function" of an instance.
        arguments: precede those of the platform.
    """

    name: str
    shared: bool = False
    settings: PlatformSettings = field(default_factory=PlatformSettings)
    platform: str = REFERENCE
    arguments: tuple[str, ...] = ()

    @property
    def straight(self) -> bool:
        """Whether instances reach the stores without proxies: nobody may touch the ways of a shared deployment."""
        return self.shared


class Site:
    """The place of one deployment: its directory, its ports, and how each part of it is started."""

    PORTS = 4 + len(INSTANCES) * (1 + len(SERVICES))

    def __init__(self, run: Run, binaries: Binaries, prepared: Prepared, plan: Plan, ports: Sequence[int]) -> None:
        self._run, self._binaries, self._prepared, self._plan = run, binaries, prepared, plan
        self._platform, self._arguments = plan.platform, tuple(plan.arguments)
        self._ports = list(ports)
        names = ["postgres", "redis", "control", "outside", *INSTANCES]
        names += [f"{instance}.{service}" for instance in INSTANCES for service in SERVICES]
        self._port = dict(zip(names, ports, strict=True))
        self._home = run.folder / plan.name
        self._secret, self._redis_password = secrets.token_hex(32), secrets.token_hex(16)
        self._backup_key = secrets.token_hex(32)
        self._processes: list[Process] = []
        self._starting: set[asyncio.Task[Process]] = set()
        self._commands = 0

    async def build(self) -> Deployment:
        """Starts everything and waits until it is ready."""
        self._home.mkdir()
        self._home.chmod(0o711)
        permit = Permit(self._plan.name, shared=self._plan.shared)
        data = self._home / "postgres"
        tools = self._binaries.postgres
        address = Address(self._dsn(self._port["postgres"]), self._port["postgres"])
        postgres = Postgres(address, permit, self._start_postgres, data / "data", tools, self._run.remove)
        address = Address(self._redis_url(self._port["redis"]), self._port["redis"])
        redis = Redis(address, permit, self._start_redis, self._home / "redis", None, self._run.remove)
        world = await self._start_services(postgres, redis)
        ways = {
            f"{name}.{service.kind}": Way(f"{name}.{service.kind}", service, world, permit)
            for name in INSTANCES
            for service in (postgres, redis)
        }
        instances = [self._instance(name, permit) for name in INSTANCES]
        await _all_or_none(*(instance.launch() for instance in instances))

        async def replace(platform: str, arguments: Sequence[str]) -> None:
            await asyncio.gather(*(instance.end() for instance in instances))
            self._platform, self._arguments = platform, tuple(arguments)
            await _all_or_none(*(instance.launch() for instance in instances))

        return Deployment(
            self._plan.name,
            shared=self._plan.shared,
            origin=EMBEDDED,
            secret=self._secret,
            settings=self._plan.settings,
            instances=instances,
            postgres=postgres,
            redis=redis,
            world=world,
            ways={} if self._plan.straight else ways,
            control=Control(replace, self._command, self._begin, self.clear),
            outside=f"127.0.0.1:{self._port['control']}",
            backups=self._home / "backups",
        )

    async def _start_services(self, postgres: Postgres, redis: Redis) -> World:
        """Starts what instances need; CannotRun when a program ends by itself, as it would with every deployment."""
        outside = asyncio.create_task(self._start_world())
        try:
            _, _, world = await _all_or_none(self._first_postgres(postgres), redis.launch(), outside)
        except BaseException as wrong:
            if outside.done() and not outside.cancelled() and not outside.exception():
                await outside.result().close()
            if isinstance(wrong, Inconclusive) and not isinstance(wrong, TimeUp):
                what, _, words = str(wrong).partition(":\n")
                raise failed(what, words, self._home) from None
            raise
        return cast("World", world)

    async def clear(self) -> None:
        """Ends every process of this place, removes its directory and gives its ports back."""
        if self._starting:
            await asyncio.wait(self._starting)
        living = [process for process in self._processes if not process.exit]
        await asyncio.gather(*(process.kill() for process in living))
        await self._prepared.take_back(self._home, self._home / "postgres" / "data")
        await self._run.release(self._ports)

    def _dsn(self, port: int) -> str:
        return dsn(self._prepared.password, port)

    def _redis_url(self, port: int) -> str:
        return f"redis://:{self._redis_password}@127.0.0.1:{port}/0"

    def _instance(self, name: str, permit: Permit) -> Instance:
        async def launch() -> Process:
            return await self._start_instance(name)

        port = self._port[name]
        rest, socket = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/ws"
        return Instance(name, rest, socket, permit, launch, self._home / f"{name}.log")

    async def _first_postgres(self, postgres: Postgres) -> None:
        await self._prepared.copy(self._home / "postgres", "data")
        await postgres.launch()

    async def _start_postgres(self) -> Process:
        home = self._home / "postgres"
        return await self._keep(
            self._run.start(
                "postgres",
                home=home,
                program=self._binaries.postgres / "postgres",
                arguments=postgres_arguments(home / "data", self._port["postgres"]),
                user=other_user(),
            )
        )

    async def _start_redis(self) -> Process:
        home = self._home / "redis"
        home.mkdir(mode=0o700, exist_ok=True)
        configuration = redis_configuration(home, self._port["redis"], self._redis_password)
        return await self._keep(
            self._run.start(
                "redis",
                home=home,
                program=self._binaries.redis,
                arguments=[str(home / "redis.conf")],
                files={str(home / "redis.conf"): configuration},
            )
        )

    async def _start_world(self) -> World:
        file = self._home / "world.json"
        ways = {
            f"{instance}.{service}": {
                "kind": service,
                "listen": f"{{fd:{self._port[f'{instance}.{service}']}}}",
                "port": self._port[service],
            }
            for instance in INSTANCES
            for service in SERVICES
        }
        settings = {
            "secret": self._secret,
            "control": f"{{fd:{self._port['control']}}}",
            "outside": f"{{fd:{self._port['outside']}}}",
            "ways": ways,
        }
        await self._keep(
            self._run.start(
                "world",
                home=self._home,
                entry=f"{WORLD}:main",
                arguments=[str(file)],
                listening=[port for name, port in self._port.items() if "." in name or name in settings],
                files={str(file): json.dumps(settings)},
            )
        )
        return await World.connect("127.0.0.1", self._port["control"], self._secret)

    async def _start_instance(self, name: str) -> Process:
        file, port = self._settings_file(name), self._port[name]
        serve = ["serve", "--settings", str(file), "--listen-fd", f"{{fd:{port}}}"]
        return await self._keep(
            self._run.start(
                name,
                home=self._home,
                entry=self._platform,
                arguments=[*self._arguments, *serve],
                environment=self._environment(),
                listening=[port],
                files={str(file): self._settings(name)},
            )
        )

    async def _keep(self, starting: Coroutine[Any, Any, Process]) -> Process:
        """Starts a process and remembers it, even when nobody waits for it any more."""
        task = asyncio.create_task(starting)
        self._starting.add(task)
        task.add_done_callback(self._kept)
        return await asyncio.shield(task)

    def _kept(self, task: asyncio.Task[Process]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and not task.exception():
            self._processes.append(task.result())

    async def _begin(self, arguments: Sequence[str]) -> Process:
        self._commands += 1
        file = self._settings_file(OPERATOR)
        places = {
            "{settings}": file,
            "{data}": self._home / "postgres" / "data",
            "{scratch}": self._home / "postgres",
            "{backups}": self._home / "backups",
            "{key}": self._home / "backup.key",
        }
        words = [reduce(lambda word, name: word.replace(name, str(places[name])), places, word) for word in arguments]
        return await self._keep(
            self._run.start(
                f"command-{self._commands}",
                home=self._home,
                entry=self._platform,
                arguments=[*self._arguments, *words],
                environment=self._environment(),
                files={str(file): self._settings(OPERATOR), str(places["{key}"]): self._backup_key},
            )
        )

    async def _command(self, arguments: Sequence[str], limit: float) -> Ended:
        process = await self._begin(arguments)
        try:
            exit_ = await process.ended(limit)
        except TimeoutError:
            await process.kill()
            raise Inconclusive(f"{' '.join(arguments[:1])} did not end within {limit:g} s") from None
        return Ended(exit_.code, process.log.read_text(encoding="utf-8", errors="replace"))

    def _environment(self) -> dict[str, str]:
        # Commands of the platform may use PostgreSQL's tools, which need the server's own version.
        return {"PATH": f"{self._binaries.postgres}:{PATH}"}

    def _settings_file(self, name: str) -> Path:
        return self._home / f"{name}.json"

    def _settings(self, name: str) -> str:
        straight = self._plan.straight or name not in INSTANCES
        outside = f"http://127.0.0.1:{self._port['outside']}"
        return json.dumps(
            {
                "name": name,
                "host": "127.0.0.1",
                "port": self._port.get(name, 0),
                "postgres": self._dsn(self._port["postgres" if straight else f"{name}.postgres"]),
                "redis": self._redis_url(self._port["redis" if straight else f"{name}.redis"]),
                "model_url": f"{outside}/v1",
                "billing_url": f"{outside}/billing",
                "secret": self._secret,
                **asdict(self._plan.settings),
            }
        )


async def _all_or_none(*parts: Awaitable[Any]) -> list[Any]:
    """Waits for all parts at once; when one fails, for the others' ends too, so that nothing starts late."""
    done = await asyncio.gather(*parts, return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return done
