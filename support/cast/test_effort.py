"""Whether a difference in work is one: told apart from what else was asked of storage on a busy machine."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.effort import Effort, least
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, Inconclusive

QUIET, BUSY = 2, 35
LESS, MORE = (352.0, 52.0), (401.0, 77.0)
"""Bytes to and from storage that differ by more than is allowed."""


def effort(costs: tuple[tuple[float, float], ...], odd: tuple[int, int], kind: Kind = Kind.REFUSED) -> Effort:
    story = SimpleNamespace(observed=lambda *told: None, compared=lambda *told: None)
    person: Any = SimpleNamespace(stage=SimpleNamespace(story=story), name="Ana")
    one = Effort(person, person)
    one._asked = dict(zip(("another's", "nobody's"), costs, strict=True))
    one._odd = dict(zip(("another's", "nobody's"), odd, strict=True))
    one._answers = [Outcome("reaches for a result", kind, Moment.now(), 0.01)]
    return one


@pytest.mark.parametrize("odd", [(QUIET, QUIET), (BUSY, BUSY)])
def test_the_same_work_is_the_same_on_a_busy_machine_too(odd: tuple[int, int]) -> None:
    effort((MORE, MORE), odd).expect_same_work()


@pytest.mark.parametrize("odd", [(QUIET, QUIET), (BUSY, QUIET), (BUSY, BUSY)])
def test_more_work_for_one_kind_is_seen_on_a_busy_machine_too(odd: tuple[int, int]) -> None:
    with pytest.raises(Broken):
        effort((MORE, LESS), odd).expect_same_work()


def test_work_now_and_then_for_one_kind_is_seen() -> None:
    with pytest.raises(Broken):
        effort((MORE, MORE), (BUSY, QUIET)).expect_same_work()


def test_how_often_both_kinds_met_something_else_says_nothing() -> None:
    with pytest.raises(Inconclusive, match="too much else was asked of storage"):
        effort((LESS, LESS), (44, 28)).expect_same_work()


def test_what_else_was_asked_meanwhile_does_not_belong_to_the_cost() -> None:
    assert least([MORE, (1238.0, 403.0), LESS, MORE, (415.0, 77.0), LESS, MORE, MORE, LESS]) == LESS


def test_one_refusal_alone_is_no_cost() -> None:
    assert least([(343.0, 2.0), LESS, LESS, LESS, MORE]) == LESS
    with pytest.raises(Inconclusive):
        least([LESS, MORE, (1238.0, 403.0)])


def test_who_was_let_in_was_let_in_however_busy_the_machine_is() -> None:
    with pytest.raises(Broken):
        effort((MORE, LESS), (BUSY, BUSY), Kind.ACCEPTED).expect_same_work()
