"""Sloppy or dishonest Gherkin is refused with file and line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext

from support.facts.trouble import CannotRun
from support.spec import language
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
OUTLINE = """
    @promise:P04.answer
    Scenario Outline: The answer comes to everybody
      Given <customer> is connected to Netra
      When <customer> asks Netra where <company> can cut its cloud costs
      Then <customer> sees the analysis completed within 10 seconds

      Examples: those who ask
        | customer | company |
        | Ana      | Acme    |
"""


@pytest.fixture(scope="module")
def register() -> Register:
    return load(ROOT / "features")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "features" / "golden_path").mkdir(parents=True)
    return tmp_path


def refused(
    project: Path, register: Register, body: str, tags: str = TAGS, folder: str = "features/golden_path"
) -> list[str]:
    feature = project / folder / "some.feature"
    feature.parent.mkdir(parents=True, exist_ok=True)
    feature.write_text(f"{tags}\nFeature: Something that matters\n{body}", "utf-8")
    found = complaints(read(project), register)
    return [f"{one.line}: {one.words}" for one in found if one.path.endswith("some.feature")]


def test_good_gherkin_is_accepted(project: Path, register: Register) -> None:
    assert refused(project, register, GOOD + OUTLINE) == []


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
        (("Given Ana", "Given Anna"), 6, "there is no person Anna; did you mean Ana?"),
        (("Acme", "Amce"), 7, "there is no company Amce; did you mean Acme?"),
        (("Acme", "Nowhere"), 7, "there is no company Nowhere; the people stand in features/vocabulary.toml"),
        (("Ana is connected to Netra", "it is connected to Netra"), 6, "'it' is the subject of a sentence"),
        (("The answer comes", "The websocket answers"), 5, "'websocket' is a technical word"),
        (("Then Ana sees", "When Ana sees"), 5, "the scenario has no Then"),
        (("Given Ana is", "And Ana is"), 6, "the first step begins with 'And'"),
        (("Scenario: The answer", "Scenario Outline: The answer"), 5, "the outline has no rows"),
        (("Ana asks", "<customer> asks"), 5, "the outline has no rows"),
        (("Scenario: The answer comes", "Scenario:"), 5, "the scenario has no name"),
        (
            ("10 seconds", '10 seconds\n        """\n        And a million dollars\n        """'),
            8,
            "a text stands under",
        ),
        (("10 seconds", "10 seconds\n        | a million dollars |"), 8, "a table stands under the step"),
        (("", "\n  Rule: Nobody speaks of this\n"), 10, "the rule has no scenario: Nobody speaks of this"),
        ((GOOD, "  So that it matters."), 2, "the feature has no scenario"),
        ((f"Given{GOOD.partition('Given')[2]}", ""), 5, "the scenario has no steps"),
        (("      When", "      And Ana is connected to Netra\n" * 5 + "      When"), 5, "the scenario has 8 steps"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_is_refused_with_its_line(
    project: Path, register: Register, change: tuple[str, str], line: int, words: str
) -> None:
    body = GOOD + change[1] if not change[0] else GOOD.replace(*change)
    assert any(one.startswith(f"{line}: ") and words in one for one in refused(project, register, body))


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("        | Ana      | Acme    |\n", ""), 10, "the block of examples has no rows"),
        (("", "\n      Examples: none\n        | customer | company |\n"), 14, "the block of examples has no rows"),
        (("", "        | Ana      | Acme    |\n"), 13, "a row of examples stands twice: Ana-Acme"),
        (("where <company> can", "where Acme can"), 10, "the column 'company' of the examples is used by no sentence"),
        (("| customer | company |", "| customer | segment |"), 10, "the column 'company' of the examples is missing"),
        (("| company |", "| customer |"), 10, "the column 'customer' of the examples stands twice"),
        (
            ("      Examples: those", "      @promise:P04.exit\n      Examples: those"),
            10,
            "@promise:P04.exit stands at a block of examples alone",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_examples_are_refused_with_their_line(
    project: Path, register: Register, change: tuple[str, str], line: int, words: str
) -> None:
    body = OUTLINE + change[1] if not change[0] else OUTLINE.replace(*change)
    for keyword in ("Scenario Outline:", "Scenario:"):
        found = refused(project, register, body.replace("Scenario Outline:", keyword))
        assert any(one.startswith(f"{line}: ") and words in one for one in found)


MEMORY = """
    @promise:P04.answer
    Scenario: What is forgotten
      Given Ana has told Netra "Our budget is $900 a month"
      When Ana asks Netra in a new conversation
      Then the AI model hears nothing of "$900 a month" for Ana
      And no budget is shown to Ana
      And the analysis of Ana is recorded with one exit, normal completion
