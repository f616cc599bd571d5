"""A customer's live connection."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from support.drivers import frames
from support.facts.frame import Frame
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome


class LiveConnection:
    """One open connection: everything that arrives is handed on at once, with its moment.

    Args:
        on_frame: called for every message, on the loop.
        on_end: called once with the close code and reason, whoever ended it; 1006 for a breakage.
    """

    def __init__(self, on_frame: Callable[[Frame], None], on_end: Callable[[int, str], None]) -> None:
        self._on_frame = on_frame
        self._on_end = on_end
        self._connection: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def open(self, url: str, token: str | None, seconds: float, asked: str) -> Outcome:
        """Opens it; refused when the upgrade is answered with 4xx, no answer when nothing comes."""
        began = Moment.now()
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        try:
            self._connection = await connect(
                url,
                additional_headers=headers,
                compression=None,
                proxy=None,
                open_timeout=seconds,
                ping_interval=None,
                max_size=None,
            )
        except InvalidHandshake as refusal:
            now = Moment.now()
            response = getattr(refusal, "response", None)
            status = response.status_code if response is not None else 0
            raw = bytes(response.body or b"").decode("utf-8", "replace") if response is not None else ""
            kind = Kind.REFUSED if 400 <= status < 500 else Kind.ERROR
            return Outcome(asked, kind, now, now.seconds_since(began), status, raw=raw)
        except (OSError, TimeoutError, EOFError, InvalidMessage) as error:
            now = Moment.now()
            return Outcome(asked, Kind.NO_ANSWER, now, now.seconds_since(began), raw=type(error).__name__)
        self._reader = asyncio.create_task(self._read(self._connection))
        now = Moment.now()
        return Outcome(asked, Kind.ACCEPTED, now, now.seconds_since(began), 101)

    async def send(self, message: Mapping[str, Any]) -> None:
        """Sends one message; raises ConnectionError when the connection is gone."""
        await self.send_raw(json.dumps(message))

    async def send_raw(self, content: str | bytes) -> None:
        """Sends text, or bytes as what is no text, exactly as they are; raises ConnectionError likewise."""
        try:
            await self._open_connection().send(content)
        except ConnectionClosed as gone:
            raise ConnectionError(f"the connection is gone: {gone}") from None

    async def break_off(self) -> None:
        """Ends it without a goodbye: the other side sees a reset, as when a network dies."""
        transport = self._open_connection().transport
        raw = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self._finished()

    async def close(self) -> None:
        """Ends it with the closing handshake, as a page that is left."""
        if self._connection is not None:
            await self._connection.close(1000)
            await self._finished()

    def _open_connection(self) -> ClientConnection:
        if self._connection is None:
            raise ConnectionError("the connection was never opened")
        return self._connection

    async def _finished(self) -> None:
        if self._reader is not None:
            await self._reader

    async def _read(self, connection: ClientConnection) -> None:
        try:
            while True:
                text = await connection.recv()
                self._on_frame(frames.read(text, Moment.now()))
        except ConnectionClosed:
            pass
        finally:
            self._on_end(connection.close_code or 1006, connection.close_reason or "")
