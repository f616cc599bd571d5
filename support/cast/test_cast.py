"""What a scenario made is taken away, also where the platform does not let go of its people."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast import cast as module
from support.cast.cast import Cast


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


def test_what_was_made_goes_also_where_a_server_still_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Tidying", StillListening)
    store, cast = Store(), object.__new__(Cast)
    ana: Any = SimpleNamespace(identity=SimpleNamespace(user="ana"))
    cast._people, cast._rows_before, cast._keys_before = {"Ana": ana}, {}, set()
    given = SimpleNamespace(given=False)
    cast.stage = SimpleNamespace(rows=store, ready=store, deployment=given)  # type: ignore[assignment]
    assert asyncio.run(cast._remove()) == ["servers of Netra that still listen for ana"]
    assert (store.rows, store.keys) == ({"messages": 0}, set())
