"""What a judgement looked at.

A Then that looked at nothing cannot have seen the promise kept; so every judgement says what it
observed and how many of it, and a Then without an observation makes its scenario inconclusive.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """One thing that a judgement looked at.

    Attributes:
        what: in business words, "updates of the analysis".
        count: how many of it, at least one.
        detail: the figure, text or source that was seen, for the report.
    """

    what: str
    count: int
    detail: str = ""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"nothing was observed: {self.what} was counted {self.count} times")

    def __str__(self) -> str:
        return f"{self.what}: {self.count}" + (f" ({self.detail})" if self.detail else "")
