"""A call outside is made once and ends with its task; whatever is no good answer fails."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from support.reference.outside import Bills
from support.reference.trouble import OutsideFailed

BILL = {"cloud": "aws", "account": "1", "items": [], "monthly_cost": "10.00"}
Serve = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


def http(status: str, body: object = BILL) -> bytes:
    text = json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


async def answer(writer: asyncio.StreamWriter, number: int) -> None:
    writer.write(http("200 OK"))


class Server:
    """Notes the first line of every request, and when a caller has hung up."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.lines: list[str] = []
        self.called, self.left = asyncio.Event(), asyncio.Event()

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.lines.append(head.split(b"\r\n")[0].decode())
                self.called.set()
                await self._serve(writer, len(self.lines) - 1)
        except (asyncio.IncompleteReadError, OSError):
            self.left.set()
        finally:
            writer.close()


def play(serve: Serve, scene: Callable[[Server, Bills], Awaitable[None]]) -> None:
    """Plays a scene with bills that come from a server of its own."""

    async def played() -> None:
        served = Server(serve)
        server = await asyncio.start_server(served.hear, "127.0.0.1", 0)
        bills = Bills(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/billing")
        try:
            async with asyncio.timeout(10):
                await scene(served, bills)
        finally:
            await bills.close()
            server.close()

    asyncio.run(played())


def test_a_bill_is_asked_for_as_its_account_is_named() -> None:
    async def scene(server: Server, bills: Bills) -> None:
        for account in ("a/b?c%", ".."):
            assert await bills.fetch("aws", account) == BILL
        assert server.lines == [
            "GET /billing/aws/accounts/a%2Fb%3Fc%25/costs HTTP/1.1",
            "GET /billing/aws/accounts/../costs HTTP/1.1",
        ]

    play(answer, scene)


def test_a_call_whose_connection_is_lost_is_not_made_again() -> None:
    async def leave(writer: asyncio.StreamWriter, number: int) -> None:
        if number:
            writer.close()
        else:
            writer.write(http("200 OK"))

    async def scene(server: Server, bills: Bills) -> None:
        await bills.fetch("aws", "1")
        with pytest.raises(OutsideFailed):
            await bills.fetch("aws", "2")
        assert len(server.lines) == 2

    play(leave, scene)


def test_nobody_is_followed_elsewhere() -> None:
    async def send_on(writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(http("200 OK") if number else http("302 Found\r\nLocation: /elsewhere"))

    async def scene(server: Server, bills: Bills) -> None:
        with pytest.raises(OutsideFailed):
            await bills.fetch("aws", "1")
        assert len(server.lines) == 1

    play(send_on, scene)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (http("401 Unauthorized"), True),
        (http("403 Forbidden"), True),
        (http("500 Internal Server Error"), False),
        (http("200 OK", "no bill"), False),
        (http("200 OK").replace(b'"items": []', b'"items": [['), False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{", False),
        (b"nothing of the kind\r\n\r\n", False),
    ],
    ids=["401", "403", "error", "no bill", "no JSON", "cut short", "no HTTP"],
)
def test_what_is_no_good_answer_fails(said: bytes, refused: bool) -> None:
    async def say(writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(said)
        await writer.drain()
        if b"close" in said:
            writer.close()

    async def scene(server: Server, bills: Bills) -> None:
        with pytest.raises(OutsideFailed) as failed:
            await bills.fetch("aws", "1")
        assert failed.value.refused is refused

    play(say, scene)


def test_whoever_is_cancelled_hangs_up() -> None:
    async def keep_waiting(writer: asyncio.StreamWriter, number: int) -> None:
        """Says nothing."""

    async def scene(server: Server, bills: Bills) -> None:
        asking = asyncio.create_task(bills.fetch("aws", "1"))
        await server.called.wait()
        asking.cancel()
        await server.left.wait()

    play(keep_waiting, scene)
