"""Finds what has come under a wrong owner, takes it out of everybody's sight, and gives it back on an operator's word.

Storage itself seals every conversation, message, analysis and fact when it is made: whose it is stands beside the
columns that say so, and no statement of the platform ever writes the seal again. What differs from its seal was changed
by a fault. It is packed and put away whole, with what was remembered of it, so that no reading of any kind can meet it
and no question takes it along to the AI model, until it is mended.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from support.reference import packing
from support.reference.identity import Caller
from support.reference.journal import journal
from support.reference.memory import settle
from support.reference.ready import Ready
from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import Conflict, Forbidden, NotFound, Unavailable

OPERATIONS = "operations:alarms"

OWNERSHIP = """
ALTER TABLE threads ADD COLUMN IF NOT EXISTS rightful_owner text;
ALTER TABLE runs ADD COLUMN IF NOT EXISTS rightful_owner text;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS rightful_owner text;
ALTER TABLE messages ADD COLUMN IF NOT EXISTS rightful_thread text, ADD COLUMN IF NOT EXISTS rightful_position bigint;
CREATE OR REPLACE FUNCTION seal_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.rightful_owner := coalesce(NEW.rightful_owner, NEW.user_id); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION seal_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.rightful_thread := coalesce(NEW.rightful_thread, NEW.thread_id);
    NEW.rightful_position := coalesce(NEW.rightful_position, NEW.position);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER seal BEFORE INSERT ON threads FOR EACH ROW EXECUTE FUNCTION seal_owner();
CREATE OR REPLACE TRIGGER seal BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION seal_owner();
CREATE OR REPLACE TRIGGER seal BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION seal_owner();
CREATE OR REPLACE TRIGGER seal BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION seal_place();
CREATE INDEX IF NOT EXISTS threads_unsealed ON threads (id)
    WHERE user_id <> rightful_owner OR metadata_->>'user_id' <> rightful_owner;
