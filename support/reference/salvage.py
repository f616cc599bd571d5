"""One damaged conversation, brought back from the backups while everybody else goes on working.

A private PostgreSQL is started on what a restore makes, the conversation is copied from there in one
transaction, and the server is thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from support.reference import packing
from support.reference.cache import Cache
from support.reference.memory import settle
from support.reference.place import Place
from support.reference.rebuilding import rebuild
from support.reference.sealed import Damaged
from support.reference.tools import ToolFailed

START_SECONDS = 60.0
SIZES = (
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_prepared_transactions",
    "max_locks_per_transaction",
)


async def conversation(
    dsn: str, redis: str, place: Place, thread_id: str, until: datetime | None, scratch: Path
) -> dict[str, Any]:
    """Brings a conversation back to what it was; raises Damaged when the backups do not hold it, or may not."""
    expect_not_erased(place, thread_id)
    async with private_server(dsn, place, until, scratch) as source:
        known: Any = await asyncpg.connect(source, timeout=10)
        try:
            rows = await packing.take(known, thread_id, packing.WHOLE)
        finally:
            await known.close()
    if not rows["threads"]:
        raise Damaged("missing", "The backups do not hold this conversation.")
    live = await asyncpg.connect(dsn, timeout=10)
    try:
        async with live.transaction():
            user_id = await put_back(live, thread_id, rows)
    finally:
        await live.close()
    await forget(redis, user_id, thread_id)
    return {"thread_id": thread_id, "rows": {table: len(lines) for table, lines in rows.items()}}


def expect_not_erased(place: Place, thread_id: str) -> None:
    """Raises Damaged when the conversation was erased for good: it must not come back."""
    if any(one["kind"] == "thread" and one["id"] == thread_id for one in place.erasures()):
        raise Damaged("erased", "This conversation was erased for good and does not come back.")


async def put_back(live: Any, thread_id: str, rows: packing.Rows) -> str:
    """Puts the rows in the place of those that there are; what was added since stays. Whose it is."""
    await live.execute("SELECT FROM threads WHERE id = $1 FOR UPDATE", thread_id)
    newest = await live.fetchrow("SELECT last_sequence, last_position FROM threads WHERE id = $1", thread_id)
    for branch in reversed(await packing.branches(live, packing.WHOLE)):
        if branch.table == "threads":
            continue
        await live.execute(
            f'DELETE FROM "{branch.table}" AS t USING jsonb_populate_recordset(NULL::"{branch.table}", $1::jsonb) AS o '
            f"WHERE {await _same(live, branch.table)}",
            f"[{','.join(rows[branch.table])}]",
        )
    thread = {"threads": rows["threads"]}
    if newest is None:
        await packing.put(live, thread)
    else:
        await live.execute(
            "UPDATE threads SET metadata_ = o.metadata_, created_at = o.created_at, updated_at = o.updated_at, "
            "last_sequence = greatest(threads.last_sequence, o.last_sequence), "
            "last_position = greatest(threads.last_position, o.last_position) "
            "FROM jsonb_populate_recordset(NULL::threads, $1::jsonb) AS o WHERE threads.id = o.id",
            f"[{rows['threads'][0]}]",
        )
    await packing.put(live, {table: lines for table, lines in rows.items() if table != "threads"})
    owner = str(await live.fetchval("SELECT user_id FROM threads WHERE id = $1", thread_id))
    await settle(live, owner)
    return owner


async def _same(live: Any, table: str) -> str:
    """The condition under which two rows of a table are the same one: its primary key."""
    columns = await live.fetch(
        "SELECT a.attname FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid "
        "AND a.attnum = ANY(i.indkey) WHERE i.indrelid = $1::text::regclass AND i.indisprimary",
        table,
    )
    return " AND ".join(f't."{row["attname"]}" = o."{row["attname"]}"' for row in columns)


@asynccontextmanager
async def private_server(dsn: str, place: Place, until: datetime | None, scratch: Path) -> AsyncIterator[str]:
    """A PostgreSQL on what the backups hold, for nobody else; its DSN."""
    data = scratch / f"salvage-{secrets.token_hex(4)}"
    try:
        await asyncio.to_thread(rebuild, place, data, until)
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        parts = urlsplit(dsn)
        address = urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"))
        server = await _start(data, port, await asyncio.to_thread(data.stat), await same_size(dsn))
        try:
            await _until_ready(address, server)
            yield address
        finally:
            with contextlib.suppress(ProcessLookupError):
                server.send_signal(signal.SIGINT)
            await server.wait()
    finally:
        shutil.rmtree(data, ignore_errors=True)


async def same_size(dsn: str) -> dict[str, str]:
    """The settings in which a server that recovers may not be smaller than the one that wrote the log."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        rows = await connection.fetch("SELECT name, setting FROM pg_settings WHERE name = ANY($1)", SIZES)
        return {row["name"]: row["setting"] for row in rows}
    finally:
        await connection.close()


async def _start(data: Path, port: int, owner: os.stat_result, sizes: dict[str, str]) -> asyncio.subprocess.Process:
    # PostgreSQL refuses to run as root; the directory belongs to whom it runs as.
    other = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    settings: dict[str, Any] = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
    }
    settings |= {**sizes, "dynamic_shared_memory_type": "mmap", "archive_mode": "off"}
    words = [f"--{name}={value}" for name, value in settings.items()]
    return await asyncio.create_subprocess_exec("postgres", "-D", str(data), *words, cwd=data, **other)  # type: ignore[arg-type]


async def _until_ready(address: str, server: asyncio.subprocess.Process) -> None:
    """Waits until it has recovered and takes connections."""
    async with asyncio.timeout(START_SECONDS):
        while server.returncode is None:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(address, timeout=5)
                try:
                    if not await connection.fetchval("SELECT pg_is_in_recovery()"):
                        return
                finally:
                    connection.terminate()
            await asyncio.sleep(0.05)
    raise ToolFailed("PostgreSQL did not start on what the backups hold.")


async def forget(url: str, user_id: str, thread_id: str) -> None:
    """Takes away what was kept ready of the conversation; it is made again from what was restored."""
    cache = Cache(url)
    try:
        names = ("agent_results", "optimization_results", "pending_messages")
        await cache.redis.delete(*(f"{name}:{user_id}:{thread_id}" for name in names))
    finally:
        await cache.close()
