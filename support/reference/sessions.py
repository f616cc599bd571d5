"""What is kept ready about a person's presence, so that a known caller needs no look into PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from support.reference.cache import Cache
from support.reference.customers import Customers
from support.reference.identity import Caller
from support.reference.trouble import CacheAway, Unauthorized, Unavailable


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Sessions:
    """The key `session_state:{user}`: who it is, whether connected, since when, how often come back."""

    SECONDS = 3600

    def __init__(self, cache: Cache, customers: Customers) -> None:
        self._cache = cache
        self._customers = customers

    @staticmethod
    def key(user_id: str) -> str:
        """The key of one person."""
        return f"session_state:{user_id}"

    async def enter(self, caller: Caller) -> None:
        """Called with every authenticated call: renews the session, or welcomes the caller and begins one."""
        state = await self.read(caller)
        if state is None or state.get("email") != caller.email:
            await self._customers.welcome(caller)
            begun = {**self._fresh(caller), **(state or {}), "email": caller.email}
            await self._begin(caller, begun, instead=state is not None)

    async def read(self, caller: Caller) -> dict[str, Any] | None:
        """The session as it is kept ready, its lifetime renewed; None when there is none or Redis is away."""
        try:
            kept = await self._cache.ask(lambda redis: redis.getex(self.key(caller.user_id), ex=self.SECONDS))
        except CacheAway:
            return None
        try:
            state = json.loads(kept) if isinstance(kept, str) else None
        except ValueError:
            return None
        return state if isinstance(state, dict) else None

    async def state(self, caller: Caller) -> dict[str, Any]:
        """The session as a caller may read it."""
        return await self.read(caller) or self._fresh(caller)

    async def connected(self, caller: Caller) -> None:
        """The caller's first socket has opened."""
        known = await self.read(caller)
        state = known or self._fresh(caller)
        again = state.get("last_disconnect") is not None
        now = {
            **state,
            "state": "reconnected" if again else "connected",
            "since": _now(),
            "reconnection_count": int(state.get("reconnection_count", 0)) + (1 if again else 0),
        }
        await (self._keep(caller, now) if known else self._begin(caller, now))

    async def disconnected(self, caller: Caller) -> None:
        """The caller's last socket is gone."""
        known = await self.read(caller)
        state = known or self._fresh(caller)
        now = {**state, "state": "disconnected", "since": _now(), "last_disconnect": _now()}
        # Whoever was erased leaves nothing behind by leaving.
        with contextlib.suppress(Unauthorized, Unavailable):
            await (self._keep(caller, now) if known else self._begin(caller, now))

    async def _begin(self, caller: Caller, state: dict[str, Any], *, instead: bool = False) -> None:
        """Keeps a session that was not there; Unauthorized, and nothing kept, when the caller was erased meanwhile.

        One that is there after all stays, unless this is to come `instead`: Redis may only have been away for a moment.
        """
        key, kept = self.key(caller.user_id), json.dumps(state)
        with contextlib.suppress(CacheAway):
            await self._cache.ask(lambda redis: redis.set(key, kept, ex=self.SECONDS, nx=not instead))
        if await self._customers.erased(caller):
            with contextlib.suppress(CacheAway):
                await self._cache.ask(lambda redis: redis.delete(self.key(caller.user_id)))
            raise Unauthorized

    async def _keep(self, caller: Caller, state: dict[str, Any]) -> None:
        """Keeps a session on; one that has gone meanwhile is not brought back."""
        with contextlib.suppress(CacheAway):
            await self._cache.ask(
                lambda redis: redis.set(self.key(caller.user_id), json.dumps(state), ex=self.SECONDS, xx=True)
            )

    @staticmethod
    def _fresh(caller: Caller) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()),
            "user_id": caller.user_id,
            "email": caller.email,
            "state": "active",
            "since": _now(),
            "last_disconnect": None,
            "reconnection_count": 0,
        }
