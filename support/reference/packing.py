"""A conversation as one packet: its rows, whatever tables they stand in, taken out and put back unchanged.

Which rows hang on a conversation is read from PostgreSQL's own foreign keys, so that a table that is added
later is taken along without a word here.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass

from support.reference.storage import Connection

REFERENCES = """
SELECT child.relname AS child, child_column.attname AS child_column,
       parent.relname AS parent, parent_column.attname AS parent_column
FROM pg_constraint AS reference
JOIN pg_class AS child ON child.oid = reference.conrelid
JOIN pg_class AS parent ON parent.oid = reference.confrelid
JOIN pg_attribute AS child_column
  ON child_column.attrelid = reference.conrelid AND child_column.attnum = reference.conkey[1]
JOIN pg_attribute AS parent_column
  ON parent_column.attrelid = reference.confrelid AND parent_column.attnum = reference.confkey[1]
WHERE reference.contype = 'f' AND array_length(reference.conkey, 1) = 1
ORDER BY child.relname, child_column.attname
"""

WHOLE = ("threads",)
"""The root of everything that belongs to a conversation."""
CONTENT = ("messages", "runs", "updates")
"""The roots of what was said and done in it; the conversation itself stays where it is."""

Rows = dict[str, list[str]]
"""Table to rows, each as PostgreSQL writes it as JSON; parents stand before what hangs on them."""


@dataclass(frozen=True)
class Branch:
    """A table, and the condition under which a row of it belongs to the conversation `$1`."""

    table: str
    condition: str


async def branches(connection: Connection, roots: Sequence[str], by: str = "thread_id") -> list[Branch]:
    """The roots and all tables that hang on them, parents first; `by` is the column that `$1` names."""
    references = await connection.fetch(REFERENCES)
    conditions: dict[str, list[str]] = {root: [f"{'id' if root == 'threads' else by} = $1"] for root in roots}
    order = list(roots)
    for table in order:
        for found in references:
            child = found["child"]
            if found["parent"] != table or child in roots or child == table:
                continue
            inner = " OR ".join(conditions[table])
            condition = f'"{found["child_column"]}" IN (SELECT "{found["parent_column"]}" FROM "{table}" WHERE {inner})'
            if child not in conditions:
                order.append(child)
            conditions.setdefault(child, []).append(condition)
    return [Branch(table, " OR ".join(conditions[table])) for table in order]


async def take(connection: Connection, thread_id: str, roots: Sequence[str], by: str = "thread_id") -> Rows:
    """The rows of a conversation, as they stand; of one thing of it where `by` is `id`."""
    return {
        branch.table: [
            row["row"]
            for row in await connection.fetch(
                f'SELECT row_to_json(t)::text AS row FROM "{branch.table}" AS t WHERE {branch.condition}',
                thread_id,
            )
        ]
        for branch in await branches(connection, roots, by)
    }


async def remove(connection: Connection, thread_id: str, roots: Sequence[str], by: str = "thread_id") -> None:
    """Takes the rows of a conversation, or of one thing of it, away; what hangs on them goes with them."""
    for branch in (await branches(connection, roots, by))[: len(roots)]:
        await connection.execute(f'DELETE FROM "{branch.table}" WHERE {branch.condition}', thread_id)


async def put(connection: Connection, rows: Rows) -> None:
    """Puts rows back as they were."""
    for table, lines in rows.items():
        await connection.execute(
            f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE '
            f'SELECT * FROM json_populate_recordset(NULL::"{table}", $1::json)',
            f"[{','.join(lines)}]",
        )


def packed(rows: Rows) -> bytes:
    """The packet, as small as it gets with a sum to check it by."""
    return lzma.compress(json.dumps(rows, separators=(",", ":")).encode(), check=lzma.CHECK_CRC32)


def unpacked(packet: bytes) -> Rows:
    """What a packet holds."""
    found: Rows = json.loads(lzma.decompress(packet))
    return found
