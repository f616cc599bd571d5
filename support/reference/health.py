"""Whether an instance is alive, whether it can serve, and which one it is."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from support.reference.cache import Cache
from support.reference.settings import Settings
from support.reference.storage import Storage

VERSION = "1.0.0"


class Health:
    """What an instance says about itself; needs no token."""

    def __init__(self, settings: Settings, storage: Storage, cache: Cache) -> None:
        self._settings = settings
        self._storage = storage
        self._cache = cache

    def alive(self) -> dict[str, Any]:
        """The process answers."""
        return {"status": "ok", "instance": self._settings.name, "pid": os.getpid()}

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether both stores answer right now, and which does not."""
        postgres, redis = await asyncio.gather(self._storage.answers(), self._cache.answers())
        return postgres and redis, {
            "status": "ready" if postgres and redis else "not ready",
            "postgres": "ok" if postgres else "away",
            "redis": "ok" if redis else "away",
        }

    def identity(self) -> dict[str, Any]:
        """Which platform this is, and the settings that its promises depend on."""
        return {
            "platform": "reference",
            "version": VERSION,
            "instance": self._settings.name,
            "pid": os.getpid(),
            "settings": {
                "analysis_limit": self._settings.analysis_limit,
                "lease": self._settings.lease,
                "grace": self._settings.grace,
                "connections": self._settings.connections,
                "check_interval": self._settings.check_interval,
            },
        }
