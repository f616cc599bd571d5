"""JSON from the wire, with nothing in it that could not be written down again.

JSON can name halves of a character ("\\\\ud800"), which no report, no file and no other process can hold.
"""

import json
import re
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(text: str | bytes) -> Any:
    """The value; halves of characters stand in it as they were written. ValueError for what is no JSON."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    raw = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return _whole(value) if _HALF.search(raw) else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_whole(name): _whole(inner) for name, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value
