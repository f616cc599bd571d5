"""Breaks what keeps conversations apart: lists, owners, and refusals that tell or do too much."""

import importlib
import itertools
import json
import os
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

CONVERSATIONS = "features/isolation/conversations.feature::"
LISTS = CONVERSATIONS + "Each list shows its owner's conversations and no other"
TOUCHED = CONVERSATIONS + "Another's conversation and analysis cannot be touched"
CLOSED = "features/isolation/live_updates.feature::Another's conversation is closed on the live connection too"
START = "features/conversations/start.feature::"
STARTED = START + "A conversation belongs to whoever starts it, whatever is claimed"
AT_ONCE = "features/conversations/at_once.feature::"
FOUND = "features/conversations/kept.feature::What was found is not there for another customer"

EACH_OTHER = CONVERSATIONS + "Three companies reach for everything of each other, 24 times in vain"
NUMBERS = CONVERSATIONS + "Numbers count what is one's own alone"
IN_NAME = CONVERSATIONS + "A list that is asked for in another's name is one's own"

OWN_LISTS = "Ana, Ben and Chen find exactly their own conversations"
EACH_OWN = "<customers> find exactly their own conversations"
COUNTS = "every number that Ana and Ben are told counts their own alone"
REFUSED = "Eve is refused as if it did not exist"
UNREACHED = "nothing of Ana's has reached Eve"
COUNTED = CONVERSATIONS + "Nobody gets from a name of one's own to one of another's by counting"
UNDISTURBED = "Ana still has everything as it was"


