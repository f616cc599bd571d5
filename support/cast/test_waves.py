"""What is said of the memory of Netra's servers, from what was measured after each wave and each return."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.footprint import MEGABYTE
from support.cast.story import Story
from support.cast.waves import Waves
from support.facts.verdict import Broken, Inconclusive

EACH = 10
"""Customers of a wave, half of them at each of two servers."""


def waves(*taken: float, back: tuple[float, ...] = ()) -> Waves:
    """Megabytes of each of two servers after each wave, and after each return."""
    people: list[Any] = [SimpleNamespace() for _ in range(EACH * len(taken))]
    made = Waves(people, SimpleNamespace(story=Story()))  # type: ignore[arg-type]
    for kept, numbers in ((made.taken, taken), (made.back, back)):
        kept += [{"one": int(number * MEGABYTE), "two": int(number * MEGABYTE)} for number in numbers]
    return made


def test_what_grows_a_little_and_evenly_is_kept() -> None:
    one = waves(60.0, 60.2, 60.4, 60.6, back=(61.0, 61.2))
    one.expect_each_below(0.1)
    one.expect_in_proportion(2)
    one.expect_again_below(1.0)


def test_each_customer_counts_at_the_server_that_was_chosen() -> None:
    waves(60.0, 60.2, 60.45).expect_each_below(0.05)
    with pytest.raises(Broken, match=r"server one has grown by 0\.05 MB"):
        waves(60.0, 60.2, 60.5).expect_each_below(0.05)


def test_the_last_wave_is_compared_with_those_before_it() -> None:
    waves(60.0, 61.0, 62.2, 64.2).expect_in_proportion(2)
    with pytest.raises(Broken):
        waves(60.0, 61.0, 62.0, 64.1).expect_in_proportion(2)


def test_waves_that_took_nothing_do_not_forbid_a_little() -> None:
    waves(60.0, 60.1, 60.2, 60.75).expect_in_proportion(2)
    with pytest.raises(Broken):
        waves(60.0, 60.1, 60.2, 60.85).expect_in_proportion(2)


def test_a_return_is_compared_with_the_one_before_it() -> None:
    waves(60.0, 60.2, 60.4, back=(70.0, 70.9)).expect_again_below(1.0)
    with pytest.raises(Broken):
        waves(60.0, 60.2, 60.4, back=(60.5, 61.5)).expect_again_below(1.0)


def test_nothing_is_said_of_one_wave_or_of_one_return() -> None:
    with pytest.raises(Inconclusive):
        waves(60.0, 60.2).expect_each_below(0.1)
    with pytest.raises(Inconclusive):
        waves(60.0, 60.2, 60.4, back=(60.5,)).expect_again_below(1.0)
