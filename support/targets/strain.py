"""What PostgreSQL can suffer without being stopped: no connection left, reading only; and what all strains share.

Each strain begins and ends, and each shows by the service's own word that it is in force. None of them acts on
a shared or a given deployment.
"""

import asyncio
import contextlib
import struct
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import asyncpg

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.targets.services import DATABASE, USER, Postgres
from support.targets.witness import Witness

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = Any

ASK_LIMIT = 5.0
LOOKS = 4
LOOK_SECONDS = 0.05
"""Somebody who is just being let in is listed a moment later, so nobody may be found several times in a row."""
MOST = 400
"""Connections after which PostgreSQL must have run out of them."""


class Strain(ABC):
    """One strain of one service."""

    @abstractmethod
    async def begin(self) -> Witness:
        """Puts it in force and shows that it is."""

    @abstractmethod
    async def end(self) -> Witness:
        """Takes it away and shows that it is gone."""


class ReadOnly(Strain):
    """PostgreSQL lets itself be read and refuses every change, as one does whose other half has taken over."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def begin(self) -> Witness:
        """Every transaction from now on may only read; sessions are ended, as they are when a server changes sides."""
        self._postgres.permitted("make read-only")
        return await self._set("on", "accepts no change")

    async def end(self) -> Witness:
        """Changes are accepted again."""
        return await self._set("off", "accepts changes")

    async def _set(self, word: str, what: str) -> Witness:
        async with door(self._postgres) as connection:
            await connection.execute("SET default_transaction_read_only = off")
            await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {word}")
            await connection.execute("SELECT pg_reload_conf()")
            await end_others(connection)
        async with asyncio.timeout(ASK_LIMIT):
            while True:
                async with door(self._postgres) as connection:
                    if (read := await connection.fetchval("SHOW transaction_read_only")) == word:
                        break
        return Witness(f"PostgreSQL {what}", Moment.now(), f"it says of itself that reading only is {read}")


class Crowded(Strain):
    """PostgreSQL has no connection left: clients hold all of them and say nothing."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._held: list[asyncio.StreamWriter] = []
        self._own: Connection | None = None

    async def begin(self) -> Witness:
        """Takes every connection, those of the platform included."""
        self._postgres.permitted("take every connection of")
        # It keeps its own one, too: nobody gets in when this is done.
        self._own = await asyncpg.connect(self._postgres.url, timeout=ASK_LIMIT, command_timeout=ASK_LIMIT)
        looks = 0
        while len(self._held) < MOST and looks < LOOKS:
            if await self._take() or await end_others(self._own):
                looks = 0
            else:
                looks += 1
                await asyncio.sleep(LOOK_SECONDS)
        if len(self._held) >= MOST:
            raise Inconclusive(f"PostgreSQL still has connections after {MOST} were taken")
        evidence = f"{len(self._held)} connections are held, and one more is refused"
        return Witness("PostgreSQL has no connection left", Moment.now(), evidence)

    async def end(self) -> Witness:
        """Lets go of all of them."""
        if self._own is not None:
            self._own.terminate()
        for writer in self._held:
            writer.transport.abort()
        self._held.clear()
        identity = await self._postgres.until_answers()
        return Witness("PostgreSQL has connections again", Moment.now(), f"answers as {identity}")

    async def _take(self) -> bool:
        """One more connection that holds its place and never says who it is; False when there is none."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._postgres.port)
        said = b"".join(part + b"\0" for part in (b"user", USER.encode(), b"database", DATABASE.encode()))
        writer.write(struct.pack("!ii", 8 + len(said) + 1, 196608) + said + b"\0")
        async with asyncio.timeout(ASK_LIMIT):
            answer = await reader.read(1)
        if answer == b"R":
            self._held.append(writer)
            return True
        writer.transport.abort()
        return False


@contextlib.asynccontextmanager
async def door(postgres: Postgres) -> AsyncIterator[Connection]:
    """A connection of the suite's own, beside the platform's."""
    connection = await asyncpg.connect(postgres.url, timeout=ASK_LIMIT, command_timeout=ASK_LIMIT)
    try:
        yield connection
    finally:
        connection.terminate()


async def end_others(connection: Connection) -> int:
    """Ends every session but the suite's own; how many there were."""
    return int(
        await connection.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND application_name <> ''"
        )
    )
