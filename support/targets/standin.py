"""The least that can stand in for a platform, so that this room's tests need no real one.

It answers the pages by which an instance is known and found ready, and asks its storage for that.
"""

import asyncio
import json
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import redis.asyncio
import redis.exceptions

GRACE = 2.0


def main(argv: Sequence[str]) -> int:
    """Serves as `serve --settings FILE --listen-fd N`, or makes its table as `migrate --postgres DSN`.

    Words before these are written to the log, for tests of a replaced platform.
    """
    if "migrate" in argv:
        asyncio.run(_migrate(argv[-1]))
        return 0
    begin = argv.index("serve")
    print("words", *argv[:begin], flush=True)
    settings = json.loads(Path(argv[begin + 2]).read_text(encoding="utf-8"))
    asyncio.run(_serve(settings, int(argv[begin + 4])))
    return 0


async def _migrate(dsn: str) -> None:
    door = await asyncpg.connect(dsn)
    await door.execute("CREATE TABLE kept (value text)")
    await door.close()


async def _serve(settings: dict[str, str], listening: int) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    pages = Pages(settings)
    server = await asyncio.start_server(pages.answer, sock=socket.socket(fileno=listening))
    await ended.wait()
    server.close()


class Pages:
    """What it answers, one request a connection."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._settings = settings

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request; below /nothing there is nothing."""
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        ready = not path.endswith("/ready") or await self._storage_answers()
        name = self._settings["name"]
        about = {"platform": "stand-in", "version": "1", "instance": name, "pid": os.getpid()}
        body = json.dumps(about).encode()
        status = "200 OK" if ready else "503 Service Unavailable"
        status = "404 Not Found" if path.startswith("/nothing") else status
        head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async def _storage_answers(self) -> bool:
        try:
            async with asyncio.timeout(GRACE):
                door = await asyncpg.connect(self._settings["postgres"])
                await door.fetch("SELECT value FROM kept")
                await door.close()
                cache = redis.asyncio.Redis.from_url(self._settings["redis"])
                await cache.set("ready", "yes")
                await cache.aclose()
        except (OSError, asyncpg.PostgresError, redis.exceptions.RedisError):
            return False
        return True
