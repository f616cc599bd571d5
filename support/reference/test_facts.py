from typing import Any

import pytest

from support.reference.facts import (
    LONGEST_VALUE,
    MOST,
    Fact,
    earlier_form,
    rich,
    told,
    without_considered,
    without_facts,
    written,
)
from support.reference.trouble import Invalid


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("Our budget is $25,000.50 a month.", [("budget", "$25,000.50 a month")]),
        ("Hello. Our Team  Size is 50! Thanks.", [("team size", "50")]),
        ("Our peaks are in May", [("peaks", "in May")]),
        ("Our industry is 電子商取引.\nWe decided to wait.", [("industry", "電子商取引"), ("decision", "to wait")]),
        ("Our budget is what?", []),
        ("Is our budget is too small.", []),
        ("Our costs grow. They are high.", []),
        ("", []),
    ],
)
def test_facts_are_told_in_sentences(words: str, facts: list[tuple[str, str]]) -> None:
    assert [(fact.name, fact.value) for fact in told(words)] == facts


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("budget", "budget"),
        ("constraint on storage", "constraint"),
        ("team size", "team size"),
        ("team", "detail"),
        ("budgets", "detail"),
        ("test cluster", "detail"),
    ],
)
def test_the_name_decides_how_far_a_fact_reaches(name: str, kind: str) -> None:
    assert Fact(name, "x").kind == kind


def test_decisions_stand_beside_one_another_and_nothing_else_does() -> None:
    assert [Fact(name, "x").alone for name in ("decision", "decision on region", "budget", "target")] == [
        False,
        True,
        True,
        True,
    ]


def test_words_without_facts_are_left_as_they_are() -> None:
    assert without_facts("  Where?  Here. \n\n") == "  Where?  Here. \n\n"


def test_what_tells_a_fact_is_left_out_and_nothing_else() -> None:
    assert (
        without_facts("Hello. Our budget is $5. Where can we save? We decided to wait.") == "Hello. Where can we save?"
    )
    assert without_facts("Our budget is $5.") == ""


def test_the_last_paragraph_of_an_answer_is_left_out() -> None:
    assert without_considered("Save.\n\nTaken into account: budget: $5; x\n\ny.") == "Save."
    assert without_considered("Taken into account: nothing.") == "Taken into account: nothing."


@pytest.mark.parametrize("value", [None, 2**80, 0.1, "e\u0301", [None, {}], {"a": {"b": [False]}}])
def test_entered_facts_are_kept_as_they_are(value: Any) -> None:
    assert rich({"facts": {"x": value}, "other": 1}) == {"x": value}


@pytest.mark.parametrize(
    "facts",
    [
        [],
        "x",
        {"": 1},
        {"x" * 61: 1},
        {"x": "y" * LONGEST_VALUE},
        {"x": float("nan")},
        dict.fromkeys(map(str, range(MOST + 1))),
    ],
)
def test_what_cannot_be_kept_is_refused(facts: Any) -> None:
    with pytest.raises(Invalid):
        rich({"facts": facts})


def test_numbers_are_written_in_full() -> None:
    assert written({"n": 123456789012345678901234567890}) == '{"n": 123456789012345678901234567890}'


def test_the_earlier_form_is_flat() -> None:
    context = {"version": "1.0", "monthly_spend": 15000, "decisions": ["to wait", "to pay"]}
    assert [(fact.name, fact.value) for fact in earlier_form(context)] == [
        ("monthly spend", 15000),
        ("decision", "to wait"),
        ("decision", "to pay"),
    ]
