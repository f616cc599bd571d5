"""Room on the disk, looked at before it runs out and named when it has."""

import errno
import os
import shutil
import stat
from pathlib import Path

from support.facts.trouble import CannotRun
from support.targets.run import other_user

ROOM = 512 * 1024 * 1024
"""Bytes that must be free where the run's directory is made; each deployment takes about 60 MB of them."""
FULL = os.strerror(errno.ENOSPC)
NEXT_ACTION = "Free some space there, or name another temporary directory (TMPDIR)."


def check_room(place: Path, needed: int = ROOM) -> None:
    """Raises CannotRun when `place` cannot be written to, or has less than `needed` bytes free."""
    try:
        free = shutil.disk_usage(place).free
    except OSError as wrong:
        cause = f"The directory {place} cannot be used: {wrong.strerror}."
        raise CannotRun(cause, "Name another one (TMPDIR).") from None
    if not os.access(place, os.W_OK | os.X_OK):
        raise CannotRun(f"The directory {place} cannot be written to.", "Name another one (TMPDIR).")
    if user := other_user():
        for folder in (place.absolute(), *place.absolute().parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                cause = f"User {user}, as whom PostgreSQL must run, cannot pass through {folder}."
                raise CannotRun(cause, "Run as a plain user, or name another temporary directory (TMPDIR).")
    if free < needed:
        megabytes = f"{free // 1024**2} MB free, {needed // 1024**2} MB are needed"
        raise CannotRun(f"There is no room for the storage in {place}: {megabytes}.", NEXT_ACTION)


def failed(what: str, words: str, place: Path) -> CannotRun:
    """Why preparing the storage failed, from the last words of what failed."""
    if FULL in words:
        return CannotRun(f"There is no room left for the storage in {place}.", NEXT_ACTION)
    last = words.strip().splitlines()[-1] if words.strip() else "it gave no reason"
    return CannotRun(f"{what}: {last.rstrip('.')}.", "Mend that, or name other programs (--postgres, --redis).")
