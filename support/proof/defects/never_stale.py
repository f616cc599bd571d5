"""What is kept ready and should not be: old, another's, wrong, or made again and again."""

import asyncio
import inspect
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

STALE = "features/persistence/never_stale.feature::"
FRESH = STALE + "Once a new result is confirmed, nobody sees the one before it"
BACK = STALE + "A failure of the quick store brings nothing back that was replaced"
LAST = STALE + "Of two analyses that are under way at once the one that is confirmed last counts"
ONCE = STALE + "What has outlived its time is made ready again once, however many want it"
WHATEVER = STALE + "Whatever happens to the quick store, the figures are right"
ENDED = STALE + "What ended while the quick store failed is kept ready again"
FULL = STALE + "A quick store that takes nothing more costs nobody a right figure"
OWN = STALE + "However many open what is theirs at once, each sees their own figures"
NAMES = STALE + "Of many changes at once one holds, everywhere"
NOTHING_OLD = "nobody who opens what Ana has sees the first result once the second one is confirmed"
RIGHT = "Ana reads the right figures each time"


@defect(
    "old-result-stays-ready",
    says="What is kept ready of a conversation outlives a new result.",
    breaks="P10.fresh",
    replaces="support.reference.ready:Ready.make_way",
    caught_by={FRESH: NOTHING_OLD},
    also_red={LAST: "the result that is confirmed first stays ready there, too"}
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "After a second analysis its own recommendations are told",
    ),
)
def old_result_stays_ready(make_way: Method, deviate: Deviate) -> Method:
    async def keeps_what_it_has(self: Any, user_id: str, thread_id: str) -> None:
        if await self.results(user_id, thread_id) is None:
            await make_way(self, user_id, thread_id)
            return

        put = self._put_newest

        async def not_here(key: str, value: Any, seconds: int, thread: str, run_id: str) -> None:
            if thread == thread_id:
                deviate()
                return
            await put(key, value, seconds, thread, run_id)

        self._put_newest = not_here

    return keeps_what_it_has


@defect(
    "last-begun-counts-as-latest",
    says="Of two analyses that are under way at once the one that was begun last counts, whichever is confirmed last.",
    breaks="P10.fresh",
    replaces="support.reference.runs:Runs.latest_completed",
    caught_by={LAST: "the result and the recommendations to Ana are those that were confirmed last"},
)
def last_begun_counts_as_latest(latest: Method, deviate: Deviate) -> Method:
    async def take_last_begun(self: Any, thread_id: str) -> Any:
        found = await latest(self, thread_id)
        row = await self._storage.row(
            "SELECT id, result FROM runs WHERE thread_id = $1 AND status = 'completed' "
            "ORDER BY started_at DESC LIMIT 1",
            thread_id,
        )
        if found is None or found["run_id"] == row["id"]:
            return found
        deviate()
        return {**found, "run_id": row["id"], "result": json.loads(row["result"])}

    return take_last_begun


@defect(
    "quick-store-is-believed-after-its-failure",
    says="What the quick store held before its failure is believed after it, whatever was confirmed meanwhile.",
    breaks="P10.fresh",
    replaces="support.reference.ready:Ready._get",
    caught_by={BACK: NOTHING_OLD},
)
def quick_store_is_believed_after_its_failure(get: Method, deviate: Deviate) -> Method:
    before: dict[str, str] = {}
    lost: set[str] = set()

    async def trusting(self: Any, key: str) -> Any:
        from support.reference.trouble import CacheAway

        try:
            kept = await self._cache.ask(lambda redis: redis.get(key))
        except CacheAway:
            lost.add(key)
            return None
        if key in lost:
            # Somebody may have put the new one there first.
            lost.remove(key)
            kept = before.get(key, kept)
        if kept is not None:
            deviate()
            before[key] = kept
        return json.loads(kept) if kept else None

    return trusting


@defect(
    "everyone-makes-it-anew",
    says="Each of many who want what is no longer kept ready makes it again.",
    breaks="P10.rebuilt",
    replaces="support.reference.making:Making.once",
    caught_by={ONCE: "Netra's storage was asked for the <thing> once"},
)
def everyone_makes_it_anew(once: Method, deviate: Deviate) -> Method:
    async def each_alone(self: Any, key: str, kept: Any, make: Any) -> Any:
        deviate()
        return await make()

    return each_alone


@defect(
    "made-again-with-another-year",
    says="Recommendations that are made ready again tell a year of eleven months.",
    breaks="P10.rebuilt",
    replaces="support.reference.ready:Ready.rebuild_recommendations",
    caught_by={ONCE + "[recommendations]": RIGHT, WHATEVER + "[Netra's quick store is emptied]": RIGHT},
    also_red=also(
        "persistence/kept_ready",
        "the recommendations are made ready again there, too",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/never_stale",
        "the recommendations are made again with each reading there",
        "A quick store that takes nothing more costs nobody a right figure",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "continuity/disaster", "the same is kept or restored there, too", "What is kept in several places agrees again"
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "Result, report and recommendations are exact after a crash",
        "The recommendations are those of the second analysis although nothing is kept ready",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "After the repair everything is as it was before the fault",
    ),
)
def made_again_with_another_year(rebuild: Method, deviate: Deviate) -> Method:
    async def short(self: Any, user_id: str, thread_id: str) -> Any:
        value = await rebuild(self, user_id, thread_id)
        if value is not None:
            deviate()
            value["annual_savings"] = str(Decimal(value["monthly_savings"]) * 11)
        return value

    return short


