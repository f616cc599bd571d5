"""What a worker has in its hands: one attempt at one analysis, held for a while and up to a limit."""

from __future__ import annotations

import time
from dataclasses import dataclass

from support.reference.storage import Row
from support.reference.trouble import LimitReached


class Limit:
    """The moment at which an attempt must have ended, on this machine's steady clock."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never less than zero."""
        return max(0.0, self._at - time.monotonic())

    def check(self) -> None:
        """Raises LimitReached once the moment has come."""
        if self.remaining() <= 0:
            raise LimitReached


@dataclass(frozen=True)
class Hold:
    """An attempt in the hands of one worker. The epoch grows when it changes hands: an old one is void."""

    run_id: str
    thread_id: str
    user_id: str
    attempt: int
    epoch: int
    question: str
    question_position: int
    limit: Limit

    @classmethod
    def of(cls, row: Row) -> Hold:
        """The hold that a row of `runs` grants; the row states `remaining` seconds besides its columns."""
        return cls(
            row["id"],
            row["thread_id"],
            row["user_id"],
            row["attempt"],
            row["epoch"],
            row["question"],
            row["question_position"],
            Limit(float(row["remaining"])),
        )


HELD = "*, extract(epoch FROM deadline_at - clock_timestamp()) AS remaining"
"""What a statement returns of `runs` so that Hold.of can read it."""
