"""A played failure counts only when a call has met it."""

import pytest

from support.cast.sources import Trouble
from support.outside import modes
from support.outside.calls import ABANDONED, ANSWERED, BROKEN_OFF, LET_GO, REFUSED, Call

SECOND = 1_000_000_000


def call(
    ended: str | None, *, number: int = 8, status: int = 0, seconds: float = 0.1, task: str = "write_report"
) -> Call:
    at = int(seconds * SECOND) if ended else 0
    return Call(number, "ana", "model", task, 0, ended=ended, ended_ns=at, status=status)


@pytest.mark.parametrize(
    ("mode", "meets", "does_not"),
    [
        (modes.refuse(), call(REFUSED, status=401), call(REFUSED, status=400)),
        (modes.fail(), call(REFUSED, status=503), call(REFUSED, status=401)),
        (modes.break_off(), call(BROKEN_OFF), call(ANSWERED, status=200)),
        (modes.silent(), call(None), call(ANSWERED, status=200)),
        (modes.silent(), call(ABANDONED), call(REFUSED, status=401)),
        (modes.silent(), call(LET_GO), call(BROKEN_OFF)),
        (modes.slow(0.3), call(ANSWERED, seconds=0.31), call(ANSWERED, seconds=0.29)),
        (modes.refuse("write_report"), call(REFUSED, status=401), call(REFUSED, status=401, task="find_savings")),
        (modes.refuse(), call(REFUSED, status=401), call(REFUSED, number=7, status=401)),
    ],
)
def test_a_failure_is_met_by_a_call_that_came_later_and_shows_it(mode: modes.Mode, meets: Call, does_not: Call) -> None:
    trouble = Trouble("model", mode, before=7)
    assert trouble.met_by(meets)
    assert not trouble.met_by(does_not)


def test_a_failure_of_one_source_is_not_met_at_another() -> None:
    assert not Trouble("aws", modes.refuse(), before=7).met_by(call(REFUSED, status=401))