"""


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('"$900', '"$9'), 8, "nothing before this Then speaks of '$9 a month'"),
        (("no budget", "no budgett"), 9, "nothing before this Then speaks of 'budgett'"),
        (
            ("normal completion", "normal compltion"),
            10,
            "'normal compltion' cannot stand there in 'the analysis of {name} is recorded with one exit, {exit}'; "
            "did you mean normal completion?",
        ),
        (("normal completion", "whatever"), 10, "these can: normal completion, user disconnect, error termination,"),
    ],
)
def test_a_word_that_would_be_true_of_anything_is_refused(
    project: Path, register: Register, change: tuple[str, str], line: int, words: str
) -> None:
    assert refused(project, register, MEMORY) == []
    (found,) = refused(project, register, MEMORY.replace(*change, 1))
    assert found.startswith(f"{line}: ")
    assert words in found


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("features", "it stands in no area's folder"),
        ("features/weather", "the folder weather is no area"),
        ("features/weather/golden_path", "the folder weather/golden_path is no area"),
    ],
)
def test_a_feature_outside_every_area_is_refused(project: Path, register: Register, folder: str, words: str) -> None:
    found = refused(project, register, GOOD, folder=folder)
    assert [one.partition(";")[0] for one in found] == [f"2: {words}"]


@pytest.mark.parametrize("missing", TAGS.split())
def test_every_part_of_the_business_value_is_needed(project: Path, register: Register, missing: str) -> None:
    found = refused(project, register, GOOD, TAGS.replace(missing, ""))
    needs = "at least one" if "goal" in missing else "exactly one"
    assert found == [f"5: the scenario has 0 tags {missing.partition('=')[0]}…, and needs {needs}"]


def test_two_segments_are_refused(project: Path, register: Register) -> None:
    found = refused(project, register, GOOD, TAGS + " @bvj:segment=free")
    assert found == ["5: the scenario has 2 tags @bvj:segment…, and needs exactly one"]


def bound(project: Path, monkeypatch: pytest.MonkeyPatch, sentence: str, step: Callable[..., Any]) -> str:
    """Binds one more sentence, in a step file of the project; its place."""
    path, known = str(project / "steps" / "more.py"), language.own_steps()
    context = StepFunctionContext("given", step, parsers.parse(sentence))
    monkeypatch.setattr(language, "own_steps", lambda: [*known, (context, path, 7)])
    return f"{path}:7"


def test_an_ambiguous_sentence_is_refused(project: Path, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    bound(project, monkeypatch, "{name} is connected to Netra", lambda: None)
    (found,) = refused(project, register, GOOD)
    assert found.startswith("6: ambiguous step 'Ana is connected to Netra': it is bound in steps.people.")
    assert f"{__name__}." in found


def test_a_sentence_that_no_scenario_uses_is_refused(
    project: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = bound(project, monkeypatch, "{name} looks at the weather", lambda: None)
    assert refused(project, register, GOOD) == []
    found = [str(one) for one in complaints(read(project), register)]
    assert f"{place}: no scenario uses the sentence '{{name}} looks at the weather'" in found


def test_a_place_that_takes_any_words_is_refused(
    project: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = bound(project, monkeypatch, "{name} looks at the {weather}", lambda: None)
    refused(project, register, GOOD)
    found = [str(one) for one in complaints(read(project), register)]
    assert (
        f"{place}: the place {{weather}} of '{{name}} looks at the {{weather}}' takes any words, mistyped ones too; "
        "give it a type"
    ) in found


def yields() -> Iterator[None]:
    yield


async def waits() -> None:
    pass


@pytest.mark.parametrize(("step", "words"), [(yields, "yields"), (waits, "is asynchronous")])
def test_a_step_that_would_not_run_to_its_end_is_refused(
    project: Path, register: Register, monkeypatch: pytest.MonkeyPatch, step: Callable[..., Any], words: str
) -> None:
    place = bound(project, monkeypatch, "{name} looks at the weather", step)
    refused(project, register, GOOD)
    found = [str(one) for one in complaints(read(project), register)]
    assert any(one.startswith(f"{place}: the step {step.__name__} {words}") for one in found)


def test_what_is_no_gherkin_is_named_with_its_file(project: Path, register: Register) -> None:
    (project / "features" / "golden_path" / "broken.feature").write_text(
        "Feature: x\n  Scenario: y\n    Given z\n    Nonsense", "utf-8"
    )
    with pytest.raises(CannotRun, match=r"features/golden_path/broken\.feature"):
        read(project)


def test_what_is_no_text_is_named_with_its_file(project: Path) -> None:
    feature = project / "features" / "golden_path" / "some.feature"
    feature.write_bytes(b"Feature: caf\xe9")
    with pytest.raises(CannotRun, match=r"some\.feature cannot be read"):
        read(project)


def test_the_specification_itself_is_accepted(register: Register) -> None:
    assert [str(one) for one in complaints(read(ROOT), register)] == []
