"""Limits, as sentences state them: "10 seconds", "5 minutes", "24 hours".

A figure stands in the sentence that promises it and nowhere else; steps hand it on as a Limit.
"""

import re
from dataclasses import dataclass
from typing import Self

UNITS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
PATTERN = r"\d+(?:\.\d+)? (?:millisecond|second|minute|hour|day)s?"


@dataclass(frozen=True)
class Limit:
    """A length of time.

    Attributes:
        seconds: its length in seconds.
        text: the words of the sentence.
    """

    seconds: float
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The limit that these words state; raises ValueError for anything but a number and a unit."""
        if not re.fullmatch(PATTERN, text):
            raise ValueError(f"{text!r} is not a length of time such as '10 seconds'")
        number, unit = text.split()
        return cls(float(number) * UNITS[unit.rstrip("s")], text)

    @classmethod
    def all_in(cls, sentence: str) -> list[Self]:
        """Every length of time that a sentence states, in order."""
        return [cls.parse(match) for match in re.findall(rf"(?<![\w.]){PATTERN}(?!\w)", sentence)]

    def __str__(self) -> str:
        return self.text
