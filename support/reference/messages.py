"""What was said in a conversation, in the order in which it was acknowledged."""

from __future__ import annotations

import json
import uuid
from typing import Any

from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import Conflict, NotFound

LONGEST_HISTORY = 1000
"""How many of the latest messages the model is told at most."""


def shown(row: Row) -> dict[str, Any]:
    """A message as a caller sees it; `created_at` in whole seconds, `position` counts from 1."""
    return {
        "id": row["id"],
        "thread_id": row["thread_id"],
        "role": row["role"],
        "content": row["content"],
        "created_at": int(row["created_at"].timestamp()),
        "position": row["position"],
        "metadata": json.loads(row["metadata_"]),
    }


class Messages:
    """Rows of `messages`. A place is given under the lock of the conversation: the order of commits."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def append(
        self,
        connection: Connection,
        thread_id: str,
        role: str,
        content: str,
        metadata: dict[str, Any] | None = None,
    ) -> Row:
        """The next message, within the caller's transaction; NotFound when the conversation is gone."""
        position = await connection.fetchval(
            "UPDATE threads SET last_position = last_position + 1, updated_at = clock_timestamp() "
            "WHERE id = $1 RETURNING last_position",
            thread_id,
        )
        if position is None:
            raise NotFound
        row = await connection.fetchrow(
            "INSERT INTO messages (id, thread_id, position, role, content, metadata_) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
            str(uuid.uuid4()),
            thread_id,
            position,
            role,
            content,
            json.dumps(metadata or {}),
        )
        assert row is not None
        return row

    async def say(self, thread: Row, content: str, metadata: dict[str, Any] | None) -> dict[str, Any]:
        """A message of the customer's that asks for no analysis."""
        self.expect_open(thread)
        async with self._storage.transaction() as connection:
            return shown(await self.append(connection, thread["id"], "user", content, metadata))

    @staticmethod
    def expect_open(thread: Row) -> None:
        """Raises Conflict when the conversation is archived."""
        if json.loads(thread["metadata_"]).get("status") == "archived":
            raise Conflict("This conversation is archived.")

    async def page(self, thread_id: str, limit: int, offset: int) -> dict[str, Any]:
        """Part of the history, oldest first, and how much there is in all."""
        async with self._storage.transaction() as connection:
            total = await connection.fetchval("SELECT count(*) FROM messages WHERE thread_id = $1", thread_id)
            rows = await connection.fetch(
                "SELECT * FROM messages WHERE thread_id = $1 ORDER BY position LIMIT $2 OFFSET $3",
                thread_id,
                limit,
                offset,
            )
        return {
            "messages": [shown(row) for row in rows],
            "thread_id": thread_id,
            "total": total,
            "limit": limit,
            "offset": offset,
        }

    async def history(self, thread_id: str, before: int) -> list[dict[str, str]]:
        """What was said before a place, oldest first, in the form that the model is told it."""
        rows = await self._storage.rows(
            "SELECT role, content FROM messages WHERE thread_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
            thread_id,
            before,
            LONGEST_HISTORY,
        )
        return [{"role": row["role"], "content": row["content"]} for row in reversed(rows)]
