"""Sloppy or dishonest Gherkin is refused with file and line."""

from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.spec.language import complaints
from support.spec.register import Register, load
from support.spec.specification import read

ROOT = Path(__file__).parents[2]
TAGS = "@bvj:segment=all @bvj:goal=trust @bvj:value=complete-answer @bvj:impact=arr-500k"
GOOD = """
    @promise:P04.answer
    Scenario: The answer comes
      Given Ana is connected to Netra
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana sees the analysis completed within 10 seconds
"""


@pytest.fixture(scope="module")
def register() -> Register:
    return load(ROOT / "features")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "features" / "area").mkdir(parents=True)
    return tmp_path


def refused(project: Path, register: Register, body: str, tags: str = TAGS) -> list[str]:
    feature = project / "features" / "area" / "some.feature"
    feature.write_text(f"{tags}\nFeature: Something that matters\n{body}", "utf-8")
    found = complaints(read(project), register)
    return [f"{one.line}: {one.words}" for one in found if one.path.endswith("some.feature")]


def test_good_gherkin_is_accepted(project: Path, register: Register) -> None:
    assert refused(project, register, GOOD) == []


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("", GOOD), 11, "a scenario of this name stands in line 5 already"),
        (
            ("@promise:P04.answer", "@promise:P04.answr"),
            4,
            "unknown tag @promise:P04.answr; did you mean @promise:P04.answer?",
        ),
        (("@promise:P04.answer", "@promise:P99.answer"), 4, "unknown tag"),
        (("@promise:P04.answer", "@promise:P04"), 4, "names no clause"),
        (("@promise:P04.answer", "@wip @promise:P04.answer"), 4, "unknown tag @wip"),
        (("10 seconds", "11 seconds"), 8, "'11 seconds' is no figure of P04"),
        (("10 seconds", "10 seconds and 7 times"), 8, "'7 times' is no figure of P04"),
        (("Ana is connected to Netra", "Ana is conected to Netra"), 6, "undefined step 'Given Ana is conected"),
        (("Ana is connected to Netra", "it is connected to Netra"), 6, "'it' is the subject of a sentence"),
        (("The answer comes", "The websocket answers"), 5, "'websocket' is a technical word"),
        (("Then Ana sees", "When Ana sees"), 5, "the scenario has no Then"),
        (("Scenario: The answer", "Scenario Outline: The answer"), 5, "the outline has no rows"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_is_refused_with_its_line(
    project: Path, register: Register, change: tuple[str, str], line: int, words: str
) -> None:
    body = GOOD + change[1] if not change[0] else GOOD.replace(*change)
    assert any(one.startswith(f"{line}: ") and words in one for one in refused(project, register, body))


def test_a_scenario_without_steps_is_refused(project: Path, register: Register) -> None:
    body = GOOD.split("      Given")[0]
    assert any("no steps" in one for one in refused(project, register, body))


def test_eight_steps_are_too_many(project: Path, register: Register) -> None:
    body = GOOD.replace("      When", "      And Ana is connected to Netra\n" * 5 + "      When")
    assert any("8 steps" in one for one in refused(project, register, body))


@pytest.mark.parametrize("missing", TAGS.split())
def test_every_part_of_the_business_value_is_needed(project: Path, register: Register, missing: str) -> None:
    assert any("0 tags" in one for one in refused(project, register, GOOD, TAGS.replace(missing, "")))


def test_two_segments_are_refused(project: Path, register: Register) -> None:
    assert any("2 tags" in one for one in refused(project, register, GOOD, TAGS + " @bvj:segment=free"))


def test_what_is_no_gherkin_is_named_with_its_file(project: Path, register: Register) -> None:
    (project / "features" / "area" / "broken.feature").write_text(
        "Feature: x\n  Scenario: y\n    Given z\n    Nonsense", "utf-8"
    )
    with pytest.raises(CannotRun, match=r"features/area/broken\.feature"):
        read(project)


def test_the_specification_itself_is_accepted(register: Register) -> None:
    assert [str(one) for one in complaints(read(ROOT), register)] == []
