"""Reading what arrives on a live connection.

Tolerant in what is read, because deployments differ: the content may stand at the root, in `data`
or in `payload`; a time may be text or number. What is demanded of it is the business of the cast.
"""

from collections.abc import Mapping
from typing import Any

from support.facts import update as kinds
from support.facts.frame import Frame, FrameKind
from support.facts.moment import Moment
from support.facts.update import Update
from support.facts.wire import parsed

_KEEP_ALIVE = {"connection_established", "connection_ready", "heartbeat", "pong"}
_UPDATES = {*kinds.FIVE_KINDS, kinds.FAILED}
_TROUBLE = {"error_message", "error"}
_NOTICES = {"maintenance"}


def read(text: str | bytes, moment: Moment) -> Frame:
    """The frame that these characters are; UNKNOWN for anything that is no message of the contract."""
    raw = text if isinstance(text, str) else text.decode("utf-8", "replace")
    try:
        message = parsed(raw)
    except ValueError:
        return Frame(FrameKind.UNKNOWN, "no JSON", moment, raw=raw)
    if not isinstance(message, Mapping):
        return Frame(FrameKind.UNKNOWN, "no message", moment, raw=raw)
    type_ = str(message.get("type", ""))
    body = _body(message)
    if type_ in _UPDATES and all(_is_number(message.get(name)) for name in ("sequence", "attempt")):
        return Frame(FrameKind.UPDATE, type_, moment, body, raw, _update(type_, message, body, moment, raw))
    return Frame(_kind(type_), type_, moment, body, raw)


def _is_number(value: object) -> bool:
    """Whether an update can bear this as a number; it need not bear any."""
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _kind(type_: str) -> FrameKind:
    if type_ in _KEEP_ALIVE:
        return FrameKind.KEEP_ALIVE
    if type_ in _TROUBLE:
        return FrameKind.TROUBLE
    if type_ in _NOTICES:
        return FrameKind.NOTICE
    return FrameKind.RESUMED if type_ == "resumed" else FrameKind.UNKNOWN


def _body(message: Mapping[str, Any]) -> dict[str, Any]:
    """Root, `data` and `payload` as one; the inner wins."""
    body = dict(message)
    for place in ("data", "payload"):
        if isinstance(inner := message.get(place), Mapping):
            body.update(inner)
    return body


def _update(type_: str, message: Mapping[str, Any], body: Mapping[str, Any], moment: Moment, raw: str) -> Update:
    def named(*names: str) -> str:
        for name in names:
            if value := message.get(name) or body.get(name):
                return str(value)
        return ""

    return Update(
        kind=type_,
        moment=moment,
        run=named("run_id"),
        thread=named("thread_id"),
        user=named("user_id"),
        agent=named("agent_name", "agent").lower(),
        tool=named("tool_name", "tool"),
        call=named("call_id"),
        sequence=int(message.get("sequence") or 0),
        attempt=int(message.get("attempt") or 1),
        body=body,
        raw=raw,
    )
