"""Requests that may arrive twice: what was answered once is answered again, and nothing is done a second time.

The mark that a caller gives a request is kept in the transaction of what the request does. Of two that arrive
at the same instant the second one waits until the first has committed, and gets its answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from support.reference.customers import Customers
from support.reference.identity import Caller
from support.reference.storage import Connection, Storage
from support.reference.trouble import Invalid

LONGEST = 200
"""Characters of a mark."""

Act = Callable[[Connection], Awaitable[dict[str, Any]]]


class Repeats:
    """Rows of `repeats`."""

    KEPT = "24 hours"

    def __init__(self, storage: Storage, customers: Customers) -> None:
        self._storage = storage
        self._customers = customers

    async def once(self, caller: Caller, mark: str | None, request: object, act: Act) -> dict[str, Any]:
        """Does `act` and answers what it answers; for a mark that the caller has used before, that answer.

        Raises:
            Invalid: the mark is too long, or was used for another request. Whatever `act` raises leaves nothing.
        """
        async with self._storage.transaction() as connection:
            if mark is None:
                return await act(connection)
            if not 0 < len(mark) <= LONGEST:
                raise Invalid(f"The mark of a request may have 1 to {LONGEST} characters.")
            seen = await self.seen(connection, caller, mark, fingerprint(request))
            if seen is not None:
                return seen
            answer = await act(connection)
            await self.keep(connection, caller, mark, answer)
            return answer

    async def seen(self, connection: Connection, caller: Caller, mark: str, request: str) -> dict[str, Any] | None:
        """The answer that this mark got before, None when it is new; from now on the mark is taken."""
        if not await connection.fetchval("SELECT true FROM users WHERE id = $1", caller.user_id):
            await self._customers.welcome(caller, connection)
        await connection.execute(
            f"DELETE FROM repeats WHERE user_id = $1 AND created_at < clock_timestamp() - interval '{self.KEPT}'",
            caller.user_id,
        )
        taken = await connection.fetchval(
            "INSERT INTO repeats (user_id, mark, request) VALUES ($1, $2, $3) "
            "ON CONFLICT (user_id, mark) DO NOTHING RETURNING true",
            caller.user_id,
            mark,
            request,
        )
        if taken:
            return None
        row = await connection.fetchrow(
            "SELECT request, answer FROM repeats WHERE user_id = $1 AND mark = $2", caller.user_id, mark
        )
        if row is None or row["request"] != request:
            raise Invalid("This mark was used for another request.")
        answer: dict[str, Any] = json.loads(row["answer"])
        return answer

    async def keep(self, connection: Connection, caller: Caller, mark: str, answer: dict[str, Any]) -> None:
        """What a repeat is to be answered."""
        await connection.execute(
            "UPDATE repeats SET answer = $3 WHERE user_id = $1 AND mark = $2",
            caller.user_id,
            mark,
            json.dumps(answer),
        )


def fingerprint(request: object) -> str:
    """The same text for the same request, another one for any other."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
