"""Breaks isolation by the side: counts, searches, what the model is told, the work of a refusal, ways of writing."""

import itertools
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

CONVERSATIONS = "features/isolation/conversations.feature::"
NUMBERS = CONVERSATIONS + "Numbers count what is one's own alone"
SEARCH = CONVERSATIONS + "A search finds one's own and no other, also by another's words"
TOLD = CONVERSATIONS + "The AI model is told of one customer at a time"
SAME_WORK = "Eve cannot tell the two apart by the work that Netra had"
WORK = CONVERSATIONS + "A refusal costs Netra the same work, whether there is something or not"
EACH_OTHER = CONVERSATIONS + "Three companies reach for everything of each other, 24 times in vain"
WRITTEN = CONVERSATIONS + "No way of writing a name opens what is another's"
LIVE = "features/isolation/live_updates.feature::"
ELSEWHERE = "features/conversations/search.feature::Two customers who spoke of the same thing find each their own"


@defect(
    "page-counts-everybodys",
    says="Beside a page of one message stands how many messages there are in all of Netra.",
    breaks="TI-1.counts",
    replaces="support.reference.messages:Messages.page",
    caught_by={NUMBERS: "every number that Ana and Ben are told counts their own alone"},
)
def page_counts_everybodys(page: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def count_all(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        found = await page(self, thread_id, limit, offset)
        if limit == 1:
            deviate()
            found["total"] = (await self._storage.row("SELECT count(*) AS number FROM messages"))["number"]
        return found

    return count_all


@defect(
    "search-counts-everybodys",
    says="A search counts the titles of all customers.",
    breaks="TI-1.searched",
    replaces="support.reference.search:Search.find",
    caught_by={
        SEARCH: "Eve finds nothing of Ana's by any search",
        ELSEWHERE: "Ana finds every title and message of Ana's with these words, and no other",
    },
    also_red=also(
        "isolation/conversations",
        "a colleague searches there as a stranger does elsewhere",
        "A colleague finds nothing of it by any search either",
    ),
)
def search_counts_everybodys(find: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.search import folded

    async def count_all(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        found = await find(self, caller, words, limit, offset)
        others = "SELECT count(*) AS number FROM threads WHERE user_id <> $1 AND strpos(folded_title, $2) > 0"
        number = (await self._storage.row(others, caller.user_id, folded(words)))["number"]
        if number:
            deviate()
            found["total"] += number
        return found

    return count_all


@defect(
    "model-told-the-latest-of-all",
    says="With a second question the AI model is also told the latest answer that anybody got.",
    breaks="P11.told",
    replaces="support.reference.messages:Messages.history",
    caught_by={TOLD: "what the AI model was told for Ben holds nothing of anybody else"},
)
def model_told_the_latest_of_all(history: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def add_the_latest(self: Any, thread_id: str, before: int, *more: Any, **named: Any) -> Any:
        told = await history(self, thread_id, before, *more, **named)
        latest = await self._storage.row(
            "SELECT messages.role, messages.content FROM messages JOIN threads ON threads.id = messages.thread_id "
            "WHERE role = 'assistant' AND user_id <> (SELECT user_id FROM threads WHERE id = $1) "
            "ORDER BY messages.created_at DESC LIMIT 1",
            thread_id,
        )
        if before == 3 and latest is not None:
            deviate()
            told = [{"role": latest["role"], "content": latest["content"]}, *told]
        return told

    return add_the_latest


@defect(
    "refusal-looks-once-more",
    says="Before a conversation of another's or its result is refused, storage is asked once more.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{WORK}[{thing}]": SAME_WORK for thing in ("conversation", "result")},
)
def refusal_looks_once_more(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def look_again(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            owner = "SELECT user_id FROM threads WHERE id = $1"
            if action in ("read_thread", "read_result") and await self._storage.row(owner, thread_id) is not None:
                deviate()
                await self._storage.row(f"{owner} AND user_id <> $2", thread_id, caller.user_id)
            raise

    return look_again


@defect(
    "every-third-refusal-looks-once-more",
    says="Before every third refusal of a conversation of another's storage is asked once more.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{WORK}[conversation]": SAME_WORK},
    at_night=True,
)
def every_third_refusal_looks_once_more(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    refusals = itertools.count(1)

    async def look_again(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            owner = "SELECT user_id FROM threads WHERE id = $1"
            if action == "read_thread" and await self._storage.row(owner, thread_id) and next(refusals) % 3 == 0:
                deviate()
                await self._storage.row(f"{owner} AND user_id <> $2", thread_id, caller.user_id)
            raise

    return look_again


@defect(
    "report-looked-for-before-its-owner",
    says="A report of another's is looked for before it is asked whose it is.",
    breaks="P11.refused",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={f"{WORK}[report]": SAME_WORK},
    at_night=True,
)
def report_looked_for_before_its_owner(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def look_first(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, run_id, action, origin)
        except NotFound:
            kept = "SELECT text FROM reports WHERE run_id = $1"
            if action == "read_report" and await self._storage.row(kept, run_id) is not None:
                deviate()
            raise

    return look_first


@defect(
    "third-message-makes-it-public",
    says="A conversation of a Mid customer's that holds three messages is open to everybody.",
    breaks="TI-4.blocked",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{EACH_OTHER}[Ana, Ben and Chen]": "all 24 attempts of <customers> are refused as if nothing existed"},
    at_night=True,
)
def third_message_makes_it_public(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def open_to_all(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            segment = "SELECT segment FROM users JOIN threads ON threads.user_id = users.id WHERE threads.id = $1"
            row = await self._storage.row(segment, thread_id)
            if row is None or row["segment"] != "mid" or action != "read_thread":
                raise
            found = await self._load(thread_id)
            if found["message_count"] != 3:
                raise
            deviate()
            return found

    return open_to_all


@defect(
    "capitals-pass-the-owner-by",
    says="A name in capitals is looked up in small letters, and without the owner.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{WRITTEN}[in capitals]": "Eve is refused as if it did not exist"},
)
def capitals_pass_the_owner_by(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def look_kindly(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        small = "SELECT id FROM threads WHERE id = lower($1) AND id <> $1"
        if thread_id.isupper() and await self._storage.row(small, thread_id) is not None:
            deviate()
            return await self._load(thread_id.lower())
        return await owned_by(self, caller, thread_id, action, origin)

    return look_kindly


@defect(
    "colon-leads-to-what-is-kept-ready",
    says="What is kept ready for somebody else is found under a name that holds whose it is before a colon.",
    breaks="P11.refused",
    replaces="support.reference.ready:Ready.results_key",
    caught_by={f"{WRITTEN}[with a colon]": "Eve is refused as if it did not exist"},
)
def colon_leads_to_what_is_kept_ready(results_key: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def join(user_id: str, thread_id: str) -> str:
        if ":" in thread_id:
            deviate()
            return f"agent_results:{thread_id}"
        return str(results_key(user_id, thread_id))

    return join


@defect(
    "report-under-a-name-with-blanks",
    says="A report is looked up without the blanks around the name of its analysis, and without the owner.",
    breaks="P11.refused",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={f"{WRITTEN}[with blanks around it]": "Eve is refused as if it did not exist"},
)
def report_under_a_name_with_blanks(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def look_kindly(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        known = "SELECT * FROM runs WHERE id = $1 AND id <> $2"
        row = await self._storage.row(known, run_id.strip(), run_id) if run_id != run_id.strip() else None
        if row is not None and action == "read_report":
            deviate()
            return row
        return await owned_by(self, caller, run_id, action, origin)

    return look_kindly


@defect(
    "percent-sign-suggests",
    says="Who asks with a percent sign is told the first title of the alphabet, whoever's it is.",
    breaks="P11.no_trace",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{WRITTEN}[with a percent sign]": "nothing of Ana's has reached Eve"},
)
def percent_sign_suggests(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def suggest(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if "%" not in thread_id:
                raise
            deviate()
            first = "SELECT metadata_->>'title' AS title FROM threads ORDER BY 1 LIMIT 1"
            row = await self._storage.row(first)
            raise NotFound(f"There is nothing here. Did you mean '{row['title']}'?") from None

    return suggest


@defect(
    "completion-to-the-last-connection",
    says="Of two customers the one who connected last also gets the other one's completion.",
    breaks="WS-2.own",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={
        f"{LIVE}Whoever connects last takes over nobody's updates": "Ben has received only what is Ben's",
    },
    also_red=also(
        "isolation/live_updates",
        "the stranger who listens connects last",
        "A stranger who listens hears nothing",
    )
    | also(
        "continuity/maintenance",
        "one of the customers has two tabs open there",
        "New questions are refused only after everyone has been told",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "After an outage maintenance can be announced as before",
    )
    | also(
        "golden_path/error_termination",
        "the same update or end is met there, too",
        "Another customer's analysis does not notice",
    )
    | also(
        "live_updates/trouble_on_the_line",
        "the same update is met there, too",
        "A faulty program in the middle of an analysis disturbs neither its owner nor others",
        "A program that calls thousands of times gets its answers and holds up nobody",
    ),
)
def completion_to_the_last_connection(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    import asyncio

    sending: set[asyncio.Task[None]] = set()

    def send_to_the_last(self: Any, frame: dict[str, Any]) -> None:
        deliver(self, frame)
        users = list(self._by_user)
        if frame["type"] == "agent_completed" and len(users) == 2 and users[-1] != frame["user_id"]:
            for socket in self.of(users[-1]):
                deviate()
                task = asyncio.get_running_loop().create_task(socket.notify(frame))
                sending.add(task)
                task.add_done_callback(sending.discard)

    return send_to_the_last
