"""Who runs beside whom on this machine: what measures runs alone, and everything else beside each other.

It is so for all runs on the machine. Two directories that every machine has are locked, so that no file is left and
whoever is killed lets go at once. Whoever wants to be alone locks the gate first, which lets nobody new in, and then
the room, which waits for those who are in; everybody else locks both as one of many, and leaves the gate at once.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOM = Path(tempfile.gettempdir())
GATE = ROOM.parent


@contextmanager
def turn(*, alone: bool, room: Path = ROOM, gate: Path = GATE) -> Iterator[None]:
    """Waits for a turn on this machine, and has it for the block; without an end where another one has none.

    Where a directory cannot be opened or locked, all have a turn at once: a busy machine is noticed by the controls.
    """
    how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    with _opened(gate) as outside, _opened(room) as inside:
        _lock(outside, how)
        _lock(inside, how)
        if not alone:
            _lock(outside, fcntl.LOCK_UN)
        yield


@contextmanager
def _opened(place: Path) -> Iterator[int | None]:
    try:
        number = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield None
        return
    try:
        yield number
    finally:
        os.close(number)


def _lock(number: int | None, how: int) -> None:
    if number is not None:
        with suppress(OSError):
            fcntl.flock(number, how)
