"""What `-m` selects follows from the tags."""

from pathlib import Path

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
