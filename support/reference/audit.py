"""The trail of refused attempts on what exists but is another's."""

from __future__ import annotations

from typing import Any

from support.reference.identity import Caller
from support.reference.journal import warn
from support.reference.storage import Storage
from support.reference.trouble import Forbidden

PERMISSION = "audit:read"


class Audit:
    """Rows of `audit`. Each is written before the refusal is sent, so that no refusal is without one."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def refused(self, caller: Caller, action: str, kind: str, target_id: str, owner: str, origin: str) -> None:
        """Records that the caller tried `action` on somebody else's thing; `origin` is `rest` or `socket`."""
        await self._storage.execute(
            "INSERT INTO audit (actor, actor_company, action, target_kind, target_id, target_owner, origin) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            caller.user_id,
            caller.company,
            action,
            kind,
            target_id,
            owner,
            origin,
        )
        warn(
            "refused",
            actor=caller.user_id,
            action=action,
            target_kind=kind,
            target_id=target_id,
            origin=origin,
        )

    async def entries(self, caller: Caller) -> list[dict[str, Any]]:
        """The attempts on what belongs to the caller's company, oldest first; needs the permission."""
        if not caller.may(PERMISSION):
            raise Forbidden
        rows = await self._storage.rows(
            "SELECT audit.* FROM audit JOIN users ON users.id = audit.target_owner "
            "WHERE users.company = $1 ORDER BY audit.id",
            caller.company,
        )
        return [
            {
                "at": row["at"].isoformat(),
                "actor": row["actor"],
                "action": row["action"],
                "target_kind": row["target_kind"],
                "target_id": row["target_id"],
                "target_owner": row["target_owner"],
                "origin": row["origin"],
            }
            for row in rows
        ]
