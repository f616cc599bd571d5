"""A trial that is tried again is alone, also when others wait for their turn."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from support.proof import laboratory as room
from support.proof.laboratory import Laboratory

LIMIT = 10.0


class _Table:
    """A bench on which nothing is run."""

    def __init__(self, log: Path) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


@pytest.fixture
def laboratory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    monkeypatch.setattr(room, "Bench", _Table)
    return Laboratory(tmp_path)


def test_who_is_alone_waits_for_whoever_runs_and_whoever_comes_waits_for_it(laboratory: Laboratory) -> None:
    order: list[str] = []
    runs, leaves = threading.Event(), threading.Event()

    def earlier(bench: Any) -> None:
        runs.set()
        assert leaves.wait(LIMIT)
        order.append("earlier has ended")

    def suspect(bench: Any) -> None:
        assert runs.wait(LIMIT)
        leaves.set()
        with laboratory.alone():
            laboratory.hand_in("later", lambda _: order.append("later"))
            order.append("alone")

    with laboratory:
        laboratory.hand_in("earlier", earlier)
        laboratory.hand_in("suspect", suspect)
        laboratory.outcome("suspect")
        laboratory.outcome("later")
    assert order == ["earlier has ended", "alone", "later"]


def test_two_that_want_to_be_alone_follow_each_other_beside_one_that_is_apart(laboratory: Laboratory) -> None:
    inside: list[int] = []
    most: list[int] = []
    both, done = threading.Barrier(2), threading.Event()

    def suspect(bench: Any) -> None:
        both.wait(LIMIT)
        with laboratory.alone():
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    with laboratory:
        laboratory.hand_in("long", lambda _: done.wait(LIMIT), apart=True)
        laboratory.hand_in("one", suspect)
        laboratory.hand_in("two", suspect)
        laboratory.outcome("one")
        laboratory.outcome("two")
        done.set()
        assert laboratory.outcome("long")
    assert most == [1, 1]
