"""The register and the vocabulary: what Netra promises, and the words in which it is said.

Owners edit both files by hand, so a slip is the ordinary case: everything that does not fit exactly
is refused at the start, with file and place, rather than leaving a promise quietly unchecked.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from support.spec.strict_toml import Table, all_different, each, read
from support.spec.vocabulary import (
    Person,
    Tag,
    TagFamily,
    Unit,
    Use,
    read_family,
    read_forbidden_words,
    read_person,
    read_unit,
)

__all__ = [
    "MARKERS",
    "Area",
    "Business",
    "Clause",
    "Figure",
    "Person",
    "Promise",
    "Register",
    "Severity",
    "Tag",
    "TagFamily",
    "Unit",
    "Use",
    "load",
]

PROMISES = "promises.toml"
VOCABULARY = "vocabulary.toml"
SEGMENT = "bvj:segment"

MARKERS = frozenset(
    {
        "thread_management",
        "thread_lifecycle",
        "conversation_context",
        "thread_isolation",
        "security",
        "thread_persistence",
        "websocket_thread",
        "mission_critical",
        "thread_performance",
        "thread_scaling",
        "business_continuity",
    }
)
"""The sources' own groups of promises; `integration` and `real_services` hold for every one of them."""

_PROMISE_ID = re.compile(r"P\d\d|[A-Z]{2}-\d")
_CLAUSE_KEY = re.compile(r"[a-z]+(_[a-z]+)*")
_EVERYBODY = "all"


class Severity(StrEnum):
    """How bad a broken promise is; the worst comes first."""

    MISSION_CRITICAL = "mission_critical"
    CRITICAL = "critical"
    NORMAL = "normal"
    MINOR = "minor"


@dataclass(frozen=True)
class Business:
    """What the whole chat is worth; sentences, because the sum is never calculated with."""

    at_stake: str
    share_of_value: str


@dataclass(frozen=True)
class Area:
    """A folder of features/, with what it means to the business."""

    key: str
    title: str
    impact: str


@dataclass(frozen=True)
class Figure:
    """A number that is promised, and so may be a limit in a sentence.

    Attributes:
        covered: what makes sure of it where no sentence states it; mostly a stricter one.
    """

    name: str
    value: Decimal
    unit: Unit
    says: str
    covered: str = ""

    @property
    def amount(self) -> Decimal:
        """The figure in the base unit of its measure: seconds for time, bytes for size."""
        return self.value * self.unit.factor

    def __str__(self) -> str:
        return f"{self.says}: {self.value} {self.unit.words[-1] if self.unit.words else ''}".rstrip()


@dataclass(frozen=True)
class Clause:
    """A part of a promise that is checked, kept or broken by itself."""

    promise: str
    key: str
    sentence: str

    @property
    def id(self) -> str:
        """The name under which scenarios refer to it: P05.waits."""
        return f"{self.promise}.{self.key}"


@dataclass(frozen=True)
class Promise:
    """One row of the register."""

    id: str
    title: str
    promise: str
    area: Area
    source: str
    severity: Severity
    value: str
    markers: tuple[str, ...]
    figures: Mapping[str, Figure]
    clauses: Mapping[str, Clause]


