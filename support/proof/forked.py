"""Command lines of pytest, each carried out in a process of its own, which is forked when everything is imported.

What a run imports takes longer than what it does when it only lists, or refuses to begin. `Forked` starts a pytest that
loads this plugin beside all others, and then waits for command lines instead of running anything.
"""

import gc
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from pytest_bdd.feature import get_features

from support.spec.language import complaints
from support.spec.register import load
from support.spec.specification import read

LIMIT = 60.0


class Forked:
    """Where command lines are carried out; a context manager.

    Args:
        place: the project's folder.
        scratch: a folder for what they say.
    """

    def __init__(self, place: Path, scratch: Path) -> None:
        self._place, self._scratch = place, scratch

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "pytest", "features", "-s", "-p", __name__, "-o", f"cache_dir={self._scratch}"]
        self._process = subprocess.Popen(
            command,
            cwd=self._place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None and error is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def run(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """What came of `python -m pytest` with these arguments; RuntimeError when nothing did within a minute."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        said = [self._scratch / name for name in ("stdout", "stderr")]
        for path in said:
            path.write_text("")
        print(json.dumps([list(arguments), *map(str, said)]), file=self._process.stdin, flush=True)
        heard, _, _ = select.select([self._process.stdout], [], [], LIMIT)
        line = self._process.stdout.readline() if heard else ""
        if not line:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            raise RuntimeError(f"pytest {' '.join(arguments)} did not end: {said[1].read_text('utf-8')}")
        texts = [path.read_text("utf-8") for path in said]
        return subprocess.CompletedProcess(["pytest", *arguments], int(line), *texts)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int:
    """Carries out every command line that comes, and says with which code it ended."""
    # What every one of them reads of the project's own features, and the patterns that this is compared with.
    specification = read(config.rootpath)
    complaints(specification, load(config.rootpath / "features"))
    get_features([str(config.rootpath / path) for path in specification.files])
    gc.freeze()  # What is imported stays; to look through it again in every child would also copy it.
    for line in sys.stdin:
        arguments, *said = json.loads(line)
        if not (child := os.fork()):
            _become(said)
            # Out through this pytest, which has nothing to do any more, so that the process ends as any other.
            raise SystemExit(pytest.main(arguments))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return 0


def _become(said: Sequence[str]) -> None:
    """Reads nothing, and writes where it is told to."""
    for number, path in enumerate((os.devnull, *said)):
        opened = os.open(path, os.O_RDWR | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - what was read ahead is not for this process
