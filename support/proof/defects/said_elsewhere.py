"""Breaks the place of messages: said to one conversation, and kept, refused or answered elsewhere."""

import uuid
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

ORDER = "features/conversations/order.feature::"
FOREIGN = ORDER + "A message to another customer's conversation leaves no trace in it"
TOUCHED = "features/isolation/conversations.feature::Another's conversation and analysis cannot be touched"
WRITTEN_THERE_TOO = also(
    "isolation/segments",
    "a message is written into another's conversation there, too",
    "A stranger of any segment is refused everything of a customer of any segment",
    "Whoever is not the owner is refused, also within the company and within Netra",
)


@defect(
    "message-in-the-other-conversation",
    says="Now and then a message lands in another conversation of the same customer.",
    breaks="TL-3.own_messages",
    replaces="support.reference.messages:Messages.say",
    caught_by={
        ORDER + "Two conversations that are written by turns keep their own messages": (
            "each conversation of Ana holds exactly its own messages, in order"
        )
    },
)
def message_in_the_other_conversation(say: Method, deviate: Deviate) -> Method:
    async def misplace(self: Any, connection: Any, thread_id: str, *details: Any) -> Any:
        last = await connection.fetchval("SELECT last_position FROM threads WHERE id = $1", thread_id)
        other = await connection.fetchval(
            "SELECT other.id FROM threads AS one JOIN threads AS other USING (user_id) "
            "WHERE one.id = $1 AND other.id <> $1",
            thread_id,
        )
        if last != 5 or other is None:
            return await say(self, connection, thread_id, *details)
        deviate()
        return await say(self, connection, other, *details)

    return misplace


@defect(
    "unknown-conversation-is-started",
    says="A message to a conversation that does not exist starts one.",
    breaks="TL-3.unknown",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        ORDER + "A message to a conversation that does not exist is refused": (
            "the message of Ana is refused, and nothing of it is kept"
        )
    },
    also_red=also(
        "conversations/order",
        "the conversation that does not exist is started there, too",
        "A message to another customer's conversation leaves no trace in it",
    )
    | also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    )
    | also(
        "isolation/conversations",
        "an attempt meets it there, too",
        "Another's conversation and analysis cannot be touched[write into the conversation]",
    )
    | also(
        "isolation/segments",
        "an attempt meets it there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
    )
    | also(
        "isolation/conversations",
        "the same is met there among several, too",
        "Whoever pretends to be the owner is still who the pass says",
    ),
)
def unknown_conversation_is_started(owned_by: Method, deviate: Deviate) -> Method:

    async def start_it(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        known = await self._storage.row("SELECT true FROM threads WHERE id = $1", thread_id)
        if action != "write_message" or known or not thread_id.startswith("thread_"):
            return await owned_by(self, caller, thread_id, action, origin)
        deviate()
        started = await self.create(caller, None, None)
        return await self._load(started["id"])

    return start_it


@defect(
    "foreign-message-is-forbidden",
    says="Writing into another's conversation is forbidden, and into one that does not exist not found.",
    breaks="TL-3.foreign",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        FOREIGN: "Eve is refused as if it did not exist",
        f"{TOUCHED}[write into the conversation]": "Eve is refused as if it did not exist",
    },
    also_red=WRITTEN_THERE_TOO
    | also(
        "isolation/conversations",
        "a message is written into another's conversation there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def foreign_message_is_forbidden(owned_by: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Forbidden, NotFound

    async def forbid(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if action != "write_message" or not await self._storage.row(
                "SELECT true FROM threads WHERE id = $1", thread_id
            ):
                raise
            deviate()
            raise Forbidden from None

    return forbid


@defect(
    "foreign-message-is-kept",
    says="A message to another's conversation is refused, and stands in it all the same.",
    breaks="TL-3.foreign",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        FOREIGN: "Ana still has everything as it was",
        f"{TOUCHED}[write into the conversation]": "Ana still has everything as it was",
    },
    also_red=WRITTEN_THERE_TOO,
)
def foreign_message_is_kept(owned_by: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import NotFound

    async def keep_first(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            place = await self._storage.row(
                "UPDATE threads SET last_position = last_position + 1 WHERE id = $1 AND $2 = 'write_message' "
                "RETURNING last_position",
                thread_id,
                action,
            )
            if place is not None:
                deviate()
                await self._storage.execute(
                    "INSERT INTO messages (id, thread_id, position, role, content) VALUES ($1, $2, $3, 'user', 'mine')",
                    str(uuid.uuid4()),
                    thread_id,
                    place["last_position"],
                )
            raise

    return keep_first
