"""Where a run's report goes: `.report/`, for one run at a time.

Results of two runs in one folder would read as one run that nobody made. The first run of a checkout
holds the folder's lock until it ends; one that comes meanwhile gets a folder of its own inside.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from support.facts.trouble import CannotRun

RESULTS = "allure-results"
PAGE = "golden-path.html"
_ASIDE = "run-"


class Folder:
    """The folder of one run.

    Attributes:
        path: the folder.
        aside: whether another run holds `.report/` itself.
    """

    def __init__(self, path: Path, lock: TextIOWrapper | None, *, aside: bool) -> None:
        self.path, self.aside = path, aside
        self._lock = lock

    @classmethod
    def claim(cls, report: Path) -> "Folder":
        """The folder for this process: `report` itself, or one inside it while another run uses that."""
        try:
            report.mkdir(parents=True, exist_ok=True)
            lock = (report / "lock").open("a")
        except OSError as error:
            cause = f"The report cannot be written to {report.name}/: {error.strerror}."
            raise CannotRun(cause, "Make room for it there, or run with --no-report.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            path = report / f"{_ASIDE}{os.getpid()}"
            path.mkdir(exist_ok=True)
            return cls(path, None, aside=True)
        _sweep(report)
        return cls(report, lock, aside=False)

    @property
    def results(self) -> Path:
        """Where allure-pytest writes."""
        return self.path / RESULTS

    def clean(self) -> bool:
        """Takes away what an earlier run left in the way of this one's results; whether a page was among it."""
        shutil.rmtree(self.results, ignore_errors=True)
        page = self.path / PAGE
        was_there = page.exists()
        page.unlink(missing_ok=True)
        self.results.mkdir(parents=True)
        return was_there

    def release(self) -> None:
        """Lets the next run have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _sweep(report: Path) -> None:
    """Removes the folders of runs that stood aside and are over."""
    for aside in report.glob(f"{_ASIDE}*"):
        with suppress(ValueError):
            if not Path("/proc", str(int(aside.name.removeprefix(_ASIDE)))).exists():
                shutil.rmtree(aside, ignore_errors=True)
