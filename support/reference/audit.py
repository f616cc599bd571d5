"""The trail of refused attempts on what exists but is another's, and of what was erased."""

from __future__ import annotations

from typing import Any

from support.reference.identity import Caller
from support.reference.journal import warn
from support.reference.storage import Connection, Storage
from support.reference.trouble import Forbidden

PERMISSION = "audit:read"
TABLES = {
    "thread": "(SELECT id, user_id FROM threads UNION ALL "
    "SELECT thread_id, user_id FROM deleted_threads WHERE user_id <> $1)",
    "run": "runs",
    "fact": "facts",
    "person": "(SELECT id, id AS user_id FROM users)",
}
"""Where each kind of thing stands, with the person whose it is in `user_id`.

A conversation that was deleted exists for everybody but its owner, as long as it can be brought back.
"""
RECORD = """
INSERT INTO audit (actor, actor_company, action, target_kind, target_id, target_owner, target_company, origin, address)
SELECT $1, $2, $3, $4, target.id, target.user_id, users.company, $6, $7
FROM {table} AS target JOIN users ON users.id = target.user_id WHERE target.id = $5
"""
PROVE = RECORD.format(table=TABLES["person"])


class Audit:
    """Rows of `audit`. Each is written before the refusal is sent, so that no refusal is without one."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def refused(self, caller: Caller, action: str, kind: str, target_id: str, origin: str) -> None:
        """Records that the caller tried `action` on somebody else's thing; `origin` is `rest` or `socket`.

        Of what does not exist nothing is recorded, but storage is asked the very same: neither the answer nor the
        work that it costs tells the two apart.
        """
        async with self._storage.connection() as connection:
            told = await connection.execute(
                RECORD.format(table=TABLES[kind]),
                caller.user_id,
                caller.company,
                action,
                kind,
                target_id,
                origin,
                caller.address,
            )
        if told.endswith(" 1"):
            warn(
                "refused",
                actor=caller.user_id,
                action=action,
                target_kind=kind,
                target_id=target_id,
                origin=origin,
                address=caller.address,
            )

    async def prove(self, connection: Connection, caller: Caller, action: str, user_id: str) -> None:
        """Records, in the transaction that does it, what the caller rightfully did to a person's whole data."""
        values = (caller.user_id, caller.company, action, "person", user_id, "rest", caller.address)
        await connection.execute(PROVE, *values)

    async def entries(self, caller: Caller) -> list[dict[str, Any]]:
        """The attempts on what belongs to the caller's company, oldest first; needs the permission."""
        if not caller.may(PERMISSION):
            raise Forbidden
        rows = await self._storage.rows("SELECT * FROM audit WHERE target_company = $1 ORDER BY id", caller.company)
        return [
            {
                "at": row["at"].isoformat(),
                "actor": row["actor"],
                "action": row["action"],
                "target_kind": row["target_kind"],
                "target_id": row["target_id"],
                "target_owner": row["target_owner"],
                "origin": row["origin"],
                "address": row["address"],
            }
            for row in rows
        ]
