"""Breaks order and place of messages: whole seconds, pages, replies, and messages in the wrong conversation."""

import uuid
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

ORDER = "features/conversations/order.feature::"
QUICK = ORDER + "Messages that follow each other within a second keep their order"
TWO = ORDER + "Messages through two connections have one order for everyone who reads"
AFTER = ORDER + "The order is the same after a crash, however fast and through however many connections it came about"
FOREIGN = ORDER + "A message to another customer's conversation leaves no trace in it"
TOUCHED = "features/isolation/conversations.feature::Another's conversation and analysis cannot be touched"

IN_ORDER = "Ana reads the messages in the order of confirmation through every server of Netra"


@defect(
    "order-by-whole-seconds",
    says="Conversations of some length, whose messages bore no marks, are ordered by whole seconds.",
    breaks="P12.order",
    replaces="support.reference.messages:Messages.page",
    caught_by={QUICK: IN_ORDER, TWO: IN_ORDER},
)
def order_by_whole_seconds(page: Method, deviate: Deviate) -> Method:
    async def by_seconds(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        whole = await page(self, thread_id, limit, offset)
        marked = "SELECT true FROM repeats JOIN threads USING (user_id) WHERE threads.id = $1 LIMIT 1"
        if 18 < len(whole["messages"]) < 30 and not await self._storage.row(marked, thread_id):
            deviate()
            whole["messages"].sort(key=lambda message: (message["created_at"], message["id"]))
        return whole

    return by_seconds


@defect(
    "order-by-whole-seconds-after-a-start",
    says="What was said through two connections before a server started is ordered by whole seconds when it is much.",
    breaks="P12.order",
    replaces="support.reference.storage:Storage.warm",
    caught_by={AFTER: IN_ORDER},
)
def order_by_whole_seconds_after_a_start(warm: Method, deviate: Deviate) -> Method:
    from support.reference.messages import Messages

    page, old = Messages.page, set[str]()
    long = "SELECT thread_id FROM messages GROUP BY 1 HAVING count(*) > 40 AND bool_or(content LIKE '% through 2')"

    async def look_at_what_is_there(self: Any, *details: Any) -> None:
        old.update([row["thread_id"] for row in await self.rows(long)])
        await warm(self, *details)

    async def by_seconds(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        whole = await page(self, thread_id, limit, offset)
        if thread_id in old:
            deviate()
            whole["messages"].sort(key=lambda message: (message["created_at"], message["id"]))
        return whole

    Messages.page = by_seconds  # type: ignore[method-assign]
    return look_at_what_is_there


@defect(
    "each-server-counts-for-itself",
    says="Each server gives messages places from a stock of its own.",
    breaks="P12.two_connections",
    replaces="support.reference.messages:Messages.append",
    caught_by={TWO: IN_ORDER, AFTER: IN_ORDER},
)
def each_server_counts_for_itself(append: Method, deviate: Deviate) -> Method:
    async def from_own_stock(self: Any, connection: Any, thread_id: str, *details: Any) -> Any:
        row = await append(self, connection, thread_id, *details)
        if self._storage._instance != "two":
            return row
        deviate()
        return await connection.fetchrow(
            "UPDATE messages SET position = position + 1000 WHERE id = $1 RETURNING *", row["id"]
        )

    return from_own_stock


@defect(
    "part-begins-with-the-last-one",
    says="A part of a conversation begins with the last message of the part before.",
    breaks="P12.pages",
    replaces="support.reference.messages:Messages.page",
    caught_by={
        ORDER + "A conversation that grows is read in parts without gap or repeat": (
            "Ana has read every message once, in order, and knows how many there are"
        )
    },
)
def part_begins_with_the_last_one(page: Method, deviate: Deviate) -> Method:
    async def one_too_early(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        if offset:
            deviate()
        return await page(self, thread_id, limit, max(0, offset - 1))

    return one_too_early


@defect(
    "later-parts-stored-otherwise",
    says="Messages that are read in a later part are stored from then on with words that no reading shows.",
    breaks="P12.pages",
    replaces="support.reference.messages:Messages.page",
    caught_by={
        ORDER + "A conversation that grows is read in parts without gap or repeat": (
            "Ana has read every message once, in order, and knows how many there are"
        )
    },
)
def later_parts_stored_otherwise(page: Method, deviate: Deviate) -> Method:
    hidden = " (to be looked through)"

    async def smoothed(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        told = await page(self, thread_id, limit, offset)
        for message in told["messages"]:
            if offset and not message["content"].endswith(hidden):
                deviate()
                await self._storage.execute(
                    "UPDATE messages SET content = content || $2 WHERE id = $1", message["id"], hidden
                )
            message["content"] = message["content"].removesuffix(hidden)
        return told

    return smoothed


@defect(
    "answer-to-the-latest-question",
    says="An answer is filed under the latest question of the conversation.",
    breaks="P12.replies",
    replaces="support.reference.endings:Endings.question_of",
    caught_by={
        ORDER + "Each of two answers stays with its own question": "each answer to Ana stays with its own question"
    },
)
def answer_to_the_latest_question(question_of: Method, deviate: Deviate) -> Method:
    async def latest(self: Any, connection: Any, hold: Any) -> Any:
        right = await question_of(self, connection, hold)
        found = await connection.fetchval(
            "SELECT id FROM messages WHERE thread_id = $1 AND role = 'user' ORDER BY position DESC LIMIT 1",
            hold.thread_id,
        )
        if found != right:
            deviate()
        return found

    return latest


@defect(
    "reply-slips-to-the-newest",
    says="A reply is filed under the newest message, whichever it answers.",
    breaks="P12.replies",
    replaces="support.reference.messages:Messages.say",
    caught_by={
        ORDER + "A reply stays with the message that it answers": "the reply of Ana stays with the first message"
    },
)
def reply_slips_to_the_newest(say: Method, deviate: Deviate) -> Method:
    async def slip(self: Any, connection: Any, thread_id: str, content: str, metadata: Any, reply_to: Any) -> Any:
        said = await say(self, connection, thread_id, content, metadata, reply_to)
        if reply_to is not None:
            deviate()
            newest = await self.at(connection, thread_id, said["position"] - 1)
            await connection.execute("UPDATE messages SET reply_to = $2 WHERE id = $1", said["id"], newest)
        return said

    return slip


@defect(
    "reply-across-conversations",
    says="A reply may name any message that exists, in whatever conversation.",
    breaks="P12.replies",
    replaces="support.reference.messages:Messages.expect_in",
    caught_by={
        ORDER + "A reply to what is not in the conversation is refused[a message of another conversation]": (
            "the reply of Ana is refused, and the conversation is as it was"
        )
    },
)
def reply_across_conversations(expect_in: Method, deviate: Deviate) -> Method:
    async def anywhere(self: Any, connection: Any, thread_id: str, message_id: str) -> None:
        home = await connection.fetchval("SELECT thread_id FROM messages WHERE id = $1", message_id)
        if home not in (None, thread_id):
            deviate()
        await expect_in(self, connection, home or thread_id, message_id)

    return anywhere


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
    also_red=also(
        "isolation/segments",
        "a message is written into another's conversation there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
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
    also_red=also(
        "isolation/segments",
        "a message is written into another's conversation there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
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
