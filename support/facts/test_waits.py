"""A limit is judged by a sample: kept, broken, or not to be judged."""

from support.facts.verdict import Word
from support.facts.waits import Wait, judge, judge_average


def waits(*seconds: float, control: float = 0.001) -> list[Wait]:
    return [Wait(one, control) for one in seconds]


def test_a_limit_is_kept_when_at_most_one_in_twenty_waits_is_longer() -> None:
    assert judge(waits(*[0.01] * 19, 0.2), 0.05)[0] is Word.KEPT


def test_a_limit_is_broken_when_most_waits_are_longer() -> None:
    assert judge(waits(*[0.06] * 11, *[0.01] * 9), 0.05)[0] is Word.BROKEN


def test_between_the_two_nothing_can_be_said() -> None:
    assert judge(waits(*[0.06] * 2, *[0.01] * 18), 0.05)[0] is Word.INCONCLUSIVE


def test_waits_beside_a_slow_control_are_set_aside() -> None:
    busy = waits(*[0.2] * 8, control=0.03)
    word, words = judge([*waits(*[0.01] * 12), *busy], 0.05)
    assert word is Word.KEPT
    assert "8 set aside" in words


def test_a_wait_within_the_limit_counts_however_busy_the_machine() -> None:
    assert judge(waits(*[0.04] * 20, control=0.2), 0.05)[0] is Word.KEPT


def test_a_busy_machine_says_nothing_of_the_platform() -> None:
    assert judge(waits(*[0.2] * 20, control=0.1), 0.05)[0] is Word.INCONCLUSIVE


def test_an_empty_sample_says_nothing() -> None:
    assert judge([], 0.05)[0] is Word.INCONCLUSIVE


def test_the_limit_itself_is_still_within_it() -> None:
    assert judge(waits(*[0.05] * 20), 0.05)[0] is Word.KEPT


def test_an_average_may_hold_single_waits_beyond_its_limit() -> None:
    assert judge_average(waits(0.2, *[0.01] * 9), 0.05)[0] is Word.KEPT


def test_an_average_beyond_its_limit_is_broken_unless_the_machine_was_busy() -> None:
    assert judge_average(waits(*[0.06] * 10), 0.05)[0] is Word.BROKEN
    assert judge_average(waits(*[0.06] * 10, control=0.04), 0.05)[0] is Word.INCONCLUSIVE
    assert judge_average(waits(*[0.06] * 10, control=0.02), 0.05)[0] is Word.INCONCLUSIVE


def test_an_average_beyond_its_limit_by_more_than_the_machine_took_is_broken() -> None:
    assert judge_average(waits(*[0.1] * 10, control=0.02), 0.05)[0] is Word.BROKEN
    assert judge_average(waits(*[0.1] * 10, control=0.03), 0.05)[0] is Word.INCONCLUSIVE


def test_the_average_of_nothing_says_nothing() -> None:
    assert judge_average([], 0.05)[0] is Word.INCONCLUSIVE
