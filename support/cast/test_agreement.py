"""What contradicts itself in a snapshot, with one place changed at a time."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from support.cast.agreement import Snapshot, contradictions

RESULT = {
    "monthly_savings": "30.00",
    "annual_savings": "360.00",
    "recommendations": [{"title": "Smaller", "monthly_savings": "10.00"}, {"title": "Off", "monthly_savings": "20.00"}],
}
READY = {"run_id": "r", **RESULT}


def parts() -> dict[str, Any]:
    messages = [
        {"id": "1", "role": "user", "content": "Where?", "position": 1, "metadata_": {"run_id": "r"}},
        {"id": "2", "role": "assistant", "content": "Here.", "position": 2, "metadata_": {"run_id": "r"}},
    ]
    frame = {"sequence": 1, "user_id": "ana", "payload": {"result": RESULT}}
    told = {
        "thread": {"metadata": {"user_id": "ana"}, "message_count": 2},
        "messages": [{name: message[name] for name in ("id", "role", "content", "position")} for message in messages],
        "runs": [{"id": "r", "user_id": "ana", "result": RESULT}],
        "updates": [frame],
        "result": {"run_id": "r", "answer": "Here.", "result": RESULT},
        "recommendations": READY,
        "session": {"id": "s", "user_id": "ana", "since": 1},
    }
    stored = {
        "threads": [{"user_id": "ana", "last_position": 2, "last_sequence": 1}],
        "messages": messages,
        "runs": [{"id": "r", "user_id": "ana", "status": "completed", "attempt": 1, "result": RESULT, "ended_at": 1}],
        "run_exits": [{"run_id": "r", "attempt": 1}],
        "reports": [{"run_id": "r", "monthly_savings": "30.00", "annual_savings": "360.00"}],
        "updates": [{"run_id": "r", "user_id": "ana", "sequence": 1, "type": "agent_completed", "frame": frame}],
    }
    ready = {
        "agent_results": {"run_id": "r", "result": RESULT},
        "optimization_results": READY,
        "session_state": {"id": "s", "user_id": "ana", "since": 1},
    }
    reports = {"r": {"monthly_savings": "30.00", "annual_savings": "360.00"}}
    return deepcopy({"told": (told, deepcopy(told)), "reports": reports, "stored": stored, "ready": ready})


def snapshot(change: Callable[[dict[str, Any]], object] = lambda one: None) -> Snapshot:
    one = parts()
    change(one)
    return Snapshot("ana", "t", one["told"], one["reports"], one["stored"], one["ready"])


def test_what_agrees_has_no_contradiction() -> None:
    assert contradictions(snapshot()) == []


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a server tells another title": lambda one: one["told"][1]["thread"].update(title="x"),
    "a row of another owner": lambda one: one["stored"]["updates"][0].update(user_id="ben"),
    "a session of another": lambda one: one["ready"]["session_state"].update(user_id="ben"),
    "a session told as another's": lambda one: one["told"][1]["session"].update(user_id="ben"),
    "another session told": lambda one: one["told"][1]["session"].update(id="t"),
    "a session that is not kept ready": lambda one: one["ready"].update(session_state=None),
    "a message is not stored": lambda one: one["stored"]["messages"].pop(),
    "a place is missing": lambda one: one["stored"]["messages"][1].update(position=3),
    "the conversation counts otherwise": lambda one: one["stored"]["threads"][0].update(last_position=5),
    "an update is missing": lambda one: one["stored"]["updates"].clear(),
    "a message of no analysis": lambda one: one["stored"]["messages"][0].update(metadata_={"run_id": "gone"}),
    "an exit too many": lambda one: one["stored"]["run_exits"].append({"run_id": "r", "attempt": 2}),
    "no answer": lambda one: one["stored"]["messages"][1].update(metadata_={}),
    "a report with other figures": lambda one: one["stored"]["reports"][0].update(annual_savings="30.00"),
    "a report told with other figures": lambda one: one["reports"]["r"].update(monthly_savings="31.00"),
    "kept ready with other figures": lambda one: one["ready"]["agent_results"].update(result={}),
    "kept ready of an older analysis": lambda one: one["ready"].update(optimization_results={**READY, "run_id": "q"}),
    "nothing kept ready": lambda one: one["ready"].update(agent_results=None),
    "a result of no analysis": lambda one: one["stored"]["runs"].clear(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_place_that_differs_is_found(name: str) -> None:
    assert contradictions(snapshot(CHANGES[name])) != []
