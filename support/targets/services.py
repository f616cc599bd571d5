"""PostgreSQL and Redis, as services of a deployment: their settings, and how they show that they are ready.

Ready means that a nonce was written and read back through the door, by a server that says of itself to be
the process that we started.
"""

import secrets
import signal
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import redis.asyncio
import redis.exceptions

from support.drivers.page import Untrusted
from support.facts.verdict import Inconclusive
from support.targets import trees
from support.targets.controlled import Controlled, Launch, Permission
from support.targets.witness import Witness

USER = "netra"
DATABASE = "postgres"
ASK_LIMIT = 5.0
Remove = Callable[[Path], Awaitable[None]]
"""Removes a directory."""
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # No second door in the file system.
    "unix_socket_directories": "",
    # Durability is promised, so it is on; the prepared copy alone is made without.
    "fsync": "on",
    "wal_level": "replica",
    "max_wal_size": "256MB",
    "min_wal_size": "8MB",
    "shared_buffers": "32MB",
    "max_connections": "200",
    # In the data directory: nothing of a killed server stays behind in /dev/shm.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Address:
    """A service's door.

    Attributes:
        url: a DSN or a Redis URL, with the password.
        port: on 127.0.0.1; 0 for a service elsewhere.
    """

    url: str
    port: int = 0


class Service(Controlled):
    """One of the two stores.

    Attributes:
        kind: "postgres" or "redis".
        url: where the suite reaches it directly; for PostgreSQL a DSN.
        version: as the server itself says it, "" until it has answered.
        product: "PostgreSQL", "Redis" or "Valkey", as the server itself says it.
        data: its data directory; None when it is not ours.
        tools: the directory of its programs; None when it is not ours.
    """

    kind = ""
    product = ""

    def __init__(
        self,
        address: Address,
        permit: Permission,
        launch: Launch | None = None,
        data: Path | None = None,
        tools: Path | None = None,
        remove: Remove | None = None,
    ) -> None:
        super().__init__(self.product, self.product, address.port, permit, launch)
        self.url = address.url
        self.version = ""
        self.data, self.tools, self._remove = data, tools, remove

    async def destroy(self) -> Witness:
        """Ends all of its processes at one instant and removes all of its data, as the loss of a volume does."""
        witness = await self.kill()
        if self._remove is None or self.data is None:
            raise Inconclusive(f"the data of {self.sentence} are not ours to destroy")
        await self._remove(self.data)
        if self.data.exists():
            raise Inconclusive(f"the data of {self.sentence} were to be destroyed and are still there")
        evidence = f"{witness.evidence}; {self.data.name} is gone"
        return Witness(f"{self.sentence} was destroyed", witness.when, evidence)

    @property
    def lost(self) -> bool:
        """Whether its data are gone."""
        return self.data is not None and not self.data.exists()

    @property
    def dsn(self) -> str:
        """The same as `url`."""
        return self.url


class Postgres(Service):
    """PostgreSQL."""

    kind = "postgres"
    product = "PostgreSQL"
    # Fast: a stop in good order that does not wait for clients to leave.
    stop_signal = signal.SIGINT

    async def answers(self) -> str:
        """Writes and reads a nonce; which server it was."""
        nonce = secrets.token_hex(8)
        try:
            door = await asyncpg.connect(self.url, timeout=ASK_LIMIT, command_timeout=ASK_LIMIT)
        except ssl.SSLCertVerificationError as untrusted:
            raise Untrusted(untrusted.verify_message) from None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as refused:
            raise ConnectionError(str(refused) or "no answer in time") from None
        try:
            await door.execute("CREATE TEMPORARY TABLE nonce (value text)")
            await door.execute("INSERT INTO nonce VALUES ($1)", nonce)
            read = await door.fetchval("SELECT value FROM nonce")
            backend = await door.fetchval("SELECT pg_backend_pid()")
            self.version = str(await door.fetchval("SHOW server_version")).split()[0]
            # Looked for while the connection holds it: a backend ends with its client.
            seen = trees.look(int(backend))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as refused:
            raise ConnectionError(str(refused) or "no answer in time") from None
        finally:
            door.terminate()
        if read != nonce:
            raise ConnectionError("what was written was not read back")
        if self.pid and (seen is None or seen.parent != self.pid):
            raise ConnectionError(f"port {self.port} is answered by another server's backend {backend}")
        return f"PostgreSQL {self.version}" + (f", process {self.pid}" if self.pid else "")


class Redis(Service):
    """Redis, or a server that speaks as Redis does."""

    kind = "redis"
    product = "Redis"

    async def answers(self) -> str:
        """Writes and reads a nonce; which server it was."""
        key, nonce = f"golden-path:nonce:{secrets.token_hex(8)}", secrets.token_hex(8)
        door = redis.asyncio.Redis.from_url(
            self.url, socket_timeout=ASK_LIMIT, socket_connect_timeout=ASK_LIMIT, decode_responses=True
        )
        try:
            await door.set(key, nonce, ex=10)
            read = await door.get(key)
            await door.delete(key)
            about = await door.info("server")
        except (redis.exceptions.RedisError, TimeoutError) as refused:
            if isinstance(before := refused.__context__, ssl.SSLCertVerificationError):
                raise Untrusted(before.verify_message) from None
            if isinstance(before, FileNotFoundError):
                raise before from None
            raise ConnectionError(str(refused)) from None
        finally:
            await door.aclose()
        if read != nonce:
            raise ConnectionError("what was written was not read back")
        if self.pid and int(about["process_id"]) != self.pid:
            raise ConnectionError(f"port {self.port} is answered by another server, {about['process_id']}")
        self.product = "Valkey" if about.get("server_name") == "valkey" else "Redis"
        self.version = str(about.get("valkey_version") or about["redis_version"])
        return f"{self.product} {self.version}" + (f", process {self.pid}" if self.pid else "")


def dsn(password: str, port: int) -> str:
    """The address of a PostgreSQL server of ours."""
    # Said in full, so that PGSSLMODE and its like in anybody's environment have no say.
    options = "sslmode=disable&target_session_attrs=any"
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}?{options}"


def postgres_arguments(data: Path, port: int, **other: str) -> list[str]:
    """Arguments of the server's program; `other` settings stand above the usual ones."""
    settings = {**POSTGRES_SETTINGS, **other, "port": str(port)}
    return ["-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]


def redis_configuration(data: Path, port: int, password: str) -> str:
    """The server's configuration file."""
    lines = (
        f"port {port}",
        "bind 127.0.0.1",
        f"requirepass {password}",
        f"dir {data}",
        "daemonize no",
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "enable-debug-command local",
    )
    return "\n".join(lines) + "\n"
