"""How near two names are."""

import uuid

from support.cast.given_names import LEAST, nearest


def test_the_nearest_two_are_found_with_the_signs_in_which_they_differ() -> None:
    assert nearest(["thread_0010", "thread_9999", "thread_0013"]) == (1, ("thread_0010", "thread_0013"))


def test_what_one_name_is_longer_by_counts() -> None:
    assert nearest(["run_9", "run_10"]) == (2, ("run_9", "run_10"))


def test_names_by_chance_are_far_apart() -> None:
    assert nearest([str(uuid.uuid4()) for _ in range(50)])[0] >= LEAST
