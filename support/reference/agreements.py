"""What was agreed with a company about keeping its conversations, and what the law forbids to delete."""

from __future__ import annotations

from typing import Any

from support.reference.identity import Caller
from support.reference.storage import Storage
from support.reference.trouble import Forbidden, NotFound

PERMISSION = "retention:write"


class Agreements:
    """Rows of `retention_rules` and `holds`; only an operator with the permission writes them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @staticmethod
    def expect_operator(caller: Caller) -> None:
        """Raises Forbidden without the permission."""
        if not caller.may(PERMISSION):
            raise Forbidden

    async def agree(self, caller: Caller, company: str, days: dict[str, int | None]) -> dict[str, Any]:
        """The rule of a company from now on, in place of the usual one. A new rule needs a new approval."""
        self.expect_operator(caller)
        await self._storage.execute(
            "INSERT INTO retention_rules (company, completed_days, inactive_days, any_days, delete_days, actor) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company) DO UPDATE SET "
            "completed_days = excluded.completed_days, inactive_days = excluded.inactive_days, "
            "any_days = excluded.any_days, delete_days = excluded.delete_days, actor = excluded.actor, "
            "approved_at = NULL, approved_by = NULL",
            company,
            *(days.get(name) for name in ("completed_days", "inactive_days", "any_days", "delete_days")),
            caller.user_id,
        )
        return {"company": company, **days}

    async def approve(self, caller: Caller, company: str) -> dict[str, Any]:
        """Deletion as agreed may begin; NotFound when nothing was agreed."""
        self.expect_operator(caller)
        row = await self._storage.row(
            "UPDATE retention_rules SET approved_at = clock_timestamp(), approved_by = $2 "
            "WHERE company = $1 RETURNING company, approved_by",
            company,
            caller.user_id,
        )
        if row is None:
            raise NotFound
        return dict(row)

    async def hold(self, caller: Caller, thread_id: str, reason: str) -> dict[str, Any]:
        """From now on a conversation is neither put away nor deleted; NotFound when there is none."""
        self.expect_operator(caller)
        row = await self._storage.row(
            "INSERT INTO holds (thread_id, reason, actor) SELECT id, $2, $3 FROM threads WHERE id = $1 "
            "ON CONFLICT (thread_id) DO UPDATE SET reason = excluded.reason RETURNING thread_id, reason",
            thread_id,
            reason,
            caller.user_id,
        )
        if row is None:
            raise NotFound
        return dict(row)

    async def release(self, caller: Caller, thread_id: str) -> dict[str, Any]:
        """The hold is over."""
        self.expect_operator(caller)
        await self._storage.execute("DELETE FROM holds WHERE thread_id = $1", thread_id)
        return {"thread_id": thread_id}
