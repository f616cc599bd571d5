"""The directory of one run, with a lock that says whether the run still lives.

What a killed run left is swept by the next one: a directory whose lock is free, the processes that its
record names with number and start time, and the shared memory of PostgreSQL servers killed in it.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TextIO

from support.targets import trees

PREFIX = "golden-path-"
LOCK = "lock"
RECORD = "processes"
YOUNG = 60.0
"""Seconds for which a directory without a lock may still be on its way to get one."""
IPC_RMID = 0


class Folder:
    """The directory of a living run; made, locked and in the end removed by the starter."""

    def __init__(self, path: Path, lock: TextIO) -> None:
        self.path = path
        self._lock = lock
        self._record = open(path / RECORD, "a", encoding="ascii")  # noqa: SIM115
        self._record.write(f"boot {_boot()}\n")

    @classmethod
    def make(cls, inside: Path) -> "Folder":
        """A new directory of the run in `inside`, which other users may pass through only if we are root."""
        while True:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=inside))
            if lock := _take(path):
                # As root PostgreSQL runs as another user, who must reach its own directory in here.
                path.chmod(0o711 if os.getuid() == 0 else 0o700)
                return cls(path, lock)

    def note(self, process: trees.Seen) -> None:
        """Records a process, so that a sweep may end it if this run cannot."""
        self._record.write(f"{process.pid} {process.started}\n")
        self._record.flush()

    def remove(self) -> None:
        """Removes the directory, whose processes have ended."""
        remove(self.path)


def sweep(inside: Path) -> list[Path]:
    """Removes what runs that live no more have left of this user's; which directories."""
    swept = []
    for path in sorted(inside.glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):
            about = path.lstat()
            if not path.is_dir() or path.is_symlink() or about.st_uid != os.getuid():
                continue
            if not (path / LOCK).exists() and time.time() - about.st_mtime < YOUNG:
                continue
            if lock := _take(path):
                with lock:
                    trees.kill(_recorded(path), limit=5.0)
                    remove(path)
                swept.append(path)
    return swept


def _take(path: Path) -> TextIO | None:
    """The directory's lock, None when somebody holds it or the directory has just been swept."""
    try:
        lock = open(path / LOCK, "a", encoding="ascii")  # noqa: SIM115
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock.fileno()).st_ino == (path / LOCK).stat().st_ino:
            return lock
    except OSError:
        pass
    lock.close()
    return None


def _recorded(path: Path) -> list[trees.Seen]:
    """The recorded processes that still live: same boot of the machine, same number, same start time."""
    try:
        boot, *lines = (path / RECORD).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
    if boot != f"boot {_boot()}":
        return []
    pairs = [line.split() for line in lines]
    alive = [(trees.look(int(pair[0])), int(pair[1])) for pair in pairs if len(pair) == 2]
    roots = [seen for seen, started in alive if seen and seen.started == started]
    return [member for root in roots for member in (trees.freeze(root.pid) or [root])]


def remove(path: Path, keep: Path | None = None, to: Path | None = None) -> None:
    """Removes a directory, and what PostgreSQL servers killed in it left in shared memory.

    What is at `keep` in it, if that is a directory, is moved to `to` instead.
    """
    for pid_file in path.glob("**/postmaster.pid"):
        _free_shared_memory(pid_file)
    if keep and to and keep.is_dir() and not keep.is_symlink():
        keep.rename(to)
    shutil.rmtree(path, ignore_errors=True)


def _free_shared_memory(pid_file: Path) -> None:
    """Frees the small segment that a killed PostgreSQL server leaves with the system, if it is its own."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = pid_file.read_text(encoding="utf-8").splitlines()
        # The number is negative while initdb is at work.
        creator, segment = lines[0].strip().lstrip("-"), lines[6].split()[1]
        for line in Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            # Whoever should still be attached keeps it until the end; nobody new finds it.
            if fields[1] == segment and fields[4] == creator:
                ctypes.CDLL(None).shmctl(int(segment), IPC_RMID, None)


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return "unknown"
