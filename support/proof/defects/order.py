"""Breaks the order of messages: whole seconds, parts, and replies."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

ORDER = "features/conversations/order.feature::"
QUICK = ORDER + "Messages that follow each other within a second keep their order"
TWO = ORDER + "Messages through two connections have one order for everyone who reads"
AFTER = ORDER + "The order is the same after a crash, however fast and through however many connections it came about"

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

    async def look_at_what_is_there(self: Any) -> None:
        old.update([row["thread_id"] for row in await self.rows(long)])
        await warm(self)

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
    also_red={
        **also(
            "conversations/order",
            "it grows by both servers",
            "A conversation that grows is read in parts without gap or repeat",
        ),
        **also(
            "conversations/lifecycle",
            "they come by both servers",
            "Of a completion and messages that meet, each comes first or is told that it came second",
        ),
    }
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "The log is kept again by itself after storage has failed",
    )
    | also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "Netra notices that its data are lost",
        "Only work of the last seconds can be lost",
    )
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "When a few become many, all of them get their work done",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "A message that was confirmed an instant ago survives a crash",
    )
    | also(
        "persistence/outage",
        "the same is kept or made ready there, too",
        "An outage of storage is noticed, told and overcome",
        "Customers go on working while something beside storage fails",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
    )
    | also(
        "responsiveness/saving",
        "the same is timed there, too",
        "Fifteen conversations that are saved at the same moment are all soon there",
    )
    | also(
        "responsiveness/together",
        "the same is timed there, too",
        "Listing, opening, changing and writing each stay within their limit",
        "Nobody is served much worse than the others, and nothing gets lost",
    ),
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
    also_red=also(
        "continuity/retention", "the same is kept or restored there, too", "An archived conversation can still be read"
    )
    | also(
        "growth/long_histories",
        "the same is met there with many at once, too",
        "Working in a long conversation is as quick as in a short one",
        "The whole of a long conversation comes within its limit, complete and in order",
    ),
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
        ORDER + "A reply stays with the message that it answers": (
            "each reply of Ana stays with the message that it answers"
        )
    },
    at_night=True,
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
    "answers-cannot-be-replied-to",
    says="A reply may name the customer's own messages only, and no answer of the assistant.",
    breaks="P12.replies",
    replaces="support.reference.messages:Messages.expect_in",
    caught_by={
        ORDER + "A reply stays with the message that it answers": (
            "each reply of Ana stays with the message that it answers"
        )
    },
)
def answers_cannot_be_replied_to(expect_in: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Invalid

    async def own_only(self: Any, connection: Any, thread_id: str, message_id: str) -> None:
        await expect_in(self, connection, thread_id, message_id)
        if await connection.fetchval("SELECT role FROM messages WHERE id = $1", message_id) == "assistant":
            deviate()
            raise Invalid("There is no such message in this conversation to reply to.")

    return own_only


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
