"""What is said of a few and of many who work at the same pace, from what they got done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.morning import ANSWER_SECONDS, Done, Morning, but_one_of_each
from support.cast.rise import Rise
from support.cast.story import Story
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, Inconclusive

TWO_SECONDS, HALF_A_SECOND = Limit.parse("2 seconds"), Limit.parse("500 milliseconds")
FEW, ALL = 2, 20


def rise(*turns: tuple[float, Mapping[int, float | None]], usual: float = 0.01, control: float = 0.001) -> Rise:
    """Turns, each with the wait of the few and the waits that differ for some of all: None where nothing came."""
    people: list[Any] = [SimpleNamespace(name=f"Customer{number:02d}") for number in range(ALL)]
    made = Rise(Morning(people, SimpleNamespace(story=Story())))  # type: ignore[arg-type]
    made.morning.beside = control
    for few, differing in turns:
        together = [done(person, differing.get(number, usual)) for number, person in enumerate(people)]
        made.turns.append(([done(person, few) for person in people[:FEW]], together))
    return made


def done(person: Any, seconds: float | None) -> Done:
    kind = Kind.ERROR if seconds is None else Kind.ACCEPTED
    return Done(person, "list", Outcome("asks", kind, Moment(0, datetime.now(UTC)), seconds or 0.0))


def test_what_is_quick_and_never_fails_is_kept() -> None:
    one = rise((0.01, {}), (0.01, {}))
    one.expect_answered(5, TWO_SECONDS)
    one.expect_average(HALF_A_SECOND)
    one.expect_slowed_below(3)
    one.expect_pace_kept(50)


def test_one_of_twenty_that_fails_is_five_percent_and_too_many() -> None:
    with pytest.raises(Broken, match="1 of 20 failed"):
        rise((0.01, {3: None})).expect_answered(5, TWO_SECONDS)
    rise((0.01, {3: None}), (0.01, {})).expect_answered(5, TWO_SECONDS)


def test_one_of_twenty_may_be_late_and_two_may_not() -> None:
    rise((0.01, {3: 2.5})).expect_answered(5, TWO_SECONDS)
    with pytest.raises(Broken, match="2 failed or took longer"):
        rise((0.01, {3: 2.5, 4: 2.5})).expect_answered(5, TWO_SECONDS)


def test_on_a_busy_machine_late_answers_say_nothing() -> None:
    with pytest.raises(Inconclusive, match="the machine was busy"):
        rise((0.01, {3: 2.5, 4: 2.5}), control=0.5).expect_answered(5, TWO_SECONDS)


def test_one_that_fails_counts_as_a_wait_that_was_given_up() -> None:
    rise((0.01, {3: None})).expect_average(Limit(ANSWER_SECONDS / ALL + 0.02, "half a second and a little"))
    with pytest.raises(Broken):
        rise((0.01, {3: None, 4: None})).expect_average(HALF_A_SECOND)


def test_all_are_slower_than_a_few_when_they_are_in_most_turns() -> None:
    slow = dict.fromkeys(range(ALL), 0.05)
    rise((0.01, slow), (0.01, {}), (0.01, {}), (0.01, slow)).expect_slowed_below(3)
    with pytest.raises(Broken, match=r"5\.0 times as long"):
        rise((0.01, slow), (0.01, slow), (0.01, {}), (0.01, slow)).expect_slowed_below(3)


def test_whatever_makes_a_few_slow_as_well_is_no_growth() -> None:
    rise((0.02, {}), (0.05, dict.fromkeys(range(ALL), 0.05))).expect_slowed_below(3)


def test_whoever_waits_for_most_of_the_time_keeps_no_pace() -> None:
    rise((0.01, {7: 1.5}), (0.01, {7: 1.5})).expect_pace_kept(50)
    with pytest.raises(Broken, match="Customer07 keeps 40 percent") as broken:
        rise((0.01, {7: 2.5}), (0.01, {7: 2.5})).expect_pace_kept(50)
    assert broken.value.hurt == ("Customer07",)


def test_nothing_is_said_where_somebody_did_less_or_nobody_did_anything() -> None:
    less = rise((0.01, {}))
    less.turns[0][1].pop()
    for one in (less, rise()):
        with pytest.raises(Inconclusive):
            one.expect_answered(5, TWO_SECONDS)


def test_what_was_not_confirmed_may_be_there_or_not_but_not_twice() -> None:
    assert but_one_of_each({"unclear"}, ["sure"]) == ["sure"]
    assert but_one_of_each({"unclear"}, ["unclear", "sure"]) == ["sure"]
    assert but_one_of_each({"unclear"}, ["unclear", "sure", "unclear"]) == ["sure", "unclear"]


def test_what_is_slower_for_all_whenever_one_thing_is_done_is_growth() -> None:
    def writing(one: Rise) -> Rise:
        few, every = one.turns[0]
        one.turns[0] = (
            [replace(each, action="write") for each in few],
            [replace(each, action="write") for each in every],
        )
        return one

    writing(rise((0.01, dict.fromkeys(range(ALL), 0.25)), (0.01, {}), (0.01, {}))).expect_slowed_below(3)
    slow = dict.fromkeys(range(ALL), 0.5)
    with pytest.raises(Broken, match="to write takes all of them"):
        writing(rise((0.01, slow), (0.01, {}), (0.01, {}))).expect_slowed_below(3)
    with pytest.raises(Inconclusive, match="the machine was busy"):
        writing(rise((0.01, slow), (0.01, {}), (0.01, {}), control=0.1)).expect_slowed_below(3)
    rise((0.01, slow), (0.01, {}), (0.01, {})).expect_slowed_below(3)
