"""What the AI model was told in one call, as the played model received it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from support.outside.asked import remembered
from support.outside.calls import Call


@dataclass(frozen=True)
class Briefing:
    """One call to the model, understood.

    Attributes:
        task: what the model was to do.
        question: the customer's question as it was handed on; "" when there was none.
        remembered: the facts that it was told, each with name, value and origin.
        history: the messages between instruction and task, in order: who said it (user, assistant), and the content.
        words: every word of the call, characters as they are and not as they were encoded.
        size: bytes of the whole request, as JSON.
    """

    task: str
    question: str
    remembered: tuple[Mapping[str, Any], ...]
    history: tuple[tuple[str, str], ...]
    words: str
    size: int

    @classmethod
    def of(cls, call: Call) -> Self:
        """The briefing that a recorded call to the model was; whatever is missing in it is empty."""
        messages = [dict(one) for one in call.body.get("messages") or () if isinstance(one, Mapping)]
        asked = _parsed(messages[-1].get("content")) if messages else {}
        asked = asked if isinstance(asked, dict) else {}
        return cls(
            call.task,
            str(asked.get("question", "")),
            tuple(remembered(call.body)),
            tuple(
                (str(one.get("role")), str(one.get("content"))) for one in messages[:-1] if one.get("role") != "system"
            ),
            "\n".join(_words([_parsed(one.get("content")) for one in messages])),
            len(json.dumps(call.body).encode()),
        )

    def values(self, name: str) -> list[Any]:
        """The values that were told under this name."""
        return [one.get("value") for one in self.remembered if one.get("name") == name]

    def __str__(self) -> str:
        facts = "; ".join(f"{one.get('name')}: {one.get('value')}" for one in self.remembered)
        return (
            f"{self.task}, {self.size} bytes, {len(self.history)} messages before it, remembered: {facts or 'nothing'}"
        )


def _parsed(content: object) -> Any:
    """A message's content as the object that it writes, or as it is."""
    try:
        return json.loads(content) if isinstance(content, str) else content
    except ValueError:
        return content


def _words(value: Any) -> Iterator[str]:
    """Every text and number in a value, whatever its nesting."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif value is not None:
        yield str(value)
