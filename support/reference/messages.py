"""What was said in a conversation, in the order in which it was acknowledged."""

from __future__ import annotations

import json
import uuid
from typing import Any

from support.reference.archive import archived_messages
from support.reference.facts import without_considered, without_facts
from support.reference.memory import Memory
from support.reference.phases import expect_open
from support.reference.search import folded
from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import Invalid, NotFound

LONGEST_HISTORY = 40
"""How many of the latest messages the model is told at most."""
MOST_SENT = 24_000
"""How many characters of them."""


def shown(row: Row) -> dict[str, Any]:
    """A message as a caller sees it; `created_at` in whole seconds, `position` counts from 1."""
    return {
        "id": row["id"],
        "thread_id": row["thread_id"],
        "role": row["role"],
        "content": row["content"],
        "created_at": int(row["created_at"].timestamp()),
        "position": row["position"],
        "reply_to": row["reply_to"],
        "metadata": json.loads(row["metadata_"]),
    }


class Messages:
    """Rows of `messages`. A place is given under the lock of the conversation: the order of commits."""

    def __init__(self, storage: Storage, memory: Memory) -> None:
        self._storage = storage
        self._memory = memory

    async def append(
        self,
        connection: Connection,
        thread_id: str,
        role: str,
        content: str,
        metadata: dict[str, Any] | None = None,
        reply_to: str | None = None,
    ) -> Row:
        """The next message and the facts that it tells, within the caller's transaction; NotFound without thread.

        `reply_to` is the message of the same conversation that this one answers.
        """
        position = await connection.fetchval(
            "UPDATE threads SET last_position = last_position + 1, updated_at = clock_timestamp() "
            "WHERE id = $1 RETURNING last_position",
            thread_id,
        )
        if position is None:
            raise NotFound
        row = await connection.fetchrow(
            "INSERT INTO messages (id, thread_id, position, role, content, metadata_, reply_to, folded) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *",
            str(uuid.uuid4()),
            thread_id,
            position,
            role,
            content,
            json.dumps({name: value for name, value in (metadata or {}).items() if name != "facts"}),
            reply_to,
            folded(content),
        )
        assert row is not None
        if role == "user":
            await self._memory.learn(connection, row, metadata)
        return row

    async def begin_with(self, connection: Connection, thread: dict[str, Any], texts: list[str]) -> dict[str, Any]:
        """The customer's first messages of a conversation that is being made; the conversation, as it is then."""
        for text in texts:
            await self.append(connection, thread["id"], "user", text)
        return {**thread, "message_count": len(texts)} if texts else thread

    async def say(
        self,
        connection: Connection,
        thread_id: str,
        content: str,
        metadata: dict[str, Any] | None,
        reply_to: str | None,
    ) -> dict[str, Any]:
        """A message of the customer's that asks for no analysis, within the caller's transaction."""
        await self.expect_open(connection, thread_id)
        if reply_to is not None:
            await self.expect_in(connection, thread_id, reply_to)
        return shown(await self.append(connection, thread_id, "user", content, metadata, reply_to))

    async def expect_open(self, connection: Connection, thread_id: str) -> None:
        """Raises Conflict unless the conversation takes messages, NotFound when it is gone; holds it so."""
        row = await connection.fetchrow(
            "SELECT metadata_->>'status' AS phase FROM threads WHERE id = $1 FOR NO KEY UPDATE", thread_id
        )
        if row is None:
            raise NotFound
        expect_open(row["phase"])

    async def expect_in(self, connection: Connection, thread_id: str, message_id: str) -> None:
        """Raises Invalid unless the conversation has this message."""
        found = "SELECT true FROM messages WHERE thread_id = $1 AND id = $2"
        if not await connection.fetchval(found, thread_id, message_id):
            raise Invalid("There is no such message in this conversation to reply to.")

    async def at(self, connection: Connection, thread_id: str, position: int) -> str | None:
        """The identity of the message at a place, None when there is none."""
        found: str | None = await connection.fetchval(
            "SELECT id FROM messages WHERE thread_id = $1 AND position = $2", thread_id, position
        )
        return found

    async def page(self, thread_id: str, limit: int, offset: int) -> dict[str, Any]:
        """Part of the history by its places, oldest first, and how many of these there are in all.

        Neither skips over messages that are not asked for: a long conversation opens as quickly as a short one. A
        message that has been put away leaves its place empty.
        """
        async with self._storage.transaction() as connection:
            total = await connection.fetchval("SELECT max(position) FROM messages WHERE thread_id = $1", thread_id)
            rows = await connection.fetch(
                "SELECT * FROM messages WHERE thread_id = $1 AND position > $2 AND position <= $3 ORDER BY position",
                thread_id,
                offset,
                offset + limit,
            )
            if not total:
                packed = await archived_messages(connection, thread_id)
                total = await connection.fetchval("SELECT jsonb_array_length($1::jsonb)", packed)
                rows = await connection.fetch(
                    "SELECT * FROM jsonb_populate_recordset(NULL::messages, $1::jsonb) "
                    "ORDER BY position LIMIT $2 OFFSET $3",
                    packed,
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
        """What was said last before a place, oldest first, in the form that the model is told it.

        What tells facts is left out: those that still hold are told as such.
        """
        rows = await self._storage.rows(
            "SELECT role, content FROM messages WHERE thread_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
            thread_id,
            before,
            LONGEST_HISTORY,
        )
        return self.bounded([{"role": row["role"], "content": self.talk(row)} for row in rows])

    @staticmethod
    def talk(row: Row) -> str:
        """What a message says beside the facts that it tells or names."""
        return without_facts(row["content"]) if row["role"] == "user" else without_considered(row["content"])

    @staticmethod
    def bounded(newest_first: list[dict[str, str]]) -> list[dict[str, str]]:
        """As many of the latest as the model may be told, oldest first; a latest one that is too long is cut."""
        room, chosen = MOST_SENT, list[dict[str, str]]()
        for message in newest_first:
            if len(message["content"]) > room and chosen:
                break
            if message["content"]:
                chosen.insert(0, {**message, "content": message["content"][:room]})
                room -= len(message["content"])
        return chosen