@defect(
    "one-answer-for-all-who-ask-at-once",
    says="Of several customers who ask at the same moment all get the answer that was read for one.",
    breaks="P10.own",
    replaces="support.reference.ready:Ready.recommendations",
    caught_by={OWN: "Ana, Ben, Chen and Dora read the figures of their own result each time"},
    also_red=also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
)
def one_answer_for_all_who_ask_at_once(recommendations: Method, deviate: Deviate) -> Method:
    reading: list[tuple[str, asyncio.Task[Any]]] = []

    async def shared(self: Any, user_id: str, thread_id: str) -> Any:
        if reading:
            owner, task = reading[0]
            value = await asyncio.shield(task)
            if owner != user_id:
                deviate()
            return value
        task = asyncio.ensure_future(recommendations(self, user_id, thread_id))
        reading.append((user_id, task))
        try:
            return await asyncio.shield(task)
        finally:
            reading.clear()

    return shared


@defect(
    "a-server-remembers-the-name-it-saw-first",
    says="A server goes on telling the first of several names that a conversation was given.",
    breaks="P10.one_winner",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={NAMES: "one of the names holds for Ana, everywhere"},
    also_red=also(
        "conversations/facts",
        "what a server remembers of a conversation is told there, too",
        "No fact is lost when several are noted at once",
    )
    | also(
        "conversations/lifecycle",
        "what a server remembers of a conversation is told there, too",
        "A conversation is paused, resumed and completed, and each change is seen",
        "The same change twice at once is made once",
        "Of a completion and messages that meet, each comes first or is told that it came second",
    )
    | also(
        "persistence/agree",
        "what a server remembers of a conversation is told there, too",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "conversations/lifecycle",
        "the same answer and the same phase are looked for there",
        "Work that is under way goes on to its end whatever becomes of the conversation",
    )
    | also(
        "continuity/retention", "the same is kept or restored there, too", "An archived conversation can still be read"
    )
    | also(
        "memory/unchanged",
        "the same is told and read there, too",
        "What was told since counts more than what an earlier version has kept",
    )
    | also(
        "responsiveness/starting",
        "the same is timed there, too",
        "A conversation that is changed again and again shows each change at once",
    ),
)
def a_server_remembers_the_name_it_saw_first(owned_by: Method, deviate: Deviate) -> Method:
    seen: dict[str, Any] = {}

    async def remembering(self: Any, caller: Any, thread_id: str, *why: Any) -> Any:
        row = await owned_by(self, caller, thread_id, *why)
        if not str(json.loads(row["metadata_"]).get("title")).startswith(("Name ", "Savings for ")):
            return row
        first = seen.setdefault(thread_id, row)
        if first["metadata_"] != row["metadata_"]:
            deviate()
        return first

    return remembering


@defect(
    "full-quick-store-fails-the-customer",
    says="Whoever asks for what the quick store has no room to keep ready again gets an error.",
    breaks="P02.fallback",
    replaces="support.reference.cache:Cache.ask",
    caught_by={FULL: RIGHT},
)
def full_quick_store_fails_the_customer(ask: Method, deviate: Deviate) -> Method:
    async def strict(self: Any, question: Any) -> Any:
        from redis.exceptions import OutOfMemoryError

        from support.reference.trouble import CacheAway, Refusal

        try:
            return await ask(self, question)
        except CacheAway as away:
            if isinstance(away.__cause__, OutOfMemoryError):
                deviate()
                raise Refusal from away
            raise

    return strict


def _makes_no_more(ask: Method, kind: str, deviate: Deviate) -> Method:
    """A server that has met a quick store that was away, and from then on makes no more of this kind ready."""

    async def discouraged(self: Any, question: Any) -> Any:
        from support.reference.trouble import CacheAway

        made = inspect.getclosurevars(question).nonlocals["key"] if question.__name__ == "read_and_put" else ""
        if made.startswith(kind) and getattr(self, "was_away", False):
            deviate()
            raise CacheAway
        try:
            return await ask(self, question)
        except CacheAway:
            self.was_away = True
            raise

    return discouraged


@defect(
    "no-answer-is-made-ready-after-an-outage",
    says="A server that has met an outage of the quick store makes no answer ready again that has ended.",
    breaks="P10.rebuilt",
    replaces="support.reference.cache:Cache.ask",
    caught_by={ENDED: "the answer to Ana is kept ready for 30 minutes"},
)
def no_answer_is_made_ready_after_an_outage(ask: Method, deviate: Deviate) -> Method:
    return _makes_no_more(ask, "agent_results", deviate)


@defect(
    "no-advice-is-made-ready-after-an-outage",
    says="A server that has met an outage of the quick store makes no recommendations ready again that have ended.",
    breaks="P10.rebuilt",
    replaces="support.reference.cache:Cache.ask",
    caught_by={ENDED: "the recommendations to Ana are kept ready for 24 hours"},
)
def no_advice_is_made_ready_after_an_outage(ask: Method, deviate: Deviate) -> Method:
    return _makes_no_more(ask, "optimization_results", deviate)
