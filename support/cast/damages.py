"""What can happen to the files of a backup: they are cut short, altered, or lost."""

from pathlib import Path

from support.cast.stage import cannot

LOG_DAMAGES = {
    "is cut short": ("cut_short", "altered"),
    "lacks its last byte": ("cut_short", "altered"),
    "has been altered": ("altered",),
    "is missing": ("missing",),
}
"""What can have happened to the newest piece of the log, and as what Netra may name it."""


def cut(path: Path) -> bytes:
    """The first two thirds of a file."""
    content = path.read_bytes()
    return content[: len(content) * 2 // 3]


def altered(path: Path) -> bytes:
    """A file of which one bit is another, in the middle."""
    content = path.read_bytes()
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def damage_log(log: Path, damage: str) -> None:
    """Does this to the newest piece of the log; nothing for ""."""
    pieces = sorted(path for path in log.glob("*") if path.suffix != ".new")
    newest = pieces[-1] if pieces else cannot("there is no log")
    if damage == "is cut short":
        newest.write_bytes(cut(newest))
    elif damage == "lacks its last byte":
        newest.write_bytes(newest.read_bytes()[:-1])
    elif damage == "has been altered":
        newest.write_bytes(altered(newest))
    elif damage:
        newest.unlink()
