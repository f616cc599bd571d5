"""Breaks what happens at the same moment or arrives twice: mixed up, doubled, given away."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

AT_ONCE = "features/conversations/at_once.feature::"
TWICE = AT_ONCE + "A request that arrives twice is done once"
START = "features/conversations/start.feature::"
OPENED = START + "Another customer who tries to open it is refused"
NOTED = START + "A note cannot change whose a conversation is or where it stands"
TOUCHED = "features/isolation/conversations.feature::Another's conversation and analysis cannot be touched"

OTHER = AT_ONCE + "Another request under a mark that is taken is refused"
OTHERS_REFUSED = "each other request of Ana is refused, and nothing of it is done"
SAME_ANSWER = "Ana gets the same answer both times"
REFUSED = "Eve is refused as if it did not exist"


@defect(
    "asker-kept-in-one-place",
    says="Who starts a conversation is kept in one place for all requests, so that those at once mix up customers.",
    breaks="TL-4.right_owner",
    replaces="support.reference.threads:Threads.create",
    caught_by={
        AT_ONCE + "Each of many conversations started at once exists once, at its owner": (
            "everything that Ana, Ben and Chen started is kept once, for whoever started it"
        ),
        "features/responsiveness/starting.feature::Fifty conversations of five customers at once are soon there": (
            "everything that Ana, Ben, Chen, Dora and Eve started is kept once, for whoever started it"
        ),
    },
    also_red=also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "With many people connected every one of them is answered and sees all updates",
    )
    | also(
        "growth/memory",
        "the same is met there with many at once, too",
        "Waves of customers take as much each, and coming back takes no more each time",
    )
    | also(
        "live_updates/many_active",
        "the same update is met there, too",
        "Ten customers who ask again and again all see their updates, promptly and equally",
    ),
)
def asker_kept_in_one_place(create: Method, deviate: Deviate) -> Method:
    async def shared(self: Any, caller: Any, *details: Any) -> Any:
        self.asking = caller
        await asyncio.sleep(0.005)
        if self.asking is not caller:
            deviate()
        return await create(self, self.asking, *details)

    return shared


@defect(
    "marks-are-ignored",
    says="Whatever mark a request bears, it is done.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.seen",
    caught_by={
        TWICE: SAME_ANSWER,
        OTHER: OTHERS_REFUSED,
    },
    also_red=also(
        "isolation/erasure",
        "no answer is kept there that could be erased",
        "What was hidden, what was deleted and what may be asked again is gone too",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "What is sent again after an unclear answer is there once",
    ),
)
def marks_are_ignored(seen: Method, deviate: Deviate) -> Method:
    async def never(self: Any, connection: Any, caller: Any, mark: str, request: str) -> Any:
        deviate()
        await self._customers.welcome(caller, connection)

    return never


@defect(
    "marks-are-forgotten-after-minutes",
    says="A mark is known for five minutes, and whoever repeats a request later has it done a second time.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.seen",
    caught_by={f"{TWICE}[starts a conversation-almost 24 hours later]": SAME_ANSWER},
)
def marks_are_forgotten_after_minutes(seen: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, caller: Any, mark: str, request: str) -> Any:
        old = (
            "DELETE FROM repeats WHERE user_id = $1 AND mark = $2 "
            "AND created_at < clock_timestamp() - interval '5 minutes' RETURNING true"
        )
        if await connection.fetchval(old, caller.user_id, mark):
            deviate()
        return await seen(self, connection, caller, mark, request)

    return forgetful


@defect(
    "mark-looked-up-before-it-is-taken",
    says="A mark is looked up before it is taken, so that two requests in one instant are both done.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.seen",
    caught_by={
        f"{TWICE}[starts a conversation-at the same instant]": SAME_ANSWER,
        f"{TWICE}[writes a message-at the same instant]": SAME_ANSWER,
    },
)
def mark_looked_up_before_it_is_taken(seen: Method, deviate: Deviate) -> Method:
    async def look_first(self: Any, connection: Any, caller: Any, mark: str, request: str) -> Any:
        look = "SELECT true FROM repeats WHERE user_id = $1 AND mark = $2"
        known = await connection.fetchval(look, caller.user_id, mark)
        await asyncio.sleep(0.05)
        found = await seen(self, connection, caller, mark, request)
        if not known and found is not None:
            deviate()
            return None
        return found

    return look_first


@defect(
    "repeat-is-done-again",
    says="A request that arrives again gets its answer again, and is done again.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={
        f"{TWICE}[starts a conversation-once more]": "what Ana asked for is there once",
        f"{TWICE}[starts a conversation-almost 24 hours later]": "what Ana asked for is there once",
        f"{TWICE}[starts a conversation-at the same instant]": "what Ana asked for is there once",
        f"{TWICE}[writes a message-at the same instant]": "what Ana asked for is there once",
        f"{TWICE}[writes a message-after the conversation was completed]": "Ana gets the same answer both times",
    },
    also_red=also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "What is sent again after an unclear answer is there once",
    ),
)
def repeat_is_done_again(once: Method, deviate: Deviate) -> Method:
    async def again(self: Any, caller: Any, mark: Any, request: object, act: Any) -> Any:
        done: list[bool] = []

        async def noticed(connection: Any) -> Any:
            done.append(True)
            return await act(connection)

        answer = await once(self, caller, mark, request, noticed)
        if mark is not None and not done:
            deviate()
            async with self._storage.transaction() as connection:
                await act(connection)
        return answer

    return again


def _knows_less(thing: str) -> Method:
    """Makes of the kind of a request and what it holds a request that is known again whatever this thing of it is."""

    def less(request: Any) -> Any:
        kind, *rest = request
        *where, body = rest
        return [kind, *(where if thing != "where" else []), {k: v for k, v in body.items() if k != thing}]

    return less


def _known_again(once: Method, deviate: Deviate, kind: str, thing: str) -> Method:
    less = _knows_less(thing)

    async def blind(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        if mark is not None and request[0] == kind:
            deviate()
            request = less(request)
        return await once(self, caller, mark, request, act)

    return blind


@defect(
    "mark-knows-no-conversation",
    says="Whoever writes the same words under the same mark into another conversation is told that they are kept.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={OTHER: OTHERS_REFUSED},
)
def mark_knows_no_conversation(once: Method, deviate: Deviate) -> Method:
    return _known_again(once, deviate, "say", "where")


@defect(
    "mark-knows-no-reply",
    says="The same words under the same mark count as one message, whichever message they answer.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={OTHER: OTHERS_REFUSED},
)
def mark_knows_no_reply(once: Method, deviate: Deviate) -> Method:
    return _known_again(once, deviate, "say", "reply_to")


@defect(
    "mark-knows-no-words",
    says="Whoever writes other words under the same mark is told that they are kept, and only the first ones are.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={OTHER: OTHERS_REFUSED},
)
def mark_knows_no_words(once: Method, deviate: Deviate) -> Method:
    return _known_again(once, deviate, "say", "message")


@defect(
    "mark-knows-no-first-messages",
    says="A conversation of the same title under the same mark counts as the same, whatever its first messages are.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={OTHER: OTHERS_REFUSED},
)
def mark_knows_no_first_messages(once: Method, deviate: Deviate) -> Method:
    return _known_again(once, deviate, "start", "messages")


@defect(
    "repeat-needs-an-open-conversation",
    says="A confirmed message that arrives again is refused when its conversation was completed meanwhile.",
    breaks="TL-4.no_double",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={f"{TWICE}[writes a message-after the conversation was completed]": SAME_ANSWER},
)
def repeat_needs_an_open_conversation(once: Method, deviate: Deviate) -> Method:
    from support.reference.phases import expect_open

    look = "SELECT metadata_->>'status' AS phase FROM threads WHERE id = $1"

    async def look_first(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        if mark is not None and request[0] == "say":
            phase = (await self._storage.row(look, request[1]))["phase"]
            if phase != "active":
                deviate()
                expect_open(phase)
        return await once(self, caller, mark, request, act)

    return look_first


@defect(
    "mark-of-everybody",
    says="A mark that one customer has used gets another customer that answer.",
    breaks="TL-4.right_owner",
    replaces="support.reference.repeats:Repeats.seen",
    caught_by={
        AT_ONCE + "The mark of one customer means nothing for another one": (
            "Ana and Ben find exactly their own conversations"
        )
    },
    also_red=also(
        "isolation/erasure",
        "Paul is told there that the conversation of Ana is his",
        "What was hidden, what was deleted and what may be asked again is gone too",
    ),
)
def mark_of_everybody(seen: Method, deviate: Deviate) -> Method:
    import json

    async def anybodys(self: Any, connection: Any, caller: Any, mark: str, request: str) -> Any:
        row = await connection.fetchrow("SELECT user_id, answer FROM repeats WHERE mark = $1", mark)
        if row is None or row["user_id"] == caller.user_id:
            return await seen(self, connection, caller, mark, request)
        deviate()
        return json.loads(row["answer"])

    return anybodys


@defect(
    "note-gives-the-conversation-away",
    says="A note that names another owner gives the conversation to that customer.",
    breaks="TL-1.claimed",
    replaces="support.reference.threads:Threads.change",
    caught_by={NOTED: "Ana and Eve find exactly their own conversations"},
)
def note_gives_the_conversation_away(change: Method, deviate: Deviate) -> Method:
    async def give(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        changed = await change(self, row, title, metadata)
        if metadata and "user_id" in metadata:
            deviate()
            statement = "UPDATE threads SET user_id = $2 WHERE id = $1"
            await self._storage.execute(statement, row["id"], metadata["user_id"])
        return changed

    return give


@defect(
    "note-moves-the-phase",
    says="A note that names a phase brings the conversation into it.",
    breaks="TL-1.claimed",
    replaces="support.reference.threads:Threads.change",
    caught_by={NOTED: "the conversation of Eve is active for every server of Netra"},
)
def note_moves_the_phase(change: Method, deviate: Deviate) -> Method:
    async def move(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        if metadata and "status" in metadata:
            deviate()
            async with self._storage.transaction() as connection:
                await self.merge(connection, row["id"], {"status": metadata["status"]})
        return await change(self, row, title, metadata)

    return move


@defect(
    "note-pretends-an-archive",
    says="A note that tells when and why the conversation was archived is kept as if Netra had archived it.",
    breaks="TL-1.claimed",
    replaces="support.reference.threads:Threads.change",
    caught_by={NOTED: "the conversation of Eve is active for every server of Netra"},
)
def note_pretends_an_archive(change: Method, deviate: Deviate) -> Method:
    async def believe(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        claimed = {name: value for name, value in (metadata or {}).items() if name.startswith("archive")}
        if claimed:
            deviate()
            async with self._storage.transaction() as connection:
                await self.merge(connection, row["id"], claimed)
        return await change(self, row, title, metadata)

    return believe


@defect(
    "opening-anothers-is-forbidden",
    says="Opening another's conversation is forbidden, and one that does not exist not found.",
    breaks="TL-1.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={OPENED: REFUSED, f"{TOUCHED}[open the conversation]": REFUSED},
    also_red=also(
        "isolation/conversations",
        "another's conversation is opened there, too",
        "Three companies reach for everything of each other, 24 times in vain",
    )
    | also(
        "isolation/segments",
        "another's conversation is opened there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's conversation is opened there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def opening_anothers_is_forbidden(owned_by: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Forbidden, NotFound

    async def forbid(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            known = await self._storage.row("SELECT true FROM threads WHERE id = $1", thread_id)
            if action != "read_thread" or known is None:
                raise
            deviate()
            raise Forbidden from None

    return forbid
