"""A customer's live connection."""

import array
import asyncio
import contextlib
import fcntl
import json
import socket
import struct
import termios
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.http11 import Response
from websockets.typing import Subprotocol

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
        self._cut = False

    async def open(
        self,
        url: str,
        token: str | None,
        seconds: float,
        asked: str,
        *,
        narrow: bool = False,
        as_subprotocol: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Opens it; refused when the upgrade is answered with 4xx, no answer when nothing comes.

        Args:
            narrow: whether little may be on its way to it before the other side has to wait.
            as_subprotocol: whether the token is shown as a browser can show it, and not in a header.
            headers: what else the opening says about itself.
        """
        began = Moment.now()
        shown = [] if token is None else [f"jwt.{token}"]
        told = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if shown and not as_subprotocol else {})
        try:
            self._connection = await connect(
                url,
                additional_headers=told,
                subprotocols=[Subprotocol(name) for name in ("jwt-auth", *shown)] if as_subprotocol else None,
                compression=None,
                proxy=None,
                open_timeout=seconds,
                ping_interval=None,
                max_size=None,
                sock=await _narrow(url) if narrow else None,
            )
        except InvalidHandshake as refusal:
            now = Moment.now()
            response = getattr(refusal, "response", None)
            status = response.status_code if response is not None else 0
            raw = bytes(response.body or b"").decode("utf-8", "replace") if response is not None else ""
            kind = Kind.REFUSED if 400 <= status < 500 else Kind.ERROR
            return Outcome(asked, kind, now, now.seconds_since(began), status, raw=raw, headers=_headers(response))
        except (OSError, TimeoutError, EOFError, InvalidMessage) as error:
            now = Moment.now()
            return Outcome(asked, Kind.NO_ANSWER, now, now.seconds_since(began), raw=type(error).__name__)
        self._reader = asyncio.create_task(self._read(self._connection))
        now = Moment.now()
        answered = _headers(self._connection.response)
        return Outcome(asked, Kind.ACCEPTED, now, now.seconds_since(began), 101, headers=answered)

    async def send(self, message: Mapping[str, Any]) -> None:
        """Sends one message; raises ConnectionError when the connection is gone."""
        await self.send_raw(json.dumps(message))

    async def send_raw(self, content: str | bytes) -> None:
        """Sends text, or bytes as what is no text, exactly as they are; raises ConnectionError likewise."""
        try:
            await self._open_connection().send(content)
        except ConnectionClosed as gone:
            raise ConnectionError(f"the connection is gone: {gone}") from None

    async def send_in_pieces(self, pieces: Iterable[str]) -> None:
        """Sends one text in pieces, each when the one before was taken from the line; ConnectionError likewise.

        Whoever ends the connection because of a piece thus leaves nothing unread on it, which would reset the line
        and could take the goodbye with it.
        """
        connection = self._open_connection()

        async def one_by_one() -> AsyncIterator[str]:
            for piece in pieces:
                yield piece
                await (await connection.ping())

        try:
            await connection.send(one_by_one())
        except ConnectionClosed as gone:
            raise ConnectionError(f"the connection is gone: {gone}") from None

    def stop_reading(self) -> None:
        """Takes nothing more from the line until `read_on`; what comes has to wait there."""
        self._open_connection().transport.pause_reading()

    def read_on(self) -> None:
        """Takes what waits, and whatever comes."""
        if self._connection is not None:
            self._connection.transport.resume_reading()

    def unread(self) -> int:
        """How many bytes have come over the line and were not taken."""
        waiting = array.array("i", [0])
        fcntl.ioctl(self._open_connection().transport.get_extra_info("socket").fileno(), termios.FIONREAD, waiting)
        return waiting[0]

    async def break_off(self) -> None:
        """Ends it without a goodbye: the other side sees a reset, as when a network dies."""
        self.cut()
        await self._finished()

    def cut(self) -> None:
        """As `break_off`, at once: nothing more is handed on, not even what has come already."""
        self._cut = True
        transport = self._open_connection().transport
        raw = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    async def close(self) -> None:
        """Ends it with the closing handshake, as a page that is left."""
        if self._connection is not None:
            await self._connection.close(1000)
            await self._finished()

    @property
    def address(self) -> str:
        """This side of the connection; "" when there is none."""
        return str(self._connection.local_address[0]) if self._connection is not None else ""

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
                if self._cut:
                    break
                self._on_frame(frames.read(text, Moment.now()))
        except ConnectionClosed:
            pass
        finally:
            self._on_end(connection.close_code or 1006, connection.close_reason or "")


def _headers(response: Response | None) -> dict[str, str]:
    """What an answer to the opening said about itself."""
    return {name.lower(): value for name, value in response.headers.raw_items()} if response is not None else {}


async def _narrow(url: str) -> socket.socket:
    """A connected socket with small buffers and small packets, to which the other side can send little ahead."""
    where = urlsplit(url)
    address = (where.hostname or "", where.port or (443 if where.scheme == "wss" else 80))
    small = socket.socket()
    small.setblocking(False)
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    small.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    try:
        await asyncio.get_running_loop().sock_connect(small, address)
    except BaseException:
        small.close()
        raise
    return small
