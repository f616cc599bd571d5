"""PostgreSQL whose disk is full: whatever is to be changed needs room, and the kernel gives none.

A table of the suite's stands in a file that leads to /dev/full, which takes nothing, as a full disk does; and every
change of the platform's has to write there first. So it is the kernel that refuses PostgreSQL, and PostgreSQL that
refuses the change, by its own way through this trouble: its own words, its own code, its own line in the log. No disk
is filled for it that others need as well, and what is only read is read as before.
"""

import os
from pathlib import Path

import asyncpg

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.targets.positions import LOCK, SCHEMA, clear
from support.targets.services import Postgres
from support.targets.strain import Connection, Strain, door
from support.targets.witness import Witness

FULL = "/dev/full"
NO_ROOM = "No space left on device"
BALLAST = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.ballast (room text);
CREATE FUNCTION {SCHEMA}.take() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One after the other: for many at once PostgreSQL would ask for many pages at once, by another way.
    PERFORM pg_advisory_xact_lock({LOCK});
    INSERT INTO {SCHEMA}.ballast VALUES ('one page more');
    RETURN NULL;
END $$;
"""
EVERY = "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
TAKE = "CREATE TRIGGER {schema} BEFORE INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION {schema}.take()"


class FullDisk(Strain):
    """PostgreSQL has no room for any change."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def begin(self) -> Witness:
        """From now on every change comes to the full disk; the witness is one of them, and PostgreSQL's log."""
        self._postgres.permitted("fill the disk of")
        async with door(self._postgres) as connection:
            await connection.execute(BALLAST)
            # Nothing may be left to be carried to the file's disk when it becomes the full one.
            await connection.execute("CHECKPOINT")
            path = await self._ballast(connection)
            tables = [row["name"] for row in await connection.fetch(EVERY)]
        path.unlink()
        path.symlink_to(FULL)
        async with door(self._postgres) as connection:
            for table in tables:
                # One by one: each waits for the changes of its own table that are under way, and blocks no other.
                await connection.execute(TAKE.format(schema=SCHEMA, table=table))
            refused = [await self._refusal(connection, table) for table in tables]
        if not refused:
            raise Inconclusive("PostgreSQL holds nothing that could be changed")
        logged = self._logged()
        if not logged:
            raise Inconclusive(f"the log of PostgreSQL says nothing of: {refused[0]}")
        evidence = f"each of {len(refused)} tables refuses a change: {refused[0]}; its log: {logged}"
        return Witness("PostgreSQL has no room on its disk", Moment.now(), evidence)

    async def end(self) -> Witness:
        """There is room again."""
        async with door(self._postgres) as connection:
            path = await self._ballast(connection)
            for row in await connection.fetch(EVERY):
                await connection.execute(f"DROP TRIGGER IF EXISTS {SCHEMA} ON {row['name']}")
        path.unlink()
        path.touch(mode=0o600)
        os.chown(path, (owner := path.parent.stat()).st_uid, owner.st_gid)
        await clear(self._postgres)
        identity = await self._postgres.until_answers()
        return Witness("PostgreSQL has room on its disk again", Moment.now(), f"answers as {identity}")

    async def _ballast(self, connection: Connection) -> Path:
        if self._postgres.data is None:
            raise Inconclusive("the disk of PostgreSQL is not ours")
        return self._postgres.data / str(await connection.fetchval(f"SELECT pg_relation_filepath('{SCHEMA}.ballast')"))

    async def _refusal(self, connection: Connection, table: str) -> str:
        """How PostgreSQL refuses a change of this table, of not one row; Inconclusive when it does not."""
        try:
            await connection.execute(f"DELETE FROM {table} WHERE false")
        except asyncpg.DiskFullError as refused:
            return str(refused)
        raise Inconclusive(f"PostgreSQL was to have no room, and takes a change of {table}")

    def _logged(self) -> str:
        """The last line in PostgreSQL's own log that speaks of the full disk."""
        written = self._postgres.written
        lines = written.read_text(encoding="utf-8", errors="replace").splitlines() if written else []
        return next((line for line in reversed(lines) if NO_ROOM in line), "")
