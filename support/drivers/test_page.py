"""One look at one page tells what is there, or in plain words why nothing is."""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from support.drivers.page import Page, Untrusted, look_at


def look(said: bytes, address: Callable[[int], str], **how: object) -> tuple[Page, str]:
    """What a server that says this looks like, and what it was asked."""

    async def looked() -> tuple[Page, str]:
        heard: list[bytes] = []

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(said)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(hear, "127.0.0.1", 0)
        try:
            page = await look_at(address(server.sockets[0].getsockname()[1]), seconds=5.0, **how)  # type: ignore[arg-type]
        finally:
            server.close()
        assert len(heard) == 1
        return page, heard[0].decode()

    return asyncio.run(looked())


def at_root(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def test_a_page_is_read_with_its_headers() -> None:
    page, _ = look(b'HTTP/1.1 200 OK\r\nX-Who: me\r\nContent-Length: 9\r\n\r\n{"a": 17}', at_root)
    assert (page.status, page.headers["x-who"], page.json()) == (200, "me", {"a": 17})


def test_nobody_is_followed_elsewhere() -> None:
    page, _ = look(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", at_root)
    assert page.status == 302


def test_what_goes_on_in_another_protocol_is_not_read() -> None:
    page, asked = look(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
        at_root,
        headers={"Connection": "Upgrade", "Upgrade": "websocket"},
    )
    assert (page.status, page.text) == (101, "")
    assert "connection: upgrade" in asked.lower()


def test_a_pass_goes_before_one_in_the_address() -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    _, asked = look(ok, lambda port: f"http://ana:word@127.0.0.1:{port}/", headers={"Authorization": "Bearer pass"})
    assert "Authorization: Bearer pass\r\n" in asked
    _, asked = look(ok, lambda port: f"http://ana:word@127.0.0.1:{port}/")
    assert f"Authorization: Basic {b64encode(b'ana:word').decode()}\r\n" in asked


def test_a_door_that_is_closed_is_told_in_the_system_s_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionError, match=r"^Connection refused$"):
        asyncio.run(look_at(at_root(port), seconds=5.0))


def test_a_host_that_there_is_not_is_told_in_the_system_s_words() -> None:
    with pytest.raises(ConnectionError) as unknown:
        asyncio.run(look_at("http://nobody.invalid/", seconds=5.0))
    assert "Unknown error" not in str(unknown.value)
    assert "name" in str(unknown.value).lower()


def test_silence_is_no_page() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ConnectionError):
        asyncio.run(look_at(at_root(silent.getsockname()[1]), seconds=0.2))


@pytest.mark.parametrize("address", ["http://", "http://127.0.0.1:99999/"])
def test_what_can_be_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
        asyncio.run(look_at(address, seconds=5.0))


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(certificate: Path) -> None:
    answered: list[object] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def look() -> None:
        server = await asyncio.start_server(lambda reader, writer: answered.append(reader), "localhost", 0, ssl=context)
        try:
            await look_at(f"https://localhost:{server.sockets[0].getsockname()[1]}/", seconds=5.0)
        finally:
            server.close()

    with pytest.raises(Untrusted, match=r"^self-signed certificate$"):
        asyncio.run(look())
    assert answered == []
