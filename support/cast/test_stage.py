"""What Netra tells before and after a deed: a refusal is never as good as an answer."""

import pytest

from support.cast.stage import as_told, told_before
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Inconclusive


def answer(kind: Kind, raw: str) -> Outcome:
    return Outcome("Ana looks at what is there", kind, Moment.now(), 0.01, raw=raw)


def test_what_is_told_again_is_the_same() -> None:
    told = [answer(Kind.ACCEPTED, "{}"), answer(Kind.ACCEPTED, "[]")]
    assert told_before(told) == as_told(told)


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ERROR, Kind.NO_ANSWER])
def test_nothing_can_be_compared_with_a_refusal(kind: Kind) -> None:
    with pytest.raises(Inconclusive, match="looks at what is there"):
        told_before([answer(Kind.ACCEPTED, "{}"), answer(kind, "")])


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ERROR, Kind.NO_ANSWER])
def test_a_refusal_differs_from_what_was_told(kind: Kind) -> None:
    assert as_told([answer(kind, "{}")]) != told_before([answer(Kind.ACCEPTED, "{}")])
