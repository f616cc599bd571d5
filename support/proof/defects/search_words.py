"""Breaks the search for what was said by whom and in which phase, what was renamed, and how words are written."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

SEARCH = "features/conversations/search.feature::"
ANSWERS = SEARCH + "What the assistant said is found too, after the conversation was completed"
RENAMED = SEARCH + "What was renamed is found by its new title only, while the conversation is paused too"
WRITTEN = SEARCH + "Words are found however they are written"
FINDS = "Ana finds every title and message of Ana's with these words, and no other"


def _without(find: Method, deviate: Deviate, condition: str) -> Method:
    """A search that leaves out messages, and titles, of which this holds of the conversation or the message."""
    look = (
        "SELECT true FROM threads LEFT JOIN messages ON messages.thread_id = threads.id AND messages.id = $2 "
        f"WHERE threads.id = $1 AND {condition}"
    )

    async def leave_out(self: Any, caller: Any, *details: Any) -> Any:
        found = await find(self, caller, *details)
        for match in list(found["matches"]):
            if await self._storage.row(look, match["thread_id"], match["message_id"]):
                deviate()
                found["matches"].remove(match)
                found["total"] -= 1
        return found

    return leave_out


@defect(
    "search-forgets-the-answers",
    says="A search leaves out what the assistant said.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={ANSWERS: FINDS},
)
def search_forgets_the_answers(find: Method, deviate: Deviate) -> Method:
    return _without(find, deviate, "messages.role = 'assistant'")


@defect(
    "search-forgets-what-is-not-in-use",
    says="A search leaves out what is paused or completed.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={ANSWERS: FINDS, RENAMED: FINDS},
)
def search_forgets_what_is_not_in_use(find: Method, deviate: Deviate) -> Method:
    return _without(find, deviate, "threads.metadata_->>'status' IN ('paused', 'completed')")


@defect(
    "search-knows-the-first-title",
    says="A conversation that was renamed is found by its first title, and not by the new one.",
    breaks="SC-2.search",
    replaces="support.reference.threads:Threads.merge",
    caught_by={RENAMED: FINDS},
)
def search_knows_the_first_title(merge: Method, deviate: Deviate) -> Method:
    async def keep_first(self: Any, connection: Any, thread_id: str, added: Any) -> None:
        first = await connection.fetchval("SELECT folded_title FROM threads WHERE id = $1", thread_id)
        await merge(self, connection, thread_id, added)
        if first and "title" in added:
            deviate()
            await connection.execute("UPDATE threads SET folded_title = $2 WHERE id = $1", thread_id, first)

    return keep_first


@defect(
    "excerpt-of-the-first-words",
    says="Of what is found in the archive the first words are shown, and not those that were sought.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={SEARCH + "What was put into the archive is found too": FINDS},
)
def excerpt_of_the_first_words(find: Method, deviate: Deviate) -> Method:
    from support.reference.search import EXCERPT

    look = (
        "SELECT content FROM messages JOIN threads ON threads.id = thread_id "
        "WHERE messages.id = $1 AND threads.metadata_->>'status' = 'archived'"
    )

    async def beginning(self: Any, caller: Any, *details: Any) -> Any:
        found = await find(self, caller, *details)
        for match in found["matches"]:
            row = await self._storage.row(look, match["message_id"])
            if row is not None and match["excerpt"] != row["content"][:EXCERPT]:
                deviate()
                match["excerpt"] = row["content"][:EXCERPT]
        return found

    return beginning


@defect(
    "letters-compared-sign-by-sign",
    says="A search finds accents and wide letters only as they were typed.",
    breaks="SC-2.search",
    replaces="support.reference.search:folded",
    caught_by={
        f"{SEARCH}Words are found however they are written[ΕΞΟΙΚΟΝΌΜΗΣΗ-εξοικονόμηση]": FINDS,
        f"{SEARCH}Words are found however they are written[节省ＡＷＳ云成本-aws云成本]": FINDS,
    },
)
def letters_compared_sign_by_sign(folded: Method, deviate: Deviate) -> Method:
    def by_sign(text: Any) -> str:
        plain = (text or "").casefold()
        if plain != folded(text):
            deviate()
        return plain

    return by_sign


@defect(
    "only-the-beginning-is-searched",
    says="Of a long message only the first thousand characters are searched.",
    breaks="SC-2.search",
    replaces="support.reference.messages:folded",
    caught_by={
        SEARCH + "Two customers who spoke of the same thing find each their own": FINDS,
        SEARCH + "What was put into the archive is found too": FINDS,
        RENAMED: FINDS,
        WRITTEN: FINDS,
    },
)
def only_the_beginning_is_searched(folded: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def beginning(text: str | None) -> str:
        if text and len(text) > 1000:
            deviate()
        return str(folded((text or "")[:1000]))

    return beginning


@defect(
    "only-the-latest-messages-are-searched",
    says="Of a long conversation only the latest hundred messages are searched.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={SEARCH + "A search that finds much is read in parts, with the right total": FINDS},
    at_night=True,
)
def only_the_latest_messages_are_searched(find: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def latest(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        found = await find(self, caller, words, limit, offset)
        last = "SELECT coalesce(max(position), 0) AS last FROM messages WHERE thread_id = $1"
        kept = []
        for match in found["matches"]:
            row = await self._storage.row(last, match["thread_id"])
            if match["position"] is None or match["position"] > row["last"] - 100:
                kept.append(match)
            else:
                deviate()
        return {**found, "matches": kept}

    return latest


@defect(
    "a-line-below-stands-for-any-sign",
    says="In a search an underscore stands for any sign.",
    breaks="SC-2.search",
    replaces="support.reference.search:Search.find",
    caught_by={f"{WRITTEN}[100% of the_bill-the_bill]": FINDS},
)
def a_line_below_stands_for_any_sign(find: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def any_sign(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        found = await find(self, caller, words, limit, offset)
        if "_" in words and (more := await find(self, caller, words.replace("_", " "), limit, offset))["total"]:
            deviate()
            found = {**found, "matches": found["matches"] + more["matches"], "total": found["total"] + more["total"]}
        return found

    return any_sign
