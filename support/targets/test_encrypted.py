"""Stores of a named deployment that are reached over TLS only."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.facts.trouble import CannotRun
from support.targets.conftest import Await
from support.targets.deployment import Deployment
from support.targets.given import Given, shown

ASKS_FOR_TLS = bytes.fromhex("00000008 04d2162f")
"""What a client of PostgreSQL says first when it wants TLS (SSLRequest)."""
Said = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Fronts:
    """Doors that speak TLS, and pass on what they hear to a store that does not.

    `passed` is at which ports of theirs somebody was passed on.
    """

    def __init__(self, certificate: Path) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate)
        self._doors: list[asyncio.Server] = []
        self.passed: set[int] = set()

    async def of_redis(self, port: int) -> int:
        """Where the Redis at a port is reached over TLS."""
        return await self._open(self._pass_on_to(port), self._context)

    async def of_postgres(self, port: int) -> int:
        """Where the PostgreSQL at a port is reached over TLS, which its clients ask for first."""
        pass_on = self._pass_on_to(port)

        async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if await reader.readexactly(len(ASKS_FOR_TLS)) != ASKS_FOR_TLS:
                writer.close()
                return
            writer.write(b"S")
            with contextlib.suppress(OSError):
                await writer.start_tls(self._context)
                await pass_on(reader, writer)

        return await self._open(begin, None)

    async def close(self) -> None:
        """Closes all of them."""
        for door in self._doors:
            door.close()

    async def _open(self, said: Said, context: ssl.SSLContext | None) -> int:
        door = await asyncio.start_server(said, "127.0.0.1", 0, ssl=context)
        self._doors.append(door)
        return int(door.sockets[0].getsockname()[1])

    def _pass_on_to(self, port: int) -> Said:
        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.passed.add(port)
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_carry(reader, back), _carry(there, writer))

        return pass_on


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()


@pytest.fixture
def fronts(certificate: Path, wait_for: Await) -> Iterator[Fronts]:
    fronts = Fronts(certificate)
    yield fronts
    wait_for(fronts.close())


@pytest.fixture
def encrypted(standing: Deployment, fronts: Fronts, certificate: Path, wait_for: Await) -> Given:
    """The addresses of a deployment whose stores are reached over TLS, with the file of their authority."""
    doors = standing.doors
    postgres, redis = urlsplit(doors.postgres), urlsplit(doors.redis)
    assert postgres.port
    assert redis.port
    credentials, quick = postgres.netloc.rpartition("@")[0], redis.netloc.rpartition("@")[0]
    encrypted_postgres, encrypted_redis = (
        wait_for(fronts.of_postgres(postgres.port)),
        wait_for(fronts.of_redis(redis.port)),
    )
    return Given(
        doors.rest,
        doors.socket,
        f"postgresql://{credentials}@127.0.0.1:{encrypted_postgres}/postgres"
        f"?sslmode=verify-full&sslrootcert={certificate}",
        f"rediss://{quick}@127.0.0.1:{encrypted_redis}/0?ssl_ca_certs={certificate}",
        standing.secret,
    )


def test_stores_are_reached_over_tls(encrypted: Given, standing: Deployment, fronts: Fronts, wait_for: Await) -> None:
    async def use() -> None:
        deployment = await encrypted.connect()
        await deployment.retire()

    wait_for(use())
    assert fronts.passed == {urlsplit(door).port for door in (standing.doors.postgres, standing.doors.redis)}


@pytest.mark.parametrize(
    ("field", "store", "parameter"), [("postgres", "PostgreSQL", "sslrootcert"), ("redis", "Redis", "ssl_ca_certs")]
)
def test_a_store_whose_certificate_nobody_vouches_for_is_named(
    field: str,
    store: str,
    parameter: str,
    encrypted: Given,
    fronts: Fronts,
    certificate: Path,
    anothers_certificate: Path,
    wait_for: Await,
) -> None:
    address = str(getattr(encrypted, field)).replace(str(certificate), str(anothers_certificate))
    with pytest.raises(CannotRun) as trouble:
        wait_for(replace(encrypted, **{field: address}).check())  # type: ignore[arg-type]
    assert str(trouble.value) == (
        f"The certificate of {store}, {shown(address)}, is not accepted: self-signed certificate. "
        f"Make its authority known to this machine, or name its file in the address ({parameter}=FILE)."
    )
    assert urlsplit(str(getattr(encrypted, field))).port not in fronts.passed


@pytest.mark.parametrize(("field", "store"), [("postgres", "PostgreSQL"), ("redis", "Redis")])
def test_a_file_of_an_authority_that_is_missing_is_said_to_be(
    field: str, store: str, encrypted: Given, certificate: Path, wait_for: Await
) -> None:
    address = str(getattr(encrypted, field)).replace(str(certificate), "/nowhere/authority.pem")
    with pytest.raises(CannotRun) as trouble:
        wait_for(replace(encrypted, **{field: address}).check())  # type: ignore[arg-type]
    assert str(trouble.value) == (
        f"The address of {store}, {shown(address)}, does not answer: a file that it names is not there. "
        "Correct the address, or start what it belongs to."
    )


def test_what_is_wrong_is_told_in_one_line(
    encrypted: Given, wait_for: Await, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CannotRun) as trouble:
        wait_for(replace(encrypted, postgres=encrypted.postgres.partition("&")[0]).check())
    assert str(trouble.value).endswith(
        f'root certificate file "{tmp_path}/.postgresql/root.crt" does not exist or cannot be accessed. '
        "Correct the address, or start what it belongs to."
    )
