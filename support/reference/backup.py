"""Taking a base backup while customers work, and keeping the log that follows it.

The log is streamed (`pg_receivewal`), not copied segment by segment: on a quiet day a segment fills in hours,
and whatever stands in it would be lost with the storage.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

from support.reference import tools
from support.reference.place import Base, Place, position

NOW = """
SELECT clock_timestamp() AS at, lsn, left(pg_walfile_name(lsn), 8) AS timeline, (lsn - '0/0'::pg_lsn)::bigint AS bytes,
       pg_size_bytes(current_setting('wal_segment_size')) AS segment
FROM pg_current_wal_flush_lsn() AS lsn
"""


async def take(dsn: str, place: Place) -> Base:
    """A base backup, whole and sealed before anything says that it exists."""
    place.prepare()
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        begin = await connection.fetchrow(NOW)
        assert begin is not None
        place.take_measure(begin["segment"])
        name = begin["at"].strftime("%Y%m%dT%H%M%S.%f")
        size = await asyncio.to_thread(place.keep_base, name, _compressed(dsn))
        end = await connection.fetchrow(NOW)
        assert end is not None
    finally:
        await connection.close()
    first, _ = position(begin["timeline"], begin["bytes"], place.segment)
    base = Base(name, begin["at"], first, *position(end["timeline"], end["bytes"], place.segment), size)
    place.describe(base)
    return base


def _compressed(dsn: str) -> Iterator[bytes]:
    """The running server's files as a compressed archive; ToolFailed when it does not come to its end."""
    bare, environment = tools.address(dsn)
    command = ["pg_basebackup", "-d", bare, "-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast", "--no-sync"]
    squeeze = zlib.compressobj(1)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while piece := process.stdout.read(1 << 20):
            yield squeeze.compress(piece)
        errors = process.stderr.read().decode("utf-8", "replace").strip()
    if process.returncode:
        raise tools.ToolFailed((errors or "pg_basebackup failed").splitlines()[-1])
    yield squeeze.flush()


class LogKeeper:
    """Keeps the log as it comes: what was acknowledged is in the place a moment later."""

    SLOT = "netra_log"
    PAUSE_SECONDS = 0.2

    def __init__(self, dsn: str, place: Place) -> None:
        self._dsn, self._place = dsn, place
        self._sealed: dict[str, int] = {}
        self._erased = -1

    async def keep(self) -> None:
        """Keeps it until it is told to end."""
        self._place.prepare()
        bare, environment = tools.address(self._dsn)
        with tempfile.TemporaryDirectory(prefix="netra-log-") as spool:
            receive = ["pg_receivewal", "-d", bare, "-D", spool, "-S", self.SLOT]
            await tools.run(*receive, "--create-slot", "--if-not-exists", environment=environment)
            receiver = await asyncio.create_subprocess_exec(*receive, "--synchronous", env=environment)
            try:
                await self._follow(Path(spool))
            finally:
                with contextlib.suppress(ProcessLookupError):
                    receiver.terminate()
                await receiver.wait()

    async def _follow(self, spool: Path) -> None:
        said = False
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=5)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(self.PAUSE_SECONDS)
                continue
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                while True:
                    await self.catch_up(connection, spool)
                    if not said:
                        print(json.dumps({"command": "keep-log", "ready": True}), flush=True)
                        said = True
                    await asyncio.sleep(self.PAUSE_SECONDS)
            connection.terminate()

    async def catch_up(self, connection: Any, spool: Path) -> None:
        """Brings the place up to the present moment."""
        now = await connection.fetchrow(NOW)
        self._place.take_measure(now["segment"])
        received = "SELECT bool_or(flush_lsn >= $1) FROM pg_stat_replication WHERE application_name = 'pg_receivewal'"
        while not await connection.fetchval(received, now["lsn"]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        written = position(now["timeline"], now["bytes"], now["segment"])
        self.seal(spool, *written)
        await self._keep_erasures(connection)
        self._place.reach(now["at"], *written)

    def seal(self, spool: Path, segment: str, used: int) -> None:
        """Seals what is full, and of the segment in work as much as is known."""
        for path in sorted(spool.iterdir()):
            name, partial = path.name.removesuffix(".partial"), path.name.endswith(".partial")
            length = used if partial and name == segment else self._place.segment
            if len(name) != 24 or self._sealed.get(name) == length or (partial and name != segment):
                continue
            with path.open("rb") as file:
                self._place.keep_segment(name, file.read(length))
            self._sealed[name] = length
            if not partial:
                path.unlink()

    async def _keep_erasures(self, connection: Any) -> None:
        count = await connection.fetchval("SELECT count(*) FROM erasures")
        if count != self._erased:
            rows = await connection.fetch("SELECT kind, id, actor, at FROM erasures ORDER BY at, kind, id")
            known = {(one["kind"], one["id"]): one for one in self._place.erasures()}
            known |= {(row["kind"], row["id"]): {**row, "at": row["at"].isoformat()} for row in rows}
            self._place.keep_erasures(list(known.values()))
            self._erased = count
