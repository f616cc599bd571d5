"""The way to PostgreSQL: a small pool that outlives the loss of the server.

Whatever shows that the server is away becomes Unavailable, and the connection that showed it is thrown away,
so that the next request makes a new one. Other errors of a statement pass as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import asyncpg

from support.reference.journal import warn
from support.reference.trouble import Unavailable, Uncertain

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Row = asyncpg.Record
else:
    Pool = Connection = Row = Any

NOT_DONE = (
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""With these the server says itself that nothing was done; otherwise it just goes silent."""
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    *NOT_DONE,
)
SEEN = """
INSERT INTO instances (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET seen_at = clock_timestamp() RETURNING name
"""


async def _nothing(connection: object) -> None:
    """No statement of the platform leaves anything behind in a session, so there is nothing to reset."""


class Storage:
    """PostgreSQL as one instance sees it."""

    CONNECTIONS = 12
    CONNECT_SECONDS = 2.0
    STATEMENT_SECONDS = 5.0
    WAIT_SECONDS = 10.0

    def __init__(
        self, dsn: str, instance: str, lease: float, *, patient: bool = False, connections: float = CONNECTIONS
    ) -> None:
        """`patient`: a statement may take as long as it takes; for commands, whom no customer waits for."""
        self._connections = int(connections)
        self._statement_seconds = None if patient else self.STATEMENT_SECONDS
        self._dsn = dsn
        self._instance = instance
        self._lease = lease
        self._pool: Pool | None = None

    async def open(self) -> None:
        """Makes the pool. It connects when first asked, so an instance starts while the server is away."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=self._connections,
            timeout=self.CONNECT_SECONDS,
            command_timeout=self._statement_seconds,
            reset=_nothing,
            server_settings={
                "application_name": f"netra-{self._instance}",
                "jit": "off",
                # An instance that is frozen in the middle of a change must not keep others from taking over.
                "idle_in_transaction_session_timeout": str(max(1500, int(self._lease * 1000))),
            },
        )

    async def warm(self) -> None:
        """Connects ahead of the first request; failure is no error here."""
        try:
            await self.row("SELECT 1")
        except Exception:
            warn("storage is away at the start")

    async def close(self) -> None:
        """Gives everything back, at once if need be."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(0.2):
                    await self._pool.close()
            except (TimeoutError, *AWAY):
                self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection; raises Unavailable when the server cannot be reached or goes away meanwhile."""
        if self._pool is None:
            raise Unavailable
        try:
            connection = await self._pool.acquire(timeout=self.WAIT_SECONDS)
        except AWAY as error:
            raise Unavailable from error
        try:
            yield connection
        except asyncio.CancelledError:
            # Whoever leaves in the middle of a statement leaves no usable connection behind.
            abandon(connection)
            raise
        except asyncpg.DataError:
            raise
        except AWAY as error:
            abandon(connection)
            raise Unavailable from error
        finally:
            await self._pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: all of it is kept when the block ends, nothing when it raises."""
        async with self.connection() as connection:
            change = connection.transaction()
            await change.start()
            try:
                yield connection
            except (asyncio.CancelledError, *AWAY) as error:
                # The connection is thrown away, and the change with it: a roll-back could wait for ever.
                if isinstance(error, asyncpg.DataError):
                    await change.rollback()
                raise
            except BaseException:
                await change.rollback()
                raise
            try:
                await change.commit()
            except AWAY as error:
                if isinstance(error, NOT_DONE):
                    raise
                # The confirmation was sent and no answer came: it may have been carried out all the same.
                abandon(connection)
                raise Uncertain from error

    async def rows(self, statement: str, *values: object) -> list[Row]:
        """All rows of one statement."""
        async with self.connection() as connection:
            found: list[Row] = await connection.fetch(statement, *values)
            return found

    async def row(self, statement: str, *values: object) -> Row | None:
        """The first row of one statement, or None."""
        async with self.connection() as connection:
            return await connection.fetchrow(statement, *values)

    async def execute(self, statement: str, *values: object) -> None:
        """One statement for its effect, kept at once."""
        async with self.transaction() as connection:
            await connection.execute(statement, *values)

    async def answers(self) -> bool:
        """Whether the server answers right now, and keeps what it is told; only a change can tell."""
        try:
            async with asyncio.timeout(1.0):
                return await self.row(SEEN, self._instance) is not None
        except (Unavailable, TimeoutError):
            return False


def abandon(connection: Connection) -> None:
    """Throws a connection away; one that ended by itself has left the pool already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()
