"""What bytes to storage say of answers that are kept ready, beside the housekeeping that goes on all the time."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.promptness import Promptness
from support.cast.story import Story
from support.facts.verdict import Broken, Inconclusive

NOTHING, SOMETHING, WRONG = 0, 120, -1


def judge(asked: Sequence[int], unasked: Sequence[int]) -> None:
    person: Any = SimpleNamespace(name="Ana", stage=SimpleNamespace(story=Story()))
    promptness = Promptness(person)
    promptness._bytes, promptness._unasked = list(asked), list(unasked)
    promptness.expect_storage_untroubled(80)


@pytest.mark.parametrize("own", [0, 8, 20])
def test_housekeeping_troubles_nobody(own: int) -> None:
    windows = [SOMETHING] * own + [NOTHING] * (50 - own)
    judge(windows, windows)


@pytest.mark.parametrize("read", [10, 25, 50])
def test_answers_that_are_read_from_storage_are_noticed(read: int) -> None:
    with pytest.raises(Broken):
        judge([SOMETHING] * read + [NOTHING] * (50 - read), [NOTHING] * 50)


def test_what_housekeeping_cannot_make_is_noticed_beside_it() -> None:
    with pytest.raises(Broken):
        judge([SOMETHING] * 40 + [NOTHING] * 10, [SOMETHING] * 15 + [NOTHING] * 35)


def test_a_wrong_answer_is_not_spared_storage_but_wrong() -> None:
    with pytest.raises(Broken):
        judge([WRONG] + [NOTHING] * 49, [NOTHING] * 50)


@pytest.mark.parametrize(("asked", "own"), [(30, 15), (30, 30), (0, 50)])
def test_nothing_can_be_said_beside_too_much_housekeeping(asked: int, own: int) -> None:
    with pytest.raises(Inconclusive):
        judge([SOMETHING] * asked + [NOTHING] * (50 - asked), [SOMETHING] * own + [NOTHING] * (50 - own))


def test_nothing_can_be_said_of_nothing() -> None:
    with pytest.raises(Inconclusive):
        judge([], [])
