"""A way from one instance to one service: a TCP proxy that counts, delays, cuts, refuses and swallows.

Bytes that the world itself sends to see whether a fault is in force are not counted.
"""

import asyncio
import contextlib
import socket
import struct

from support.facts.moment import Moment

CHUNK = 65_536
AHEAD = 16
"""Pieces that may wait in a direction before its sender is made to wait (back-pressure)."""
BACKLOG = 512
LINGER_RESET = struct.pack("ii", 1, 0)
REQUESTS, ANSWERS, BOTH = "requests", "answers", "both"
DIRECTIONS = (REQUESTS, ANSWERS)
KNOCKS = {"postgres": (struct.pack("!ii", 8, 80877103), b"N"), "redis": (b"PING\r\n", b"")}
"""What to say to a service, by its kind, so that it answers whatever its password is; its first byte."""


class Proxy:
    """One way.

    Args:
        kind: "postgres" or "redis".
        listening: the socket where the instance knocks.
        port: the service's own port on 127.0.0.1.
    """

    def __init__(self, kind: str, listening: socket.socket, port: int) -> None:
        self.kind, self.port, self._service = kind, int(listening.getsockname()[1]), port
        self.to_service = self.to_instance = 0
        self.delay = 0.0
        self._listening: socket.socket | None = listening
        self._server: asyncio.Server | None = None
        self._flows = {direction: asyncio.Event() for direction in DIRECTIONS}
        for flow in self._flows.values():
            flow.set()
        self._delay_changed = asyncio.Event()
        self._links: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, ...]] = {}
        self._knocking: set[int] = set()

    async def open(self) -> None:
        """Lets the instance in, again on the same port after `refuse`."""
        if self._server is None:
            listening = self._listening or _listen(self.port)
            self._listening = None
            self._server = await asyncio.start_server(self._link, sock=listening, backlog=BACKLOG)

    def refuse(self) -> None:
        """Refuses new connections; those that exist live on."""
        if self._server:
            self._server.close()
            self._server = None

    def cut(self, reset: bool) -> int:
        """Refuses new connections and ends the existing ones, with RST or else FIN; how many there were."""
        self.refuse()
        links, self._links = self._links, {}
        for task, writers in links.items():
            for writer in writers:
                if reset:
                    _reset_on_close(writer)
                writer.transport.abort()
            task.cancel()
        return len(links)

    def blackhole(self, lost: str = BOTH) -> None:
        """Swallows: connections stay and new ones are let in, but nothing comes through until `restore`.

        Args:
            lost: "requests", "answers" or "both": what does not come through.
        """
        for direction, flow in self._flows.items():
            if lost in (direction, BOTH):
                flow.clear()

    def slow(self, seconds: float) -> None:
        """Every piece of an answer reaches the instance so many seconds later than without."""
        self.delay = seconds
        changed, self._delay_changed = self._delay_changed, asyncio.Event()
        changed.set()

    async def restore(self) -> None:
        """Undoes every fault; what was swallowed or is waiting flows on, in order."""
        self.slow(0.0)
        for flow in self._flows.values():
            flow.set()
        await self.open()

    async def knock(self, limit: float) -> float | None:
        """Seconds until the service answers through this way; None when it does not within the limit.

        Raises:
            OSError: the connection was refused or cut.
        """
        hello, expected = KNOCKS[self.kind]
        door = socket.socket()
        door.setblocking(False)
        door.bind(("127.0.0.1", 0))
        own = door.getsockname()[1]
        self._knocking.add(own)
        began = Moment.now()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                await loop.sock_connect(door, ("127.0.0.1", self.port))
                await loop.sock_sendall(door, hello)
                answer = await loop.sock_recv(door, CHUNK)
        except TimeoutError:
            return None
        finally:
            door.close()
            self._knocking.discard(own)
        if not answer.startswith(expected) or not answer:
            raise ConnectionResetError("the connection was cut")
        return Moment.now().seconds_since(began)

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        counted = writer.get_extra_info("peername")[1] not in self._knocking
        self._links[task] = (writer,)
        service: asyncio.StreamWriter | None = None
        pumps: list[asyncio.Task[None]] = []
        try:
            # A service that nothing reaches is not even connected to; one whose answers are lost is.
            await self._flows[REQUESTS].wait()
            answers, service = await asyncio.open_connection("127.0.0.1", self._service)
            if task in self._links:
                self._links[task] = (writer, service)
            pumps = [
                asyncio.create_task(self._pump(reader, service, False, counted)),
                asyncio.create_task(self._pump(answers, writer, True, counted)),
            ]
            await asyncio.gather(*pumps)
        except (OSError, asyncio.CancelledError):
            # Refused by the service or cut: the instance learns it the hard way, as without a proxy.
            _reset_on_close(writer)
        finally:
            for pump in pumps:
                pump.cancel()
            self._links.pop(task, None)
            for end in (writer, service):
                if end:
                    end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, answers: bool, counted: bool
    ) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
        delivery = asyncio.create_task(self._deliver(waiting, sink, answers))
        try:
            while data := await source.read(CHUNK):
                if counted:
                    self._count(len(data), answers)
                await _put(waiting, (Moment.now().ns / 1e9, data), delivery)
            await _put(waiting, (Moment.now().ns / 1e9, b""), delivery)
            await delivery
        finally:
            delivery.cancel()

    async def _deliver(
        self, waiting: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter, answers: bool
    ) -> None:
        while True:
            came, data = await waiting.get()
            while answers and (rest := came + self.delay - Moment.now().ns / 1e9) > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(rest):
                        await self._delay_changed.wait()
            await self._flows[ANSWERS if answers else REQUESTS].wait()
            if not data:
                if sink.can_write_eof():
                    sink.write_eof()
                return
            sink.write(data)
            await sink.drain()

    def _count(self, size: int, answers: bool) -> None:
        if answers:
            self.to_instance += size
        else:
            self.to_service += size


async def _put(
    waiting: asyncio.Queue[tuple[float, bytes]], piece: tuple[float, bytes], delivery: "asyncio.Task[None]"
) -> None:
    """Queues a piece, or fails as the delivery failed: a full queue must not hide a dead receiver."""
    if not waiting.full():
        waiting.put_nowait(piece)
        return
    putting = asyncio.create_task(waiting.put(piece))
    await asyncio.wait({putting, delivery}, return_when=asyncio.FIRST_COMPLETED)
    if delivery.done():
        putting.cancel()
        delivery.result()


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(BACKLOG)
    return listening


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RESET)
