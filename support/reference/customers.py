"""The people whom the platform knows, and what they have told about their company."""

from __future__ import annotations

import json
from typing import Any

from support.reference.identity import Caller
from support.reference.storage import Connection, Storage
from support.reference.trouble import Unauthorized

WELCOME = """
INSERT INTO users (id, email, company) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET email = excluded.email, company = excluded.company
WHERE users.email <> excluded.email
"""
ERASED = "SELECT true FROM erasures WHERE kind = 'user' AND id = $1"


class Customers:
    """Rows of `users`: made at a person's first call, from the token alone."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def welcome(self, caller: Caller, connection: Connection | None = None) -> None:
        """Makes sure that the caller has a row, within the given transaction if there is one.

        Whoever was erased is never welcomed again: Unauthorized, and nothing is kept. It is looked at after the row
        was made: an erasure that is under way is waited for there.
        """
        if connection is None:
            async with self._storage.transaction() as connection:
                await self.welcome(caller, connection)
            return
        await connection.execute(WELCOME, caller.user_id, caller.email, caller.company)
        if await connection.fetchval(ERASED, caller.user_id):
            raise Unauthorized

    async def erased(self, caller: Caller) -> bool:
        """Whether the caller was erased."""
        return await self._storage.row(ERASED, caller.user_id) is not None

    async def profile(self, caller: Caller) -> dict[str, Any]:
        """What the caller has told; empty fields when nothing yet."""
        row = await self._storage.row("SELECT * FROM users WHERE id = $1", caller.user_id)
        return {
            "user_id": caller.user_id,
            "email": caller.email,
            "company": caller.company,
            "company_name": row["company_name"] if row else None,
            "segment": row["segment"] if row else None,
            "cloud_accounts": json.loads(row["cloud_accounts"]) if row else {},
        }

    async def tell(
        self, caller: Caller, company_name: str, segment: str, cloud_accounts: dict[str, str]
    ) -> dict[str, Any]:
        """Keeps what the caller tells, and answers with all of it."""
        async with self._storage.transaction() as connection:
            await self.welcome(caller, connection)
            await connection.execute(
                "UPDATE users SET company_name = $2, segment = $3, cloud_accounts = $4 WHERE id = $1",
                caller.user_id,
                company_name,
                segment,
                json.dumps(cloud_accounts),
            )
        return await self.profile(caller)
