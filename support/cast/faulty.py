"""Messages that Netra cannot take, each by the words of a sentence: what is sent, and how it must be refused."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 8192
"""Bytes that a message may have; see the promise WS-4. One more is too many."""


@dataclass(frozen=True)
class Faulty:
    """One such message.

    Attributes:
        content: what goes over the line; text, or bytes for what is not text.
        code: how Netra calls what is wrong with it.
    """

    content: str | bytes
    code: str


def _said(type_: str, **payload: Any) -> str:
    return json.dumps({"type": type_, "payload": payload})


def _breaks_off(thread: str) -> Faulty:
    whole = _said("user_message", content="Where can costs be cut?", thread_id=thread)
    return Faulty(whole[: len(whole) // 2], "INVALID_JSON")


def _too_long(thread: str) -> Faulty:
    bare = len(_said("user_message", content="", thread_id=thread))
    return Faulty(_said("user_message", content="x" * (LONGEST + 1 - bare), thread_id=thread), "TOO_LARGE")


def _update(type_: str, thread: str, **more: Any) -> Faulty:
    own = {"agent_name": "supervisor", "run_id": f"run_{uuid.uuid4().hex}", "sequence": 1, **more}
    return Faulty(
        json.dumps({"type": type_, "thread_id": thread, **own, "payload": {"thread_id": thread}}), "UNKNOWN_TYPE"
    )


MESSAGES: Mapping[str, Callable[[str], Faulty]] = {
    "a message that breaks off half-way": _breaks_off,
    "words that are no message": lambda thread: Faulty(f"please go on with {thread}", "INVALID_JSON"),
    "a list instead of a message": lambda thread: Faulty(json.dumps(["user_message", thread]), "INVALID_MESSAGE"),
    "a picture instead of words": lambda thread: Faulty(b"\x89PNG\r\n\x1a\n" + bytes(64), "INVALID_JSON"),
    f"a message of {LONGEST + 1} bytes": _too_long,
    "a message of an unknown kind": lambda thread: Faulty(_said("cut_my_costs", thread_id=thread), "UNKNOWN_TYPE"),
    "a question without words": lambda thread: Faulty(
        _said("user_message", content="  ", thread_id=thread), "INVALID_MESSAGE"
    ),
    "a question before any conversation": lambda thread: Faulty(
        _said("user_message", content="Where can costs be cut?"), "INVALID_MESSAGE"
    ),
    "a question in an unknown conversation": lambda thread: Faulty(
        _said("user_message", content="Where can costs be cut?", thread_id=f"thread_{uuid.uuid4().hex}"), "NOT_FOUND"
    ),
    "a wish to go on from nowhere": lambda thread: Faulty(
        _said("resume", thread_id=thread, after=-1), "INVALID_MESSAGE"
    ),
    "an agent's update of its own making": lambda thread: _update(
        "tool_completed", thread, agent_name="data", tool_name="billing_aws"
    ),
    "a completion before the start": lambda thread: _update("agent_completed", thread),
}
"""By its words, what makes the message; given the conversation that its sender is in."""
