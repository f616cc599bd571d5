"""Who is at work on an analysis, as a caller reads it."""

import json
from typing import Any

import pytest

from support.reference.runs import at_work


def row(status: str = "running", **latest: Any) -> Any:
    return {"status": status, "latest": json.dumps(latest) if latest else None}


def test_while_a_tool_is_used_agent_and_tool_are_told() -> None:
    assert at_work(row(agent="data", type="tool_executing", tool="billing_aws")) == ("data", "billing_aws")


@pytest.mark.parametrize("kind", ["tool_completed", "agent_thinking", "agent_started"])
def test_a_tool_is_told_only_while_it_is_used(kind: str) -> None:
    assert at_work(row(agent="data", type=kind, tool="billing_aws")) == ("data", None)


@pytest.mark.parametrize("status", ["completed", "failed", "expired", "preserved"])
def test_nobody_works_on_what_does_not_run(status: str) -> None:
    assert at_work(row(status, agent="data", type="tool_executing", tool="billing_aws")) == (None, None)


def test_nobody_works_before_the_first_update() -> None:
    assert at_work(row()) == (None, None)
