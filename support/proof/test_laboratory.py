"""A trial that is tried again is alone, also when others wait for their turn."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from support.proof import laboratory as room
from support.proof.laboratory import Laboratory

LIMIT = 10.0
CHANCE = 0.2
"""Seconds that somebody has to come who must not come; nothing tells that a thread goes on waiting."""


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


def test_who_is_alone_waits_for_whoever_runs(laboratory: Laboratory) -> None:
    runs, order = threading.Event(), list[str]()

    def earlier(bench: Any) -> None:
        runs.set()
        with laboratory._turns:
            assert laboratory._turns.wait_for(lambda: laboratory._waiting, LIMIT), "nobody waits to be alone"
            order.append("earlier has ended")

    def suspect(bench: Any) -> None:
        assert runs.wait(LIMIT)
        with laboratory.alone():
            order.append("alone")

    with laboratory:
        laboratory.hand_in("earlier", earlier)
        laboratory.hand_in("suspect", suspect)
        laboratory.outcome("suspect")
        laboratory.outcome("earlier")
    assert order == ["earlier has ended", "alone"]


def test_whoever_comes_waits_for_who_is_alone(laboratory: Laboratory) -> None:
    fence, order = threading.Event(), list[str]()

    def suspect(bench: Any) -> None:
        with laboratory.alone():
            laboratory.hand_in("later", lambda _: order.append("later"))
            # Trials are taken up in the order in which they are handed in: when this one runs, the other has been.
            laboratory.hand_in("fence", lambda _: fence.set(), apart=True)
            assert fence.wait(LIMIT), "what is apart waits, too"
            order.append("alone")

    with laboratory:
        laboratory.hand_in("suspect", suspect)
        laboratory.outcome("suspect")
        laboratory.outcome("later")
    assert order == ["alone", "later"]


def test_two_that_want_to_be_alone_follow_each_other_beside_one_that_is_apart(laboratory: Laboratory) -> None:
    both, inside, done = threading.Barrier(2), threading.Barrier(2), threading.Event()

    def suspect(bench: Any) -> bool:
        both.wait(LIMIT)
        with laboratory.alone():
            try:
                inside.wait(CHANCE)
            except threading.BrokenBarrierError:
                return True
            return False

    with laboratory:
        laboratory.hand_in("long", lambda _: done.wait(LIMIT), apart=True)
        laboratory.hand_in("one", suspect)
        laboratory.hand_in("two", suspect)
        assert laboratory.outcome("one"), "the other one was there, too"
        assert laboratory.outcome("two"), "the other one was there, too"
        done.set()
        assert laboratory.outcome("long")
