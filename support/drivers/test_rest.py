"""What is asked over REST goes out once, as it is written, and has its time for the whole answer."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from support.drivers.rest import Rest
from support.facts.outcome import Kind, Outcome

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Serve = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


class Server:
    """Notes the first line of every request; `serve` answers each, and is told how many came before it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.lines: list[str] = []

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.lines.append(head.split(b"\r\n")[0].decode())
                await self._serve(writer, len(self.lines) - 1)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


def asked(serve: Serve, *paths: str, seconds: float = 5.0) -> tuple[list[Outcome], list[str]]:
    """What came of asking for these paths, one after the other, and what the server has seen."""

    async def ask() -> tuple[list[Outcome], list[str]]:
        served, rest = Server(serve), Rest()
        server = await asyncio.start_server(served.hear, "127.0.0.1", 0)
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            outcomes = [await rest.ask("GET", base + path, asked="something", seconds=seconds) for path in paths]
        finally:
            await rest.close()
            server.close()
        return outcomes, served.lines

    return asyncio.run(ask())


async def answer(writer: asyncio.StreamWriter, number: int) -> None:
    writer.write(ANSWER)


def test_an_answer_tells_where_it_was_asked_from() -> None:
    (outcome,), _ = asked(answer, "/")
    assert (outcome.kind, outcome.status, outcome.raw, outcome.address) == (Kind.ACCEPTED, 200, "{}", "127.0.0.1")
    assert outcome.headers["content-length"] == "2"


@pytest.mark.parametrize("path", ["/threads/..", "/threads/%2e%2e%2Fadmin", "/threads/a%00b?x=%2B+%C3%BC", "/a//b"])
def test_a_path_goes_out_as_it_is_written(path: str) -> None:
    _, lines = asked(answer, path)
    assert lines == [f"GET {path} HTTP/1.1"]


def test_a_pass_goes_before_one_in_the_address() -> None:
    async def ask() -> list[Outcome]:
        rest = Rest()
        server = await asyncio.start_server(Server(answer).hear, "127.0.0.1", 0)
        base = f"http://ana:word@127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        try:
            return [await rest.ask("GET", base, asked="something", seconds=5.0, token=one) for one in ("pass", None)]
        finally:
            await rest.close()
            server.close()

    assert [outcome.kind for outcome in asyncio.run(ask())] == [Kind.ACCEPTED, Kind.ACCEPTED]


def test_what_got_no_answer_is_not_asked_again() -> None:
    async def leave(writer: asyncio.StreamWriter, number: int) -> None:
        if number:
            writer.close()
        else:
            writer.write(ANSWER)

    (first, second), lines = asked(leave, "/first", "/second")
    assert first.accepted
    assert (second.kind, second.raw) == (Kind.NO_ANSWER, "ServerDisconnectedError")
    assert [line.split()[1] for line in lines] == ["/first", "/second"]


def test_no_time_at_all_is_no_answer() -> None:
    async def keep_waiting(writer: asyncio.StreamWriter, number: int) -> None:
        await asyncio.sleep(3)
        writer.close()

    (outcome,), _ = asked(keep_waiting, "/", seconds=0.0)
    assert outcome.kind is Kind.NO_ANSWER
    assert outcome.seconds < 2.0


def test_an_answer_that_trickles_is_none() -> None:
    async def trickle(writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(150):
            writer.write(b".")
            await asyncio.sleep(0.02)
        writer.close()

    (outcome,), _ = asked(trickle, "/", seconds=0.3)
    assert (outcome.kind, outcome.raw) == (Kind.NO_ANSWER, "TimeoutError")
    assert 0.3 <= outcome.seconds < 2.0


def test_a_door_that_is_closed_gives_no_answer() -> None:
    async def ask() -> Outcome:
        rest = Rest()
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        try:
            return await rest.ask("GET", f"http://127.0.0.1:{port}/", asked="something", seconds=5.0)
        finally:
            await rest.close()

    outcome = asyncio.run(ask())
    assert outcome.kind is Kind.NO_ANSWER
    assert outcome.raw
