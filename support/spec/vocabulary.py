"""What vocabulary.toml holds: tags, people, forbidden words and units, each closed.

A word with one meaning in every feature lets a report say what a tag means and lets a lint say what
to write instead.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from support.spec.strict_toml import Table

_TAG_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Use(StrEnum):
    """How many tags of a family a scenario has, inherited ones included."""

    EXACTLY_ONE = "exactly one"
    AT_LEAST_ONE = "at least one"
    ANY_NUMBER = "any number"

    def allows(self, count: int) -> bool:
        """Whether a scenario may have `count` tags of the family."""
        return {Use.EXACTLY_ONE: count == 1, Use.AT_LEAST_ONE: count >= 1, Use.ANY_NUMBER: True}[self]


@dataclass(frozen=True)
class Unit:
    """How a number of one kind is written; `factor` turns it into the base unit of its measure."""

    key: str
    words: tuple[str, ...]
    measure: str
    factor: Decimal


@dataclass(frozen=True)
class TagFamily:
    """Tags that answer one question about a scenario; `flag` marks a family of one tag without value."""

    name: str
    meaning: str
    use: Use
    values: Mapping[str, str]
    flag: bool = False

    def tag(self, value: str = "") -> str:
        """The tag as a feature writes it, without the @."""
        if self.flag:
            return self.name
        return f"{self.name}{'=' if ':' in self.name else ':'}{value}"


@dataclass(frozen=True)
class Tag:
    """A tag that the vocabulary knows, with the sentence that a report prints."""

    family: TagFamily
    value: str
    sentence: str


@dataclass(frozen=True)
class Person:
    """Somebody who appears in features, with the traits that never change."""

    name: str
    company: str
    segment: str
    role: str
    about: str


def read_unit(key: str, table: Table) -> Unit:
    """A unit as the vocabulary writes it."""
    words = table.words("words")
    measure, factor = table.text("measure"), table.number("factor")
    if not factor:
        raise table.wrong("factor", "is 0", "Write how many of the base unit it is.")
    return Unit(key, words, measure, factor)


def read_family(key: str, table: Table, promises: Mapping[str, str]) -> TagFamily:
    """A family of tags; `promises` are the tags that the register makes."""
    meaning, use = table.text("meaning"), Use(table.one_of("use", [use.value for use in Use]))
    if len([choice for choice in ("values", "values_from", "flag") if table.has(choice)]) != 1:
        raise table.wrong("", "has not exactly one of values, values_from and flag", "Leave one of them.")
    if table.flag("flag"):
        return TagFamily(key, meaning, use, MappingProxyType({}), flag=True)
    if table.has("values_from"):
        table.one_of("values_from", ["promises"])
        return TagFamily(key, meaning, use, promises)
    return TagFamily(key, meaning, use, MappingProxyType(table.table("values").sentences(_TAG_WORD)))


def read_person(key: str, table: Table, segments: Iterable[str]) -> Person:
    """Somebody who belongs to one of the segments."""
    segment = table.one_of("segment", segments)
    return Person(key, table.text("company"), segment, table.text("role"), table.text("about"))


def read_forbidden_words(table: Table) -> Mapping[str, str]:
    """Forbidden words with what to say instead, written small so that each stands once."""
    words = table.sentences()
    for word in words:
        if word != " ".join(word.lower().split()):
            raise table.wrong(word, "has capitals or stray spaces", "Write it small.")
    return MappingProxyType(words)
