"""One clock for everything that the suite sees.

The platform's own timestamps never decide a limit: a platform that is late could also write a
kind date on its letters.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self


@dataclass(frozen=True, order=True)
class Moment:
    """When something was seen, on the clock of the process that saw it.

    Attributes:
        ns: nanoseconds of the machine's monotonic clock; the same in every process of one machine.
        wall: the time of day, for display and beside times that somebody else wrote; moments are not ordered by it.
    """

    ns: int
    wall: datetime = field(compare=False)

    @classmethod
    def now(cls) -> Self:
        """The present moment."""
        return cls(time.monotonic_ns(), datetime.now(UTC))

    @classmethod
    def at(cls, ns: int) -> Self:
        """The moment of a monotonic reading taken by another process of this machine, in nanoseconds."""
        now = cls.now()
        return cls(ns, datetime.fromtimestamp(now.wall.timestamp() - (now.ns - ns) / 1e9, UTC))

    def seconds_since(self, earlier: "Moment") -> float:
        """Seconds from `earlier` to this moment; negative when this one came first."""
        return (self.ns - earlier.ns) / 1e9

    def __str__(self) -> str:
        return self.wall.strftime("%H:%M:%S.%f")[:-3]
