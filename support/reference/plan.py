"""The plan of an analysis: its five steps in order, who carries each out, and the updates that tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from support.reference.figures import CLOUDS

SUPERVISOR, DATA, OPTIMISATION, REPORT = "supervisor", "data", "optimisation", "report"
FIND_SAVINGS, WRITE_REPORT = "find_savings", "write_report"


def collect(cloud: str) -> str:
    """The step that reads the bill of one cloud."""
    return f"collect_{cloud}"


COLLECTING = tuple(collect(cloud) for cloud in CLOUDS)
STEPS = (*COLLECTING, FIND_SAVINGS, WRITE_REPORT)


@dataclass(frozen=True)
class Draft:
    """An update before it has a place in its conversation."""

    type: str
    agent: str
    payload: dict[str, Any] = field(default_factory=dict)
    tool: str | None = None
    call_id: str | None = None


@dataclass(frozen=True)
class Progress:
    """Which steps are done and which are open, both in the order of the plan."""

    done: tuple[str, ...]
    open: tuple[str, ...]

    @classmethod
    def of(cls, done: Iterable[str]) -> Progress:
        """Progress when these steps are done."""
        finished = set(done)
        return cls(
            tuple(step for step in STEPS if step in finished),
            tuple(step for step in STEPS if step not in finished),
        )

    @property
    def next(self) -> str | None:
        """The first open step: where a further attempt continues."""
        return self.open[0] if self.open else None


def call_id(run_id: str, attempt: int, step: str) -> str:
    """The name of one use of a tool: the same whoever carries the attempt on."""
    return f"{run_id}:{attempt}:{step}"


def started(client_id: str | None = None, resumed_from: str | None = None) -> Draft:
    """The first update of an attempt."""
    payload: dict[str, Any] = {}
    if client_id is not None:
        payload["client_id"] = client_id
    if resumed_from is not None:
        payload["resumed_from"] = resumed_from
    return Draft("agent_started", SUPERVISOR, payload)


def thinking(agent: str) -> Draft:
    """An agent has begun its part."""
    words = {
        DATA: "Reading what your clouds cost.",
        OPTIMISATION: "Looking for savings.",
        REPORT: "Writing the report.",
    }
    return Draft("agent_thinking", agent, {"message": words[agent]})


def executing(run_id: str, attempt: int, cloud: str) -> Draft:
    """A bill is being asked for."""
    return Draft("tool_executing", DATA, {"cloud": cloud}, f"billing_{cloud}", call_id(run_id, attempt, collect(cloud)))


def executed(run_id: str, attempt: int, cloud: str, monthly_cost: str) -> Draft:
    """A bill has been read."""
    return Draft(
        "tool_completed",
        DATA,
        {"status": "ok", "cloud": cloud, "monthly_cost": monthly_cost},
        f"billing_{cloud}",
        call_id(run_id, attempt, collect(cloud)),
    )


def not_executed(run_id: str, attempt: int, cloud: str, reason: str) -> Draft:
    """A bill could not be read (`refused`, `unavailable`) or was no longer waited for (`interrupted`)."""
    return Draft(
        "tool_completed",
        DATA,
        {"status": "failed", "cloud": cloud, "reason": reason},
        f"billing_{cloud}",
        call_id(run_id, attempt, collect(cloud)),
    )
