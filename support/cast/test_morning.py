"""Whoever is told something wrong has not been served, and nobody may be the one who always waits for one thing."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.morning import Done, Morning, may_be_last, wrong_with
from support.cast.story import Story
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, Inconclusive

ANA: Any = SimpleNamespace(
    name="Ana", identity=SimpleNamespace(marker="marker"), conversations=[SimpleNamespace(thread="thread_1")]
)
PEOPLE: list[Any] = [SimpleNamespace(name=name) for name in ("Ana", "Ben", "Chen")]


def told(body: Any = None, *, ended: float = 0.0, seconds: float = 0.01, kind: Kind = Kind.ACCEPTED) -> Outcome:
    return Outcome("asks", kind, Moment(int(ended * 1e9), datetime.now(UTC)), seconds, 200, body)


def wrong(action: str, body: Any, text: str = "", known: tuple[str, ...] = ()) -> str:
    return wrong_with(ANA, action, told(body), text, known)


def test_what_is_told_rightly_is_right() -> None:
    assert wrong("list", [{"id": "thread_1"}]) == ""
    assert wrong("open", {"messages": []}) == ""
    both = {"messages": [{"content": "Note 1 marker"}, {"content": "Note 2 marker"}]}
    assert wrong("open", both, known=("Note 1 marker",)) == ""
    assert wrong("change", {"title": "Name 1"}, "Name 1") == ""
    assert wrong("write", {"content": "Note 1 marker"}, "Note 1 marker") == ""


@pytest.mark.parametrize("body", [[], None, {}, [{"id": "thread_2"}], [{"id": "thread_1"}, {"id": "thread_1"}]])
def test_a_list_shows_the_own_conversations_and_no_other(body: Any) -> None:
    assert "conversations are listed" in wrong("list", body)


@pytest.mark.parametrize("words", [[], ["Note 2 marker"], ["Note 1 marker", "Note 1 of somebody else"]])
def test_what_was_confirmed_is_shown_and_nothing_of_others(words: list[str]) -> None:
    shown = {"messages": [{"content": one} for one in words]}
    assert wrong("open", shown, known=("Note 1 marker",))


def test_a_confirmation_tells_what_was_sent() -> None:
    assert wrong("change", {"title": None}, "Name 1")
    assert wrong("write", {"content": "Note 1"}, "Note 2")


def test_the_last_name_is_one_after_which_no_other_was_sent_and_confirmed() -> None:
    def change(text: str, ended: float, seconds: float = 1.0, kind: Kind = Kind.ACCEPTED) -> Done:
        return Done(ANA, "change", told(ended=ended, seconds=seconds, kind=kind), text)

    assert may_be_last([change("one", 1.0), change("two", 3.0)]) == ["two"]
    assert may_be_last([change("one", 2.5), change("two", 3.0)]) == ["one", "two"]
    assert may_be_last([change("one", 1.0), change("lost", 3.0, kind=Kind.ERROR)]) == ["one", "lost"]


def morning(*, bens: tuple[float, ...] = (0.01, 0.01), answer: str = "", control: float = 0.001) -> Morning:
    """Two rounds of everything; Ben waits so long whenever he writes, and what is wrong with it is this."""
    made = Morning(PEOPLE, SimpleNamespace(story=Story()))  # type: ignore[arg-type]
    made.beside = control
    for count in range(2):
        for person in PEOPLE:
            for action in ("list", "open", "change", "write"):
                ben = person.name == "Ben" and action == "write"
                outcome = told(seconds=bens[count] if ben else 0.01)
                made._done.append(Done(person, action, outcome, wrong=answer if ben else ""))
    return made


def test_whoever_waits_long_for_one_thing_each_time_is_not_served_fairly() -> None:
    morning(bens=(0.01, 5.0)).expect_fair(3)
    morning(bens=(0.25, 0.25)).expect_fair(3)
    with pytest.raises(Broken, match="to write takes Ben") as broken:
        morning(bens=(0.4, 5.0)).expect_fair(3)
    assert broken.value.hurt == ("Ben",)
    with pytest.raises(Inconclusive, match="the machine was busy"):
        morning(bens=(0.4, 5.0), control=0.1).expect_fair(3)


def test_a_wrong_answer_is_a_failure_however_soon_it_comes() -> None:
    limit = Limit.parse("300 milliseconds")
    morning().expect_steady("write", limit)
    morning().expect_average(limit, "write")
    with pytest.raises(Broken, match="2 of all requests failed"):
        morning(answer="it is wrong").expect_steady("write", limit)
    with pytest.raises(Broken):
        morning(answer="it is wrong").expect_average(limit, "write")
