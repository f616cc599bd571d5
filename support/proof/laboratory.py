"""Several benches side by side: most of a scenario is waiting, so two cores can prove more than two at once."""

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from support.proof.bench import Bench
from support.proof.defect import Defect
from support.proof.matrix import Outcome

BENCHES = 3

Try = Callable[[Defect, Bench], Outcome]


class Laboratory:
    """Tries defects in the background, in the order in which they were handed in; a context manager.

    Args:
        folder: where the benches write what they would have printed.
        try_defect: tries one defect on a bench.
    """

    def __init__(self, folder: Path, try_defect: Try) -> None:
        self._folder, self._try = folder, try_defect
        self._workers = ThreadPoolExecutor(BENCHES, thread_name_prefix="bench")
        self._idle: queue.SimpleQueue[Bench] = queue.SimpleQueue()
        self._benches: list[Bench] = []
        self._trials: dict[str, Future[Outcome]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        for bench in self._benches:
            bench.__exit__(kind, error, trace)

    def hand_in(self, defects: Iterable[Defect]) -> None:
        """Begins to try these defects."""
        for defect in defects:
            self._trials[defect.id] = self._workers.submit(self._carry_out, defect)

    def outcome(self, defect: Defect) -> Outcome:
        """What came of a defect that was handed in; waits for it."""
        return self._trials[defect.id].result()

    def _carry_out(self, defect: Defect) -> Outcome:
        bench = self._take()
        try:
            return self._try(defect, bench)
        finally:
            self._idle.put(bench)

    def _take(self) -> Bench:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            bench = Bench(self._folder / f"bench-{len(self._benches)}")
            self._benches.append(bench)
            return bench.__enter__()
