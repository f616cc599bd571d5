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

    @property
    def told(self) -> str:
        """What its receiver was told, in business words, for a timeline."""
        if self.update is not None:
            return self.update.told
        words = {
            FrameKind.KEEP_ALIVE: "welcomed"
            if self.type.startswith("connection_")
            else "told that the connection lives",
            FrameKind.TROUBLE: f"refused: {self.body.get('error_message', 'without words')}",
            FrameKind.NOTICE: f"told of {self.type}: {self.body.get('message', 'without words')}",
            FrameKind.RESUMED: f"told to be up to date (up to update {self.body.get('up_to')})",
        }
        return words.get(self.kind, f"sent something that nobody knows ({self.type})")

    def __str__(self) -> str:
        return str(self.update) if self.update else f"a message ({self.told})"
