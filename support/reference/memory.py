"""What Netra remembers of a customer: facts that were told, from where, and which of them hold.

A fact is kept in the transaction of the message that tells it, so that it is never known without its origin and
never lost with Redis or a process. Of one customer's facts only one transaction at a time changes anything: an
advisory lock, which no other lock waits behind, gives them one order.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from support.reference.audit import Audit
from support.reference.facts import DECISION, DETAIL, Fact, earlier_form, told, written
from support.reference.identity import Caller
from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import NotFound

MOST_SENT = 24_000
"""Characters of facts that the model is told at most; of more, the newest."""

SELECT = """
SELECT facts.*, threads.metadata_->>'title' AS thread_title
FROM facts JOIN threads ON threads.id = facts.thread_id WHERE facts.user_id = $1
"""
ORDER = " ORDER BY facts.told_at, facts.number"


def shown(row: Row) -> dict[str, Any]:
    """A fact as its customer sees it."""
    return {
        "id": row["id"],
        "name": row["name"],
        "kind": row["kind"],
        "value": json.loads(row["value"]),
        "thread_id": row["thread_id"],
        "thread_title": row["thread_title"],
        "message_id": row["message_id"],
        "told_at": row["told_at"].isoformat(),
        "current": row["replaced_at"] is None,
    }


def sent(row: Row) -> dict[str, Any]:
    """A fact as the model is told it."""
    return {
        "name": row["name"],
        "value": json.loads(row["value"]),
        "from": {"thread_id": row["thread_id"], "title": row["thread_title"]},
    }


async def settle(connection: Connection, owner: str) -> None:
    """Lets of each lasting name only the newest value hold, after facts have come back from elsewhere."""
    await connection.execute(
        "UPDATE facts AS older SET replaced_at = clock_timestamp(), replaced_by = newer.id FROM facts AS newer "
        "WHERE older.user_id = $1 AND newer.user_id = $1 AND older.name = newer.name AND older.name <> $2 "
        "AND older.kind <> $3 AND older.replaced_at IS NULL AND newer.replaced_at IS NULL "
        "AND (newer.told_at, newer.number) > (older.told_at, older.number)",
        owner,
        DECISION,
        DETAIL,
    )


class Memory:
    """Rows of `facts`."""

    def __init__(self, storage: Storage, audit: Audit) -> None:
        self._storage = storage
        self._audit = audit

    async def learn(self, connection: Connection, message: Row, metadata: Mapping[str, Any] | None) -> None:
        """Keeps the facts that a customer's message tells, within the transaction of the message."""
        facts = told(message["content"], metadata)
        if not facts:
            return
        owner = await connection.fetchval("SELECT user_id FROM threads WHERE id = $1", message["thread_id"])
        await self._lock(connection, owner)
        for fact in facts:
            await self.keep(connection, owner, message["thread_id"], message["id"], fact)

    async def keep(
        self,
        connection: Connection,
        owner: str,
        thread_id: str,
        message_id: str | None,
        fact: Fact,
        told_at: datetime | None = None,
    ) -> None:
        """Keeps one fact, told now unless said otherwise; of all with its name the newest holds."""
        await connection.execute(
            "INSERT INTO facts (id, user_id, thread_id, message_id, kind, name, value, told_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, COALESCE($8, clock_timestamp()))",
            f"fact_{uuid.uuid4().hex}",
            owner,
            thread_id,
            message_id,
            fact.kind,
            fact.name,
            written(fact.value),
            told_at,
        )
        await self.replace(connection, owner, thread_id, fact)

    async def replace(self, connection: Connection, owner: str, thread_id: str, fact: Fact) -> None:
        """Lets only the newest value hold: of a lasting fact everywhere, of a detail in its conversation."""
        await connection.execute(
            "WITH same AS (SELECT id, told_at, number FROM facts WHERE user_id = $1 AND name = $2 "
            "  AND replaced_at IS NULL AND ($3 OR thread_id = $4) AND ($5 OR value::text = $6)), "
            "newest AS (SELECT id FROM same ORDER BY told_at DESC, number DESC LIMIT 1) "
            "UPDATE facts SET replaced_at = clock_timestamp(), replaced_by = newest.id FROM newest "
            "WHERE facts.id IN (SELECT id FROM same) AND facts.id <> newest.id",
            owner,
            fact.name,
            fact.kind != DETAIL,
            thread_id,
            fact.alone,
            written(fact.value),
        )

    async def of(self, caller: Caller, history: bool) -> list[dict[str, Any]]:
        """What is remembered of the caller in the order in which it was told; with `history` also what held before."""
        await self._adopt(caller.user_id)
        chosen = SELECT + ("" if history else "AND facts.replaced_at IS NULL") + ORDER
        return [shown(row) for row in await self._storage.rows(chosen, caller.user_id)]

    async def remembered(self, user_id: str, thread_id: str) -> list[dict[str, Any]]:
        """What the model is told in a conversation: lasting facts from everywhere, details of this one alone."""
        await self._adopt(user_id)
        rows = await self._storage.rows(
            SELECT + "AND facts.replaced_at IS NULL AND (facts.kind <> $3 OR facts.thread_id = $2)" + ORDER,
            user_id,
            thread_id,
            DETAIL,
        )
        return [sent(row) for row in self.bounded(rows)]

    @staticmethod
    def bounded(rows: list[Row]) -> list[Row]:
        """As many as the model may be told, lasting ones before details and the newest first; in their old order."""
        room, chosen = MOST_SENT, set()
        newest_first = list(reversed(rows))
        for row in sorted(newest_first, key=lambda row: bool(row["kind"] == DETAIL)):
            room -= len(row["name"]) + len(row["value"])
            if room < 0:
                break
            chosen.add(row["id"])
        return [row for row in rows if row["id"] in chosen]

    async def forget(self, caller: Caller, fact_id: str, origin: str) -> None:
        """Removes a fact of the caller's for good; NotFound for every other, recorded when it is somebody else's."""
        mine = "SELECT id FROM facts WHERE id = $1 AND user_id = $2"
        if await self._storage.row(mine, fact_id, caller.user_id) is None:
            await self._audit.refused(caller, "remove_fact", "fact", fact_id, origin)
            raise NotFound
        await self.remove(fact_id)

    async def remove(self, fact_id: str) -> None:
        """Takes the fact out of storage; nothing that it had replaced holds again."""
        await self._storage.execute("DELETE FROM facts WHERE id = $1", fact_id)

    async def make_way(self, caller: Caller, metadata: Mapping[str, Any] | None) -> None:
        """Before a note of the caller's stands where an earlier version kept facts, these are taken over."""
        if "context" in (metadata or {}):
            await self._adopt(caller.user_id)

    async def _adopt(self, owner: str) -> None:
        """Takes over what an earlier version kept with the conversations of a customer, told when each began.

        What the customer has noted in the same place is a note, and stays one.
        """
        waiting = (
            "FROM threads WHERE user_id = $1 AND context_noted IS NOT TRUE "
            "AND metadata_->'context'->>'version' LIKE '1.%'"
        )
        if await self._storage.row(f"SELECT id {waiting} LIMIT 1", owner) is None:
            return
        async with self._storage.transaction() as connection:
            rows = await connection.fetch(f"SELECT * {waiting} ORDER BY created_at FOR NO KEY UPDATE", owner)
            await self._lock(connection, owner)
            for row in rows:
                for fact in earlier_form(json.loads(row["metadata_"])["context"]):
                    await self.keep(connection, owner, row["id"], None, fact, row["created_at"])
                await connection.execute(
                    "UPDATE threads SET metadata_ = metadata_ - 'context' WHERE id = $1", row["id"]
                )

    @staticmethod
    async def _lock(connection: Connection, owner: str) -> None:
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", owner)
