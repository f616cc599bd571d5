"""What a request asks of the played services, and the honest answer to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from support.facts.money import dollars
from support.facts.wire import parsed
from support.outside.bills import CLOUDS, Advice, Bill, advice, bill
from support.outside.door import Reply, Request


@dataclass(frozen=True)
class Asked:
    """One request, understood.

    Attributes:
        what: "model", a cloud, or "unknown" for what no service here offers.
        task: the model's task, or the account number.
        user: whom the model's request names; "" for others.
        body: the request, for the record.
        question: the content of the model's last message.
        remembered: the facts that the model is told of the customer, each with its name, value and origin.
    """

    what: str
    task: str = ""
    user: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    question: Mapping[str, Any] = field(default_factory=dict)
    remembered: Sequence[Mapping[str, Any]] = ()

    def answer(self) -> tuple[int, Any]:
        """HTTP status and JSON value of the honest answer."""
        if self.what in CLOUDS:
            return 200, bill(self.what, self.task).to_wire()
        if self.what != "model":
            return 404, "there is no such service"
        try:
            content = _thoughts(self.task, self.question, self.remembered)
        except (KeyError, TypeError, ValueError) as wrong:
            return 400, f"the model cannot read the request: {wrong}"
        message = {"role": "assistant", "content": json.dumps(content)}
        return 200, {
            "id": "chatcmpl-played",
            "object": "chat.completion",
            "model": str(self.body.get("model", "")),
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }

    def reply(self, status: int, value: Any) -> Reply:
        """The reply with this status; a text is an error in the words of the service that was asked."""
        if status != 200:
            in_full = {"message": value, "type": "invalid_request_error"}
            value = {"error": in_full if self.what == "model" else value}
        return Reply(status, json.dumps(value).encode())


def recognise(request: Request) -> Asked:
    """What a request asks; every request asks something, if only the unknown."""
    path = urlsplit(request.path).path
    match (request.method, [unquote(part) for part in path.split("/")]):
        case ("GET", ["", "billing", cloud, "accounts", account, "costs"]) if cloud in CLOUDS:
            return Asked(cloud, account, body={"path": path})
        case ("POST", ["", "v1", "chat", "completions"]):
            body = _object(request.body)
            question = _question(body)
            return Asked(
                "model", str(question.get("task", "")), str(body.get("user", "")), body, question, remembered(body)
            )
        case _:
            return Asked("unknown", body={"path": f"{request.method} {path}"})


def _object(text: object) -> dict[str, Any]:
    """A JSON object, empty when the text is none."""
    try:
        value = parsed(text) if isinstance(text, str | bytes) else text
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _question(body: Mapping[str, Any]) -> dict[str, Any]:
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else {}
    return _object(last.get("content")) if isinstance(last, dict) else {}


def _thoughts(task: str, question: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    bills = [Bill.from_wire(plain) for plain in question["costs"]]
    if task == "find_savings":
        found = advice(bills)
        return {
            "answer": found.text + considered(facts),
            "recommendations": [each.to_wire() for each in found.recommendations],
        }
    if task == "write_report":
        found = Advice.from_wire(question["recommendations"])
        return {"report": _report(str(question["question"]), bills, found)}
    raise ValueError(f"{task!r} is no task")


def remembered(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts that a request to the model tells of its customer."""
    messages = body.get("messages")
    objects = [
        _object(one.get("content")) for one in messages or () if isinstance(one, dict) and one.get("role") == "system"
    ]
    told = [one["remembered"] for one in objects if isinstance(one.get("remembered"), list)]
    return [fact for facts in told for fact in facts if isinstance(fact, dict)]


def considered(facts: Sequence[Mapping[str, Any]]) -> str:
    """The last paragraph of an answer: what was taken into account, and from which conversation; "" for nothing."""
    parts = [f"{one['name']}: {_plain(one['value'])} (from '{one['from']['title']}')" for one in facts]
    return f"\n\nTaken into account: {'; '.join(parts)}." if parts else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _report(question: str, bills: list[Bill], found: Advice) -> str:
    spent = [f"{each.cloud} {each.account}: {dollars(each.monthly_cost)} a month" for each in bills]
    saved = [f"{each.title}: {dollars(each.monthly_savings)} a month" for each in found.recommendations]
    lines = (f"Question: {question}", "What is spent:", *spent, "What can be saved:", *saved, found.text)
    return "\n".join(lines)
