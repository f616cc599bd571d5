"""A conversation as one packet: its rows, whatever tables they stand in, taken out and put back unchanged.

Which rows hang on a conversation is read from PostgreSQL's own foreign keys, so that a table that is added
later is taken along without a word here.
"""

from __future__ import annotations

import zlib
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

WORDS = (
    b'{"exit":"normal_completion","reason":null,"state":"done","step":"write_report","result":{"report": "'
    b'Question: "What is spent:"What can be saved:"step":"find_savings","step":"collect_aws","step":"colle'
    b'ct_azure","step":"collect_gcp","items": [{"idle": "0.00", "service": "","currency": "USD", "account"'
    b': "","announced_at":"20"finished_at":"20"run_steps\n{"run_id":"run_"run_exits\nreports\n"text":"","mont'
    b'hly_savings":,"annual_savings":}"type":"agent_completed","frame":{"type": "agent_completed", "attemp'
    b't": 1, "payload": {"exit": "normal_completion", "answer": "You can save $ a month ($ a year) by swit'
    b'ching off what is idle at AWS, Azure, Google Cloud.", "result": "message": "Writing the report."}, "'
    b'agent_name": "report"}"message": "Looking for savings."}, "agent_name": "optimisation"}"message": "R'
    b'eading what your clouds cost."}, "agent_name": "data"}"type":"tool_completed","frame":{"type": "tool'
    b'_completed", "call_id": "run_:1:collect_azure", "payload": {"cloud": "azure", "status": "ok", "month'
    b'ly_cost": ""}, "tool_name": "billing_azure""type":"tool_executing","frame":{"type": "tool_executing"'
    b', "call_id": "run_:1:collect_gcp", "payload": {"cloud": "gcp"}, "tool_name": "billing_gcp""call_id":'
    b' "run_:1:collect_aws", "payload": {"cloud": "aws"}, "tool_name": "billing_aws""type":"agent_thinking'
    b'","frame":{"type": "agent_thinking", "run_id": "run_"type":"agent_started","frame":{"type": "agent_s'
    b'tarted", "payload": {"client_id": ""}, "user_id": "", "sequence": 1, "timestamp": "20", "agent_name"'
    b': "supervisor"},updates\n{"thread_id":"thread_"partial":null,"error":null,"retry_from":null,"choices"'
    b':[],"rightful_owner":""recommendations": [{"cloud": "aws", "title": "Switch off idle "monthly_saving'
    b's": ""}, {"cloud": "azure", "title": "{"cloud": "gcp", "title": ""result":{"monthly_cost": "", "annu'
    b'al_savings": "", "monthly_savings": "", "status":"completed","attempt":1,"epoch":1,"holder":null,"le'
    b'ase_until":null,"started_at":"20","deadline_at":"20","ended_at":"20runs\n{"id":"run_","thread_id":"th'
    b'read_","user_id":"","question":"","question_position":1"rightful_thread":"thread_","rightful_positio'
    b'n":2}"role":"assistant","content":""metadata_":{"kind": "answer", "run_id": "run_", "attempt": 1},"r'
    b'eply_to":","folded":"you can save $ a month ($ a year) by switching off what is idle at aws, azure, '
    b'google cloud.","created_at":"20+00:00","messages\n{"id":"","thread_id":"thread_","position":1,"role":'
    b'"user","content":"Where can cut its cloud costs? ("metadata_":{"run_id": "run_"},"reply_to":null,'
)
"""What the rows of every conversation have in common, so that no packet has to hold it. Packets that were made with
it can be opened with it alone: it is never changed."""

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
    squeeze = zlib.compressobj(9, zdict=WORDS)
    text = "\n".join(line for table, lines in rows.items() for line in (table, *lines))
    return squeeze.compress(text.encode()) + squeeze.flush()


def unpacked(packet: bytes) -> Rows:
    """What a packet holds."""
    loosen = zlib.decompressobj(zdict=WORDS)
    rows: Rows = {}
    table = ""
    for line in (loosen.decompress(packet) + loosen.flush()).decode().split("\n"):
        if line.startswith("{"):
            rows[table].append(line)
        else:
            table = line
            rows[table] = []
    return rows
