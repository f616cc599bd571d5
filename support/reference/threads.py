"""Conversations: who owns them, and what may be changed about them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from support.reference.archive import NOTES, bring_back
from support.reference.audit import Audit
from support.reference.customers import Customers
from support.reference.identity import Caller
from support.reference.phases import ACTIVE, ARCHIVE, ARCHIVED, RESTORE, after
from support.reference.search import folded
from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import NotFound

RESERVED = ("user_id", "status", "title", *NOTES)
"""What the platform alone writes into the metadata of a conversation."""

SELECT = """
SELECT threads.*, (SELECT count(*) FROM messages WHERE messages.thread_id = threads.id)
  + coalesce((SELECT messages FROM archives WHERE archives.thread_id = threads.id), 0) AS message_count
FROM threads
"""


def shown(row: Row) -> dict[str, Any]:
    """A conversation as a caller sees it; `created_at` in whole seconds, `updated_at` with its fraction."""
    metadata = json.loads(row["metadata_"])
    return {
        "id": row["id"],
        "object": "thread",
        "title": metadata.get("title"),
        "created_at": int(row["created_at"].timestamp()),
        "updated_at": row["updated_at"].timestamp(),
        "metadata": metadata,
        "message_count": row["message_count"],
    }


def free(metadata: dict[str, Any] | None) -> dict[str, Any]:
    """Metadata of a caller without what only the platform may state."""
    return {name: value for name, value in (metadata or {}).items() if name not in RESERVED}


class Threads:
    """Rows of `threads`. Whatever is read or changed passes `owned_by` first."""

    def __init__(self, storage: Storage, customers: Customers, audit: Audit) -> None:
        self._storage = storage
        self._customers = customers
        self._audit = audit

    async def create(self, caller: Caller, title: str | None, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """A new conversation of the caller's, whoever the request names as its owner."""
        async with self._storage.transaction() as connection:
            await self._customers.welcome(caller, connection)
            return await self.start(connection, caller, title, metadata)

    async def start(
        self, connection: Connection, caller: Caller, title: str | None, metadata: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The same within a transaction; the caller has been welcomed."""
        thread_id = f"thread_{uuid.uuid4().hex}"
        kept = {**free(metadata), "user_id": caller.user_id, "status": ACTIVE, "title": title}
        await connection.execute(
            "INSERT INTO threads (id, user_id, metadata_, folded_title, context_noted) "
            "VALUES ($1, $2, $3, $4, $3::jsonb ? 'context')",
            thread_id,
            caller.user_id,
            json.dumps(kept),
            folded(title),
        )
        return shown(await self._load(thread_id, connection))

    async def list_of(self, caller: Caller, limit: int, offset: int) -> list[dict[str, Any]]:
        """The caller's conversations that are not archived, newest first."""
        rows = await self._storage.rows(
            SELECT
            + "WHERE user_id = $1 AND metadata_->>'status' <> $4 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3",
            caller.user_id,
            limit,
            offset,
            ARCHIVED,
        )
        return [shown(row) for row in rows]

    async def in_phase(self, caller: Caller, phase: str, limit: int, offset: int) -> list[dict[str, Any]]:
        """The caller's conversations in one phase, newest first."""
        rows = await self._storage.rows(
            SELECT + "WHERE user_id = $1 AND metadata_->>'status' = $4 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3",
            caller.user_id,
            limit,
            offset,
            phase,
        )
        return [shown(row) for row in rows]

    async def owned_by(self, caller: Caller, thread_id: str, action: str, origin: str) -> Row:
        """The conversation if it is the caller's; else NotFound, recorded when it is somebody else's."""
        row = await self._storage.row(SELECT + "WHERE id = $1 AND user_id = $2", thread_id, caller.user_id)
        if row is None:
            await self._audit.refused(caller, action, "thread", thread_id, origin)
            raise NotFound
        return row

    async def change(self, row: Row, title: str | None, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """A new title, and metadata added to what is there; facts of two changes at once both stay."""
        added = free(metadata)
        if title is not None:
            added["title"] = title
        async with self._storage.transaction() as connection:
            await self.merge(connection, row["id"], added)
            return shown(await self._load(row["id"], connection))

    async def archive(self, row: Row) -> dict[str, Any]:
        """Puts the conversation away; nothing of it is lost."""
        return await self.move(row, ARCHIVE)

    async def move(self, row: Row, deed: str) -> dict[str, Any]:
        """Moves the conversation to its next phase; Conflict when that is not permitted. Of two at once one moves."""
        async with self._storage.transaction() as connection:
            phase, before = await self.phase(connection, row["id"])
            await self.merge(connection, row["id"], {"status": after(phase, deed, before)})
            if deed == ARCHIVE:
                await connection.execute("UPDATE threads SET phase_before = $2 WHERE id = $1", row["id"], phase)
            if deed == RESTORE:
                await bring_back(connection, row["id"])
            return shown(await self._load(row["id"], connection))

    async def phase(self, connection: Connection, thread_id: str) -> tuple[str, str | None]:
        """The phase, and the one before the archive; nobody changes it until the transaction ends."""
        row = await connection.fetchrow(
            "SELECT metadata_->>'status' AS phase, phase_before FROM threads WHERE id = $1 FOR NO KEY UPDATE",
            thread_id,
        )
        if row is None:
            raise NotFound
        return row["phase"], row["phase_before"]

    async def merge(self, connection: Connection, thread_id: str, added: dict[str, Any]) -> None:
        """Adds to the metadata in one statement, so that nothing is written back that was only read."""
        await connection.execute(
            "UPDATE threads SET metadata_ = metadata_ || $2::jsonb, updated_at = clock_timestamp(), "
            "folded_title = coalesce($3, folded_title), context_noted = context_noted IS TRUE OR $2::jsonb ? 'context' "
            "WHERE id = $1",
            thread_id,
            json.dumps(added),
            folded(added["title"]) if "title" in added else None,
        )

    async def _load(self, thread_id: str, connection: Connection | None = None) -> Row:
        look = self._storage.row if connection is None else connection.fetchrow
        row = await look(SELECT + "WHERE id = $1", thread_id)
        if row is None:
            raise NotFound
        return row
