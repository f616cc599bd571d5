"""How a played service may treat a customer's calls."""

from dataclasses import dataclass
from typing import Literal, get_args

Manner = Literal["answer", "hold", "slow", "paced", "refuse", "fail", "break_off", "silent"]
MANNERS: tuple[str, ...] = get_args(Manner)


@dataclass(frozen=True)
class Mode:
    """A manner for the calls that arrive from now on.

    Attributes:
        manner: what is done with a call.
        seconds: how long `slow` waits before it answers, and `paced` at the most.
        only: the model's task ("find_savings", "write_report") that is treated so; others are answered.
            "" means every call.
    """

    manner: Manner = "answer"
    seconds: float = 0.0
    only: str = ""

    def for_task(self, task: str) -> "Mode":
        """The mode that a call with this task meets."""
        return self if self.only in ("", task) else Mode()


def answer() -> Mode:
    """Answers at once with what was asked."""
    return Mode()


def hold(only: str = "") -> Mode:
    """Keeps a call waiting until `World.release`, which answers it."""
    return Mode("hold", only=only)


def slow(seconds: float, only: str = "") -> Mode:
    """Answers after so many seconds."""
    return Mode("slow", seconds, only)


def paced(seconds: float) -> Mode:
    """Answers one call for each `World.let_one`, which may come first; without it after so many seconds."""
    return Mode("paced", seconds)


def refuse(only: str = "") -> Mode:
    """Refuses: HTTP 401."""
    return Mode("refuse", only=only)


def fail(only: str = "") -> Mode:
    """Is in trouble itself: HTTP 503."""
    return Mode("fail", only=only)


def break_off(only: str = "") -> Mode:
    """Sends half of the answer and ends the connection."""
    return Mode("break_off", only=only)


def silent(only: str = "") -> Mode:
    """Never answers, whatever is released; ends with the customer or when the caller hangs up."""
    return Mode("silent", only=only)
