"""Exactly the permitted changes of phase are made."""

import itertools

import pytest

from support.reference import phases
from support.reference.trouble import Conflict

PERMITTED = {
    ("active", "pause"): "paused",
    ("paused", "resume"): "active",
    ("active", "complete"): "completed",
    ("paused", "complete"): "completed",
    ("active", "archive"): "archived",
    ("paused", "archive"): "archived",
    ("completed", "archive"): "archived",
    ("archived", "restore"): "paused",
}
DEEDS = ("pause", "resume", "complete", "archive", "restore")


@pytest.mark.parametrize(("phase", "deed"), list(itertools.product(phases.PHASES, DEEDS)))
def test_a_change_is_made_or_refused_in_words_that_name_the_phase(phase: str, deed: str) -> None:
    if (phase, deed) in PERMITTED:
        assert phases.after(phase, deed, "paused") == PERMITTED[phase, deed]
        return
    with pytest.raises(Conflict, match=f"is {phase} and cannot be"):
        phases.after(phase, deed, "paused")


@pytest.mark.parametrize("phase", phases.PHASES)
def test_only_an_active_conversation_is_open(phase: str) -> None:
    if phase == "active":
        phases.expect_open(phase)
        return
    with pytest.raises(Conflict, match=phase):
        phases.expect_open(phase)
