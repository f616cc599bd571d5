"""Conversations that were put away because of their age: small, still readable, and brought back on request."""

from __future__ import annotations

from support.reference import packing
from support.reference.phases import ARCHIVED
from support.reference.storage import Connection

NOTES = ("archived_at", "archive_reason")
"""What the platform adds to the metadata of a conversation that it puts away."""


class Archive:
    """Rows of `archives`, each holding what was said and done in one conversation."""

    async def put_away(self, connection: Connection, thread_id: str, reason: str) -> None:
        """Packs a conversation, within the caller's transaction; its customer still finds it in the archive."""
        rows = await packing.take(connection, thread_id, packing.CONTENT)
        await self.keep(connection, thread_id, rows)
        await packing.remove(connection, thread_id, packing.CONTENT)
        await connection.execute(
            "UPDATE threads SET phase_before = metadata_->>'status', metadata_ = metadata_ || jsonb_build_object("
            "'status', $3::text, 'archived_at', clock_timestamp(), 'archive_reason', $2::text) WHERE id = $1",
            thread_id,
            reason,
            ARCHIVED,
        )

    async def keep(self, connection: Connection, thread_id: str, rows: packing.Rows) -> None:
        """The packet of a conversation."""
        await connection.execute(
            "INSERT INTO archives (thread_id, packet, messages) VALUES ($1, $2, $3)",
            thread_id,
            packing.packed(rows),
            len(rows["messages"]),
        )


async def archived_messages(connection: Connection, thread_id: str) -> str:
    """The messages of a conversation that is put away, as a JSON list of their rows; empty for any other one."""
    packet = await connection.fetchval("SELECT packet FROM archives WHERE thread_id = $1", thread_id)
    return "[]" if packet is None else f"[{','.join(packing.unpacked(packet)['messages'])}]"


async def bring_back(connection: Connection, thread_id: str) -> None:
    """Unpacks a conversation, within the transaction that makes it one in use again."""
    packet = await connection.fetchval("DELETE FROM archives WHERE thread_id = $1 RETURNING packet", thread_id)
    if packet is not None:
        await packing.put(connection, packing.unpacked(packet))
    await connection.execute("UPDATE threads SET metadata_ = metadata_ - $2::text[] WHERE id = $1", thread_id, NOTES)
    await count_anew(connection, thread_id)


async def count_anew(connection: Connection, thread_id: str) -> None:
    """The days of a conversation that comes back count from now, so that the next run does not take it again."""
    await connection.execute(
        "INSERT INTO returns (thread_id) VALUES ($1) ON CONFLICT (thread_id) DO UPDATE SET at = excluded.at", thread_id
    )
