"""The least that can stand in for a platform, so that this room's tests need no real one.

It answers the pages by which an instance is known and found ready, and asks its storage for that. Whose token is signed
with its secret is let in to conversations and live updates, of which there are none.
"""

import asyncio
import base64
import hashlib
import json
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import jwt
import redis.asyncio
import redis.exceptions

GRACE = 2.0
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a WebSocket's door adds to the key that it is shown (RFC 6455)."""


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
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = lines[0].split()[1].partition("?")[0]
        told = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        name = self._settings["name"]
        about = {"platform": "stand-in", "version": "1", "instance": name, "pid": os.getpid()}
        body = json.dumps(about).encode()
        status, headers = "200 OK", f"content-length: {len(body)}\r\nconnection: close\r\n"
        if path.startswith("/nothing"):
            status = "404 Not Found"
        elif path.endswith("/ready") and not await self._storage_answers():
            status = "503 Service Unavailable"
        elif path in ("/api/threads", "/ws") and not self._signed(told.get("authorization", "")):
            status = "401 Unauthorized"
        elif path == "/ws":
            status, body = "101 Switching Protocols", b""
            key = base64.b64encode(hashlib.sha1((told["sec-websocket-key"] + GUID).encode()).digest()).decode()
            headers = f"upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {key}\r\n"
        writer.write(f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body)
        await writer.drain()
        writer.close()

    def _signed(self, header: str) -> bool:
        try:
            jwt.decode(
                header.removeprefix("Bearer "),
                self._settings["secret"],
                algorithms=["HS256"],
                options={"verify_aud": False},
            )
        except jwt.PyJWTError:
            return False
        return True

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
