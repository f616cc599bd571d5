"""How long a wait may take, and what it means when it ends."""

from dataclasses import dataclass
from enum import Enum

from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken


class Ending(Enum):
    """Why a wait ended without what it waited for."""

    PROMISE = "the promised limit passed"
    PATIENCE = "the run's patience ended"
    SCENARIO = "the scenario's time was up"


@dataclass(frozen=True)
class Deadline:
    """Until when to wait; `ending` says what it means to arrive there."""

    at: Moment
    ending: Ending
    seconds: float

    @property
    def left(self) -> float:
        """Seconds that remain, never negative."""
        return max(0.0, self.at.seconds_since(Moment.now()))

    def expect_met(self, moment: Moment, expected: str, evidence: str = "") -> None:
        """Raises Broken when what came at this moment came after the sentence's limit.

        Whoever waits finds at once what came before the wait began: that it is there does not say that it came in time.
        """
        if self.ending is Ending.PROMISE and moment > self.at:
            raise Broken(expected, f"it came {moment.seconds_since(self.at):.1f} s later", [evidence])


class Clock:
    """A scenario's time.

    Args:
        seconds: the scenario's limit, from now.
        patience: the longest wait that this run grants, seconds; None for no cap.
    """

    def __init__(self, seconds: float, patience: float | None = None) -> None:
        self._began = Moment.now()
        self._seconds = seconds
        self._patience = patience

    @property
    def left(self) -> float:
        """Seconds until the scenario's limit, never negative."""
        return max(0.0, self._seconds - Moment.now().seconds_since(self._began))

    def deadline(self, limit: Limit | None = None, since: Moment | None = None) -> Deadline:
        """The soonest of the sentence's limit (from `since`, or now), the run's patience and the scenario's end."""
        now = Moment.now()
        choices = [(self.left, Ending.SCENARIO)]
        if self._patience is not None:
            choices.append((self._patience, Ending.PATIENCE))
        if limit is not None:
            passed = now.seconds_since(since) if since else 0.0
            choices.append((limit.seconds - passed, Ending.PROMISE))
        seconds, ending = min(choices, key=lambda choice: choice[0])
        return Deadline(Moment(now.ns + int(seconds * 1e9), now.wall), ending, max(0.0, seconds))
