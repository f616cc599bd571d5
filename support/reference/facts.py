"""Which facts a customer's words tell.

A sentence tells a fact when it reads "Our <name> is <value>.", "Our <name> are <value>." or "We decided <value>.";
a sentence ends at a full stop, an exclamation mark or a question mark before a space, or at the end of a line. A
question tells nothing. Everything else is talk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from support.reference.trouble import Invalid

LASTING = ("industry", "budget", "constraint", "decision", "priority", "team size")
"""Kinds of facts that hold wherever the customer asks; every other fact is a detail of its conversation."""
DETAIL = "detail"
DECISION = "decision"
MOST = 50
"""How many facts one message may bear as metadata."""
LONGEST_NAME = 60
LONGEST_VALUE = 8000
"""Characters of a value, written as JSON."""

_TELLING = re.compile(
    rf"Our (?P<name>\w[\w -]{{0,{LONGEST_NAME - 1}}}?) (?:is|are) (?P<value>.+?)[.!]?"
    r"|We decided (?P<decision>.+?)[.!]?",
    re.DOTALL,
)
_SENTENCE = re.compile(r"\s*[^\n]+?(?:[.!?](?=\s|$)|(?=\n)|$)|\s+")
_CONSIDERED = re.compile(r"\n\nTaken into account:.*", re.DOTALL)


@dataclass(frozen=True)
class Fact:
    """What was told: `value` is any JSON value, as it was told."""

    name: str
    value: Any

    @property
    def kind(self) -> str:
        """One of the lasting kinds, which the name is or begins with; else a detail."""
        return next((kind for kind in LASTING if f"{self.name} ".startswith(f"{kind} ")), DETAIL)

    @property
    def alone(self) -> bool:
        """Whether an earlier value of the name ends with this one; decisions stand beside one another."""
        return self.name != DECISION


def told(text: str, metadata: Mapping[str, Any] | None = None) -> list[Fact]:
    """The facts that a message tells: those of its words, then those of its metadata."""
    found = [fact for sentence in _SENTENCE.findall(text) if (fact := _fact(sentence)) is not None]
    return [*found, *(Fact(name, value) for name, value in rich(metadata).items())]


def rich(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """The facts that a message bears as metadata; Invalid when they are none, or too much."""
    facts = (metadata or {}).get("facts", {})
    if not isinstance(facts, dict) or len(facts) > MOST:
        raise Invalid(f"Please give facts by their names, at most {MOST} in one message.")
    for name, value in facts.items():
        if not name.strip() or len(name) > LONGEST_NAME or len(written(value)) > LONGEST_VALUE:
            raise Invalid(
                f"A fact has a name of at most {LONGEST_NAME} characters and a value of at most {LONGEST_VALUE}."
            )
    return facts


def written(value: object) -> str:
    """A value as it is kept: JSON, every character as it was told, numbers never rounded."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as problem:
        raise Invalid("This fact cannot be kept.") from problem


def without_facts(text: str) -> str:
    """What is left of a customer's words when the sentences that tell facts are taken out."""
    parts = _SENTENCE.findall(text)
    talk = [part for part in parts if _fact(part) is None]
    return text if len(talk) == len(parts) else "".join(talk).strip()


def without_considered(text: str) -> str:
    """What is left of an answer without its last paragraph, which names the facts it took into account."""
    return _CONSIDERED.sub("", text)


def earlier_form(context: Mapping[str, Any]) -> Iterator[Fact]:
    """The facts that an earlier version kept with a conversation: flat, `_` in names, decisions as a list."""
    for name, value in context.items():
        if name == "decisions" and isinstance(value, list):
            yield from (Fact(DECISION, entry) for entry in value)
        elif name != "version":
            yield Fact(name.replace("_", " "), value)


def _fact(sentence: str) -> Fact | None:
    found = _TELLING.fullmatch(sentence.strip(" \t\r\n"))
    if found is None or sentence.rstrip().endswith("?"):
        return None
    if found["decision"] is not None:
        return Fact(DECISION, found["decision"])
    return Fact(" ".join(found["name"].lower().split()), found["value"])
