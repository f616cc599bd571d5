"""Updates and messages speak of themselves in business words."""

import pytest

from support.facts import update as kinds
from support.facts.frame import Frame, FrameKind
from support.facts.moment import Moment
from support.facts.update import Update


def update(kind: str, sequence: int = 9, attempt: int = 1, **more: str) -> Update:
    return Update(kind, Moment.now(), sequence=sequence, attempt=attempt, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (update(kinds.FAILED, agent="supervisor"), "told that the analysis failed (update 9)"),
        (update(kinds.STARTED, 1), "told that the analysis began (update 1)"),
        (update(kinds.STARTED, 12, attempt=2), "told that attempt 2 at the analysis began (update 12)"),
        (update(kinds.THINKING, 2, agent="data"), "told that the data agent thinks (update 2)"),
        (update(kinds.TOOL_STARTED, 3, tool="billing_gcp"), "told that Google Cloud billing is being asked (update 3)"),
        (update(kinds.TOOL_ENDED, 4, tool="billing_aws"), "told that AWS billing has answered (update 4)"),
        (update(kinds.COMPLETED, agent="supervisor"), "told that the analysis is complete (update 9)"),
        (update(kinds.COMPLETED, agent="data"), "told that the data agent is done (update 9)"),
        (update(kinds.COMPLETED, 0), "told that the analysis is complete"),
    ],
)
def test_a_timeline_tells_an_update_in_business_words(one: Update, words: str) -> None:
    assert one.told == words


def test_a_failure_names_an_update_by_number_and_fact() -> None:
    assert str(update(kinds.FAILED)) == "update 9 (the analysis failed)"


def test_a_refusal_is_told_in_its_own_words() -> None:
    frame = Frame(FrameKind.TROUBLE, "error_message", Moment.now(), {"error_message": "This message is too long."})
    assert frame.told == "refused: This message is too long."


def test_catching_up_is_told_with_how_far_it_came() -> None:
    frame = Frame(FrameKind.RESUMED, "resumed", Moment.now(), {"up_to": 11})
    assert frame.told == "told to be up to date (up to update 11)"
