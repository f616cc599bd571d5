"""What `-m` selects follows from the tags."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.spec import marks
from support.spec.register import load
from support.spec.specification import read

ROOT = Path(__file__).parents[2]


def selected(kind: str, value: str) -> set[str]:
    """The segments of scenarios that a marker of this kind and value selects."""
    register = load(ROOT / "features")
    found = set()
    for scenario in read(ROOT).scenarios:
        markers = [one.mark for one in marks.of(scenario, register)]
        if any(one.name == kind and one.kwargs.get("value") == value for one in markers):
            found |= {tag for tag in scenario.tags if tag.startswith("bvj:segment=")}
    return found


def test_what_all_are_promised_is_promised_to_each_segment() -> None:
    assert selected("segment", "enterprise") >= {"bvj:segment=all", "bvj:segment=enterprise"}
    assert "bvj:segment=enterprise" not in selected("segment", "free")


@pytest.mark.parametrize(
    "selection",
    [
        'promise(id="P05")',
        'promise(id="P05", clause="waits")',
        'promise(clause="waits") and not (slow or thread_isolation)',
        "exit(value='timeout') or exit",
        'segment(value="all") and goal(value="trust") and value(value="private-data") and impact(value="arr-500k")',
    ],
)
def test_what_something_can_have_may_be_asked_for(selection: str) -> None:
    marks.check_selection(selection, load(ROOT / "features"), read(ROOT))


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ("nonsense", "-m names the marker 'nonsense', which is unknown."),
        ('slow and nonsense(value="timeout")', "-m names the marker 'nonsense', which is unknown."),
        ('promise(id="P99")', 'There is no promise "P99".'),
        ('promise(id="P99", clause="x")', 'There is no promise "P99".'),
        ('promise(clause="x", id="P99")', 'There is no promise "P99".'),
        ('slow or promise(id="P05", clause="nothing")', 'Promise P05 does not have a clause "nothing".'),
        ('promise(clause="nowhere")', 'No promise has a clause "nowhere".'),
        ('promise(id="P05", value="x")', '-m asks for promise(value=…). Write promise(id="…").'),
        ('exit(value="timeout", clause="x")', '-m asks for exit(clause=…). Write exit(value="…").'),
        ('slow(value="x")', "-m asks for slow(value=…). Write slow."),
        ('exit(value="late")', 'There is no exit "late".'),
        ('not segment(value="rich")', 'There is no segment "rich".'),
        ("exit(value=3)", 'There is no exit "3".'),
        ("exit(value=timeout)", "-m exit(value=timeout) is no expression: unexpected character/s"),
        ('exit("timeout")', '-m exit("timeout") is no expression: expected identifier; got string literal (column 6).'),
        ('segment(value="enterprise"', "is no expression: expected right parenthesis; got end of input (column 27)."),
        ("slow and", "is no expression: expected not OR left parenthesis OR identifier; got end of input"),
        ('exit(value="timeout", value="late")', "is no expression: keyword argument repeated: value"),
    ],
)
def test_what_nothing_can_have_is_refused_in_one_sentence(selection: str, words: str) -> None:
    with pytest.raises(CannotRun) as refused:
        marks.check_selection(selection, load(ROOT / "features"), read(ROOT))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_promise_without_a_scenario_is_refused() -> None:
    whole = read(ROOT)
    left = {path: file for path, file in whole.files.items() if not path.endswith("/many_people.feature")}
    with pytest.raises(CannotRun, match="Promise SC-1 is not specified yet"):
        marks.check_selection('promise(id="SC-1")', load(ROOT / "features"), replace(whole, files=left))


def test_words_that_are_no_expression_are_refused_in_one_sentence() -> None:
    marks.check_words("quick and not store")
    with pytest.raises(CannotRun, match="-k quick store is no expression: expected end of input"):
        marks.check_words("quick store")
