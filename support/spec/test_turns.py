"""What measures runs alone; everything else runs beside each other, and lets it have its turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.spec.turns import turn

LIMIT = 10.0


class Runner:
    """Somebody who asks for a turn in a thread, and has it until told to leave."""

    def __init__(self, place: Path, *, alone: bool) -> None:
        self.within, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(place, alone), daemon=True)
        self._thread.start()

    def _run(self, place: Path, alone: bool) -> None:
        with turn(alone=alone, room=place / "room", gate=place):
            self.within.set()
            self._leave.wait(LIMIT)

    def leave(self) -> None:
        self._leave.set()
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path


@contextmanager
def within(place: Path, *, alone: bool) -> Iterator[Runner]:
    runner = Runner(place, alone=alone)
    assert runner.within.wait(LIMIT)
    yield runner
    runner.leave()


def test_those_who_do_not_measure_run_beside_each_other(place: Path) -> None:
    with within(place, alone=False), within(place, alone=False), within(place, alone=False):
        pass


def test_whoever_measures_waits_for_those_who_run_and_nobody_runs_meanwhile(place: Path) -> None:
    first, second = Runner(place, alone=False), Runner(place, alone=False)
    assert first.within.wait(LIMIT)
    assert second.within.wait(LIMIT)
    measures = Runner(place, alone=True)
    first.leave()
    assert not measures.within.is_set()
    second.leave()
    assert measures.within.wait(LIMIT)
    waiting = [Runner(place, alone=False), Runner(place, alone=True)]
    assert not any(one.within.wait(0.05) for one in waiting)
    measures.leave()
    for one in waiting:
        one.leave()


def test_whoever_comes_later_lets_who_measures_go_first(place: Path) -> None:
    first = Runner(place, alone=False)
    assert first.within.wait(LIMIT)
    measures = Runner(place, alone=True)
    later: list[Runner] = []
    while not later or later[-1].within.wait(0.05):
        later.append(Runner(place, alone=False))  # Until who measures has come to the gate, some still get in.
        assert len(later) < 100
    first.leave()
    for one in later[:-1]:
        one.leave()
    assert measures.within.wait(LIMIT)
    assert not later[-1].within.is_set()
    measures.leave()
    later[-1].leave()


def test_a_directory_that_cannot_be_opened_keeps_nobody_from_a_turn(tmp_path: Path) -> None:
    with turn(alone=True, room=tmp_path, gate=tmp_path / "nowhere"):
        pass
