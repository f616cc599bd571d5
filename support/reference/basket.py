"""Conversations that were deleted: out of everybody's sight, and for thirty days not beyond recall."""

from __future__ import annotations

from datetime import datetime

from support.reference import packing
from support.reference.archive import count_anew
from support.reference.identity import Caller
from support.reference.memory import settle
from support.reference.storage import Connection, Storage
from support.reference.trouble import Conflict


class Basket:
    """Rows of `deleted_threads`, each holding one whole conversation."""

    DAYS = 30
    """Whole days for which a deletion can be undone."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def throw_away(self, connection: Connection, thread_id: str, user_id: str, reason: str) -> None:
        """Deletes a conversation, within the caller's transaction."""
        rows = await packing.take(connection, thread_id, packing.WHOLE)
        await connection.execute(
            "INSERT INTO deleted_threads (thread_id, user_id, reason, packet) VALUES ($1, $2, $3, $4)",
            thread_id,
            user_id,
            reason,
            packing.packed(rows),
        )
        await packing.remove(connection, thread_id, packing.WHOLE)

    async def undo(self, caller: Caller, thread_id: str) -> bool:
        """Takes the caller's conversation out again, as it was; Conflict when it is too late.

        Whether it was there: what is another's is not.
        """
        async with self._storage.transaction() as connection:
            row = await connection.fetchrow(
                "SELECT * FROM deleted_threads WHERE thread_id = $1 AND user_id = $2 FOR UPDATE",
                thread_id,
                caller.user_id,
            )
            if row is None:
                return False
            if not await self.recoverable(connection, row["deleted_at"]):
                raise Conflict("This conversation was deleted too long ago to be brought back.")
            await packing.put(connection, packing.unpacked(row["packet"]))
            await settle(connection, caller.user_id)
            await count_anew(connection, thread_id)
            await connection.execute("DELETE FROM deleted_threads WHERE thread_id = $1", thread_id)
        return True

    async def recoverable(self, connection: Connection, deleted_at: datetime) -> bool:
        """Whether a deletion of this moment can still be undone."""
        days = await connection.fetchval("SELECT floor(extract(epoch FROM clock_timestamp() - $1) / 86400)", deleted_at)
        return bool(days <= self.DAYS)

    async def empty(self, connection: Connection) -> list[str]:
        """Removes for good what cannot be brought back any more; which conversations these were."""
        rows = await connection.fetch(
            "WITH gone AS (DELETE FROM deleted_threads "
            "WHERE floor(extract(epoch FROM clock_timestamp() - deleted_at) / 86400) > $1 RETURNING *) "
            "INSERT INTO erasures (kind, id, actor) SELECT 'thread', thread_id, user_id FROM gone "
            "ON CONFLICT DO NOTHING RETURNING id",
            self.DAYS,
        )
        return [row["id"] for row in rows]