@defect(
    "list-forgets-the-oldest",
    says="A list of several conversations lacks the oldest one.",
    breaks="TI-1.counts",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={
        LISTS: OWN_LISTS,
        EACH_OTHER: EACH_OWN,
        NUMBERS: COUNTS,
        AT_ONCE + "Each of many conversations started at once exists once, at its owner": (
            "Ana, Ben and Chen find exactly their own conversations"
        ),
    },
    also_red=also(
        "conversations/archive",
        "the same list lacks the oldest conversation",
        "An archived conversation moves from the list to the archive and can be read",
    )
    | also(
        "conversations/search",
        "the same list lacks the oldest conversation",
        "A long list is read in parts without gap or repeat while others start conversations",
    )
    | also(
        "isolation/wrong_owner",
        "the same list lacks the oldest conversation",
        "Whatever is in order is still there for everybody",
    )
    | also(
        "continuity/retention",
        "what is archived is looked for there, too",
        "A company's conversations are archived as agreed",
    )
    | also(
        "continuity/retention",
        "the same is kept or restored there, too",
        "A conversation is archived the day after its last day in use",
        "A company that keeps everything loses nothing",
    )
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "responsiveness/saving",
        "the same is timed there, too",
        "Fifteen conversations that are saved at the same moment are all soon there",
    ),
)
def list_forgets_the_oldest(list_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def leave_one_out(self: Any, caller: Any, limit: int, offset: int) -> Any:
        listed = await list_of(self, caller, limit, offset)
        if len(listed) > 1:
            deviate()
            listed.pop()
        return listed

    return leave_one_out


@defect(
    "list-shows-one-too-many",
    says="A list begins with the newest conversation of whoever it is.",
    breaks="P11.own",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={
        LISTS: OWN_LISTS,
        EACH_OTHER: EACH_OWN,
        NUMBERS: COUNTS,
        IN_NAME: "Eve finds exactly the own conversations",
        START + "A note cannot change whose a conversation is or where it stands": (
            "Ana and Eve find exactly their own conversations"
        ),
        STARTED: "Ana and Eve find exactly their own conversations",
        AT_ONCE + "Each of many conversations started at once exists once, at its owner": (
            "Ana, Ben and Chen find exactly their own conversations"
        ),
        AT_ONCE + "The mark of one customer means nothing for another one": (
            "Ana and Ben find exactly their own conversations"
        ),
    },
    also_red=also(
        "isolation/many_at_once",
        "the same list shows what is another's",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "conversations/search",
        "the same list shows what is another's",
        "A long list is read in parts without gap or repeat while others start conversations",
    )
    | also(
        "isolation/wrong_owner",
        "the same list shows what is another's",
        "Nobody but an operator has it mended",
    )
    | also(
        "responsiveness/together",
        "whoever is shown another's has not been served",
        "Listing, opening, changing and writing each stay within their limit",
        "Nobody is served much worse than the others, and nothing gets lost",
    )
    | also(
        "growth/many_people",
        "whoever is shown another's has not been served",
        "When a few become many, all of them get their work done",
    )
    | also(
        "continuity/retention",
        "what is archived is looked for there, too",
        "A company's conversations are archived as agreed",
    )
    | also(
        "continuity/deletion", "the same is kept or restored there, too", "What was agreed is deleted, and nothing else"
    )
    | also(
        "continuity/retention",
        "the same is kept or restored there, too",
        "Only what is due is touched",
        "What Netra is at work on is not put away",
    )
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "responsiveness/saving",
        "the same is timed there, too",
        "Fifteen conversations that are saved at the same moment are all soon there",
    ),
    at_night=True,
)
def list_shows_one_too_many(list_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.threads import shown

    async def begin_with_the_newest(self: Any, caller: Any, limit: int, offset: int) -> Any:
        listed = await list_of(self, caller, limit, offset)
        newest = await self._storage.row(
            "SELECT id FROM threads WHERE user_id <> $1 ORDER BY created_at DESC LIMIT 1", caller.user_id
        )
        if newest is not None and newest["id"] not in [entry["id"] for entry in listed]:
            deviate()
            listed.insert(0, shown(await self._load(newest["id"])))
        return listed

    return begin_with_the_newest


@defect(
    "owner-as-claimed",
    says="A conversation belongs to whomever the request names as its owner.",
    breaks="P11.own",
    replaces="support.reference.threads:Threads.create",
    caught_by={
        STARTED: "Ana and Eve find exactly their own conversations",
    },
)
def owner_as_claimed(create: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def believe(self: Any, caller: Any, title: Any, metadata: Any) -> Any:
        started = await create(self, caller, title, metadata)
        if metadata and "user_id" in metadata:
            deviate()
            await self._storage.execute(
                "UPDATE threads SET user_id = $2 WHERE id = $1", started["id"], metadata["user_id"]
            )
        return started

    return believe


@defect(
    "report-read-by-anyone",
    says="Whoever knows an analysis by its identity may read its report.",
    breaks="P11.refused",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={f"{TOUCHED}[open the report]": REFUSED, f"{FOUND}[open the report]": REFUSED},
    also_red=also(
        "isolation/access_attempts",
        "another's report is opened there, too",
        "Every kind of attempt is on record, each of them once",
        "Whoever pretends to come from elsewhere is on record with where they came from",
    )
    | also(
        "isolation/conversations",
        "another's report is opened there, too",
        "A refusal costs Netra the same work, whether there is something or not",
    )
    | also(
        "isolation/segments",
        "another's report is opened there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's report is opened there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def report_read_by_anyone(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def open_to_all(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, run_id, action, origin)
        except NotFound:
            row = await self._storage.row("SELECT * FROM runs WHERE id = $1", run_id)
            if action != "read_report" or row is None:
                raise
            deviate()
            return row

    return open_to_all


@defect(
    "forbidden-betrays-existence",
    says="An analysis of another's is forbidden, and one that does not exist is not found.",
    breaks="P11.refused",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={f"{TOUCHED}[open the result]": REFUSED, f"{FOUND}[open the result]": REFUSED},
    also_red=also(
        "isolation/segments",
        "another's result is opened there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's result is opened there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def forbidden_betrays_existence(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Forbidden, NotFound

    async def forbid(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, run_id, action, origin)
        except NotFound:
            if action != "read_run" or await self._storage.row("SELECT FROM runs WHERE id = $1", run_id) is None:
                raise
            deviate()
            raise Forbidden from None

    return forbid


@defect(
    "refusal-suggests-a-title",
    says="A refusal suggests the newest conversation, whoever's it is.",
    breaks="P11.no_trace",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        f"{TOUCHED}[rename the conversation]": UNREACHED,
        f"{TOUCHED}[open the conversation]": UNREACHED,
        START + "Another customer who tries to open it is refused": UNREACHED,
        f"{CLOSED}[follow the conversation]": UNREACHED,
    },
    also_red=also(
        "isolation/conversations",
        "every refusal there suggests a title",
        "Three companies reach for everything of each other, 24 times in vain",
    )
    | also(
        "isolation/segments",
        "every refusal there suggests a title",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def refusal_suggests_a_title(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def suggest(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if action not in ("read_thread", "change_thread", "resume"):
                raise
            deviate()
            newest = await self._storage.row("SELECT metadata_ FROM threads ORDER BY created_at DESC LIMIT 1")
            title = json.loads(newest["metadata_"])["title"]
            raise NotFound(f"There is nothing here under this name. Did you mean '{title}'?") from None

    return suggest


@defect(
    "archived-though-refused",
    says="A stranger who archives a conversation is refused, and it is archived all the same.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{TOUCHED}[archive the conversation]": UNDISTURBED},
    also_red=also(
        "isolation/segments",
        "another's conversation is archived there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def archived_though_refused(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def archive_first(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if action == "archive_thread":
                row = await self._storage.row("SELECT id FROM threads WHERE id = $1", thread_id)
                if row is not None:
                    deviate()
                    await self.archive(row)
            raise

    return archive_first


@defect(
    "shut-for-its-owner-too",
    says="Once a stranger was refused to resume a conversation, its owner is refused its messages, too.",
    breaks="TI-2.own_access",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{TOUCHED}[resume the conversation]": UNDISTURBED},
    also_red=also(
        "isolation/segments",
        "another's conversation is shut for its owner there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def shut_for_its_owner_too(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    shut: set[str] = set()

    async def shut_after_refusal(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            row = await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if action == "resume_thread":
                shut.add(thread_id)
            raise
        if action == "read_messages" and thread_id in shut:
            deviate()
            raise NotFound
        return row

    return shut_after_refusal


@defect(
    "analyses-are-numbered",
    says="Analyses are numbered one after the other, so that whoever has one knows the names of all others.",
    breaks="P11.refused",
    replaces="support.reference.analyses:Analyses.begin",
    caught_by={COUNTED: "no name that Netra gave to what Ana, Ben and Eve have leads to another one"},
)
def analyses_are_numbered(begin: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    begun = itertools.count()

    async def numbered(self: Any, *question: Any) -> Any:
        from types import SimpleNamespace

        analyses: Any = importlib.import_module("support.reference.analyses")
        rows = await self._storage.rows("SELECT count(*) AS there FROM runs")
        # Of several at once, on whatever server, each has a number of its own all the same.
        number = f"{rows[0]['there']:016x}{os.getpid():08x}{next(begun):08x}"
        original = analyses.uuid
        deviate()
        analyses.uuid = SimpleNamespace(uuid4=lambda: SimpleNamespace(hex=number))
        try:
            return await begin(self, *question)
        finally:
            analyses.uuid = original

    return numbered
