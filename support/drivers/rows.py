"""What PostgreSQL holds: second evidence, never the sentence of a scenario.

Reads over a connection of the suite's own, beside the platform. Deployments differ in what they
store, so what is there is looked at before anything is said about it.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

Row = dict[str, Any]

# Columns that tell whose a row is, in the order in which they are trusted.
_OWNERS = ("user_id", "actor")


class Rows:
    """A reader of one deployment's PostgreSQL; `dsn` as asyncpg takes it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._columns: dict[str, set[str]] = {}

    async def open(self) -> None:
        """Connects and learns which tables there are."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(self._dsn, min_size=0, max_size=2, init=_plain_json, reset=_as_it_is)
        found = await self.select(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        )
        self._columns = {}
        for row in found:
            self._columns.setdefault(row["table_name"], set()).add(row["column_name"])

    async def close(self) -> None:
        """Disconnects at once."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def select(self, statement: str, *arguments: object) -> list[Row]:
        """The rows that a statement yields."""
        if self._pool is None:
            raise RuntimeError("rows are read before the reader was opened")
        return [dict(record) for record in await self._pool.fetch(statement, *arguments)]

    @property
    def columns(self) -> dict[str, set[str]]:
        """Table to its columns, as they were found."""
        return self._columns

    async def change(self, statement: str, *arguments: object) -> int:
        """Makes something so that a scenario needs and that takes too long to come about; how many rows it was."""
        if self._pool is None:
            raise RuntimeError("rows are changed before the reader was opened")
        return int(str(await self._pool.execute(statement, *arguments)).split()[-1])

    @asynccontextmanager
    async def locked(self, table: str, identity: str) -> AsyncIterator[None]:
        """Holds a row, so that whoever wants to change it has to wait, until the block ends."""
        if self._pool is None:
            raise RuntimeError("a row is held before the reader was opened")
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(f'select from "{table}" where id::text = $1 for update', identity)
            yield

    @asynccontextmanager
    async def standing_still(self, *tables: str) -> AsyncIterator[None]:
        """Lets nobody read or change these tables until the block ends; whoever wants to has to wait."""
        if self._pool is None:
            raise RuntimeError("tables are held before the reader was opened")
        names = ", ".join(f'"{table}"' for table in tables)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(f"lock table {names} in access exclusive mode")
            yield

    async def waiting_for_locks(self) -> bool:
        """Whether anybody waits for a lock that somebody else holds."""
        return bool(await self.select("select from pg_locks where not granted"))

    async def at_work(self) -> dict[str, int]:
        """How many connections of each server do something in this moment, by the name that the server gives."""
        found = await self.select(
            "select application_name as name, count(*) filter (where state <> 'idle') as number from pg_stat_activity"
            " where datname = current_database() and application_name <> '' group by application_name"
        )
        return {row["name"]: row["number"] for row in found}

    async def connections(self) -> dict[str, int]:
        """How many connections each server has in this moment, by the name that the server gives."""
        found = await self.select(
            "select application_name as name, count(*) as number from pg_stat_activity"
            " where datname = current_database() and application_name <> '' group by application_name"
        )
        return {row["name"]: row["number"] for row in found}

    async def messages(self, thread: str) -> list[Row]:
        """The messages of a conversation in their order: role, text, kind and owner."""
        order = "position" if "position" in self._columns.get("messages", ()) else "created_at, id"
        rows = await self.select(
            f"select m.*, t.metadata_->>'user_id' as owner from messages m join threads t on t.id = m.thread_id"
            f" where m.thread_id::text = $1 order by {order}",
            thread,
        )
        return [row | {"content": _text(row["content"])} for row in rows]

    async def run(self, run: str) -> Row | None:
        """The stored analysis with its owner."""
        rows = await self.select(
            "select r.*, t.metadata_->>'user_id' as owner from runs r join threads t on t.id = r.thread_id"
            " where r.id::text = $1",
            run,
        )
        return rows[0] if rows else None

    async def of(self, table: str, column: str, value: str) -> list[Row]:
        """The rows of a table in which a column has this value; none when there is no such table."""
        if column not in self._columns.get(table, ()):
            return []
        return await self.select(f'select * from "{table}" where "{column}"::text = $1', value)

    async def all_of(self, user: str) -> list[tuple[str, str]]:
        """Every row that is a customer's, directly or through a conversation or analysis: its table and text."""
        found = []
        for table in sorted(self._columns):
            if belongs := self._belongs(table):
                rows = await self.select(f'select one::text as text from "{table}" one where {belongs}', user)
                found += [(table, str(row["text"])) for row in rows]
        return found

    async def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        tables = sorted(self._columns)
        if not tables:
            return {}
        parts = [f"select '{table}' as name, count(*) as number from \"{table}\"" for table in tables]
        return {row["name"]: row["number"] for row in await self.select(" union all ".join(parts))}

    async def counts_of(self, users: Sequence[str]) -> dict[str, int]:
        """How many rows each table holds that belong to these customers."""
        counts = {}
        for table, columns in self._columns.items():
            if owner := _owner(table, columns):
                statement = f'select count(*) as number from "{table}" where {owner} = any($1::text[])'
                counts[table] = (await self.select(statement, list(users)))[0]["number"]
        return counts

    async def mentions(self, texts: Sequence[str], passed_over: Sequence[str], proof: Sequence[str]) -> dict[str, int]:
        """How many rows of each table hold one of these texts anywhere; none are left out.

        Args:
            passed_over: texts that the tables of `proof` may hold.
        """
        found = {}
        for table in sorted(self._columns):
            wanted = [text for text in texts if table not in proof or text not in passed_over]
            statement = f'select count(*) as number from "{table}" as one where one::text like any($1::text[])'
            if number := (await self.select(statement, [f"%{_like(text)}%" for text in wanted]))[0]["number"]:
                found[table] = int(number)
        return found

    async def under_way(self, users: Sequence[str]) -> int:
        """How many analyses of these customers are being worked on."""
        if not {"user_id", "status"} <= self._columns.get("runs", set()):
            return 0
        statement = "select count(*) as number from runs where user_id::text = any($1::text[]) and status = 'running'"
        return int((await self.select(statement, list(users)))[0]["number"])

    async def move_back(self, user: str, seconds: float) -> int:
        """Moves every stored time of a customer's into the past; how many rows that were.

        What belongs to a customer only through a conversation or an analysis is moved with it.
        """
        if self._pool is None:
            raise RuntimeError("rows are moved before the reader was opened")
        found = await self.select(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'public' and data_type = 'timestamp with time zone'"
        )
        moments: dict[str, list[str]] = {}
        for row in found:
            moments.setdefault(row["table_name"], []).append(row["column_name"])
        moved = 0
        async with self._pool.acquire() as connection, connection.transaction():
            for table, columns in sorted(moments.items()):
                if belongs := self._belongs(table):
                    back = ", ".join(f'"{name}" = "{name}" - make_interval(secs => $2)' for name in columns)
                    done = await connection.execute(f'update "{table}" set {back} where {belongs}', user, seconds)
                    moved += int(done.split()[-1])
        return moved

    def _belongs(self, table: str) -> str:
        """The condition under which a row is customer $1's, directly or through its conversation or analysis."""
        columns = self._columns.get(table, set())
        if owner := _owner(table, columns):
            return f"{owner} = $1"
        threads = f"select id from threads where {_owner('threads', self._columns.get('threads', set()))} = $1"
        if "thread_id" in columns:
            return f"thread_id in ({threads})"
        return f"run_id in (select id from runs where thread_id in ({threads}))" if "run_id" in columns else ""

    async def remove_customers(self, users: Sequence[str]) -> None:
        """Takes away every row that belongs to these customers, in whatever table it stands."""
        if self._pool is None or not users:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            # Whoever still writes into a conversation has it locked: what is written meanwhile goes, too.
            if owner := _owner("threads", self._columns.get("threads", set())):
                await connection.execute(f"select from threads where {owner} = any($1::text[]) for update", list(users))
            # Whoever stands last is whom the others refer to.
            for table in sorted(self._columns, key=lambda name: (name == "users", name == "threads", name)):
                if owner := _owner(table, self._columns[table]):
                    await connection.execute(f'delete from "{table}" where {owner} = any($1::text[])', list(users))


def _like(text: str) -> str:
    """A text inside a pattern of LIKE, where it means itself."""
    return re.sub(r"([%_\\\\])", r"\\\1", text)


def _owner(table: str, columns: set[str]) -> str:
    """The expression that tells whose a row is; "" for a table that belongs to nobody, or only through others."""
    if table == "users":
        return '"id"::text'
    if named := next((name for name in _OWNERS if name in columns), None):
        return f'"{named}"::text'
    # A conversation says it in its metadata; what has metadata and a conversation says it through that.
    return "metadata_->>'user_id'" if "metadata_" in columns and "thread_id" not in columns else ""


async def _as_it_is(connection: object) -> None:
    """No statement here leaves anything behind in a session, so there is nothing to reset."""


async def _plain_json(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


def _text(stored: object) -> str:
    """A message's text: plain, a JSON string, or a list of text parts."""
    content = stored
    if isinstance(stored, str):
        try:
            content = json.loads(stored)
        except ValueError:
            return stored
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in content)
    return content if isinstance(content, str) else json.dumps(content)
