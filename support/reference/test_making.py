import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from support.reference.cache import Cache
from support.reference.making import Making, Value
from support.reference.trouble import NotFound


class Kitchen:
    """Makes what stands on the card, one at a time and on a word; Redis is away."""

    def __init__(self, port: int) -> None:
        self.card = "old"
        self.made = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self._making = Making(Cache(f"redis://127.0.0.1:{port}"))

    async def order(self) -> Value:
        return await self._making.once("dish", self._kept, self._make)

    async def _kept(self) -> Value:
        return None

    async def _make(self) -> Value:
        self.made += 1
        read = self.card
        self.begun.set()
        await self.go_on.wait()
        if read == "nothing":
            raise NotFound
        return {"dish": read}


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is taken and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_whoever_comes_while_it_is_made_gets_what_was_read_after_they_came(port: int) -> None:
    async def scene() -> tuple[list[Any], int]:
        kitchen = Kitchen(port)
        first = asyncio.create_task(kitchen.order())
        await kitchen.begun.wait()
        kitchen.card = "new"
        later = [asyncio.create_task(kitchen.order()) for _ in range(9)]
        await asyncio.sleep(0)
        kitchen.go_on.set()
        return await asyncio.gather(first, *later), kitchen.made

    served, made = asyncio.run(scene())
    assert served == [{"dish": "old"}, *[{"dish": "new"}] * 9]
    assert made == 2


def test_a_refusal_is_each_callers_own(port: int) -> None:
    async def scene() -> tuple[list[Any], int]:
        kitchen = Kitchen(port)
        kitchen.card = "nothing"
        orders = [asyncio.create_task(kitchen.order()) for _ in range(3)]
        await kitchen.begun.wait()
        kitchen.go_on.set()
        return await asyncio.gather(*orders, return_exceptions=True), kitchen.made

    served, made = asyncio.run(scene())
    assert [type(one) for one in served] == [NotFound] * 3
    assert made == 3
