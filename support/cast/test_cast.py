"""What a scenario made is taken away, also where the platform does not let go of its people."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast import cast as module
from support.cast.cast import Cast
from support.drivers.living_loop import LivingLoop
from support.facts.verdict import Inconclusive


class Store:
    """Rows and what is kept ready, of one person."""

    def __init__(self) -> None:
        self.rows, self.keys = {"messages": 2}, {"key"}

    async def remove_customers(self, users: list[str]) -> None:
        """Takes the rows away."""
        self.rows = {"messages": 0}

    async def counts(self) -> dict[str, int]:
        """How many rows there are."""
        return self.rows

    async def remove(self, keys: set[str]) -> None:
        """Takes away what is kept ready."""
        self.keys -= keys

    async def keys_about(self, whom: str) -> set[str]:
        """What is kept ready."""
        return self.keys


class StillListening:
    """The tidying of a platform that listens for somebody who has left."""

    def __init__(self, rows: Store, ready: Store) -> None:
        self.ready = ready

    async def until_nobody_listens(self, users: list[str], seconds: float) -> list[str]:
        """Waits in vain."""
        return users

    async def until_work_has_ended(self, users: list[str], seconds: float) -> bool:
        """Nobody works."""
        return False

    async def keys_of(self, users: list[str]) -> set[str]:
        """What is kept ready for them."""
        return set(self.ready.keys)


@pytest.fixture
def left_by_ana(monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, Store]:
    """A scenario with Ana on a platform that goes on listening for her, and what is stored."""
    monkeypatch.setattr(module, "Tidying", StillListening)
    store, cast = Store(), object.__new__(Cast)
    ana: Any = SimpleNamespace(identity=SimpleNamespace(user="ana"))
    cast._people, cast._rows_before, cast._keys_before = {"Ana": ana}, {}, set()
    deployment = SimpleNamespace(given=False, postgres=SimpleNamespace(lost=False))
    cast.stage = SimpleNamespace(rows=store, ready=store, deployment=deployment)  # type: ignore[assignment]
    return cast, store


def test_what_was_made_goes_also_where_a_server_still_listens(left_by_ana: tuple[Cast, Store]) -> None:
    cast, store = left_by_ana
    assert asyncio.run(cast._remove()) == ["servers of Netra that still listen for ana"]
    assert (store.rows, store.keys) == ({"messages": 0}, set())


def test_what_was_made_goes_also_where_somebody_cannot_leave(left_by_ana: tuple[Cast, Store]) -> None:
    cast, store = left_by_ana

    async def cannot_leave() -> None:
        raise RuntimeError("Ana cannot leave")

    with LivingLoop() as loop:
        cast.stage.loop, cast._leave = loop, cannot_leave  # type: ignore[method-assign]
        with pytest.raises(Inconclusive, match="still listen for ana") as wrong:
            cast.clear()
    assert str(wrong.value.__context__) == "Ana cannot leave"
    assert (store.rows, store.keys) == ({"messages": 0}, set())
