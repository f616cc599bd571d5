"""The HTTP door of the played world: real HTTP/1.1 on a socket, with every way a conversation can go wrong.

h11 speaks the protocol; the connection itself stays in our hands, because a service that breaks off in
the middle of a sentence, or that notices that its caller has hung up, is what is played here.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import h11

CHUNK = 65_536


@dataclass(frozen=True)
class Request:
    """One request, received in full."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is sent for a request.

    Attributes:
        status: HTTP status; 0 hangs up without a word.
        content: the JSON text.
        half: whether only half of the content is sent before the connection ends.
    """

    status: int
    content: bytes = b""
    half: bool = False


class Visit(Protocol):
    """One request being served."""

    async def reply(self) -> Reply:
        """What to send; may take its time, and is cancelled when the caller hangs up."""

    def sent(self, reply: Reply) -> None:
        """Told when the reply is on its way."""

    def abandoned(self) -> None:
        """Told when the caller hung up before it had its answer."""


class HungUp(Exception):
    """The caller ended the connection."""


class Door:
    """Serves HTTP on a listening socket and hands each request to `receive`."""

    def __init__(self, receive: Callable[[Request], Visit]) -> None:
        self._receive = receive
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def open(self, listening: socket.socket) -> None:
        """Starts to answer on a socket that listens already."""
        self._server = await asyncio.start_server(self._serve, sock=listening)

    async def close(self) -> None:
        """Ends the door and every connection through it."""
        if self._server:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        line = _Line(reader, writer)
        try:
            while (request := await line.request()) and await self._answer(line, self._receive(request)):
                line.next()
        except (HungUp, OSError, h11.RemoteProtocolError):
            pass  # The caller left or does not speak HTTP; a request in progress has been told already.
        finally:
            self._open.discard(writer)
            line.close()

    async def _answer(self, line: "_Line", visit: Visit) -> bool:
        """Serves one request; whether the connection lives on."""
        working = asyncio.create_task(visit.reply())
        watching = asyncio.create_task(line.until_hung_up())
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise HungUp
            reply = working.result()
            alive = await line.send(reply)
        except (HungUp, OSError):
            visit.abandoned()
            return False
        finally:
            for task in (working, watching):
                task.cancel()
            await asyncio.wait({working, watching})
        visit.sent(reply)
        return alive


class _Line:
    """One connection of a caller, as HTTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.SERVER)

    async def request(self) -> Request | None:
        """The next request in full; None when the caller has no more."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(CHUNK))
            elif isinstance(event, h11.Request):
                head = event
                if self._http.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[]))
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head:
                return Request(head.method.decode(), head.target.decode(), bytes(body))
            else:
                return None

    async def until_hung_up(self) -> None:
        """Ends when the caller ends the connection; what it sends meanwhile is kept for its next request."""
        with contextlib.suppress(OSError):
            while data := await self._reader.read(CHUNK):
                self._http.receive_data(data)

    async def send(self, reply: Reply) -> bool:
        """Sends a reply; whether the connection lives on."""
        if not reply.status:
            return False
        headers = [("content-type", "application/json"), ("content-length", str(len(reply.content)))]
        self._write(h11.Response(status_code=reply.status, headers=headers))
        if reply.half:
            self._write(h11.Data(data=reply.content[: len(reply.content) // 2]))
            await self._writer.drain()
            return False
        self._write(h11.Data(data=reply.content))
        self._write(h11.EndOfMessage())
        await self._writer.drain()
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    def next(self) -> None:
        """Makes ready for the caller's next request."""
        self._http.start_next_cycle()

    def close(self) -> None:
        """Ends the connection."""
        self._writer.close()

    def _write(self, event: h11.Event) -> None:
        if data := self._http.send(event):
            self._writer.write(data)