@dataclass(frozen=True)
class Register:
    """Both files, checked against each other."""

    business: Business
    areas: Mapping[str, Area]
    promises: Mapping[str, Promise]
    tags: Mapping[str, TagFamily]
    people: Mapping[str, Person]
    forbidden_words: Mapping[str, str]
    units: Mapping[str, Unit]

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause of every promise, by its id."""
        return {clause.id: clause for promise in self.promises.values() for clause in promise.clauses.values()}

    @cached_property
    def _known_tags(self) -> Mapping[str, Tag]:
        known = (
            Tag(family, value, sentence)
            for family in self.tags.values()
            for value, sentence in (family.values.items() if not family.flag else [("", family.meaning)])
        )
        return {tag.family.tag(tag.value): tag for tag in known}

    @cached_property
    def _forbidden(self) -> re.Pattern[str]:
        longest_first = sorted(self.forbidden_words, key=len, reverse=True)
        words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
        return re.compile(rf"\b({words})(?:s|es)?\b", re.IGNORECASE)

    def tag(self, written: str) -> Tag | None:
        """What a tag means (written without the @); None for one that the vocabulary does not know."""
        return self._known_tags.get(written)

    def permitted_tags(self) -> tuple[str, ...]:
        """Every permitted tag as it is written, for the nearest match to an unknown one."""
        return tuple(self._known_tags)

    def forbidden_in(self, text: str) -> tuple[tuple[str, str], ...]:
        """The forbidden words of a text as they stand there, each with what to say instead."""
        return tuple(
            (found.group(), self.forbidden_words[" ".join(found.group(1).lower().split())])
            for found in self._forbidden.finditer(text)
        )

    def unit(self, word: str) -> Unit | None:
        """The unit that a word after a number stands for; "" is a plain count."""
        if word == "":
            return self.units.get("count")
        return next((unit for unit in self.units.values() if word in unit.words), None)

    def figure(self, promises: Iterable[str], value: Decimal, word: str) -> Figure | None:
        """The figure of these promises that equals a number in a sentence ("300", "seconds").

        None means that the sentence demands something that Netra has not promised.
        """
        unit = self.unit(word)
        if unit is None:
            return None
        figures = (figure for name in promises for figure in self.promises[name].figures.values())
        same = (figure for figure in figures if figure.unit.measure == unit.measure)
        return next((figure for figure in same if figure.amount == value * unit.factor), None)


def load(features_dir: Path) -> Register:
    """Read and check both files of the features folder; raises CannotRun with file and place of a slip."""
    vocabulary, register = read(features_dir, VOCABULARY), read(features_dir, PROMISES)
    unit_tables = vocabulary.table("units")
    units = each(unit_tables, read_unit)
    all_different(unit_tables, [(key, word) for key, unit in units.items() for word in unit.words])

    business = _business(register.table("business"))
    areas = each(register.table("areas"), _area)
    promises = each(register, lambda key, table: _promise(key, table, areas, units))
    all_different(register, [(f"{key}.title", promise.title) for key, promise in promises.items()])

    sentences = _sentences(promises)
    tag_tables = vocabulary.table("tags")
    tags = each(tag_tables, lambda key, table: read_family(key, table, sentences))
    if SEGMENT not in tags:
        raise tag_tables.wrong(SEGMENT, "is missing", "Add it: people belong to its segments.")
    segments = [value for value in tags[SEGMENT].values if value != _EVERYBODY]
    people = each(vocabulary.table("people"), lambda key, table: read_person(key, table, segments))
    forbidden = read_forbidden_words(vocabulary.table("forbidden_words"))
    vocabulary.end()
    return Register(business, areas, promises, tags, people, forbidden, units)


def _business(table: Table) -> Business:
    business = Business(table.text("at_stake"), table.text("share_of_value"))
    table.end()
    return business


def _area(key: str, table: Table) -> Area:
    return Area(key, table.text("title"), table.text("impact"))


def _promise(key: str, table: Table, areas: Mapping[str, Area], units: Mapping[str, Unit]) -> Promise:
    if not _PROMISE_ID.fullmatch(key):
        raise table.wrong("", "is not the name of a promise", "Name promises like P05 or WS-1.")
    severity = Severity(table.one_of("severity", [severity.value for severity in Severity]))
    markers = table.words("markers", MARKERS)
    if ("mission_critical" in markers) != (severity is Severity.MISSION_CRITICAL):
        raise table.wrong("markers", f"and severity {severity} contradict each other", "Change one of the two.")
    figures = [_figure(row, units) for row in table.rows("figures")]
    all_different(table, [(f"figures[{number}]", figure.name) for number, figure in enumerate(figures, start=1)])
    clauses = table.table("clauses").sentences(_CLAUSE_KEY)
    return Promise(
        id=key,
        title=table.text("title"),
        promise=table.text("promise"),
        area=areas[table.one_of("area", areas)],
        source=table.text("source"),
        severity=severity,
        value=table.text("value"),
        markers=markers,
        figures=MappingProxyType({figure.name: figure for figure in figures}),
        clauses=MappingProxyType({name: Clause(key, name, sentence) for name, sentence in clauses.items()}),
    )


def _figure(row: Table, units: Mapping[str, Unit]) -> Figure:
    unit = units[row.one_of("unit", units)]
    covered = row.text("covered") if row.has("covered") else ""
    figure = Figure(row.text("name"), row.number("value"), unit, row.text("says"), covered)
    row.end()
    return figure


def _sentences(promises: Mapping[str, Promise]) -> Mapping[str, str]:
    sentences = {}
    for promise in promises.values():
        sentences[promise.id] = promise.title
        sentences.update({clause.id: clause.sentence for clause in promise.clauses.values()})
    return MappingProxyType(sentences)
