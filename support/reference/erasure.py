"""Removes a person from every place, and keeps that it was done: on whose word and when, and nothing of what it was.

Everything of a person's hangs on the row in `users` and goes with it in one transaction. What is kept ready goes
right after the commit; work that was under way finds its analysis gone and stops, and what such work still put
into Redis in that moment is swept away by each instance for a while after.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis

from support.reference.audit import Audit
from support.reference.cache import Cache
from support.reference.fanout import Fanout
from support.reference.identity import Caller
from support.reference.journal import journal, note
from support.reference.storage import Storage
from support.reference.trouble import CacheAway, Forbidden, NotFound, Unavailable

ADMINISTRATION = "company:admin"
ERASED = "erased"
"""Type of the frame that tells every instance to end the person's sockets; no customer ever gets it."""


class Erasure:
    """Rows of `erasures`, and the disappearance of everything else."""

    SWEEP_SECONDS = 0.5
    SWEPT_FOR_SECONDS = 10.0

    def __init__(self, storage: Storage, cache: Cache, fanout: Fanout, audit: Audit) -> None:
        self._storage = storage
        self._cache = cache
        self._fanout = fanout
        self._audit = audit

    async def erase(self, caller: Caller) -> dict[str, Any]:
        """Erases the caller."""
        return await self._erase(caller, caller.user_id, "erase_profile")

    async def members(self, caller: Caller) -> list[dict[str, Any]]:
        """Who belongs to the caller's company; nothing of what they say. Needs the permission."""
        self._expect_administrator(caller)
        rows = await self._storage.rows(
            "SELECT id, email, created_at, (SELECT count(*) FROM threads WHERE user_id = users.id) AS conversations "
            "FROM users WHERE company = $1 ORDER BY email",
            caller.company,
        )
        return [
            {
                "user_id": row["id"],
                "email": row["email"],
                "since": row["created_at"].isoformat(),
                "conversations": row["conversations"],
            }
            for row in rows
        ]

    async def erase_member(self, caller: Caller, user_id: str, origin: str) -> dict[str, Any]:
        """Erases one of the caller's company; NotFound for anybody else, recorded when there is such a person."""
        self._expect_administrator(caller)
        member = await self._storage.row("SELECT id FROM users WHERE id = $1 AND company = $2", user_id, caller.company)
        if member is None:
            await self._audit.refused(caller, "erase_member", "person", user_id, origin)
            raise NotFound
        return await self._erase(caller, user_id, "erase_member")

    @staticmethod
    def _expect_administrator(caller: Caller) -> None:
        if not caller.may(ADMINISTRATION):
            raise Forbidden

    async def _erase(self, caller: Caller, user_id: str, action: str) -> dict[str, Any]:
        async with self._storage.transaction() as connection:
            at = await connection.fetchval(
                "INSERT INTO erasures (kind, id, actor) VALUES ('user', $1, $2) "
                "ON CONFLICT (kind, id) DO UPDATE SET at = erasures.at RETURNING at",
                user_id,
                caller.user_id,
            )
            await self._audit.prove(connection, caller, action, user_id)
            await connection.execute("DELETE FROM users WHERE id = $1", user_id)
        await self.sweep(user_id)
        await self._fanout.send({"type": ERASED, "user_id": user_id})
        note("a person was erased", user_id=user_id, action=action)
        return {"user_id": user_id, "erased_at": at.isoformat()}

    async def sweep(self, user_id: str) -> None:
        """Takes away whatever is kept ready, or waits, under the person's name."""

        async def remove(redis: Redis) -> None:
            keys = [
                key
                for pattern in (f"*:{_literal(user_id)}", f"*:{_literal(user_id)}:*")
                async for key in redis.scan_iter(match=pattern, count=1000)
            ]
            if keys:
                await redis.delete(*keys)

        with suppress(CacheAway):
            await self._cache.ask(remove)

    async def sweep_for_ever(self) -> None:
        """Sweeps after everybody who was erased lately, whichever instance did it."""
        while True:
            await asyncio.sleep(self.SWEEP_SECONDS)
            try:
                rows = await self._storage.rows(
                    "SELECT id FROM erasures WHERE kind = 'user' "
                    "AND at > clock_timestamp() - make_interval(secs => $1)",
                    self.SWEPT_FOR_SECONDS,
                )
                for row in rows:
                    await self.sweep(row["id"])
            except Unavailable:
                continue
            except Exception:
                journal.exception("sweeping after an erasure broke off")


def _literal(text: str) -> str:
    """A name inside a pattern, where no sign has a meaning: nobody is called so that others are swept away."""
    return "".join(f"\\{sign}" if sign in "*?[]^-\\" else sign for sign in text)
