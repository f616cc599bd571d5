"""Whoever looks an update up finds it behind, or not."""

from typing import Any

import pytest

from support.cast.lookups import Look, behind
from support.facts import update as kinds
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.update import Update

ENDED = Update(kinds.COMPLETED, Moment.now(), run="run_1", thread="thread_1", agent="supervisor", sequence=11)
READ = Update(
    kinds.TOOL_ENDED, Moment.now(), run="run_1", tool="billing_aws", sequence=4, body={"status": "ok", "cloud": "aws"}
)
STEPS = ["collect_aws", "collect_azure", "collect_gcp", "find_savings", "write_report"]


def told(**body: Any) -> Outcome:
    return Outcome("a question", Kind.ACCEPTED, Moment.now(), 0.01, 200, body)


def look(update: Update, *, status: str = "completed", done: list[str] = STEPS, **changed: Any) -> Look:
    frame = {"sequence": update.sequence, "type": update.kind, "run_id": update.run}
    found: dict[str, Any] = {
        "analysis": told(status=status, progress={"done": done, "open": []}),
        "following": told(updates=[frame]),
        "stored": {"sequence": update.sequence, "frame": frame},
        "row": {"status": status},
    }
    return Look(update, Moment.now(), told(metadata={"status": "active"}), **{**found, **changed})


@pytest.mark.parametrize(("update", "status"), [(ENDED, "completed"), (READ, "running"), (READ, "completed")])
def test_nothing_is_behind_when_all_has_come_so_far_or_further(update: Update, status: str) -> None:
    assert behind(look(update, status=status)) == ""


def test_an_end_whose_analysis_is_told_to_run_is_behind() -> None:
    assert "told as running" in behind(look(ENDED, analysis=told(status="running")))


def test_an_end_whose_analysis_is_stored_as_running_is_behind() -> None:
    assert "stored as running" in behind(look(ENDED, row={"status": "running"}))


def test_a_step_that_is_not_told_as_done_is_behind() -> None:
    assert "collect_aws" in behind(look(READ, status="running", done=[]))


def test_an_update_that_is_not_stored_is_behind() -> None:
    assert behind(look(READ, stored={})) == "it is not stored"


def test_an_update_that_the_conversation_does_not_tell_is_behind() -> None:
    assert behind(look(READ, following=told(updates=[]))) == "the conversation does not tell it"
