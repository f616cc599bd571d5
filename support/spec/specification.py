"""All of `features/`, parsed once a run: files, rules, scenarios, rows, tags and lines.

pytest-bdd parses what it runs; what the checks on the language and the reports need besides, such
as scenarios that share a name, is read from the Gherkin document itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException
from gherkin.parser import Parser

from support.facts.trouble import CannotRun


@dataclass(frozen=True)
class Step:
    """One line; `type` is given, when or then (an And has its predecessor's).

    `below` is what stands under it, named as a function takes it: docstring, datatable, or nothing.
    """

    type: str
    keyword: str
    text: str
    line: int
    below: str = ""


@dataclass(frozen=True)
class Row:
    """One row of examples; `id` as in the scenario's identity, `tags` those of its block, without @."""

    values: dict[str, str]
    tags: tuple[str, ...] = ()
    line: int = 0

    @property
    def id(self) -> str:
        """The values joined, as pytest shows them."""
        return "-".join(self.values.values())

    @property
    def promises(self) -> tuple[str, ...]:
        """The clauses that are not kept before this row has run."""
        return _promises(self.tags)


@dataclass(frozen=True)
class Examples:
    """One block of examples; `line` is that of its keyword."""

    line: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Scenario:
    """One scenario or outline.

    Attributes:
        tags: its own and inherited ones, without @.
        lines: the line of each tag, those of its blocks of examples included.
        examples: blocks of examples; none for a plain scenario.
        outline: whether its keyword promises rows.
    """

    path: str
    name: str
    line: int
    feature: str
    rule: str
    tags: tuple[str, ...]
    lines: dict[str, int]
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...]
    outline: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows of all its examples; none for a plain scenario."""
        return tuple(row for block in self.examples for row in block.rows)

    @property
    def area(self) -> str:
        """The folder that its file stands in."""
        return self.path.split("/")[-2]

    @property
    def id(self) -> str:
        """Its identity without a row."""
        return f"{self.path}::{self.name}"

    def rendered(self) -> Iterator[tuple[Row | None, list[Step]]]:
        """Its steps for each row, with the values filled in."""
        for row in self.rows or (None,):
            yield row, [step if row is None else _filled(step, row) for step in self.steps]

    @property
    def promises(self) -> tuple[str, ...]:
        """The promises and clauses that it exercises, as tagged: P05.waits."""
        return _promises(self.tags)


@dataclass(frozen=True)
class Rule:
    """One rule of a feature, and how many scenarios are its examples."""

    name: str
    line: int
    scenarios: int


@dataclass(frozen=True)
class FeatureFile:
    """One feature file; `area` is its folder."""

    path: str
    area: str
    name: str
    line: int
    description: str
    scenarios: tuple[Scenario, ...] = ()
    rules: tuple[Rule, ...] = ()
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Specification:
    """All feature files, by path below the project's folder."""

    root: Path
    files: dict[str, FeatureFile]

    @property
    def scenarios(self) -> list[Scenario]:
        """Every scenario, in order of files and lines."""
        return [scenario for file in self.files.values() for scenario in file.scenarios]

    def scenario(self, identity: str) -> Scenario | None:
        """The scenario with this identity, with or without its row's values."""
        return next((one for one in self.scenarios if identity == one.id or identity.startswith(f"{one.id}[")), None)


def read(root: Path) -> Specification:
    """The whole specification below `root`/features; CannotRun for a file that is no Gherkin."""
    paths = sorted((root / "features").rglob("*.feature"))
    if not paths:
        raise CannotRun(f"There is no feature file under {root / 'features'}.", "Run pytest in the project's folder.")
    return Specification(root, {file.path: file for file in (_file(root, path) for path in paths)})


@cache
def _parsed(text: str) -> Any:
    """A text as Gherkin; the same one is parsed once, however many runs are forked from this process."""
    return Parser().parse(text)


def _file(root: Path, path: Path) -> FeatureFile:
    relative = path.relative_to(root).as_posix()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{relative} cannot be read: {error}.", "Write it as UTF-8, readable for you.") from None
    try:
        document = _parsed(text)
    except CompositeParserException as error:
        first = str(error.errors[0]) if error.errors else str(error)
        raise CannotRun(f"{relative} is no valid Gherkin: {first}", "Mend the line that is named.") from None
    feature = document.get("feature")
    if not feature:
        raise CannotRun(f"{relative} holds no feature.", "Write one that begins with 'Feature:', or remove the file.")
    return FeatureFile(
        relative,
        path.parent.name,
        feature["name"],
        feature["location"]["line"],
        " ".join(feature.get("description", "").split()),
        tuple(_scenarios(relative, feature)),
        tuple(_rules(feature)),
        text,
    )


def _scenarios(path: str, feature: Any) -> Iterator[Scenario]:
    tags = _tags(feature)
    background: list[Any] = []
    for child in feature["children"]:
        if "background" in child:
            background = child["background"]["steps"]
        elif "scenario" in child:
            yield _scenario(path, feature["name"], "", tags, background, child["scenario"])
        elif "rule" in child:
            rule, more = child["rule"], list(background)
            for inner in child["rule"]["children"]:
                if "background" in inner:
                    more = [*background, *inner["background"]["steps"]]
                elif "scenario" in inner:
                    yield _scenario(path, feature["name"], rule["name"], tags | _tags(rule), more, inner["scenario"])


def _rules(feature: Any) -> Iterator[Rule]:
    for child in feature["children"]:
        if rule := child.get("rule"):
            yield Rule(rule["name"], rule["location"]["line"], sum("scenario" in one for one in rule["children"]))


def _scenario(path: str, feature: str, rule: str, tags: dict[str, int], background: list[Any], node: Any) -> Scenario:
    tags = tags | _tags(node)
    lines = dict(tags)
    for examples in node.get("examples", ()):
        lines |= _tags(examples)
    return Scenario(
        path,
        node["name"],
        node["location"]["line"],
        feature,
        rule,
        tuple(tags),
        lines,
        tuple(_steps([*background, *node["steps"]])),
        tuple(_examples(examples) for examples in node.get("examples", ())),
        node["keyword"] in ("Scenario Outline", "Scenario Template"),
    )


def _examples(node: Any) -> Examples:
    header = [cell["value"] for cell in (node.get("tableHeader") or {"cells": []})["cells"]]
    own = tuple(_tags(node))
    rows = [
        Row(dict(zip(header, (cell["value"] for cell in row["cells"]), strict=True)), own, row["location"]["line"])
        for row in node.get("tableBody", ())
    ]
    return Examples(node["location"]["line"], tuple(header), tuple(rows))


def _steps(nodes: list[Any]) -> Iterator[Step]:
    type_ = "given"
    for node in nodes:
        keyword = node["keyword"].strip()
        type_ = {"Given": "given", "When": "when", "Then": "then"}.get(keyword, type_)
        below = "docstring" if "docString" in node else "datatable" if "dataTable" in node else ""
        yield Step(type_, keyword, node["text"], node["location"]["line"], below)


def _tags(node: Any) -> dict[str, int]:
    return {tag["name"].removeprefix("@"): tag["location"]["line"] for tag in node.get("tags", ())}


def _promises(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tag.removeprefix("promise:") for tag in tags if tag.startswith("promise:"))


def _filled(step: Step, row: Row) -> Step:
    text = step.text
    for name, value in row.values.items():
        text = text.replace(f"<{name}>", value)
    return replace(step, text=text)
