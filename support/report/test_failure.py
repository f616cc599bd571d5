"""The order and readability of a failure, on a run that really was red."""

import json
from dataclasses import replace

from support.report import failure
from support.report.page import Line, Page


def places(text: str, *words: str) -> list[int]:
    """Where the words stand, each of them found after the one before."""
    found = [0]
    for word in words:
        assert word in text[found[-1] :], f"{word!r} does not stand after the words before it:\n{text}"
        found.append(text.index(word, found[-1]))
    return found


def test_a_page_survives_its_travel(red_run: list[Page]) -> None:
    for page in red_run:
        assert Page.from_json(json.loads(json.dumps(page.to_json()))) == page


def test_a_broken_promise_is_told_in_the_order_in_which_it_is_read(red_run: list[Page]) -> None:
    text = failure.tell(red_run[1])
    places(
        text,
        'BROKEN in "From question to savings": Every analysis comes to an end',
        "P08  A shutdown for maintenance loses no work",
        "P08.exit: The end is recorded once",
        "All segments: every customer",
        "Ana of Acme (Enterprise)",
        "If each update of Netra may destroy customers' work",
        "$500K",
        "Then the analysis of Ana is recorded with two exits, service shutdown and normal completion",
        "features/golden_path/service_shutdown.feature:57",
        "expected  one exit for each attempt: service shutdown, normal completion",
        "observed  told: timeout, normal_completion",
        "timeline",
        "Given Netra is part-way through an analysis for Ana",
        "instance one was stopped",
        "evidence",
        "'exit': 'timeout'",
        "Netra wrote:",
        "drain begun",
        "repeat    pytest 'features/golden_path/service_shutdown.feature::The shutdown and the end after it",
        "--seed",
    )


def test_the_row_of_an_outline_is_named(red_run: list[Page]) -> None:
    assert "scenario  Whatever fails outside Netra is named (Google Cloud billing, breaks off half-way)" in (
        failure.tell(red_run[0])
    )


def test_who_was_hurt_is_told_before_what_it_is_worth(red_run: list[Page]) -> None:
    hurt = tuple(f"Customer{number:02d} of Company{number:02d} (Mid)" for number in range(1, 8))
    text = failure.opening(replace(red_run[1], hurt=("Ana of Acme (Enterprise)",)))
    places(text, "promise", "for       All segments", "hurt      Ana of Acme (Enterprise)", "worth", "expected")
    assert "Customer05 of Company05 (Mid) and 2 more" in " ".join(
        failure.opening(replace(red_run[1], hurt=hurt)).split()
    )
    assert "hurt" not in failure.opening(red_run[1]).split("scenario")[0]


def test_inconclusive_says_so_with_reason_and_cause(red_run: list[Page]) -> None:
    text = failure.tell(red_run[2])
    places(
        text,
        "INCONCLUSIVE in",
        "P07",
        "verdict   Nothing can be said of this promise: this run was told to be impatient",
        "cause     the end of the analysis did not come",
        "timeline",
        "evidence\n  none was recorded",
        "--patience 0.8",
    )
    assert "expected" not in text
    assert "BROKEN" not in text


def test_nothing_is_longer_than_can_be_read(red_run: list[Page]) -> None:
    page = red_run[1]
    flood = replace(
        page,
        verdict=replace(page.verdict, evidence=("x" * 5000,) * 50, observed="y" * 5000),
        timeline=tuple(Line(float(n), "Ana", "z" * 500) for n in range(400)),
        log=("w" * 5000,) * 100,
    )
    lines = failure.tell(flood).splitlines()
    assert len(lines) < 120
    assert max(map(len, lines)) < failure.LONGEST + 60
    assert any("360 earlier moments" in line for line in lines)
    assert any("and 38 more" in line for line in lines)
    assert max(len(line) for line in failure.opening(page).splitlines()[1:]) <= failure.WIDTH


def test_the_suites_own_words_come_last_before_the_repeat(red_run: list[Page]) -> None:
    text = failure.tell(replace(red_run[2], trace="ZeroDivisionError: division by zero"))
    places(text, "evidence", "the suite's own words:", "ZeroDivisionError", "repeat")
