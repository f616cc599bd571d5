"""Whether somebody is served much worse than the others, also where nobody is served at all."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.stopwatch import FOREVER, expect_fair
from support.cast.story import Story
from support.facts.verdict import Broken

STAGE: Any = SimpleNamespace(story=Story())


def test_waits_that_are_alike_are_fair() -> None:
    expect_fair(STAGE, {"Ana": [0.1, 9.0, 0.1], "Ben": [0.2, 0.2, 0.2]}, 3)


@pytest.mark.parametrize("bens", [0.31, 5.0, FOREVER])
def test_whoever_waits_so_many_times_as_long_is_not_served_fairly(bens: float) -> None:
    with pytest.raises(Broken):
        expect_fair(STAGE, {"Ana": [0.1, 0.1, 0.1], "Ben": [bens, bens, 0.1]}, 3)


def test_nobody_is_served_fairly_where_nobody_is_answered() -> None:
    with pytest.raises(Broken):
        expect_fair(STAGE, {"Ana": [FOREVER], "Ben": [FOREVER]}, 3)
