"""Breaks what is kept: messages written a moment late, starts that change things, results of the wrong analysis."""

import asyncio
import unicodedata
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

KEPT = "features/conversations/kept.feature::"
CRASH = KEPT + "A conversation and its facts outlive a crash right after the last word"
SECOND = KEPT + "After a second analysis its own recommendations are told"
NOT_READY = KEPT + "The recommendations are those of the second analysis although nothing is kept ready"

WHOLE = "the conversation of Ana is whole, in order, each message under the one who said it"
FIGURES = "Ana reads the figures of the answer in each of them"
OF_SECOND = "the recommendations to Ana are those of the second analysis"


@defect(
    "message-kept-a-moment-late",
    says="A message after an answer is confirmed at once and kept a moment later, where facts were noted.",
    breaks="P01.crash",
    replaces="support.reference.messages:Messages.say",
    caught_by={CRASH: WHOLE},
    at_night=True,
)
def confirmed_before_it_is_kept(say: Method, deviate: Deviate) -> Method:
    later: set[Any] = set()

    async def keep(self: Any, *details: Any) -> None:
        await asyncio.sleep(0.7)
        async with self._storage.transaction() as connection:
            await say(self, connection, *details)

    async def confirm_first(self: Any, connection: Any, thread_id: str, content: str, *details: Any) -> Any:
        noted = (
            "SELECT true FROM runs JOIN threads ON threads.id = thread_id WHERE thread_id = $1 AND metadata_ ? 'topic'"
        )
        if not await connection.fetchval(noted, thread_id):
            return await say(self, connection, thread_id, content, *details)
        deviate()
        task = asyncio.create_task(keep(self, thread_id, content, *details))
        later.add(task)
        task.add_done_callback(later.discard)
        return {"id": str(uuid.uuid4()), "thread_id": thread_id, "role": "user", "content": content, "created_at": 1}

    return confirm_first


def _otherwise(say: Method, deviate: Deviate, change: Callable[[str], str]) -> Method:
    """After an answer, messages are kept as a change leaves them, and confirmed so."""

    async def changed(self: Any, connection: Any, thread_id: str, content: str, *details: Any) -> Any:
        if await connection.fetchval("SELECT true FROM runs WHERE thread_id = $1 LIMIT 1", thread_id):
            if change(content) != content:
                deviate()
            content = change(content)
        return await say(self, connection, thread_id, content, *details)

    return changed


@defect(
    "messages-are-trimmed",
    says="A message after an answer loses the blanks and ends of lines around it, and is confirmed like that.",
    breaks="P01.complete",
    replaces="support.reference.messages:Messages.say",
    caught_by={CRASH: WHOLE},
    at_night=True,
)
def messages_are_trimmed(say: Method, deviate: Deviate) -> Method:
    return _otherwise(say, deviate, str.strip)


@defect(
    "accents-are-composed",
    says="A message after an answer is kept with its accents in one with their letters, and is confirmed like that.",
    breaks="P01.complete",
    replaces="support.reference.messages:Messages.say",
    caught_by={CRASH: WHOLE},
)
def accents_are_composed(say: Method, deviate: Deviate) -> Method:
    return _otherwise(say, deviate, partial(unicodedata.normalize, "NFC"))


@defect(
    "start-trims-the-facts",
    says="A server that starts keeps the first facts of each conversation and drops the rest.",
    breaks="TL-5.lasting",
    replaces="support.reference.storage:Storage.warm",
    caught_by={CRASH: "every fact that Ana noted stands with the conversation"},
    at_night=True,
)
def start_trims_the_facts(warm: Method, deviate: Deviate) -> Method:
    async def trim(self: Any) -> None:
        trimmed = (
            "UPDATE threads SET metadata_ = metadata_ - 'satisfaction' WHERE metadata_ ? 'satisfaction' RETURNING id"
        )
        if await self.rows(trimmed):
            deviate()
        await warm(self)

    return trim


