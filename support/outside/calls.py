"""A call that the platform made to the played world, as the world saw it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from support.facts.moment import Moment

ANSWERED = "answered"
REFUSED = "refused"
BROKEN_OFF = "broken off"
ABANDONED = "abandoned"
"""The platform hung up before it had its answer."""
LET_GO = "let go"
"""The customer was forgotten while the call was held; the world hung up."""


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        number: its place among all calls of this world, from 1.
        user: the customer it belongs to; "" when it names nobody known.
        what: "model", a cloud's name, or "unknown" for a door that does not exist.
        task: the model's task, or the account number of a bill.
        asked_ns: when it had arrived in full, monotonic nanoseconds.
        body: what was asked: the model's request, or {"path": ...}.
        ended: how it ended; None while it waits.
        ended_ns: when it ended, monotonic nanoseconds; 0 while it waits.
        status: the HTTP status that was sent, 0 for none.
        answer: what was answered in full; None otherwise.
        late: whether it belongs to a customer who had been forgotten before it came.
        late_by: seconds from the forgetting to the call.
    """

    number: int
    user: str
    what: str
    task: str
    asked_ns: int
    body: Mapping[str, Any] = field(default_factory=dict)
    ended: str | None = None
    ended_ns: int = 0
    status: int = 0
    answer: Any = None
    late: bool = False
    late_by: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it waited for its end; endless while it waits."""
        return (self.ended_ns - self.asked_ns) / 1e9 if self.ended_ns else float("inf")

    @property
    def at(self) -> Moment:
        """When it was asked."""
        return Moment.at(self.asked_ns)

    @property
    def ended_at(self) -> Moment | None:
        """When it ended, None while it waits."""
        return Moment.at(self.ended_ns) if self.ended_ns else None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the control door."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The call that `to_json` wrote."""
        return cls(**plain)

    def __str__(self) -> str:
        asked = " ".join(part for part in (self.what, self.task) if part)
        return f"{asked} asked at {self.at} for {self.user or 'nobody known'}: {self.ended or 'waiting'}"
