"""Frames of a socket that are not updates of an analysis, and what a client's frame must be like."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from support.reference.trouble import Invalid, Refusal

LONGEST = 8192
"""Bytes of one frame of a client's."""


def now() -> str:
    """The present moment as frames state it."""
    return datetime.now(UTC).isoformat()


def welcome(connection_id: str, user_id: str, instance: str) -> dict[str, Any]:
    """The first frame of every socket."""
    return {
        "type": "connection_established",
        "connection_id": connection_id,
        "user_id": user_id,
        "instance": instance,
        "timestamp": now(),
    }


def error(refusal: Refusal, client_id: str | None = None, thread_id: str | None = None) -> dict[str, Any]:
    """A no to one frame; the connection lives on."""
    frame: dict[str, Any] = {
        "type": "error_message",
        "error_code": refusal.code,
        "error_message": refusal.message,
        "timestamp": now(),
    }
    if refusal.return_in is not None:
        frame["return_in_seconds"] = refusal.return_in
    if client_id is not None:
        frame["client_id"] = client_id
    if thread_id is not None:
        frame["thread_id"] = thread_id
    return frame


def pong() -> dict[str, Any]:
    """The answer to a ping."""
    return {"type": "pong", "timestamp": now()}


def heartbeat() -> dict[str, Any]:
    """Sent when nothing else was for a while."""
    return {"type": "heartbeat", "timestamp": now()}


def resumed(thread_id: str, up_to: int) -> dict[str, Any]:
    """Everything stored up to this number has been sent."""
    return {"type": "resumed", "thread_id": thread_id, "up_to": up_to, "timestamp": now()}


def maintenance(return_in: float) -> dict[str, Any]:
    """The instance is about to go away."""
    return {
        "type": "maintenance",
        "timestamp": now(),
        "payload": {
            "message": "Netra goes into maintenance. Your work is saved and goes on; please connect again.",
            "return_in_seconds": return_in,
        },
    }


def parsed(text: str | None) -> dict[str, Any]:
    """The object that a client's frame states; raises Invalid with the code that says what is wrong."""
    if text is None:
        raise Invalid("Netra reads text only.", "INVALID_JSON")
    if len(text) > LONGEST or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise Invalid(f"This message is too long. A message may have {LONGEST:,} bytes.", "TOO_LARGE")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Invalid("This message is not valid JSON.", "INVALID_JSON") from problem
    if not isinstance(frame, dict):
        raise Invalid("This message is not an object.", "INVALID_MESSAGE")
    return frame


def text_of(value: object, what: str) -> str:
    """A text that says something and that storage can hold; raises Invalid."""
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"Please say {what}.", "INVALID_MESSAGE")
    expect_storable(value)
    return value


def expect_storable(value: object) -> None:
    """Raises Invalid for texts with characters that no storage keeps (NUL, half of a surrogate pair)."""
    try:
        written = json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as problem:
        raise Invalid("This text holds characters that cannot be kept.", "INVALID_MESSAGE") from problem
    if b"\\u0000" in written.replace(b"\\\\", b""):
        raise Invalid("This text holds characters that cannot be kept.", "INVALID_MESSAGE")
