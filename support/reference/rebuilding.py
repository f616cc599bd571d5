"""Rebuilding what was lost: a data directory from a backup, what must be settled after its first start, and
the written procedure."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from support.reference import tools
from support.reference.cache import Cache
from support.reference.place import Base, Place, Segment

LOG = "restored_log"
"""Directory, inside the data directory, from which PostgreSQL takes the log at its first start."""

KEPT_READY = ("session_state:*", "agent_results:*", "optimization_results:*", "pending_messages:*")

PROCEDURE: tuple[dict[str, Any], ...] = (
    {"does": "sees that the backup is whole", "command": ["verify", "--backups", "{backups}", "--key", "{key}"]},
    {
        "does": "makes a new data directory from it",
        "command": ["restore", "--backups", "{backups}", "--key", "{key}", "--to", "{data}"],
    },
    {"does": "starts PostgreSQL on the data directory", "start": "postgres"},
    {"does": "starts an empty Redis", "start": "redis"},
    {
        "does": "takes away what must not come back, and what was kept ready before the loss",
        "command": ["settle", "--settings", "{settings}", "--backups", "{backups}", "--key", "{key}"],
    },
    {"does": "starts the instances", "start": "instances"},
)
"""How to rebuild Netra on a clean place, in order. Words in braces stand for the place's own paths."""


def procedure() -> list[dict[str, Any]]:
    """The written procedure."""
    return [dict(step) for step in PROCEDURE]


def rebuild(place: Place, target: Path, until: datetime | None) -> Base:
    """Makes a data directory that PostgreSQL recovers to the end of the log, or to a time; which backup it was."""
    base = place.base_before(until)
    target.mkdir(mode=0o700, parents=False, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    text = io.BufferedReader(Unpacked(place.content(base)), Unpacked.AT_ONCE)
    with tarfile.open(fileobj=text, mode="r|") as archive:
        # Python before 3.11.4 knows no filters; what is read here was sealed by Netra itself.
        archive.extraction_filter = lambda member, _: member
        archive.extractall(target)
    target.chmod(0o700)
    shutil.rmtree(target / LOG, ignore_errors=True)  # of an earlier restore
    (target / LOG).mkdir(mode=0o700)
    for segment in log_after(place, base):
        content = place.log_content(segment)
        known = place.segment if segment.name < base.last else base.used if segment.name == base.last else 0
        if len(content) < known:
            continue  # the backup itself knows more of it
        (target / LOG / segment.name).write_bytes(content.ljust(place.segment, b"\0"))
    with (target / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write("\n".join(settings_of_recovery(until)) + "\n")
    (target / "recovery.signal").touch()
    tools.give_like_parent(target)
    return base


def log_after(place: Place, base: Base) -> list[Segment]:
    """The pieces of the log with which PostgreSQL goes on from a backup."""
    return place.segments(base.first)


def settings_of_recovery(until: datetime | None) -> list[str]:
    """What PostgreSQL is told for its first start: where the log is, and to which time to go."""
    lines = [f"restore_command = 'cp {LOG}/%f %p'", "recovery_target_action = 'promote'"]
    return lines if until is None else [*lines, f"recovery_target_time = '{until.isoformat()}'"]


class Unpacked(io.RawIOBase):
    """A compressed text that comes in pieces, as a file to read from."""

    AT_ONCE = 1 << 20
    """Bytes; a piece of nothing but zeros is a thousand times as long when it is unpacked."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._loosen = zlib.decompressobj()
        self._waiting = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer as far as the text goes."""
        while not self._waiting:
            piece = self._loosen.unconsumed_tail or next(self._pieces, None)
            if piece is None:
                return 0
            self._waiting = memoryview(self._loosen.decompress(piece, self.AT_ONCE))
        part, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


async def settle(dsn: str, redis: str, place: Place) -> dict[str, Any]:
    """After the first start: erases once more what was erased, and forgets what was kept ready before."""
    connection = await asyncpg.connect(dsn, timeout=60)
    try:
        await connection.execute("ALTER SYSTEM RESET restore_command")
        await connection.execute("ALTER SYSTEM RESET recovery_target_time")
        erased = await erase_again(connection, place)
    finally:
        await connection.close()
    return {"erased_again": erased, "forgotten": await forget(redis)}


async def erase_again(connection: Any, place: Place) -> int:
    """Removes the customers and conversations that were erased after the time to which Netra was restored."""
    count = 0
    async with connection.transaction():
        for erasure in place.erasures():
            table = {"user": "users", "thread": "threads"}[erasure["kind"]]
            gone = await connection.fetch(f"DELETE FROM {table} WHERE id = $1 RETURNING id", erasure["id"])
            if erasure["kind"] == "thread":
                gone += await connection.fetch(
                    "DELETE FROM deleted_threads WHERE thread_id = $1 RETURNING thread_id", erasure["id"]
                )
            count += len(gone)
        await connection.execute(
            "INSERT INTO erasures (kind, id, actor, at) SELECT kind, id, actor, at "
            "FROM jsonb_populate_recordset(NULL::erasures, $1::jsonb) ON CONFLICT DO NOTHING",
            json.dumps(place.erasures()),
        )
    return count


async def forget(url: str) -> int:
    """Takes away whatever Redis still keeps ready: it may be newer than what was restored."""
    cache = Cache(url)
    try:
        keys = [key for pattern in KEPT_READY async for key in cache.redis.scan_iter(match=pattern, count=1000)]
        if keys:
            await cache.redis.delete(*keys)
        return len(keys)
    finally:
        await cache.close()
