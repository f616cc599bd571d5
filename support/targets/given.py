"""A deployment that somebody else runs, known by its addresses; the suite has no control over it."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from support.drivers.page import Untrusted
from support.facts.trouble import CannotRun
from support.outside.world import NotTheWorld, World
from support.targets.aftercare import Aftercare
from support.targets.deployment import GIVEN, Deployment, Permit, PlatformSettings
from support.targets.instance import Instance
from support.targets.services import Address, Postgres, Redis
from support.targets.visitor import OWN_SECRET, Visitor

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")
ASK_LIMIT = 5.0
CONNECT_LIMIT = 3.0
SECRET_BYTES = 32
_AUTHORITY = {"PostgreSQL": "the address (sslrootcert=FILE)", "Redis": "the address (ssl_ca_certs=FILE)"}
"""Where the file of an authority is named, if not in the environment."""


@dataclass(frozen=True)
class Given:
    """Where a deployment is reached.

    Attributes:
        rest: base address of the REST interface, of each instance that is to be reached.
        socket: address of the live updates, of each instance, in the same order.
        postgres: DSN of its PostgreSQL.
        redis: URL of its Redis.
        secret: with which it checks the signatures of tokens.
        outside: "host:port" of the control door of the played world that it asks; "" when it asks another.
    """

    rest: tuple[str, ...]
    socket: tuple[str, ...]
    postgres: str
    redis: str
    secret: str
    outside: str = ""

    def to_json(self) -> str:
        """One line that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The addresses that `to_json` wrote, or somebody who knows its fields.

        Raises:
            CannotRun: it is no such line.
        """
        try:
            plain = json.loads(line)
            given = cls(**{**plain, "rest": tuple(plain["rest"]), "socket": tuple(plain["socket"])})
        except (ValueError, TypeError, KeyError) as wrong:
            cause = f"The addresses of the deployment cannot be read: {type(wrong).__name__}: {wrong}."
            raise CannotRun(cause, "Give rest, socket, postgres, redis and secret.") from None
        return given

    async def connect(self, name: str = "given") -> Deployment:
        """The deployment behind the addresses.

        Raises:
            CannotRun: one of the addresses is wrong or does not answer.
        """
        await self.check()
        permit = Permit(name, shared=True, given=True)
        instances = [
            Instance(short, rest, socket, permit)
            for short, rest, socket in zip(NAMES, self.rest, self.socket, strict=False)
        ]
        return Deployment(
            name,
            shared=True,
            origin=GIVEN,
            secret=self.secret,
            settings=_settings(await instances[0].identity()),
            instances=instances,
            postgres=Postgres(Address(self.postgres), permit),
            redis=Redis(Address(self.redis), permit),
            world=await self._world() if self.outside else None,
            ways={},
            control=None,
            outside=self.outside,
            aftercare=Aftercare.begin(self.postgres, self.redis, self.outside, self.secret),
        )

    async def check(self) -> None:
        """Raises CannotRun for the first address that is wrong or does not answer, or when the secret is another's."""
        self._check_form()
        permit = Permit("given", shared=True, given=True)
        for rest in self.rest:
            await _must_answer("REST", rest, Instance("one", rest, "", permit).answers)
        await _must_answer("PostgreSQL", self.postgres, Postgres(Address(self.postgres), permit).answers)
        await _must_answer("Redis", self.redis, Redis(Address(self.redis), permit).answers)
        async with Visitor.visiting(self.secret, self.postgres, self.redis) as visitor:
            await visitor.read(self.rest)
            for socket in self.socket:
                await _must_answer("live updates", socket, partial(visitor.listen, socket, shown(socket)))
        if self.outside:
            await _must_answer("the played outside world", self.outside, self._greet)

    def _check_form(self) -> None:
        if not self.rest or len(self.rest) != len(self.socket) or len(self.rest) > len(NAMES):
            counts = f"{len(self.rest)} REST addresses and {len(self.socket)} addresses of live updates"
            next_action = f"Give both for each instance, for at most {len(NAMES)} instances."
            raise CannotRun(f"{counts} do not pair.", next_action)
        if not self.secret:
            raise CannotRun("The secret that signs tokens is missing.", OWN_SECRET)
        if (length := len(self.secret.encode())) < SECRET_BYTES:
            cause = (
                f"The secret that signs tokens has {length} bytes, and no deployment takes less than {SECRET_BYTES}."
            )
            raise CannotRun(cause, OWN_SECRET)
        forms = [("REST", each, ("http", "https")) for each in self.rest]
        forms += [("live updates", each, ("ws", "wss")) for each in self.socket]
        forms += [("PostgreSQL", self.postgres, ("postgresql", "postgres"))]
        forms += [("Redis", self.redis, ("redis", "rediss"))]
        for what, address, schemes in forms:
            if not _can_be(address, schemes):
                cause = f"The address of {what}, {shown(address)}, is not one."
                raise CannotRun(cause, f"Give one that begins with {schemes[0]}://.")

    async def _world(self) -> World:
        host, _, port = self.outside.rpartition(":")
        if not port.isdigit():
            raise ConnectionError("it is not of the form host:port")
        async with asyncio.timeout(CONNECT_LIMIT):
            return await World.connect(host, int(port), self.secret)

    async def _greet(self) -> None:
        try:
            world = await self._world()
        except NotTheWorld as other:
            cause = f"At {self.outside} is not the world that this deployment asks: {other}."
        except TimeoutError:
            cause = f"At {self.outside} is not the played outside world: it says nothing within {CONNECT_LIMIT:g} s."
        else:
            await world.close()
            return
        raise CannotRun(cause, "Give the control address that the deployment's own world has, or none.")


def check(given: Given) -> None:
    """Whether a run on this target can start, for a caller without a loop; CannotRun says why not."""
    asyncio.run(given.check())


def _can_be(address: str, schemes: Sequence[str]) -> bool:
    """Whether an address names a host in one of these ways, and no port or one that there can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def shown(address: str) -> str:
    """An address without its password."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        if parts.password is not None:
            return address.replace(f":{parts.password}@", ":***@", 1)
    return address


async def _must_answer(what: str, address: str, ask: Callable[[], Awaitable[Any]]) -> None:
    try:
        async with asyncio.timeout(ASK_LIMIT):
            await ask()
    except TimeoutError:
        reason = f"no answer within {ASK_LIMIT:g} s"
    except Untrusted as untrusted:
        cause = f"The certificate of {what}, {shown(address)}, is not accepted: {untrusted}."
        named = _AUTHORITY.get(what, "SSL_CERT_FILE")
        raise CannotRun(cause, f"Make its authority known to this machine, or name its file in {named}.") from None
    except FileNotFoundError:
        reason = "a file that it names is not there"
    except (OSError, ValueError, TypeError) as refused:
        reason = str(refused).partition("\n")[0].removesuffix(".") or type(refused).__name__
    else:
        return
    cause = f"The address of {what}, {shown(address)}, does not answer: {reason}."
    raise CannotRun(cause, "Correct the address, or start what it belongs to.")


def _settings(identity: dict[str, Any]) -> PlatformSettings:
    """What the deployment says of its settings, and the usual where it says nothing."""
    said = identity.get("settings")
    usual = PlatformSettings()
    if not isinstance(said, dict):
        return usual
    known = {name: float(said[name]) for name in asdict(usual) if isinstance(said.get(name), int | float)}
    return replace(usual, **known)
