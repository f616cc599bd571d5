"""Connections count as scarce only when every living server was seen to use all that it may have."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.scarcity import Scarcity
from support.facts.verdict import Inconclusive


def watch(*seen: dict[str, int], dead: bool = False) -> None:
    """Looks on at a block that ends when all of this was seen of two servers with three connections each."""
    left = list(seen)
    all_seen = asyncio.Event()

    async def at_work() -> dict[str, int]:
        if not left:
            all_seen.set()
        return left.pop(0) if left else {}

    instances = (SimpleNamespace(name="one", pid=1), SimpleNamespace(name="two", pid=0 if dead else 2))
    stage: Any = SimpleNamespace(
        rows=SimpleNamespace(at_work=at_work),
        deployment=SimpleNamespace(instances=instances),
        story=SimpleNamespace(tell=lambda who, what: None),
    )

    async def block() -> None:
        async with Scarcity(stage, 3).demanded("everybody asks"):
            await all_seen.wait()

    asyncio.run(block())


def test_servers_may_be_at_their_limit_at_different_moments() -> None:
    watch({"netra-one": 3, "netra-two": 1}, {"netra-one": 0, "netra-two": 3})


def test_one_connection_that_was_always_free_is_no_strain() -> None:
    with pytest.raises(Inconclusive, match="2 of server two; nobody had to wait"):
        watch({"netra-one": 3, "netra-two": 2}, {"netra-one": 3, "netra-two": 1})


def test_a_server_that_is_dead_cannot_be_at_its_limit() -> None:
    watch({"netra-one": 3}, dead=True)


def test_nothing_seen_is_no_strain() -> None:
    with pytest.raises(Inconclusive):
        watch()
