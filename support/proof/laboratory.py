"""Several benches side by side: most of a scenario is waiting, so two cores can prove more than two at once."""

import queue
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.proof.bench import Bench

BENCHES = 3

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        for bench in self._benches:
            bench.__exit__(kind, error, trace)

    def hand_in(self, name: str, trial: Trial) -> None:
        """Begins a trial as soon as a bench is free."""
        self._trials[name] = self._workers.submit(self._carry_out, trial)

    def outcome(self, name: str) -> Any:
        """What came of a trial that was handed in; waits for it, and raises what it raised."""
        return self._trials[name].result()

    def _carry_out(self, trial: Trial) -> Any:
        bench = self._take()
        try:
            return trial(bench)
        finally:
            self._idle.put(bench)

    def _take(self) -> Bench:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            bench = Bench(self._folder / f"bench-{len(self._benches)}")
            self._benches.append(bench)
            return bench.__enter__()
