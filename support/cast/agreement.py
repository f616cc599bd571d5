"""Whether everything that Netra keeps of a person agrees, wherever it is kept.

A snapshot holds, of one conversation, what each server tells, what is stored, and what is kept ready. What
contradicts itself in it is found by plain comparison: owners, order, figures, and references that lead nowhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from support.cast.kept import Figures, amount_in

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """One conversation in all places.

    Attributes:
        owner, thread: whose it is, and which.
        told: by each server, by the name of the door: thread, messages, runs, updates, result, recommendations,
            session.
        reports: what the first server tells for each completed analysis.
        stored: rows by table: threads, messages, runs, run_exits, reports, updates.
        ready: what is kept ready: agent_results, optimization_results, session_state; None where nothing is.
    """

    owner: str
    thread: str
    told: tuple[Mapping[str, Any], ...]
    reports: Mapping[str, Any]
    stored: Mapping[str, list[Row]]
    ready: Mapping[str, Any] = field(default_factory=dict)


def contradictions(one: Snapshot) -> list[str]:
    """Everything in which two places contradict each other, in words."""
    parts = (_servers, _owners, _messages, _updates, _analyses, _results, _ready, _session)
    return [words for part in parts for words in part(one)]


def _servers(one: Snapshot) -> Iterator[str]:
    first = one.told[0]
    for number, other in enumerate(one.told[1:], start=2):
        for door, told in first.items():
            # A session tells since when somebody is connected, which may be another moment for the next who asks.
            if door != "session" and other.get(door) != told:
                yield f"server {number} tells other {door} than server 1"


def _owners(one: Snapshot) -> Iterator[str]:
    places: list[tuple[str, Any]] = [("the conversation as told", _in(one.told[0]["thread"], "metadata", "user_id"))]
    for name in ("threads", "runs", "updates"):
        places += [(f"a row of {name}", row.get("user_id")) for row in one.stored[name]]
    places += [("an update as told", update.get("user_id")) for update in one.told[0]["updates"]]
    places += [("an analysis as told", run.get("user_id")) for run in one.told[0]["runs"]]
    places += [("the session as told", _in(told.get("session"), "user_id")) for told in one.told]
    places.append(("the session that is kept ready", _in(one.ready.get("session_state"), "user_id")))
    for place, owner in places:
        if owner != one.owner:
            yield f"{place} belongs to {owner}"


def _messages(one: Snapshot) -> Iterator[str]:
    told, stored = one.told[0]["messages"], one.stored["messages"]
    if [_message(message) for message in told] != [_message(row) for row in stored]:
        yield f"{len(told)} messages are told and {len(stored)} are stored, or not the same ones"
    numbers = [row["position"] for row in stored]
    if numbers != list(range(1, len(stored) + 1)):
        yield f"messages have the places {numbers}"
    counts = {one.told[0]["thread"].get("message_count"), *(row["last_position"] for row in one.stored["threads"])}
    if counts != {len(stored)}:
        yield f"the conversation counts {counts} messages, and {len(stored)} are stored"


def _message(message: Row) -> tuple[Any, ...]:
    return message.get("id"), message.get("role"), message.get("content"), message.get("position")


def _updates(one: Snapshot) -> Iterator[str]:
    told, stored = one.told[0]["updates"], one.stored["updates"]
    numbers = [row["sequence"] for row in stored]
    if [update.get("sequence") for update in told] != numbers:
        yield "other updates are told than are stored"
    if numbers != list(range(1, len(numbers) + 1)) or {row["last_sequence"] for row in one.stored["threads"]} != {
        len(numbers)
    }:
        yield f"updates have the numbers {numbers}, and the conversation counts otherwise"


def _analyses(one: Snapshot) -> Iterator[str]:
    known = {row["id"] for row in one.stored["runs"]}
    if {run["id"] for run in one.told[0]["runs"]} != known:
        yield "other analyses are told than are stored"
    for name in ("run_exits", "reports", "updates"):
        for run in {row["run_id"] for row in one.stored[name]} - known:
            yield f"a row of {name} belongs to the analysis {run}, which there is not"
    for row in one.stored["messages"]:
        run = (row["metadata_"] or {}).get("run_id")
        if run is not None and run not in known:
            yield f"a message speaks of the analysis {run}, which there is not"
    for row in one.stored["runs"]:
        exits = [each for each in one.stored["run_exits"] if each["run_id"] == row["id"]]
        if row["status"] in ("completed", "failed", "expired") and len(exits) != row["attempt"]:
            yield f"an analysis with {row['attempt']} attempts has {len(exits)} exits"
        answers = [
            each
            for each in one.stored["messages"]
            if (each["metadata_"] or {}).get("run_id") == row["id"] and each["role"] == "assistant"
        ]
        if row["status"] == "completed" and len(answers) != 1:
            yield f"a completed analysis has {len(answers)} answers"


def _results(one: Snapshot) -> Iterator[str]:
    for row in one.stored["runs"]:
        if row["status"] != "completed":
            continue
        figures = Figures.of(row["result"])
        if sum((part for _, part in figures.parts or ()), Decimal(0)) != figures.monthly or (
            figures.monthly * 12 != figures.annual
        ):
            yield "the parts of a result do not sum up to its total, or its year is not twelve months"
        told = [run.get("result") for run in one.told[0]["runs"] if run["id"] == row["id"]]
        if [Figures.of(result) for result in told] != [figures]:
            yield "a result is told with other figures than it is stored with"
        reports = [Figures.of(each) for each in one.stored["reports"] if each["run_id"] == row["id"]]
        if len(reports) != 1 or not reports[0].sums_agree_with(figures):
            yield f"a result has {len(reports)} reports, or its report tells other figures"
        if not Figures.of(one.reports.get(row["id"])).sums_agree_with(figures):
            yield "a report is told with other figures than its result"
        ends = [
            each["frame"]
            for each in one.stored["updates"]
            if each["run_id"] == row["id"] and each["type"] == "agent_completed"
        ]
        if len(ends) != 1 or Figures.of(_in(ends[0], "payload", "result")) != figures:
            yield "the update that told the answer tells other figures than the result"


def _ready(one: Snapshot) -> Iterator[str]:
    completed = [row for row in one.stored["runs"] if row["status"] == "completed"]
    last = max(completed, key=lambda row: row["ended_at"], default=None)
    places = [(f"the {door} as told", one.told[0].get(door)) for door in ("result", "recommendations")]
    places += [(f"what is kept ready ({name})", one.ready.get(name)) for name in one.ready if name != "session_state"]
    for place, value in places:
        if last is None or value is None:
            if last is not None or value is not None:
                yield f"{place} is {'missing' if value is None else 'there without an analysis'}"
            continue
        figures = Figures.of(value.get("result") or value)
        if value.get("run_id") != last["id"] or figures != Figures.of(last["result"]):
            yield f"{place} tells {amount_in(value.get('result') or value, 'monthly_savings')} of {value.get('run_id')}"


def _session(one: Snapshot) -> Iterator[str]:
    kept = _in(one.ready.get("session_state"), "id")
    told = {_in(each.get("session"), "id") for each in one.told}
    if kept is None or told != {kept}:
        yield f"the session that is kept ready is {kept}, and told is {', '.join(sorted(map(str, told)))}"


def _in(body: Any, *names: str) -> Any:
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
