"""What step files need: `given`, `when`, `then`, and the words that sentences may hold.

A step may declare what it needs of a deployment; the collector unites the needs of a scenario's
sentences, so that no tag has to repeat what the sentences say.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest_bdd
from pytest_bdd import parsers

from support.cast import places
from support.cast.attempts import WRITINGS
from support.cast.attribution import KINDS
from support.cast.deeds import DEEDS, ON_MEMORY
from support.cast.doors import PASSES
from support.cast.effort import PATHS
from support.cast.exit import EXITS
from support.cast.faults import FAULTS
from support.cast.faulty import MESSAGES
from support.cast.offices import ACTS
from support.cast.replies import OF_ANOTHER, OF_NONE
from support.cast.rich_facts import OF_EVERY_KIND, RICHES
from support.cast.watching import AGENTS
from support.facts.limit import PATTERN, Limit
from support.outside import bills, modes

F = TypeVar("F", bound=Callable[..., None])

_NAME = r"[A-Z][a-z]+"
_SOURCES = {**{f"{name} billing": cloud for cloud, name in bills.NAMES.items()}, "the AI model": "model"}
_CLOUDS = {name: cloud for cloud, name in bills.NAMES.items()}
_TROUBLES = {
    "refuses to answer": modes.refuse(),
    "is out of order": modes.fail(),
    "breaks off half-way": modes.break_off(),
    "gives no answer": modes.hold(),
    "refuses to write the report": modes.refuse("write_report"),
    "gives no report": modes.hold("write_report"),
}


@dataclass(frozen=True)
class Need:
    """What a sentence needs: its deployment, or the machine, for itself alone, or a setting that the sentence states.

    Whoever has it alone may stop and break its parts, and see and worsen the ways from its servers to the stores.

    Attributes:
        setting: the setting's name; "" for a deployment of the scenario's own.
        argument: the argument of the sentence that holds the setting's value, a Limit.
        quiet: whether nothing else may run on the machine meanwhile.
    """

    setting: str = ""
    argument: str = ""
    quiet: bool = False


OWN = Need()
QUIET = Need(quiet=True)
"""For what is measured in parts of a second."""


def setting(name: str, argument: str) -> Need:
    """The need for a deployment with this setting."""
    return Need(name, argument)


def _pattern(regex: str) -> Callable[[Callable[[str], Any]], Callable[[str], Any]]:
    def mark(convert: Callable[[str], Any]) -> Callable[[str], Any]:
        convert.pattern = regex  # type: ignore[attr-defined]
        return convert

    return mark


def _one_of(words: Iterable[str], pattern: str = "{}") -> Callable[[str], Any]:
    """A place that takes these words alone."""
    return _meaning_of({word: word for word in words}, pattern)


def _meaning_of(words: Mapping[str, Any], pattern: str = "{}") -> Callable[[str], Any]:
    """A place that takes these words alone, and hands on what they mean."""

    @_pattern(pattern.format("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))))
    def read(text: str) -> Any:
        return words.get(text, text)

    read.words = tuple(words)  # type: ignore[attr-defined]
    return read


@_pattern(r"\d+(?:(?:, \d+)* and \d+)?")
def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.replace(" and ", ", ").split(", "))


_OBSTACLES = {
    "a legal hold lies on it": "legal_hold",
    "no backup holds it": "no_backup",
    "nobody has verified the backup": "not_verified",
    "the backup has been altered": "altered",
    "the backup is older than its archiving": "old_backup",
    "nobody has approved it": "no_approval",
    "the approval is older than the agreement": "old_approval",
}


_DAMAGES = {
    "is missing": "missing",
    "is cut short": "cut_short",
    "has been altered": "altered",
    "belongs to another Netra": "another_key",
}


@_pattern(_NAME)
def _name(text: str) -> str:
    return text


@_pattern(rf"{_NAME}(?:, {_NAME})* and {_NAME}")
def _names(text: str) -> str:
    return text


@_pattern(rf"{_NAME}(?:(?:, {_NAME})* and {_NAME})?")
def _name_or_names(text: str) -> str:
    return text


@_pattern(PATTERN)
def _limit(text: str) -> Limit:
    return Limit.parse(text)


@_pattern(r"\d+ connections?")
def _connections(text: str) -> Limit:
    return Limit(float(text.split()[0]), text)


@_pattern(rf"(?:{'|'.join(_SOURCES)})(?: and (?:{'|'.join(_SOURCES)}))*")
def _sources(text: str) -> tuple[str, ...]:
    return tuple(_SOURCES[name] for name in text.split(" and "))


@_pattern(rf"(?:{'|'.join(_CLOUDS)})(?:(?:, (?:{'|'.join(_CLOUDS)}))* and (?:{'|'.join(_CLOUDS)}))?")
def _clouds(text: str) -> tuple[str, ...]:
    return tuple(_CLOUDS[name] for name in text.replace(" and ", ", ").split(", "))


@_pattern(r"\S.*?")
def _words(text: str) -> str:
    return text


@_pattern(r'"[^"]+"')
def _quoted(text: str) -> str:
    return text[1:-1]


_PHASES = ["active", "paused", "completed", "archived"]
_DEED = "pauses|resumes|completes|archives|restores"
_TRY = "pause|resume|complete|archive|restore|write into|ask in|retry the analysis in"


@_pattern(rf"an? (?:{'|'.join(_PHASES)})")
def _phase(text: str) -> str:
    return text.split()[1]


@_pattern(rf"(?:{_DEED})(?:(?:, (?:{_DEED}))* and (?:{_DEED}))?")
def _deeds(text: str) -> tuple[str, ...]:
    return tuple(deed.removesuffix("s") for deed in text.replace(" and ", ", ").split(", "))


@_pattern(rf"(?:{_TRY})(?: and to (?:{_TRY}))*")
def _tries(text: str) -> tuple[str, ...]:
    return tuple(text.split(" and to "))


@_pattern("first|second|third")
def _ordinal(text: str) -> int:
    return ("first", "second", "third").index(text) + 1


TYPES: dict[str, Callable[[str], Any]] = {
    "Numbers": _numbers,
    "State": _one_of(["completed", "paused", "last used", "begun"]),
    "Obstacle": _meaning_of(_OBSTACLES),
    "Damage": _meaning_of(_DAMAGES),
    "Name": _name,
    "Names": _names,
    "NameOrNames": _name_or_names,
    "Limit": _limit,
    "Connections": _connections,
    "Source": _meaning_of(_SOURCES),
    "SourceOrNone": _meaning_of({**_SOURCES, "no tool": ""}),
    "Sources": _sources,
    "Clouds": _clouds,
    "Trouble": _meaning_of(_TROUBLES),
    "Thing": _one_of(["result", "report", "recommendations"]),
    "Kind": _one_of(KINDS),
    "Reachable": _one_of(PATHS),
    "Phase": _phase,
    "InPhase": _one_of(_PHASES),
    "Exit": _one_of(EXITS),
    "Standing": _one_of(["active", "working", "completed", "failed"]),
    "Agent": _one_of(AGENTS),
    "Deed": _one_of([*DEEDS, *ON_MEMORY]),
    "Writing": _one_of(WRITINGS),
    "Pass": _one_of(PASSES, rf"(?:a pass(?: of {_NAME})? )?(?:{{}})"),
    "Message": _one_of(MESSAGES),
    "Riches": _one_of([*RICHES, OF_EVERY_KIND]),
    "NotThere": _one_of([OF_ANOTHER, OF_NONE]),
    "Deeds": _deeds,
    "Tries": _tries,
    "Sending": _one_of(["starts a conversation", "writes a message"]),
    "Again": _one_of(["once more", "at the same instant", "after the conversation was completed"]),
    "Ordinal": _ordinal,
    "Fault": _meaning_of(FAULTS),
    "Act": _one_of(ACTS),
    "Quoted": _quoted,
    "Place": _one_of(places.WORDS),
    "Company": _words,
    "Fact": _words,
    "Topic": _words,
    "Words": _words,
}
"""What may stand in the places of sentences. Nothing else may: words that are mistyped must not mean anything."""


def parse(sentence: str) -> parsers.parse:
    """A sentence with its typed places, which stand in `TYPES`: Name, Names, Limit, Source and others."""
    return parsers.parse(sentence, case_sensitive=True, extra_types=TYPES)


def given(sentence: str | parsers.StepParser, needs: Sequence[Need] = ()) -> Callable[[F], F]:
    """Binds a Given to one call."""
    return _bind(pytest_bdd.given, sentence, needs)


def when(sentence: str | parsers.StepParser, needs: Sequence[Need] = ()) -> Callable[[F], F]:
    """Binds a When to one call."""
    return _bind(pytest_bdd.when, sentence, needs)


def then(sentence: str | parsers.StepParser, needs: Sequence[Need] = ()) -> Callable[[F], F]:
    """Binds a Then to one judgement."""
    return _bind(pytest_bdd.then, sentence, needs)


def needs_of(step: Callable[..., object]) -> tuple[Need, ...]:
    """What a step function declared that it needs."""
    return getattr(step, "needs", ())


def _bind(kind: Callable[..., Any], sentence: str | parsers.StepParser, needs: Sequence[Need]) -> Callable[[F], F]:
    # pytest-bdd files a step under its caller; two frames lie between the step file and this call.

    def bind(step: F) -> F:
        step.needs = (*needs_of(step), *needs)  # type: ignore[attr-defined]
        kind(sentence, stacklevel=2)(step)
        return step

    return bind
