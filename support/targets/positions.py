"""PostgreSQL that fails, or waits, at one place of a change: what a full disk or a slow one does there.

What is put into PostgreSQL stands in a schema of its own, so that taking the schema away takes all of it away.
"""

import asyncio
import contextlib
from dataclasses import dataclass

import asyncpg

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.targets.services import Postgres
from support.targets.strain import ASK_LIMIT, Connection, Strain, door
from support.targets.witness import Witness

SCHEMA = "golden_path"
LOCK = 0x476F6C64
"""Number of the advisory lock on which a held change waits."""
FAIL = f"""
CREATE SCHEMA {SCHEMA};
CREATE SEQUENCE {SCHEMA}.struck;
CREATE FUNCTION {SCHEMA}.fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('{SCHEMA}.struck') <= TG_ARGV[0]::bigint THEN
        RAISE EXCEPTION 'could not extend file: no space left on device' USING ERRCODE = '53100';
    END IF;
    RETURN NEW;
END $$;
"""
HOLD = f"""
CREATE SCHEMA {SCHEMA};
CREATE FUNCTION {SCHEMA}.hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK});
    RETURN NEW;
END $$;
"""
ALWAYS = 2**40


@dataclass(frozen=True)
class Place:
    """One place of a change: the table, what is done there, and which of its rows are meant.

    Attributes:
        event: "INSERT" or "UPDATE".
        where: condition on the new row, as SQL; "" for every row.
        at_commit: whether it comes only when everything has been written and is to be confirmed.
    """

    table: str
    event: str = "INSERT"
    where: str = ""
    at_commit: bool = False

    def trigger(self, function: str) -> str:
        """The statement that puts a function there."""
        condition = f"WHEN ({self.where})" if self.where else ""
        if self.at_commit:
            head = (
                f"CREATE CONSTRAINT TRIGGER {SCHEMA} AFTER {self.event} ON {self.table} DEFERRABLE INITIALLY DEFERRED"
            )
        else:
            head = f"CREATE TRIGGER {SCHEMA} BEFORE {self.event} ON {self.table}"
        return f"{head} FOR EACH ROW {condition} EXECUTE FUNCTION {SCHEMA}.{function}"


class FailsAt(Strain):
    """PostgreSQL has no room at this place, always or so many times."""

    def __init__(self, postgres: Postgres, place: Place, times: int = ALWAYS) -> None:
        self._postgres, self._place, self._times = postgres, place, times

    async def begin(self) -> Witness:
        """From now on what comes to this place fails, and nothing else."""
        self._postgres.permitted("take the room of")
        async with door(self._postgres) as connection:
            await connection.execute(FAIL + self._place.trigger(f"fail({self._times})"))
        return Witness(f"PostgreSQL has no room in {self._place.table}", Moment.now(), "it is in its catalogue")

    async def struck(self) -> int:
        """How often something has come there."""
        async with door(self._postgres) as connection:
            row = await connection.fetchrow(f"SELECT last_value, is_called FROM {SCHEMA}.struck")
        return int(row["last_value"]) if row and row["is_called"] else 0

    async def end(self) -> Witness:
        """There is room again."""
        await clear(self._postgres)
        return Witness("PostgreSQL has room again", Moment.now(), "it is gone from its catalogue")


class HeldCommit(Strain):
    """Changes at this place are written and then wait to be confirmed, until they are let go."""

    def __init__(self, postgres: Postgres, place: Place) -> None:
        self._postgres, self._place = postgres, place
        self._connection: Connection | None = None

    async def begin(self) -> Witness:
        """From now on what comes there waits."""
        self._postgres.permitted("hold up")
        async with door(self._postgres) as connection:
            await connection.execute(HOLD + self._place.trigger("hold()"))
        self._connection = await asyncpg.connect(self._postgres.url, timeout=ASK_LIMIT, command_timeout=ASK_LIMIT)
        await self._connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        return Witness("PostgreSQL holds up what is to be confirmed", Moment.now(), "the lock is taken")

    async def until_waiting(self) -> Witness:
        """Returns when a change waits there; Inconclusive when none comes."""
        assert self._connection is not None
        waiting = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASK_LIMIT):
                # PostgreSQL tells nobody who waits for a lock; until then asking is all one can do.
                while not (waiting := await self._waiting()):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
        if not waiting:
            raise Inconclusive("nothing came to be confirmed")
        return Witness("a change waits to be confirmed", Moment.now(), f"{waiting} wait for the lock")

    async def end(self) -> Witness:
        """Whatever waits goes on, and was confirmed when this returns."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if not connection.is_closed():
                await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
            connection.terminate()
        # The schema can only be taken away when nobody is in the middle of a change any more.
        await clear(self._postgres)
        return Witness("PostgreSQL confirms again", Moment.now(), "nothing waits any more")

    async def _waiting(self) -> int:
        assert self._connection is not None
        return int(
            await self._connection.fetchval(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted", LOCK
            )
        )


async def clear(postgres: Postgres) -> None:
    """Takes away whatever was put there; Inconclusive when it stays."""
    async with door(postgres) as connection:
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        if await connection.fetchval("SELECT count(*) FROM pg_trigger WHERE tgname = $1", SCHEMA):
            raise Inconclusive("what was put into PostgreSQL for this scenario is still there")
