"""Every way in which the updates of an analysis can be less than whole is seen."""

from dataclasses import replace

import pytest

from support.cast.wholeness import each_once, flaws
from support.facts import update as kinds
from support.facts.moment import Moment
from support.facts.update import Update

TOOLS = ("aws", "azure", "gcp")


def whole() -> list[Update]:
    told = [(kinds.STARTED, "supervisor", "")]
    told.append((kinds.THINKING, "data", ""))
    for tool in TOOLS:
        told += [(kinds.TOOL_STARTED, "data", f"billing_{tool}"), (kinds.TOOL_ENDED, "data", f"billing_{tool}")]
    told += [(kinds.THINKING, "report", ""), (kinds.COMPLETED, "supervisor", "")]
    now = Moment.now()
    return [
        Update(kind, now, "run", "thread", "user", agent, tool, tool, number)
        for number, (kind, agent, tool) in enumerate(told, start=1)
    ]


def test_a_whole_analysis_has_no_flaw() -> None:
    assert flaws(whole(), tools=TOOLS) == []


@pytest.mark.parametrize("position", range(10))
def test_any_update_that_is_missing_is_missed(position: int) -> None:
    updates = whole()
    del updates[position]
    assert flaws(updates, tools=TOOLS)


@pytest.mark.parametrize("position", range(10))
def test_any_update_that_comes_twice_is_noticed(position: int) -> None:
    updates = whole()
    updates.insert(position, updates[position])
    assert flaws(updates, tools=TOOLS)


@pytest.mark.parametrize("position", range(9))
def test_any_two_updates_in_the_wrong_order_are_noticed(position: int) -> None:
    updates = whole()
    updates[position], updates[position + 1] = updates[position + 1], updates[position]
    assert flaws(updates, tools=TOOLS)


def test_an_agent_that_thinks_twice_under_two_numbers_is_noticed() -> None:
    updates = whole()
    updates.insert(2, updates[1])
    assert flaws([replace(update, sequence=number) for number, update in enumerate(updates, start=1)], tools=TOOLS)


def test_gapless_numbers_do_not_hide_a_tool_that_was_never_told() -> None:
    updates = [update for update in whole() if "gcp" not in update.tool]
    renumbered = [replace(update, sequence=number) for number, update in enumerate(updates, start=1)]
    assert flaws(renumbered) == []
    assert flaws(renumbered, tools=TOOLS)


def test_a_tool_that_never_ends_is_noticed_without_numbers() -> None:
    updates = [replace(update, sequence=0) for update in whole() if update.kind != kinds.TOOL_ENDED]
    assert any("never ended" in flaw for flaw in flaws(updates))


def test_two_ends_are_noticed() -> None:
    updates = whole()
    updates.append(replace(updates[-1], kind=kinds.FAILED, sequence=len(updates) + 1))
    assert any("2 ends" in flaw for flaw in flaws(updates))


def test_nothing_at_all_is_not_whole() -> None:
    assert flaws([]) == ["no update was shown"]


def test_a_beginning_alone_is_enough_while_the_work_goes_on() -> None:
    assert flaws(whole()[:4], ended=False) == []


def test_updates_of_another_analysis_in_between_are_no_gap() -> None:
    updates = [update if update.sequence < 4 else replace(update, sequence=update.sequence + 2) for update in whole()]
    assert flaws(updates, tools=TOOLS, elsewhere={4, 5}) == []
    assert flaws(updates, tools=TOOLS, elsewhere={4})
    assert flaws(updates, tools=TOOLS)


def test_what_several_tabs_show_is_each_update_once() -> None:
    updates = whole()
    assert each_once([*updates[:4], *updates, *updates[6:]]) == updates


def test_an_update_without_a_number_stays_where_it_came() -> None:
    updates = whole()
    nameless = replace(updates[2], sequence=0)
    assert each_once([*updates[:3], nameless, *updates[3:]]) == [*updates[:3], nameless, *updates[3:]]


def test_updates_without_any_number_stay_as_they_came() -> None:
    updates = [replace(update, sequence=0) for update in whole()]
    assert each_once(updates) == updates


def test_a_tool_that_is_started_again_without_a_number_is_noticed() -> None:
    updates = whole()
    assert any("started twice" in flaw for flaw in flaws(each_once([*updates[:3], replace(updates[2], sequence=0)])))


def test_whatever_comes_without_a_number_after_the_end_is_noticed() -> None:
    updates = whole()
    late = replace(updates[1], sequence=0)
    assert any("after the end" in flaw for flaw in flaws(each_once([*updates, late])))


def test_a_number_that_tells_two_different_things_is_named() -> None:
    updates = whole()
    another = replace(updates[4], body={"monthly_cost": "1.00"})
    shown = each_once([*updates, *updates[:4], another])
    assert len(shown) == len(updates) + 1
    assert [flaw for flaw in flaws(shown) if "number 5 tells two different things" in flaw]


def test_when_an_update_was_written_does_not_make_it_another_one() -> None:
    first, second = (replace(whole()[0], body={"timestamp": moment}) for moment in ("1", "2"))
    assert each_once([first, second]) == [first]


def test_a_tool_that_is_left_open_is_noticed_at_the_end_of_an_attempt_that_failed() -> None:
    first, thinking, started = whole()[:3]
    failed = replace(whole()[-1], kind=kinds.FAILED, sequence=4)
    assert flaws([first, thinking, started, failed], ended=False) == ["billing_aws never ended"]
    again = replace(first, attempt=2, sequence=4)
    assert flaws([first, thinking, started, again], ended=False) == ["billing_aws never ended"]


def test_a_tool_that_ends_under_another_name_is_noticed() -> None:
    updates = whole()
    updates[3] = replace(updates[3], tool="aws")
    assert flaws(updates, tools=TOOLS) == ["billing_aws was started and ended as aws"]