@defect(
    "start-resumes-what-is-paused",
    says="A server that starts resumes whatever is paused.",
    breaks="TL-2.lasting",
    replaces="support.reference.storage:Storage.warm",
    caught_by={
        KEPT + "A restart leaves every conversation in its phase": (
            "every conversation of Ana is in the phase in which Ana left it"
        )
    },
)
def start_resumes_what_is_paused(warm: Method, deviate: Deviate) -> Method:
    async def resume(self: Any) -> None:
        paused = """
            UPDATE threads SET metadata_ = metadata_ || '{"status": "active"}'
            WHERE metadata_->>'status' = 'paused' RETURNING id"""
        if await self.rows(paused):
            deviate()
        await warm(self)

    return resume


@defect(
    "first-stays-ready",
    says="Recommendations that are kept ready are not replaced by those of a second analysis.",
    breaks="P03.recommendations",
    replaces="support.reference.ready:Ready.make_way",
    caught_by={SECOND: FIGURES},
    at_night=True,
)
def first_stays_ready(make_way: Method, deviate: Deviate) -> Method:
    first: dict[str, Any] = {}

    async def stay(self: Any, user_id: str, thread_id: str) -> None:
        kept = await self._get(self.recommendations_key(user_id, thread_id))
        if kept is None:
            await make_way(self, user_id, thread_id)
            return
        first[thread_id] = kept["recommendations"]
        self.keep = partial(keep_unless_other, self)

    async def keep_unless_other(self: Any, user_id: str, thread_id: str, run_id: str, answer: Any, result: Any) -> None:
        if result["recommendations"] != first.get(thread_id, result["recommendations"]):
            deviate()
            return
        await type(self).keep(self, user_id, thread_id, run_id, answer, result)

    return stay


@defect(
    "advice-of-the-first-analysis",
    says="A further analysis of a customer is given the advice of the first one, whatever the bills are by now.",
    breaks="P03.recommendations",
    replaces="support.reference.outside:Model.find_savings",
    caught_by={SECOND: OF_SECOND},
    also_red={NOT_READY: "its second analysis is given the first advice as well"},
)
def advice_of_the_first_analysis(find_savings: Method, deviate: Deviate) -> Method:
    first: dict[str, dict[str, Any]] = {}

    async def remember(self: Any, user_id: str, told: Any, question: str, costs: Any) -> Any:
        advice = await find_savings(self, user_id, told, question, costs)
        kept = first.setdefault(user_id, advice)
        if kept["recommendations"] != advice["recommendations"]:
            deviate()
            return kept
        return advice

    return remember


@defect(
    "rebuilt-from-the-first-analysis",
    says="Recommendations that are made ready again are those of the first analysis.",
    breaks="P03.recommendations",
    replaces="support.reference.runs:Runs.latest_completed",
    caught_by={NOT_READY: OF_SECOND, SECOND: FIGURES},
    also_red=also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "Once a new result is confirmed, nobody sees the one before it",
        "A failure of the quick store brings nothing back that was replaced",
    ),
    at_night=True,
)
def rebuilt_from_the_first_analysis(latest: Method, deviate: Deviate) -> Method:
    import json

    async def take_first(self: Any, thread_id: str) -> Any:
        row = await self._storage.row(
            "SELECT id, result FROM runs WHERE thread_id = $1 AND status = 'completed' ORDER BY started_at LIMIT 1",
            thread_id,
        )
        found = await latest(self, thread_id)
        if found is None or found["run_id"] == row["id"]:
            return found
        deviate()
        return {**found, "run_id": row["id"], "result": json.loads(row["result"])}

    return take_first


@defect(
    "second-result-names-the-company",
    says="The result of a second analysis names the customer's company as its owner.",
    breaks="P03.figures_kept",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={SECOND: FIGURES},
    at_night=True,
)
def second_result_names_the_company(owned_by: Method, deviate: Deviate) -> Method:
    async def name_the_company(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        row = await owned_by(self, caller, run_id, action, origin)
        first = await self._storage.row(
            "SELECT id FROM runs WHERE thread_id = $1 ORDER BY started_at LIMIT 1", row["thread_id"]
        )
        if action == "read_run" and row["status"] == "completed" and first["id"] != run_id:
            deviate()
            return {**row, "user_id": caller.company}
        return row

    return name_the_company
