"""What step files need: `given`, `when`, `then`, and the words that sentences may hold.

A step may declare what it needs of a deployment; the collector unites the needs of a scenario's
sentences, so that no tag has to repeat what the sentences say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest_bdd
from pytest_bdd import parsers

from support.cast import places
from support.cast.faults import FAULTS, Fault
from support.cast.offices import ACTS
from support.facts.limit import PATTERN, Limit
from support.outside import bills, modes

F = TypeVar("F", bound=Callable[..., None])

_NAME = r"[A-Z][a-z]+"
_SOURCES = {**{f"{name} billing": cloud for cloud, name in bills.NAMES.items()}, "the AI model": "model"}
_CLOUDS = {name: cloud for cloud, name in bills.NAMES.items()}
_TROUBLES = {
    "refuses to answer": modes.refuse(),
    "breaks off half-way": modes.break_off(),
    "gives no answer": modes.hold(),
}


@dataclass(frozen=True)
class Need:
    """What a sentence needs of its deployment: to have it alone, or a setting that the sentence states.

    Whoever has it alone may stop and break its parts, and see and worsen the ways from its servers to the stores.

    Attributes:
        setting: the setting's name; "" for a deployment of the scenario's own.
        argument: the argument of the sentence that holds the setting's value, a Limit.
    """

    setting: str = ""
    argument: str = ""


OWN = Need()


def setting(name: str, argument: str) -> Need:
    """The need for a deployment with this setting."""
    return Need(name, argument)


def _pattern(regex: str) -> Callable[[Callable[[str], Any]], Callable[[str], Any]]:
    def mark(convert: Callable[[str], Any]) -> Callable[[str], Any]:
        convert.pattern = regex  # type: ignore[attr-defined]
        return convert

    return mark


@_pattern(r"\d+(?:(?:, \d+)* and \d+)?")
def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.replace(" and ", ", ").split(", "))


@_pattern("completed|last used|begun")
def _state(text: str) -> str:
    return text


_OBSTACLES = {
    "a legal hold lies on it": "legal_hold",
    "no backup holds it": "no_backup",
    "the backup is older than its archiving": "old_backup",
    "nobody has approved it": "no_approval",
}


_DAMAGES = {"is cut short": "cut_short", "has been altered": "altered", "belongs to another Netra": "another_key"}


@_pattern("|".join(_DAMAGES))
def _damage(text: str) -> str:
    return _DAMAGES[text]


@_pattern("|".join(_OBSTACLES))
def _obstacle(text: str) -> str:
    return _OBSTACLES[text]


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


@_pattern("|".join(_SOURCES))
def _source(text: str) -> str:
    return _SOURCES[text]


@_pattern(rf"(?:{'|'.join(_SOURCES)})(?: and (?:{'|'.join(_SOURCES)}))*")
def _sources(text: str) -> tuple[str, ...]:
    return tuple(_SOURCES[name] for name in text.split(" and "))


@_pattern(rf"(?:{'|'.join(_CLOUDS)})(?:(?:, (?:{'|'.join(_CLOUDS)}))* and (?:{'|'.join(_CLOUDS)}))?")
def _clouds(text: str) -> tuple[str, ...]:
    return tuple(_CLOUDS[name] for name in text.replace(" and ", ", ").split(", "))


@_pattern("|".join(_TROUBLES))
def _trouble(text: str) -> modes.Mode:
    return _TROUBLES[text]


@_pattern("|".join(sorted(FAULTS, key=len, reverse=True)))
def _fault(text: str) -> Fault:
    return FAULTS[text]


@_pattern("|".join(ACTS))
def _act(text: str) -> str:
    return text


@_pattern(r'"[^"]+"')
def _quoted(text: str) -> str:
    return text[1:-1]


@_pattern("|".join(sorted(places.WORDS, key=len, reverse=True)))
def _place(text: str) -> str:
    return text


@_pattern("result|report|recommendations")
def _thing(text: str) -> str:
    return text


_PHASE = "active|paused|completed|archived"
_DEED = "pauses|resumes|completes|archives|restores"
_TRY = "pause|resume|complete|archive|restore|write into|ask in|retry the analysis in"


@_pattern(rf"an? (?:{_PHASE})")
def _phase(text: str) -> str:
    return text.split()[1]


@_pattern(_PHASE)
def _in_phase(text: str) -> str:
    return text


@_pattern(rf"(?:{_DEED})(?:(?:, (?:{_DEED}))* and (?:{_DEED}))?")
def _deeds(text: str) -> tuple[str, ...]:
    return tuple(deed.removesuffix("s") for deed in text.replace(" and ", ", ").split(", "))


@_pattern(rf"(?:{_TRY})(?: and to (?:{_TRY}))*")
def _tries(text: str) -> tuple[str, ...]:
    return tuple(text.split(" and to "))


@_pattern(f"{'|'.join(_SOURCES)}|no tool")
def _source_or_none(text: str) -> str:
    return _SOURCES.get(text, "")


@_pattern("first|second|third")
def _ordinal(text: str) -> int:
    return ("first", "second", "third").index(text) + 1


@_pattern("starts a conversation|writes a message")
def _sending(text: str) -> str:
    return text


@_pattern("once more|at the same instant")
def _again(text: str) -> str:
    return text


_TYPES: dict[str, Callable[[str], Any]] = {
    "Numbers": _numbers,
    "State": _state,
    "Obstacle": _obstacle,
    "Damage": _damage,
    "Name": _name,
    "Names": _names,
    "NameOrNames": _name_or_names,
    "Limit": _limit,
    "Connections": _connections,
    "Source": _source,
    "SourceOrNone": _source_or_none,
    "Sources": _sources,
    "Clouds": _clouds,
    "Trouble": _trouble,
    "Thing": _thing,
    "Phase": _phase,
    "InPhase": _in_phase,
    "Deeds": _deeds,
    "Tries": _tries,
    "Sending": _sending,
    "Again": _again,
    "Ordinal": _ordinal,
    "Fault": _fault,
    "Act": _act,
    "Quoted": _quoted,
    "Place": _place,
}


def parse(sentence: str) -> parsers.parse:
    """A sentence with its typed places, which stand in `_TYPES`: Name, Names, Limit, Source and others."""
    return parsers.parse(sentence, case_sensitive=True, extra_types=_TYPES)


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
