"""A customer whom nobody knows, who shows at every door that the secret is right, and leaves nothing behind.

That a first call makes a row and a session of its caller is the platform's affair; the visitor takes both away again,
as scenarios do with what they made, and makes sure that this is possible before anything is asked.
"""

import asyncio
import base64
import hashlib
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self

import asyncpg
import redis.exceptions

from support.drivers import passes
from support.drivers.page import look_at
from support.drivers.ready import Ready
from support.drivers.rest import Rest
from support.drivers.rows import Rows
from support.drivers.tidying import Tidying
from support.facts.trouble import CannotRun
from support.targets.aftercare import Aftercare

ASK_LIMIT = 5.0
READING = "/api/threads?limit=1"
_KEY = base64.b64encode(b"golden-path-call").decode()
"""Sixteen bytes, as RFC 6455 has it."""
_ACCEPTED = base64.b64encode(hashlib.sha1(f"{_KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
"""What a door of WebSockets answers to the key."""
OWN_SECRET = "Give the deployment's own secret (--netra-secret)."
OTHER_DOOR = "Give the address at which this deployment has its live updates."


class Visitor:
    """Made by `visiting`, which takes away what was left."""

    def __init__(self, secret: str, postgres: str, redis: str) -> None:
        self._user = str(uuid.uuid4())
        self._token = passes.sign(secret, self._user, f"visitor@{self._user}.example")
        self._rows, self._ready, self._rest = Rows(postgres), Ready(redis), Rest()

    @classmethod
    @asynccontextmanager
    async def visiting(cls, secret: str, postgres: str, redis: str) -> AsyncIterator[Self]:
        """A visitor for the length of a block; CannotRun where what it leaves could not be taken away."""
        visitor = cls(secret, postgres, redis)
        aftercare = Aftercare.begin(postgres, redis)
        try:
            await visitor.leave_nothing()
            aftercare.came(visitor._user)
            try:
                yield visitor
            finally:
                await visitor.leave_nothing()
                aftercare.gone([visitor._user])
        finally:
            await asyncio.to_thread(aftercare.close)
            await visitor._rest.close()
            await visitor._rows.close()
            await visitor._ready.close()

    async def read(self, rest: Sequence[str]) -> None:
        """Reads its conversations at each instance; CannotRun when it is not let in."""
        refusing = [base for base in rest if await self._status(base) == 401]
        if refusing == list(rest):
            raise CannotRun(
                f"The secret is not the one with which this deployment checks signatures: {rest[0]} refuses a token "
                "that is signed with it (401).",
                OWN_SECRET,
            )
        if refusing:
            other = next(base for base in rest if base not in refusing)
            raise CannotRun(
                f"{refusing[0]} and {other} belong to different deployments: the one refuses a token that the other "
                "accepts (401).",
                "Name the doors of one deployment.",
            )

    async def listen(self, socket: str, address: str) -> None:
        """Opens the live updates once; CannotRun when that does not come about. How long that may take is the caller's.

        Args:
            address: as it may be shown.

        Raises:
            OSError: nobody answers.
        """
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": _KEY,
            "Authorization": f"Bearer {self._token}",
        }
        answer = await look_at(f"http{socket.removeprefix('ws')}", headers=headers)
        status, said = answer.status, answer.headers
        whose = f"The address of live updates, {address},"
        if status in (401, 403):
            raise CannotRun(f"{whose} refuses a token that REST accepts ({status}).", OTHER_DOOR)
        if status == 404:
            raise CannotRun(f"{whose} leads to nothing: there is nothing at this path (404).", OTHER_DOOR)
        if 300 <= status < 400:
            raise CannotRun(f"{whose} sends callers elsewhere ({status}).", OTHER_DOOR)
        if status >= 500:
            raise CannotRun(f"{whose} opens for nobody now ({status}).", "Wait until the deployment serves customers.")
        if status != 101 or said.get("sec-websocket-accept") != _ACCEPTED:
            raise CannotRun(f"{whose} is not one: to an upgrade it answers with {status}.", OTHER_DOOR)

    async def leave_nothing(self) -> None:
        """Takes away every row and key of the visitor's; CannotRun when that is not allowed."""
        try:
            await self._rows.open()
            if not self._rows.columns:
                raise ConnectionError("there is no table that this user of PostgreSQL may see")
            tidying = Tidying(self._rows, self._ready)
            # Whoever sees no listener finds nothing unfinished: what a connection's end writes is there by then.
            if await tidying.until_nobody_listens([self._user], ASK_LIMIT):
                raise ConnectionError("a server goes on listening for a customer who has left")
            await tidying.remove([self._user])
        except (asyncpg.PostgresError, redis.exceptions.RedisError, OSError) as refused:
            reason = str(refused) or type(refused).__name__
            raise CannotRun(
                f"What a visit leaves in the deployment's stores cannot be removed: {reason}.",
                "Name stores that the suite may read and tidy up (--netra-postgres, --netra-redis).",
            ) from None

    async def _status(self, base: str) -> int:
        asked = await self._rest.ask(
            "GET", base + READING, asked="conversations are listed", seconds=ASK_LIMIT, token=self._token
        )
        return asked.status
