"""Breaks what keeps long conversations manageable: bounds, essential facts, the whole history, Netra's own memory."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

HERE = "features/memory/long_conversations.feature::"
MORE = HERE + "After a hundred messages more the AI model hears little more, and still the facts of the beginning"
PUSHED = HERE + "Long messages and many details do not push out an essential fact"
READABLE = HERE + "Two hundred long messages can all be read and leave Netra no larger"

BUDGET = 'the AI model knows that Ana\'s budget is "$25,000 a month"'
LATEST = "the AI model hears at least the latest 20 messages of Ana, in order"


@defect(
    "history-knows-no-bound",
    says="The AI model is told the whole conversation, however long it is.",
    breaks="CC-6.bounded",
    replaces="support.reference.messages:Messages.history",
    caught_by={
        MORE: "the AI model hears less than 3 times as much for Ana as before",
        PUSHED: "the AI model hears at most 64000 characters for Ana",
    },
)
def history_knows_no_bound(history: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_everything(self: Any, thread_id: str, before: int) -> Any:
        rows = await self._storage.rows(
            "SELECT role, content FROM messages WHERE thread_id = $1 AND position < $2 ORDER BY position",
            thread_id,
            before,
        )
        if len(rows) > 40 or sum(len(row["content"]) for row in rows) > 24_000:
            deviate()
        told = [{"role": row["role"], "content": self.talk(row)} for row in rows]
        return [one for one in told if one["content"]]

    return tell_everything


@defect(
    "facts-age-with-their-messages",
    says="A fact is told to the AI model only as long as its message is one of the latest fifty.",
    breaks="CC-6.essentials",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={MORE: BUDGET},
)
def facts_age_with_their_messages(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_the_recent(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        old = await self._storage.rows(
            "SELECT facts.name FROM facts JOIN messages ON messages.id = facts.message_id "
            "JOIN threads ON threads.id = messages.thread_id "
            "WHERE facts.user_id = $1 AND position <= last_position - 50",
            user_id,
        )
        if old:
            deviate()
        return [fact for fact in facts if fact["name"] not in [row["name"] for row in old]]

    return tell_the_recent


@defect(
    "history-is-cut-at-the-wrong-end",
    says="Of a long conversation the AI model is told the first messages instead of the latest.",
    breaks="CC-6.bounded",
    replaces="support.reference.messages:Messages.history",
    caught_by={MORE: LATEST},
    at_night=True,
)
def history_is_cut_at_the_wrong_end(history: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_the_first(self: Any, thread_id: str, before: int) -> Any:
        if before > 41:
            deviate()
            before = 41
        return await history(self, thread_id, before)

    return tell_the_first


@defect(
    "history-has-gaps",
    says="What is too long to be told is left out, and the AI model is told what was said before it as if it followed.",
    breaks="CC-6.bounded",
    replaces="support.reference.messages:Messages.bounded",
    caught_by={MORE: LATEST},
)
def history_has_gaps(bounded: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def skip(newest_first: list[dict[str, str]]) -> Any:
        room, chosen = 24_000, list[dict[str, str]]()
        for message in newest_first:
            if len(message["content"]) <= room and message["content"]:
                chosen.insert(0, message)
                room -= len(message["content"])
        told = bounded(newest_first)
        if len(chosen) <= len(told):
            return told
        deviate()
        return chosen

    return skip


@defect(
    "details-push-out-what-is-lasting",
    says="When there is too much to tell, the facts that were told last are told, whatever their kind.",
    breaks="CC-6.essentials",
    replaces="support.reference.memory:Memory.bounded",
    caught_by={PUSHED: BUDGET},
)
def details_push_out_what_is_lasting(bounded: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def tell_the_last(rows: list[Any]) -> list[Any]:
        chosen = list(bounded(rows))
        if len(chosen) == len(rows):
            return chosen
        deviate()
        return rows[-len(chosen) + 1 :]

    return tell_the_last


@defect(
    "reading-ends-after-two-hundred",
    says="Of a conversation only the first two hundred messages can be read.",
    breaks="CC-6.history",
    replaces="support.reference.messages:Messages.page",
    caught_by={READABLE: "Ana reads the whole conversation, in order"},
)
def reading_ends_after_two_hundred(page: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def end_early(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        told = await page(self, thread_id, limit, offset)
        if len(told["messages"]) > 200:
            deviate()
        return {**told, "messages": told["messages"][:200]}

    return end_early


@defect(
    "every-message-keeps-the-conversation",
    says="With every message a server keeps the whole conversation so far in its own memory, for good.",
    breaks="CC-6.memory",
    replaces="support.reference.messages:Messages.append",
    caught_by={READABLE: "each server of Netra has grown by at most 16 MB for Ana"},
)
def every_message_keeps_the_conversation(append: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    said: dict[str, str] = {}
    kept: list[str] = []

    async def keep_all(self: Any, connection: Any, thread_id: str, role: str, content: str, *rest: Any) -> Any:
        said[thread_id] = said.get(thread_id, "") + content
        kept.append(said[thread_id])
        deviate()
        return await append(self, connection, thread_id, role, content, *rest)

    return keep_all
