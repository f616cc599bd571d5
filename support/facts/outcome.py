"""What came of asking Netra for something.

A When records its outcome and never raises because of what Netra answered; a Then judges it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from support.facts.moment import Moment


class Kind(StrEnum):
    """The classes of answers, whatever protocol carried them."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ERROR = "error"
    NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Outcome:
    """One request and its answer.

    Attributes:
        asked: what was asked, in business words: "Ben opens Ana's conversation".
        kind: the class of the answer.
        moment: when the answer was complete, or when waiting for it ended.
        seconds: how long the answer took.
        status: the number that the protocol gave it (HTTP status or close code), 0 for none.
        body: what the answer said.
        raw: every byte of the answer as text, for searches.
        headers: what the answer said about itself, names in small letters.
        address: from where it was asked, as the connection itself knows it; "" where that was not looked at.
    """

    asked: str
    kind: Kind
    moment: Moment
    seconds: float
    status: int = 0
    body: Any = field(default_factory=dict)
    raw: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def accepted(self) -> bool:
        """Whether Netra did what was asked, by its own word."""
        return self.kind is Kind.ACCEPTED

    @property
    def everything(self) -> str:
        """Every character of the answer, also of what it said about itself; for searches."""
        return "\n".join([*(f"{name}: {value}" for name, value in self.headers.items()), self.raw])

    def field(self, name: str) -> Any:
        """A field of the body, None when it is absent."""
        return self.body.get(name) if isinstance(self.body, Mapping) else None

    def __str__(self) -> str:
        return f"{self.asked}: {self.kind}" + (f" ({self.status})" if self.status else "")
