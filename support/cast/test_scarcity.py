"""Connections count as scarce only when every living server was seen to use all that it may have, at one time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast import scarcity


@pytest.fixture(autouse=True)
def _little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scarcity, "_AT_MOST", 0.1)


def watch(*seen: dict[str, int], dead: bool = False) -> list[str]:
    """Strains two servers of which this is seen, the last of it for ever; the block ends when storage goes on.

    What was lacking.
    """
    left, lacking = list(seen), list[str]()
    goes_on = asyncio.Event()

    async def at_work() -> dict[str, int]:
        return left.pop(0) if len(left) > 1 else left[0]

    @asynccontextmanager
    async def standing_still(*tables: str) -> AsyncIterator[None]:
        yield
        goes_on.set()

    async def ask(method: str, url: str, *, asked: str, seconds: float) -> None:
        heard.append(url)

    heard: list[str] = []
    instances = (SimpleNamespace(name="one", pid=1), SimpleNamespace(name="two", pid=0 if dead else 2))
    stage: Any = SimpleNamespace(
        rows=SimpleNamespace(at_work=at_work, standing_still=standing_still),
        rest=SimpleNamespace(ask=ask),
        deployment=SimpleNamespace(instances=instances, doors=SimpleNamespace(rest=("http://one", "http://two"))),
        story=SimpleNamespace(tell=lambda who, what: None),
        lack=lacking.append,
    )

    async def block() -> None:
        async with scarcity.Scarcity(stage, 3).demanded("everybody asks"):
            await goes_on.wait()

    asyncio.run(block())
    assert lacking or set(heard) == {"http://one/health"} | ({"http://two/health"} if not dead else set())
    return lacking


def test_storage_stands_still_until_every_connection_waits_for_it() -> None:
    assert watch({"netra-one": 1}, {"netra-one": 3, "netra-two": 1}, {"netra-one": 3, "netra-two": 3}) == []


def test_one_connection_that_stays_free_is_no_strain() -> None:
    (lacking,) = watch({"netra-one": 3, "netra-two": 2})
    assert "2 of server two; nobody had to wait" in lacking


def test_a_server_that_is_dead_cannot_be_strained() -> None:
    assert watch({"netra-one": 3}, dead=True) == []


def test_connections_of_somebody_else_do_not_count() -> None:
    assert len(watch({"netra-one": 3, "another": 3})) == 1
