"""What an instance writes about itself: one JSON line per event, on standard error, never a token."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

journal = logging.getLogger("netra")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; what stands in the record's `facts` becomes fields."""

    def __init__(self, instance: str) -> None:
        super().__init__()
        self.instance = instance

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "instance": self.instance,
            "event": record.getMessage(),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line.update(facts)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def is_event(record: logging.LogRecord) -> bool:
    """Leaves out the server's complaint about every upgrade that was refused with an answer of its own."""
    return record.getMessage() != "ASGI callable returned without completing handshake."


def open_journal(instance: str) -> None:
    """Sends every event of this process to standard error; replaces what a parent process had set up."""
    page = logging.StreamHandler(sys.stderr)
    page.setFormatter(JsonLines(instance))
    root = logging.getLogger()
    root.handlers[:] = [page]
    root.setLevel(logging.INFO)
    page.addFilter(is_event)
    # redis and asyncpg tell of their retries: not events of the platform.
    # uvicorn tells every socket with its whole address, where a careless client may have put a token.
    for talkative in (
        "redis",
        "push_response",
        "asyncpg",
        "uvicorn.access",
        "uvicorn.error",
        "asyncio",
    ):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def note(event: str, **facts: object) -> None:
    """One event with its facts."""
    journal.info(event, extra={"facts": facts})


def warn(event: str, **facts: object) -> None:
    """One event that an operator should look at."""
    journal.warning(event, extra={"facts": facts})
