import asyncio
import json
import time
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket

from support.reference.cursor import Cursor
from support.reference.hold import Limit
from support.reference.identity import Caller
from support.reference.sockets import Socket
from support.reference.trouble import LimitReached
from support.reference.updates import Frame, Updates

ANA = Caller("ana", "ana@acme.example", frozenset(), time.time() + 600)


def update(sequence: int, user_id: str = "ana", thread_id: str = "t") -> Frame:
    return {"type": "agent_thinking", "user_id": user_id, "thread_id": thread_id, "sequence": sequence}


class Wire:
    """What a socket has sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send_text(self, text: str) -> None:
        self.sent.append(json.loads(text))

    @property
    def numbers(self) -> list[int]:
        return [frame["sequence"] for frame in self.sent]


class Shelf:
    """Stored updates of one conversation, from 1 to `last`; how far the conversation was at the opening."""

    def __init__(self, last: int, reached: int = 0, under_way: bool = False) -> None:
        self.last = last
        self._reached = {"t": (reached, under_way)} if reached else {}

    async def replay(self, thread_id: str, after: int, up_to: int | None = None) -> list[Frame]:
        end = self.last if up_to is None else min(up_to, self.last)
        return [update(number) for number in range(after + 1, end + 1)]

    async def reached(self, user_id: str) -> dict[str, tuple[int, bool]]:
        return self._reached


async def opened(shelf: Shelf) -> tuple[Socket, Wire]:
    wire = Wire()
    socket = Socket(cast(WebSocket, wire), ANA, cast(Updates, shelf), "one")
    await socket.locate()
    return socket, wire


def test_a_gap_is_filled_before_anything_later_is_sent() -> None:
    async def scene() -> list[int]:
        socket, wire = await opened(Shelf(5))
        for number in (1, 4, 2, 3, 4, 5):
            await socket.deliver(update(number))
        return wire.numbers

    assert asyncio.run(scene()) == [1, 2, 3, 4, 5]


def test_nothing_of_another_person_is_sent() -> None:
    async def scene() -> list[int]:
        socket, wire = await opened(Shelf(5))
        await socket.deliver(update(1, user_id="ben"))
        return wire.numbers

    assert asyncio.run(scene()) == []


def test_a_resume_and_live_updates_meet_with_neither_gap_nor_repeat() -> None:
    async def scene() -> tuple[list[int], int]:
        socket, wire = await opened(Shelf(6, reached=6))
        up_to = await socket.resume("t", 2)
        for number in (6, 7, 8):
            await socket.deliver(update(number))
        return wire.numbers, up_to

    assert asyncio.run(scene()) == ([3, 4, 5, 6, 7, 8], 6)


def test_how_far_it_is_stands_between_what_was_missed_and_what_comes() -> None:
    async def scene() -> tuple[list[int], list[int]]:
        socket, wire = await opened(Shelf(6, reached=6))
        async with socket.order:
            up_to = await socket.resume("t", 2)
            live = asyncio.create_task(socket.deliver(update(7)))
            await asyncio.sleep(0)
            before = list(wire.numbers)
            assert up_to == before[-1]
        await live
        return before, wire.numbers

    assert asyncio.run(scene()) == ([3, 4, 5, 6], [3, 4, 5, 6, 7])


def test_a_second_resume_sends_only_what_the_socket_never_got() -> None:
    async def scene() -> list[int]:
        socket, wire = await opened(Shelf(6, reached=6))
        for after in (4, 4, 1, 1, 0):
            await socket.resume("t", after)
        return wire.numbers

    assert asyncio.run(scene()) == [5, 6, 2, 3, 4, 1]


def test_an_analysis_under_way_is_held_back_until_the_customer_resumes() -> None:
    async def scene() -> list[int]:
        shelf = Shelf(5, reached=4, under_way=True)
        socket, wire = await opened(shelf)
        await socket.deliver(update(5))
        assert wire.numbers == []
        await socket.resume("t", 2)
        shelf.last = 6
        await socket.deliver(update(6))
        return wire.numbers

    assert asyncio.run(scene()) == [3, 4, 5, 6]


def test_a_resume_beyond_the_end_promises_nothing() -> None:
    async def scene() -> tuple[list[int], int]:
        socket, wire = await opened(Shelf(3, reached=3))
        up_to = await socket.resume("t", 99)
        await socket.deliver(update(4))
        return wire.numbers, up_to

    assert asyncio.run(scene()) == ([4], 3)


def test_a_cursor_knows_what_it_has() -> None:
    cursor = Cursor(4, 4)
    assert cursor.is_repeat(4)
    assert cursor.is_next(5)
    assert not cursor.is_next(6)
    assert cursor.earlier(1) == (1, 4)
    cursor.rewind(1)
    assert cursor.earlier(1) is None


def test_a_limit_strikes_once_its_time_has_come() -> None:
    limit = Limit(60)
    limit.check()
    assert 59 < limit.remaining() <= 60
    past = Limit(-1)
    assert past.remaining() == 0
    with pytest.raises(LimitReached):
        past.check()


def test_delivering_ends_when_told_to_even_if_something_comes_in_the_same_moment() -> None:
    async def scene() -> bool:
        socket, _ = await opened(Shelf(1))
        delivering = asyncio.create_task(socket.deliver_for_ever())
        await asyncio.sleep(0.01)
        socket.offer(update(1))
        await asyncio.sleep(0)
        delivering.cancel()
        done, _ = await asyncio.wait([delivering], timeout=1)
        return bool(done)

    assert asyncio.run(scene())
