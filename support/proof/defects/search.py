"""Breaks facts and search: facts that replace each other, finds that are another's, missing or wrongly counted."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

FACTS = "features/conversations/facts.feature::"
STEP_BY_STEP = FACTS + "Facts that are noted step by step are all there"
CORRECTED = FACTS + "A correction changes one fact and no other"
NOTED = "every fact that Ana noted stands with the conversation"
SEARCH = "features/conversations/search.feature::"
OWN = SEARCH + "Two customers who spoke of the same thing find each their own"
PARTS = SEARCH + "A long list is read in parts without gap or repeat while others start conversations"
ONCE = "Ana has read every own conversation once, newest first"
FINDS = "Ana finds every title and message of Ana's with these words, and no other"


@defect(
    "note-replaces-the-earlier-ones",
    says="A note takes the place of all that were noted before.",
    breaks="TL-5.accumulates",
    replaces="support.reference.threads:Threads.merge",
    caught_by={
        STEP_BY_STEP: NOTED,
        CORRECTED: NOTED,
        "features/conversations/kept.feature::"
        "A conversation and its facts outlive a crash right after the last word": NOTED,
    },
    also_red={FACTS + "No fact is lost when several are noted at once": "the facts noted before are lost as well"},
)
def note_replaces_the_earlier_ones(merge: Method, deviate: Deviate) -> Method:
    async def replace(self: Any, connection: Any, thread_id: str, added: Any) -> None:
        if not {"title", "status"} & set(added):
            deviate()
            await connection.execute(
                "UPDATE threads SET metadata_ = jsonb_build_object('user_id', metadata_->'user_id', "
                "'title', metadata_->'title', 'status', metadata_->'status') WHERE id = $1",
                thread_id,
            )
        await merge(self, connection, thread_id, added)

    return replace


@defect(
    "new-title-loses-the-note-beside-it",
    says="A note that comes with a new title is lost.",
    breaks="TL-5.accumulates",
    replaces="support.reference.threads:Threads.change",
    caught_by={STEP_BY_STEP: NOTED},
    also_red={
        CORRECTED: "the facts that were noted with the title are lost there, too",
        FACTS + "No fact is lost when several are noted at once": "and there",
        "features/conversations/kept.feature::"
        "A conversation and its facts outlive a crash right after the last word": "and there",
    },
)
def new_title_loses_the_note(change: Method, deviate: Deviate) -> Method:
    async def title_alone(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        if title is not None and metadata:
            deviate()
            metadata = None
        return await change(self, row, title, metadata)

    return title_alone


@defect(
    "facts-of-the-beginning-are-lost",
    says="What is noted when a conversation is started is not kept.",
    breaks="TL-5.accumulates",
    replaces="support.reference.threads:Threads.start",
    caught_by={STEP_BY_STEP: NOTED, CORRECTED: NOTED},
    also_red=also(
        "conversations/facts", "the same facts are noted there", "Facts stand through every change of a conversation"
    ),
)
def facts_of_the_beginning_are_lost(start: Method, deviate: Deviate) -> Method:
    async def bare(self: Any, connection: Any, caller: Any, title: Any, metadata: Any) -> Any:
        if "asked_for" in (metadata or {}):
            deviate()
            metadata = None
        return await start(self, connection, caller, title, metadata)

    return bare


@defect(
    "lost-update",
    says="A note is read, changed and written back, so that of several at once only the last one stays.",
    breaks="TL-5.at_once",
    replaces="support.reference.threads:Threads.merge",
    caught_by={FACTS + "No fact is lost when several are noted at once": NOTED},
    also_red=also(
        "memory/unchanged",
        "the same is told and read there, too",
        "What was told since counts more than what an earlier version has kept",
    ),
)
def lost_update(merge: Method, deviate: Deviate) -> Method:
    async def write_back(self: Any, connection: Any, thread_id: str, added: Any) -> None:
        if {"title", "status"} & set(added):
            await merge(self, connection, thread_id, added)
            return
        read = json.loads(await connection.fetchval("SELECT metadata_ FROM threads WHERE id = $1", thread_id))
        await asyncio.sleep(0.02)
        deviate()
        await connection.execute(
            "UPDATE threads SET metadata_ = $2, updated_at = clock_timestamp() WHERE id = $1",
            thread_id,
            json.dumps({**read, **added}),
        )

    return write_back


@defect(
    "search-over-everybody",
    says="A search looks through the conversations of all customers.",
    breaks="TI-1.search",
    replaces="support.reference.search:Search.find",
    caught_by={OWN: FINDS},
    also_red=also(
        "isolation/conversations",
        "a colleague searches there as a stranger does elsewhere",
        "A colleague finds nothing of it by any search either",
    )
    | also(
        "isolation/conversations",
        "the same is met there among several, too",
        "A search finds one's own and no other, also by another's words",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
)
def search_over_everybody(find: Method, deviate: Deviate) -> Method:
    from dataclasses import replace

    async def through_all(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        found = await find(self, caller, words, limit, offset)
        for row in await self._storage.rows("SELECT id FROM users WHERE id <> $1", caller.user_id):
            other = await find(self, replace(caller, user_id=row["id"]), words, limit, offset)
            if other["total"]:
                deviate()
                found["matches"] += other["matches"]
                found["total"] += other["total"]
        return found

    return through_all


@defect(
    "search-kept-ready-for-everybody",
    says="What was found is kept ready for a while under its words, whoever asks next.",
    breaks="TI-1.search",
    replaces="support.reference.search:Search.find",
    caught_by={OWN: "Ben finds every title and message of Ben's with these words, and no other"},
)
def search_kept_ready_for_everybody(find: Method, deviate: Deviate) -> Method:
    async def remember(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        last = getattr(self, "last", (None, None, None))
        if last[0] == (words, limit, offset) and last[1] != caller.user_id:
            deviate()
            return last[2]
        found = await find(self, caller, words, limit, offset)
        self.last = ((words, limit, offset), caller.user_id, found)
        return found

    return remember


@defect(
    "search-forgets-the-archive",
    says="A search leaves out what is archived.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={SEARCH + "What was put into the archive is found too": FINDS},
)
def search_forgets_the_archive(find: Method, deviate: Deviate) -> Method:
    async def in_use(self: Any, caller: Any, *details: Any) -> Any:
        found = await find(self, caller, *details)
        for match in list(found["matches"]):
            row = await self._storage.row(
                "SELECT metadata_->>'status' AS phase FROM threads WHERE id = $1", match["thread_id"]
            )
            if row["phase"] == "archived":
                deviate()
                found["matches"].remove(match)
                found["total"] -= 1
        return found

    return in_use


@defect(
    "search-forgets-what-is-packed",
    says="Of a conversation that Netra has archived for its age a search finds the title alone.",
    breaks="SC-2.search",
    replaces="support.reference.search:said",
    caught_by={SEARCH + "What was put into the archive is found too": FINDS},
)
def search_forgets_what_is_packed(said: Method, deviate: Deviate) -> Method:
    def nothing(packet: bytes, sought: str) -> list[str]:
        if said(packet, sought):
            deviate()
        return []

    return nothing


@defect(
    "search-counts-the-part",
    says="A search tells how many stand in its part and not how many there are.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={SEARCH + "A search that finds much is read in parts, with the right total": FINDS},
)
def search_counts_the_part(find: Method, deviate: Deviate) -> Method:
    async def count_part(self: Any, *details: Any) -> Any:
        found = await find(self, *details)
        if found["total"] != len(found["matches"]):
            deviate()
            found["total"] = len(found["matches"])
        return found

    return count_part


@defect(
    "capitals-in-one-script-only",
    says="A search knows the capitals of the English letters only.",
    breaks="SC-2.search",
    replaces="support.reference.search:folded",
    caught_by={
        f"{SEARCH}Words are found however they are written[экономия на облаках-ЭКОНОМИЯ]": FINDS,
        f"{SEARCH}Words are found however they are written[Große Straße-GROSSE STRASSE]": FINDS,
    },
)
def capitals_in_one_script_only(folded: Method, deviate: Deviate) -> Method:
    def ascii_only(text: Any) -> str:
        text = text or ""
        plain = "".join(letter.lower() if letter.isascii() else letter for letter in text)
        if plain != folded(text):
            deviate()
        return plain

    return ascii_only


@defect(
    "list-begins-anew-beyond-the-first-part",
    says="Whichever part of the list is asked for, it begins with the newest conversation.",
    breaks="TI-1.lists",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={PARTS: ONCE},
)
def list_begins_anew_beyond_the_first_part(list_of: Method, deviate: Deviate) -> Method:
    async def from_the_top(self: Any, caller: Any, limit: int, offset: int) -> Any:
        if offset:
            deviate()
        return await list_of(self, caller, limit, 0)

    return from_the_top


@defect(
    "parts-of-the-list-count-others-conversations",
    says="A later part of the list begins as much later as others have started conversations meanwhile.",
    breaks="TI-1.lists",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={PARTS: ONCE},
)
def parts_of_the_list_count_others_conversations(list_of: Method, deviate: Deviate) -> Method:
    newer = (
        "SELECT count(*) AS number FROM threads WHERE user_id <> $1 "
        "AND created_at > (SELECT max(created_at) FROM threads WHERE user_id = $1)"
    )

    async def too_late(self: Any, caller: Any, limit: int, offset: int) -> Any:
        row = await self._storage.row(newer, caller.user_id)
        if not offset or not row["number"]:
            return await list_of(self, caller, limit, offset)
        deviate()
        return await list_of(self, caller, limit, offset + row["number"])

    return too_late


@defect(
    "last-part-of-the-list-moves-to-the-front",
    says="Whoever reads the last part of a list has its last conversation stored as the newest from then on.",
    breaks="TI-1.lists",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={PARTS: ONCE},
)
def last_part_of_the_list_moves_to_the_front(list_of: Method, deviate: Deviate) -> Method:
    async def moving(self: Any, caller: Any, limit: int, offset: int) -> Any:
        found = await list_of(self, caller, limit, offset)
        if offset and 0 < len(found) < limit:
            deviate()
            await self._storage.execute(
                "UPDATE threads SET created_at = clock_timestamp() WHERE id = $1", found[-1]["id"]
            )
        return found

    return moving
