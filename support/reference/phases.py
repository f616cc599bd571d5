"""The phases of a conversation, and which deed leads from one to which other."""

from __future__ import annotations

from support.reference.trouble import Conflict

ACTIVE, PAUSED, COMPLETED, ARCHIVED = "active", "paused", "completed", "archived"
PHASES = (ACTIVE, PAUSED, COMPLETED, ARCHIVED)
PAUSE, RESUME, COMPLETE, ARCHIVE, RESTORE = "pause", "resume", "complete", "archive", "restore"

_FROM: dict[str, tuple[str, ...]] = {
    PAUSE: (ACTIVE,),
    RESUME: (PAUSED,),
    COMPLETE: (ACTIVE, PAUSED),
    ARCHIVE: (ACTIVE, PAUSED, COMPLETED),
    RESTORE: (ARCHIVED,),
}
_TO = {PAUSE: PAUSED, RESUME: ACTIVE, COMPLETE: COMPLETED, ARCHIVE: ARCHIVED}
_DONE = {PAUSE: "paused", RESUME: "resumed", COMPLETE: "completed", ARCHIVE: "archived", RESTORE: "restored"}


def after(phase: str, deed: str, before: str | None) -> str:
    """The phase to which a deed leads; `before` is the one that an archived conversation had.

    Raises:
        Conflict: the deed is not permitted in this phase; the sentence names the phase.
    """
    if phase not in _FROM[deed]:
        raise Conflict(f"This conversation is {phase} and cannot be {_DONE[deed]}.")
    return _TO.get(deed) or before or ACTIVE


def expect_open(phase: str | None) -> None:
    """Raises Conflict unless a conversation in this phase takes messages and questions."""
    if phase != ACTIVE:
        raise Conflict(f"This conversation is {phase} and takes no messages.")
