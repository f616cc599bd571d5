"""How far one socket is in one conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Cursor:
    """The socket was given everything beyond `base` up to `high`; both are numbers of updates."""

    base: int = 0
    high: int = 0

    def is_repeat(self, sequence: int) -> bool:
        """Whether the socket already has the update."""
        return sequence <= self.high

    def is_next(self, sequence: int) -> bool:
        """Whether the update follows on what the socket has."""
        return sequence == self.high + 1

    def advance(self, sequence: int) -> None:
        """The socket was given the update."""
        self.high = sequence

    def earlier(self, after: int) -> tuple[int, int] | None:
        """What lies beyond `after` and was given before the socket opened: (from exclusive, to)."""
        return (after, self.base) if after < self.base else None

    def rewind(self, after: int) -> None:
        """What was missing at the beginning has been given."""
        self.base = min(self.base, after)

    def skip(self, after: int) -> None:
        """The other side has everything up to `after` from elsewhere."""
        if after > self.high:
            self.base = self.high = after
