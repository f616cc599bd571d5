import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from support.outside.proxy import Proxy, _listen

LARGE = 96 * 1024 * 1024
"""Bytes, several times what the system itself keeps on the way."""
Door = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def along(scene: Callable[[Proxy, Callable[[], Awaitable[Door]]], Awaitable[None]]) -> None:
    """Plays a scene with a way to a service that repeats every word, and answers Redis's ping."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def played() -> None:
        at = _listen(0)
        service = await asyncio.start_server(repeat, sock=at)
        proxy = Proxy("redis", _listen(0), at.getsockname()[1])
        await proxy.open()
        opened: list[asyncio.StreamWriter] = []

        async def connect() -> Door:
            door = await asyncio.open_connection("127.0.0.1", proxy.port)
            opened.append(door[1])
            return door

        try:
            async with asyncio.timeout(10):
                await scene(proxy, connect)
        finally:
            for writer in opened:
                writer.close()
            proxy.cut(reset=True)
            service.close()

    asyncio.run(played())


async def said(door: Door, words: bytes) -> bytes:
    door[1].write(words)
    return await door[0].readexactly(len(words))


def test_what_passes_is_counted_both_ways_but_not_a_knock() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        assert await said(await connect(), b"hello") == b"hello"
        assert await proxy.knock(1.0) is not None
        assert (proxy.to_service, proxy.to_instance) == (5, 5)

    along(scene)


def test_a_cut_resets_what_exists_and_refuses_what_comes() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        door = await connect()
        await said(door, b"hello")
        assert proxy.cut(reset=True) == 1
        with pytest.raises(ConnectionResetError):
            await door[0].read(1)
        with pytest.raises(ConnectionRefusedError):
            await connect()
        with pytest.raises(ConnectionRefusedError):
            await proxy.knock(1.0)
        await proxy.restore()
        assert await said(await connect(), b"again") == b"again"

    along(scene)


def test_a_soft_cut_ends_in_good_order() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        door = await connect()
        await said(door, b"hello")
        proxy.cut(reset=False)
        assert await door[0].read(1) == b""

    along(scene)


def test_a_closed_way_keeps_those_who_are_in() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        door = await connect()
        await said(door, b"hello")
        proxy.refuse()
        assert await said(door, b"still") == b"still"
        with pytest.raises(ConnectionRefusedError):
            await connect()

    along(scene)


def test_what_was_swallowed_arrives_after_all_in_order() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        door = await connect()
        await said(door, b"hello")
        proxy.blackhole()
        door[1].write(b"one ")
        late = await connect()
        late[1].write(b"late")
        reading = asyncio.create_task(door[0].readexactly(8))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(reading), 0.05)
        door[1].write(b"two ")
        await proxy.restore()
        assert await reading == b"one two "
        assert await late[0].readexactly(4) == b"late"

    along(scene)


def test_only_answers_or_only_requests_can_be_lost() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        for lost, reaches in (("answers", True), ("requests", False)):
            door = await connect()
            await said(door, b"hello")
            before = proxy.to_instance
            proxy.blackhole(lost)
            door[1].write(b"one ")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(door[0].read(1), 0.1)
            # The service's echo shows whether the request has reached it.
            assert (proxy.to_instance > before) is reaches
            await proxy.restore()
            assert await door[0].readexactly(4) == b"one "

    along(scene)


def test_a_slow_way_delays_answers_and_stops_when_it_is_restored() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        door = await connect()
        proxy.slow(0.1)
        began = time.monotonic()
        await said(door, b"hello")
        assert 0.1 <= time.monotonic() - began < 0.3
        proxy.slow(60.0)
        door[1].write(b"soon")
        await asyncio.sleep(0)
        await proxy.restore()
        assert await door[0].readexactly(4) == b"soon"

    along(scene)


def test_a_reader_that_does_not_read_stops_its_writer() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        reader, writer = await connect()
        writer.write(b"x" * LARGE)
        with pytest.raises(TimeoutError):
            # Nobody reads the echo: what is under way must stay far below what was sent.
            await asyncio.wait_for(writer.drain(), 0.3)
        assert proxy.to_service < LARGE / 2
        received = 0
        while received < LARGE:
            received += len(await reader.read(1 << 20))
        assert proxy.to_service == proxy.to_instance == LARGE

    along(scene)


def test_a_service_that_is_away_is_felt_as_a_reset() -> None:
    async def scene(proxy: Proxy, connect: Callable[[], Awaitable[Door]]) -> None:
        away = Proxy("redis", _listen(0), 1)
        await away.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", away.port)
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        writer.close()
        away.cut(reset=True)

    along(scene)
