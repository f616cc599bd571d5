"""Conversations: who owns them, and what may be changed about them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from support.reference.audit import Audit
from support.reference.customers import Customers
from support.reference.identity import Caller
from support.reference.storage import Row, Storage
from support.reference.trouble import NotFound

RESERVED = ("user_id", "status", "title")
"""What the platform alone writes into the metadata of a conversation."""

SELECT = """
SELECT threads.*, (SELECT count(*) FROM messages WHERE messages.thread_id = threads.id) AS message_count
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
        thread_id = f"thread_{uuid.uuid4().hex}"
        kept = {**free(metadata), "user_id": caller.user_id, "status": "active", "title": title}
        async with self._storage.transaction() as connection:
            await self._customers.welcome(caller, connection)
            await connection.execute(
                "INSERT INTO threads (id, user_id, metadata_) VALUES ($1, $2, $3)",
                thread_id,
                caller.user_id,
                json.dumps(kept),
            )
        return shown(await self._load(thread_id))

    async def list_of(self, caller: Caller, limit: int, offset: int) -> list[dict[str, Any]]:
        """The caller's conversations, newest first."""
        rows = await self._storage.rows(
            SELECT + "WHERE user_id = $1 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3",
            caller.user_id,
            limit,
            offset,
        )
        return [shown(row) for row in rows]

    async def owned_by(self, caller: Caller, thread_id: str, action: str, origin: str) -> Row:
        """The conversation if it is the caller's; else NotFound, recorded when it is somebody else's."""
        row = await self._storage.row(SELECT + "WHERE id = $1", thread_id)
        if row is None:
            raise NotFound
        if row["user_id"] != caller.user_id:
            await self._audit.refused(caller, action, "thread", thread_id, row["user_id"], origin)
            raise NotFound
        return row

    async def change(self, row: Row, title: str | None, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """A new title, and metadata added to what is there; facts of two changes at once both stay."""
        added = free(metadata)
        if title is not None:
            added["title"] = title
        return await self._merge(row["id"], added)

    async def archive(self, row: Row) -> dict[str, Any]:
        """Puts the conversation away; nothing of it is lost."""
        return await self._merge(row["id"], {"status": "archived"})

    async def _merge(self, thread_id: str, added: dict[str, Any]) -> dict[str, Any]:
        await self._storage.execute(
            "UPDATE threads SET metadata_ = metadata_ || $2::jsonb, updated_at = clock_timestamp() WHERE id = $1",
            thread_id,
            json.dumps(added),
        )
        return shown(await self._load(thread_id))

    async def _load(self, thread_id: str) -> Row:
        row = await self._storage.row(SELECT + "WHERE id = $1", thread_id)
        if row is None:
            raise NotFound
        return row
