"""Opening again is faster only where every opening was right."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.again import Again
from support.cast.stopwatch import FOREVER
from support.cast.story import Story
from support.facts.verdict import Broken


def opened(first: list[float], again: list[float]) -> None:
    person: Any = SimpleNamespace(name="Ana", stage=SimpleNamespace(story=Story()))
    made = Again(person)
    made.first, made.again = first, again
    made.expect_faster(2)


def test_less_than_half_the_wait_is_more_than_twice_as_fast() -> None:
    opened([0.3, 0.3], [0.1, 0.2, 0.1])
    with pytest.raises(Broken):
        opened([0.2, 0.2], [0.1, 0.1])


@pytest.mark.parametrize(
    ("first", "again"), [([0.3, FOREVER], [0.1]), ([0.3], [0.1, 0.1, FOREVER]), ([FOREVER], [0.1])]
)
def test_one_wrong_answer_is_too_many(first: list[float], again: list[float]) -> None:
    with pytest.raises(Broken):
        opened(first, again)
