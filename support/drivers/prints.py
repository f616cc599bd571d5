"""Fingerprints of stored rows: whether two states are the same row by row, and not only in number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.drivers.rows import Rows

_OF_THREADS = "select id::text from threads where metadata_->>'user_id' = any($1::text[])"
_OF_RUNS = f"select id::text from runs where thread_id::text in ({_OF_THREADS})"


@dataclass(frozen=True)
class Prints:
    """What is stored of some customers: (table, hash of the whole row) to the beginning of the row."""

    rows: Mapping[tuple[str, str], str]

    def __len__(self) -> int:
        return len(self.rows)

    def missing_in(self, other: "Prints", *besides: str) -> list[str]:
        """The rows that are not in the other state as they are here; tables in `besides` do not count."""
        return [
            f"{table}: {text}"
            for (table, value), text in self.rows.items()
            if (table, value) not in other.rows and table not in besides
        ]

    def differences(self, other: "Prints", *besides: str) -> list[str]:
        """What distinguishes the two states, as lines."""
        gone = [f"no longer as it was: {line}" for line in self.missing_in(other, *besides)]
        return gone + [f"new or changed: {line}" for line in other.missing_in(self, *besides)]


async def take(rows: Rows, users: Sequence[str]) -> Prints:
    """Every row that belongs to these customers, in whatever table it stands."""
    parts = []
    for table, columns in sorted(rows.columns.items()):
        conditions = []
        if "user_id" in columns:
            conditions.append("user_id::text = any($1::text[])")
        elif "metadata_" in columns and "thread_id" not in columns:
            conditions.append("metadata_->>'user_id' = any($1::text[])")
        if "thread_id" in columns:
            conditions.append(f"thread_id::text in ({_OF_THREADS})")
        if "run_id" in columns:
            conditions.append(f"run_id::text in ({_OF_RUNS})")
        if table == "users":
            conditions.append("id::text = any($1::text[])")
        if conditions:
            parts.append(
                f"select '{table}' as name, md5(t::text) as print, left(t::text, 160) as text, "
                f'pg_column_size(t.*) as bytes from "{table}" t where {" or ".join(conditions)}'
            )
    found = await rows.select(" union all ".join(parts), list(users))
    return Prints({(row["name"], row["print"]): row["text"] for row in found})


async def bytes_of(rows: Rows, thread: str) -> int:
    """How much room one conversation takes, in bytes of its rows."""
    of_runs = "select id::text from runs where thread_id::text = $1"
    parts = []
    for table, columns in sorted(rows.columns.items()):
        conditions = ["id::text = $1"] if table == "threads" else []
        if "thread_id" in columns:
            conditions.append("thread_id::text = $1")
        elif "run_id" in columns:
            conditions.append(f"run_id::text in ({of_runs})")
        if conditions:
            parts.append(f'select pg_column_size(t.*) as bytes from "{table}" t where {" or ".join(conditions)}')
    return sum(row["bytes"] for row in await rows.select(" union all ".join(parts), thread))