CREATE INDEX IF NOT EXISTS runs_unsealed ON runs (id) WHERE user_id <> rightful_owner;
CREATE INDEX IF NOT EXISTS facts_unsealed ON facts (id) WHERE user_id <> rightful_owner;
CREATE INDEX IF NOT EXISTS messages_unsealed ON messages (id) WHERE thread_id <> rightful_thread;
CREATE TABLE IF NOT EXISTS alarms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    severity text NOT NULL,
    kind text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
    packet bytea,
    mended_at timestamptz
);
CREATE INDEX IF NOT EXISTS alarms_of_user ON alarms (user_id);
"""


@dataclass(frozen=True)
class Sealed:
    """One kind of thing that is sealed: its table, when it differs from its seal, its conversation, its owner.

    `told` says that facts were perhaps told in it, which are put away with it.
    """

    table: str
    differs: str
    thread: str
    owner: str
    told: bool = False


SEALED = {
    "thread": Sealed(
        "threads", "(user_id <> rightful_owner OR metadata_->>'user_id' <> rightful_owner)", "id", "rightful_owner"
    ),
    "run": Sealed("runs", "user_id <> rightful_owner", "thread_id", "rightful_owner"),
    "message": Sealed(
        "messages",
        "thread_id <> rightful_thread",
        "rightful_thread",
        "(SELECT user_id FROM threads WHERE id = rightful_thread)",
        told=True,
    ),
    "fact": Sealed("facts", "user_id <> rightful_owner", "thread_id", "rightful_owner"),
}


class Ownership:
    """The seals, and rows of `alarms`, each with what was put away because of it."""

    def __init__(self, storage: Storage, ready: Ready, check_interval: float) -> None:
        self._storage = storage
        self._ready = ready
        self._interval = check_interval

    async def check_for_ever(self) -> None:
        """Checks everything again and again."""
        while True:
            await asyncio.sleep(self._interval)
            try:
                await self.check()
            except Unavailable:
                continue
            except Exception:
                journal.exception("the check of ownership broke off")

    async def check(self) -> None:
        """Puts away whatever differs from its seal; of several instances one does."""
        for kind, sealed in SEALED.items():
            for row in await self._storage.rows(f"SELECT id FROM {sealed.table} WHERE {sealed.differs}"):
                await self.put_away(kind, sealed, row["id"])

    async def put_away(self, kind: str, sealed: Sealed, target_id: str) -> None:
        """Packs one thing and takes it out of sight; raises the alarm in the same transaction."""
        async with self._storage.transaction() as connection:
            row = await connection.fetchrow(
                f"SELECT *, {sealed.thread} AS home, {sealed.owner} AS owner FROM {sealed.table} "
                f"WHERE id = $1 AND {sealed.differs} FOR UPDATE SKIP LOCKED",
                target_id,
            )
            if row is None:
                return
            rows = await self.taken(connection, target_id, sealed.table, "id")
            if sealed.told:
                rows |= await self.taken(connection, target_id, "facts", "message_id")
            # Whose owner has been erased meanwhile is only removed.
            await connection.execute(
                "INSERT INTO alarms (severity, kind, target_kind, target_id, user_id, packet) "
                "SELECT 'critical', 'wrong_owner', $1, $2, id, $4 FROM users WHERE id = $3",
                kind,
                target_id,
                row["owner"],
                packing.packed(rows),
            )
        for user_id in {row["owner"], row.get("user_id")} - {None}:
            await self._ready.forget(user_id, row["home"])
        journal.critical("alarm", extra={"facts": {"kind": "wrong_owner", "target_kind": kind, "target_id": target_id}})

    @staticmethod
    async def taken(connection: Connection, target_id: str, table: str, by: str) -> packing.Rows:
        """Takes out of a table what its column `by` says is this thing, and all that hangs on it."""
        rows = await packing.take(connection, target_id, (table,), by)
        await packing.remove(connection, target_id, (table,), by)
        return rows

    async def alarms(self, caller: Caller) -> list[dict[str, Any]]:
        """Every alarm, oldest first; needs the permission. Nothing of what it is about."""
        self._expect_operator(caller)
        return [_shown(row) for row in await self._storage.rows("SELECT * FROM alarms ORDER BY id")]

    async def mend(self, caller: Caller, alarm_id: int) -> dict[str, Any]:
        """Gives back to its rightful owner what was put away, as it was; Conflict when that was done before."""
        self._expect_operator(caller)
        async with self._storage.transaction() as connection:
            row = await connection.fetchrow("SELECT * FROM alarms WHERE id = $1 FOR UPDATE", alarm_id)
            if row is None:
                raise NotFound
            if row["packet"] is None:
                raise Conflict("This has been mended already.")
            rows = packing.unpacked(row["packet"])
            table = SEALED[row["target_kind"]].table
            rows[table] = [json.dumps(rightful(json.loads(line)), ensure_ascii=False) for line in rows[table]]
            await packing.put(connection, rows)
            await settle(connection, row["user_id"])
            mended = await connection.fetchrow(
                "UPDATE alarms SET packet = NULL, mended_at = clock_timestamp() WHERE id = $1 RETURNING *", alarm_id
            )
        assert mended is not None
        return _shown(mended)

    @staticmethod
    def _expect_operator(caller: Caller) -> None:
        if not caller.may(OPERATIONS):
            raise Forbidden


def rightful(row: dict[str, Any]) -> dict[str, Any]:
    """A row as its seal says that it ought to be."""
    if "rightful_thread" in row:
        return {**row, "thread_id": row["rightful_thread"], "position": row["rightful_position"]}
    mended = {**row, "user_id": row["rightful_owner"]}
    if "metadata_" in row:
        mended["metadata_"] = {**row["metadata_"], "user_id": row["rightful_owner"]}
    return mended


def _shown(row: Row) -> dict[str, Any]:
    mended = row["mended_at"]
    return {
        "id": row["id"],
        "at": row["at"].isoformat(),
        "severity": row["severity"],
        "kind": row["kind"],
        "target_kind": row["target_kind"],
        "target_id": row["target_id"],
        "actions": ["quarantine_resource", *(["fix_isolation_key"] if mended else [])],
        "mended_at": mended.isoformat() if mended else None,
    }
