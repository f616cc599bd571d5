"""What an answer lets the one who asked know, and how a failure is drawn from what was seen."""

import pytest

from support.cast.faults import FAULTS, UNDONE, Struck
from support.cast.picture import stretches
from support.cast.writing import fate_of, hint_in
from support.facts.chart import Shade
from support.facts.history import Fate
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome


def answer(kind: Kind, status: int = 0, code: str = "", after: str = "", words: str = "Please try again.") -> Outcome:
    body = {"error": {"code": code, "message": words}} if code else {}
    headers = {"retry-after": after} if after else {}
    return Outcome("Ana writes", kind, Moment.now(), 0.1, status, body, headers=headers)


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (answer(Kind.ACCEPTED, 200), Fate.ACKNOWLEDGED),
        (answer(Kind.REFUSED, 409, "CONFLICT"), Fate.REFUSED),
        (answer(Kind.ERROR, 503, "UNAVAILABLE"), Fate.REFUSED),
        (answer(Kind.ERROR, 503, "UNCERTAIN"), Fate.UNKNOWN),
        (answer(Kind.ERROR, 502), Fate.UNKNOWN),
        (answer(Kind.NO_ANSWER), Fate.UNKNOWN),
    ],
)
def test_only_what_the_contract_calls_undone_is_refused(outcome: Outcome, fate: Fate) -> None:
    assert fate_of(outcome) is fate


def test_a_hint_is_words_and_a_time() -> None:
    assert hint_in(answer(Kind.ERROR, 503, "UNAVAILABLE", "2"))
    assert not hint_in(answer(Kind.ERROR, 503, "UNAVAILABLE"))
    assert not hint_in(answer(Kind.ERROR, 503, "UNAVAILABLE", "0"))
    assert not hint_in(answer(Kind.ERROR, 503, "UNAVAILABLE", "2", words="No."))
    assert not hint_in(answer(Kind.ERROR, 500, "INTERNAL", "2"))


def test_on_a_live_connection_words_must_do() -> None:
    told = Outcome("Ana asks", Kind.REFUSED, Moment.now(), 0.1, body={"error_message": "Please try again."})
    assert hint_in(told)


def test_every_fault_is_told_apart_and_can_be_undone() -> None:
    assert len({fault.words for fault in FAULTS.values()}) == len(FAULTS)
    assert set(UNDONE) == set(Struck)
    assert all(fault.struck in UNDONE for fault in FAULTS.values())
    # Where nothing can be kept a confirmation is a lie: that is so of every failure of storage but slowness.
    silent = {words for words in FAULTS if words.startswith("Netra's storage") and "server" not in words}
    assert {words for words, fault in FAULTS.items() if fault.keeps_nothing} == silent - {"Netra's storage is slow"}


def test_what_was_seen_at_moments_is_drawn_as_stretches() -> None:
    seen = [(0.0, True), (0.1, True), (1.0, False), (1.5, False), (2.0, True)]
    drawn = list(stretches(seen, 3.0))
    assert [(one.begin, one.end, one.shade) for one in drawn] == [
        (0.0, 1.0, Shade.GOOD),
        (1.0, 2.0, Shade.BAD),
        (2.0, 3.0, Shade.GOOD),
    ]
