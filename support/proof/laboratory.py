"""Several benches side by side: most of a scenario is waiting, so two cores can prove more than two at once."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.proof.bench import Bench

BENCHES = 5

Trial = Callable[[Bench], Any]


class Laboratory:
    """Carries out trials in the background, in the order in which they were handed in; a context manager.

    Args:
        folder: where the benches write what they would have printed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workers = ThreadPoolExecutor(BENCHES, thread_name_prefix="bench")
        self._idle: queue.SimpleQueue[Bench] = queue.SimpleQueue()
        self._benches: list[Bench] = []
        self._trials: dict[str, Future[Any]] = {}
        self._turns = threading.Condition()
        self._beside = self._waiting = 0
        self._one_alone = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        for bench in self._benches:
            bench.__exit__(kind, error, trace)

    def hand_in(self, name: str, trial: Trial, *, apart: bool = False) -> None:
        """Begins a trial as soon as a bench is free.

        Args:
            apart: whether it goes on while another one is alone; for long ones.
        """
        self._trials[name] = self._workers.submit(self._carry_out, trial, apart)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For a trial that others may have come between: meanwhile none runs but those that are apart."""
        with self._turns:
            self._beside -= 1
            self._waiting += 1
            self._turns.notify_all()
            self._turns.wait_for(lambda: not self._one_alone and not self._beside)
            self._waiting -= 1
            self._one_alone = True
        try:
            yield
        finally:
            with self._turns:
                self._one_alone = False
                self._beside += 1
                self._turns.notify_all()

    def outcome(self, name: str) -> Any:
        """What came of a trial that was handed in; waits for it, and raises what it raised."""
        return self._trials[name].result()

    def _carry_out(self, trial: Trial, apart: bool) -> Any:
        bench = self._take()
        try:
            if apart:
                return trial(bench)
            with self._with_others():
                return trial(bench)
        finally:
            self._idle.put(bench)

    @contextmanager
    def _with_others(self) -> Iterator[None]:
        with self._turns:
            self._turns.wait_for(lambda: not self._one_alone and not self._waiting)
            self._beside += 1
        try:
            yield
        finally:
            with self._turns:
                self._beside -= 1
                self._turns.notify_all()

    def _take(self) -> Bench:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            bench = Bench(self._folder / f"bench-{len(self._benches)}")
            self._benches.append(bench)
            return bench.__enter__()
