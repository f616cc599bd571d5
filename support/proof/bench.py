"""The other side of a proof session: starts it, tells it what to run, and is told the verdicts."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from support.facts.verdict import Verdict
from support.targets.site import REFERENCE

ROOT = Path(__file__).parents[2]
# Nothing that a defect of the platform breaks depends on the disk; memory spares many small waits for it.
MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30
"""Bytes that must be free there."""


@dataclass(frozen=True)
class Ran:
    """One scenario that was run on a broken platform, and how long that took in seconds."""

    verdict: Verdict
    seconds: float


class Bench:
    """A session of its own over the whole specification; a context manager."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "pytest", "features", "-p", "support.proof.session"]
        command += ["--proof-fd", str(theirs.fileno()), "--no-report", "-q", "-o", f"cache_dir={self._log.parent}"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
            )
        theirs.close()
        self._socket = ours
        self._file = ours.makefile("rw", encoding="utf-8")
        try:
            self._answer()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._socket is not None
        self._file.close()
        self._socket.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def run(
        self,
        items: Sequence[str],
        platform: str = REFERENCE,
        arguments: Sequence[str] = (),
        patience: float | None = None,
    ) -> list[Ran]:
        """Runs these scenarios, in this order, on this platform."""
        request = {"platform": platform, "arguments": list(arguments), "items": list(items), "patience": patience}
        print(json.dumps(request), file=self._file, flush=True)
        return [Ran(Verdict.from_json(plain), float(plain["seconds"])) for plain in self._answer()["verdicts"]]

    def _answer(self) -> dict[str, list[dict[str, float]]]:
        line = self._file.readline()
        if not line:
            words = self._log.read_text("utf-8", "replace")[-3000:]
            raise RuntimeError(f"the proof session has ended; its last words:\n{words}")
        answer: dict[str, list[dict[str, float]]] = json.loads(line)
        return answer


def _environment() -> dict[str, str]:
    """The caller's environment, with a temporary directory in memory where there is one with room."""
    try:
        free = shutil.disk_usage(MEMORY).free
    except OSError:
        free = 0
    return {**os.environ, "TMPDIR": str(MEMORY)} if free > ROOM and os.access(MEMORY, os.W_OK) else dict(os.environ)
