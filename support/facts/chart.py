"""What happened when, as a picture shows it: lanes of time with stretches, and single moments across them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Shade(StrEnum):
    """What a stretch means; decides its colour."""

    FAULT = "a failure in force"
    GOOD = "served"
    BAD = "not served"


@dataclass(frozen=True)
class Stretch:
    """Part of a lane, in seconds from the chart's beginning."""

    begin: float
    end: float
    shade: Shade
    words: str = ""


@dataclass(frozen=True)
class Lane:
    """One row: whom or what it is about, and its stretches in order."""

    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Chart:
    """A small timeline.

    Attributes:
        title: what it shows.
        seconds: its length.
        lanes: from top to bottom.
        marks: moments that matter, seconds from the beginning, each with its words.
    """

    title: str
    seconds: float
    lanes: tuple[Lane, ...]
    marks: tuple[tuple[float, str], ...] = ()

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The chart whose fields these are."""
        lanes = tuple(
            Lane(lane["name"], tuple(Stretch(**{**one, "shade": Shade(one["shade"])}) for one in lane["stretches"]))
            for lane in plain["lanes"]
        )
        marks = tuple((float(at), str(words)) for at, words in plain["marks"])
        return cls(str(plain["title"]), float(plain["seconds"]), lanes, marks)
