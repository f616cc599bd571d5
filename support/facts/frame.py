"""What arrives on a live connection, sorted by what a customer must make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from support.facts.moment import Moment
from support.facts.update import Update


class FrameKind(StrEnum):
    """The classes of what arrives; decides what may stay unread at the end of a scenario."""

    KEEP_ALIVE = "keep-alive"
    UPDATE = "live update"
    TROUBLE = "error message"
    NOTICE = "notice"
    RESUMED = "end of what was missed"
    UNKNOWN = "unknown message"


@dataclass(frozen=True)
class Frame:
    """One message as received.

    Attributes:
        kind: its class.
        type: its type by the platform's word.
        moment: when it was complete.
        body: its content, wherever the platform put it.
        raw: its text.
        update: the live update, when it is one.
    """

    kind: FrameKind
    type: str
    moment: Moment
    body: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""
    update: Update | None = None

    def __str__(self) -> str:
        return str(self.update) if self.update else f"{self.kind} {self.type}"
