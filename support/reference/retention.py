"""Tidying up: what is due is put away, what was agreed is deleted, and nothing else is touched.

Each conversation is one transaction, so that a run that is killed leaves each of them as it was or wholly
put away, and the next run does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from support.reference.archive import Archive
from support.reference.basket import Basket
from support.reference.storage import Connection, Row, Storage

USUAL_DAYS = {"completed": 30, "inactive": 90, "any": 365}
"""Whole days after which a conversation is put away where nothing else was agreed."""

LOCK = 0x5469_6479
"""Number of the advisory lock: of two runs at once one waits."""

DUE = """
SELECT * FROM (
  SELECT threads.id, threads.user_id, threads.metadata_->>'status' AS status,
         floor(extract(epoch FROM clock_timestamp() - threads.updated_at) / 86400) AS idle,
         floor(extract(epoch FROM clock_timestamp() - greatest(threads.created_at, returns.at)) / 86400) AS age,
         CASE WHEN rule.company IS NULL THEN $1 ELSE rule.completed_days END AS completed_days,
         CASE WHEN rule.company IS NULL THEN $2 ELSE rule.inactive_days END AS inactive_days,
         CASE WHEN rule.company IS NULL THEN $3 ELSE rule.any_days END AS any_days
  FROM threads JOIN users ON users.id = threads.user_id
  LEFT JOIN retention_rules AS rule ON rule.company = users.company
  LEFT JOIN returns ON returns.thread_id = threads.id
  WHERE threads.metadata_->>'status' <> 'archived' AND ($4::text IS NULL OR threads.id = $4)
    AND NOT EXISTS (SELECT FROM holds WHERE holds.thread_id = threads.id)
    AND NOT EXISTS (SELECT FROM runs WHERE runs.thread_id = threads.id AND runs.status IN ('running', 'preserved'))
) AS candidates
WHERE (status = 'completed' AND idle > completed_days) OR idle > inactive_days OR age > any_days
ORDER BY idle DESC, id
"""

TO_DELETE = """
SELECT threads.id, threads.user_id, rule.delete_days, rule.approved_at IS NOT NULL AS approved,
       EXISTS (SELECT FROM holds WHERE holds.thread_id = threads.id) AS held,
       coalesce(greatest((threads.metadata_->>'archived_at')::timestamptz, archives.at), threads.updated_at) AS put_away
FROM threads JOIN users ON users.id = threads.user_id
JOIN retention_rules AS rule ON rule.company = users.company
LEFT JOIN archives ON archives.thread_id = threads.id
LEFT JOIN returns ON returns.thread_id = threads.id
WHERE threads.metadata_->>'status' = 'archived' AND rule.delete_days IS NOT NULL
  AND ($1::text IS NULL OR threads.id = $1)
  AND floor(extract(epoch FROM clock_timestamp()
      - greatest(coalesce((threads.metadata_->>'archived_at')::timestamptz, threads.updated_at), returns.at)
      ) / 86400) > rule.delete_days
ORDER BY threads.id
"""


HOLD = "SELECT FROM threads WHERE id = $1 FOR UPDATE"
"""Nobody uses the conversation, or puts anything on it, from here to the end of the transaction."""


@dataclass
class Done:
    """What one run did, for its report."""

    archived: list[dict[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Retention:
    """One run over all conversations; `backed_up_to` is how far a verified backup reaches, None without one."""

    def __init__(self, storage: Storage, backed_up_to: datetime | None) -> None:
        self._storage = storage
        self._archive = Archive()
        self._basket = Basket(storage)
        self._backed_up_to = backed_up_to

    async def run(self, dsn: str) -> Done:
        """The whole run."""
        turn = await asyncpg.connect(dsn, timeout=10)
        try:
            await turn.execute("SELECT pg_advisory_lock($1)", LOCK)
            done = Done()
            for row in await self.due():
                if await self.put_away(row):
                    done.archived.append({"thread_id": row["id"], "reason": reason(row)})
            for row in await self.to_delete():
                await self.delete(row, done)
            async with self._storage.transaction() as connection:
                done.removed = await self._basket.empty(connection)
            return done
        finally:
            turn.terminate()

    async def due(self, only: str | None = None) -> list[Row]:
        """The conversations that are due, the longest unused first; or this one alone, if it is."""
        return await self._storage.rows(DUE, *USUAL_DAYS.values(), only)

    async def to_delete(self, only: str | None = None) -> list[Row]:
        """The archived conversations whose agreed time is over; or this one alone, if it is."""
        return await self._storage.rows(TO_DELETE, only)

    async def put_away(self, row: Row) -> bool:
        """Puts one conversation away, if that is still due when its turn has come."""
        async with self._storage.transaction() as connection:
            await connection.execute(HOLD, row["id"])
            for now in await self.due(row["id"]):
                await self._archive.put_away(connection, row["id"], reason(now))
                return True
        return False

    async def delete(self, row: Row, done: Done) -> None:
        """Deletes one conversation, if its time is still over when its turn has come, or says what forbids it."""
        async with self._storage.transaction() as connection:
            await connection.execute(HOLD, row["id"])
            for now in await self.to_delete(row["id"]):
                if (obstacle := self.obstacle(now)) is not None:
                    done.kept.append({"thread_id": row["id"], "because": obstacle})
                    return
                await self.throw_away(connection, now)
                break
            else:
                return
        done.deleted.append(row["id"])

    async def throw_away(self, connection: Connection, row: Row) -> None:
        """Deletes one conversation for which nothing stands in the way."""
        words = f"Agreed: deleted {row['delete_days']} days after it was archived."
        await self._basket.throw_away(connection, row["id"], row["user_id"], words)

    def obstacle(self, row: Row) -> str | None:
        """What forbids a deletion: `legal_hold`, `no_backup`, `no_approval`, or nothing."""
        if row["held"]:
            return "legal_hold"
        if self._backed_up_to is None or self._backed_up_to < row["put_away"]:
            return "no_backup"
        if not row["approved"]:
            return "no_approval"
        return None


def reason(row: Any) -> str:
    """Why a conversation is put away, in words for its customer."""
    if row["status"] == "completed" and row["completed_days"] is not None and row["idle"] > row["completed_days"]:
        return f"Completed more than {row['completed_days']} days ago."
    if row["inactive_days"] is not None and row["idle"] > row["inactive_days"]:
        return f"Not used for more than {row['inactive_days']} days."
    return f"Begun more than {row['any_days']} days ago."
