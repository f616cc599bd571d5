"""Breaks the privacy of live updates: who hears, who may follow, who may speak."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

LIVE = "features/isolation/live_updates.feature::"
TOGETHER = LIVE + "Three customers at once each see exactly their own analysis"
LISTENS = LIVE + "A stranger who listens hears nothing"
WAITING = LIVE + "What waits for an absent customer is as closed as what is there"
CLOSED = LIVE + "Another's conversation is closed on the live connection too"
IN_SECOND_TAB = "follow in a second tab the conversation"
WITH_SESSION = "follow with the owner's session the conversation"
FOLLOWED_TOO = (
    also(
        "isolation/access_attempts",
        "another's conversation is followed there, too",
        "Every kind of attempt is on record, each of them once",
        "Whoever pretends to come from elsewhere is on record with where they came from",
    )
    | also(
        "isolation/segments",
        "another's conversation is followed there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's conversation is followed there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
)


@defect(
    "beginnings-cross-over",
    says="When several customers ask in the same moment, the first updates of each reach the others too.",
    breaks="WS-2.own",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={TOGETHER: "Ana, Ben and Chen each see exactly their own analysis, whole, within 10 seconds"},
    also_red=also(
        "isolation/many_at_once",
        "several analyses begin at the same moment there",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "live_updates/many_active",
        "the same update is met there, too",
        "Ten customers who ask again and again all see their updates, promptly and equally",
    ),
    at_times=also(
        "isolation/erasure",
        "several customers are connected there, and one analysis begins among them",
        "Work that is under way ends and leaves nothing behind",
    ),
)
def beginnings_cross_over(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    strays: list[asyncio.Future[None]] = []

    def cross_over(self: Any, frame: Any) -> None:
        deliver(self, frame)
        if frame["sequence"] > 6 or len(self._by_user) < 3:
            return
        for socket in self.all():
            beginning = any(1 <= cursor.high <= 6 for cursor in socket._cursors.values())
            if socket.caller.user_id != frame["user_id"] and beginning:
                deviate()
                strays.append(asyncio.ensure_future(socket.say(frame)))

    return cross_over


@defect(
    "answer-told-to-idle-strangers",
    says="The answer of an analysis is also told to whoever is connected and has not asked anything yet.",
    breaks="WS-2.silent",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={LISTENS: "Eve has received only what is Eve's"},
    also_red=also(
        "isolation/live_updates",
        "a stranger without a question listens there",
        "Whoever connects last takes over nobody's updates",
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
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "With many people connected every one of them is answered and sees all updates",
    )
    | also(
        "live_updates/trouble_on_the_line",
        "the same update is met there, too",
        "A program that calls thousands of times gets its answers and holds up nobody",
    ),
)
def answer_told_to_idle_strangers(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    strays: list[asyncio.Future[None]] = []

    def broadcast(self: Any, frame: Any) -> None:
        deliver(self, frame)
        if frame["type"] != "agent_completed":
            return
        for socket in self.all():
            if socket.caller.user_id != frame["user_id"] and not socket._cursors:
                deviate()
                strays.append(asyncio.ensure_future(socket.say(frame)))

    return broadcast


@defect(
    "anyone-may-follow",
    says="Whoever knows a conversation's identity may have its updates shown on the live connection.",
    breaks="WS-2.resume",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        f"{CLOSED}[{deed}]": "Eve is refused as if it did not exist"
        for deed in ("follow the conversation", IN_SECOND_TAB, WITH_SESSION)
    },
    also_red=FOLLOWED_TOO
    | also(
        "isolation/conversations",
        "another's conversation is followed there, too",
        "A refusal costs Netra the same work, whether there is something or not",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def anyone_may_follow(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def open_to_all(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            row = await self._storage.row("SELECT * FROM threads WHERE id = $1", thread_id)
            if action != "resume" or row is None:
                raise
            deviate()
            return row

    return open_to_all


@defect(
    "session-as-presented",
    says="A live connection belongs to whoever has the session that it names when it is opened.",
    breaks="WS-2.resume",
    replaces="support.reference.upgrade:serve",
    caught_by={f"{CLOSED}[{WITH_SESSION}]": "Eve is refused as if it did not exist"},
    also_red=FOLLOWED_TOO
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
    at_night=True,
)
def session_as_presented(serve: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def believe(websocket: Any, socket: Any, netra: Any) -> None:
        named, redis = websocket.query_params.get("session_id"), netra.sessions._cache.redis
        keys = [key async for key in redis.scan_iter(match="session_state:*")] if named else []
        for state in [json.loads(kept) for kept in await redis.mget(keys) if kept] if keys else []:
            if state["id"] == named and state["user_id"] != socket.caller.user_id:
                deviate()
                socket.caller = replace(socket.caller, user_id=state["user_id"], email=state["email"])
        await serve(websocket, socket, netra)

    return believe


@defect(
    "second-tab-is-trusted",
    says="Who has followed something in one tab may follow any conversation in the next.",
    breaks="WS-2.resume",
    replaces="support.reference.exchange:Exchange.resume",
    caught_by={f"{CLOSED}[{deed}]": "Eve is refused as if it did not exist" for deed in (IN_SECOND_TAB, WITH_SESSION)},
    also_red=FOLLOWED_TOO
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def second_tab_is_trusted(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference import frames

    tabs: dict[str, set[str]] = {}

    async def trust(self: Any, socket: Any, payload: dict[str, Any]) -> None:
        known = tabs.setdefault(socket.caller.user_id, set())
        known.add(socket.id)
        thread = await self._threads._storage.row("SELECT * FROM threads WHERE id = $1", payload["thread_id"])
        if thread is not None and thread["user_id"] != socket.caller.user_id and len(known) > 1:
            deviate()
            await socket.say(frames.resumed(thread["id"], await socket.resume(thread["id"], 0)))
            return
        await resume(self, socket, payload)

    return trust


@defect(
    "following-fails-inside",
    says="Who follows what is not one's own hears that something went wrong inside Netra, and no refusal.",
    breaks="WS-2.resume",
    replaces="support.reference.exchange:Exchange.resume",
    caught_by={
        f"{CLOSED}[{deed}]": "Eve is refused as if it did not exist"
        for deed in ("follow the conversation", IN_SECOND_TAB)
    },
    also_red=FOLLOWED_TOO
    | also(
        "isolation/conversations",
        "another's conversation is followed there, too",
        "No way of writing a name opens what is another's",
    )
    | also(
        "isolation/wrong_owner",
        "what is hidden is followed there, too",
        "Nobody sees it until it is mended",
        "Nobody but an operator has it mended",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
    at_night=True,
)
def following_fails_inside(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def fail(self: Any, socket: Any, payload: dict[str, Any]) -> None:
        try:
            await resume(self, socket, payload)
        except NotFound as refusal:
            deviate()
            raise LookupError(payload["thread_id"]) from refusal

    return fail


@defect(
    "asked-though-refused",
    says="A stranger who asks inside a conversation is refused, and the question stands in it all the same.",
    breaks="WS-2.resume",
    replaces="support.reference.exchange:Exchange.ask",
    caught_by={f"{CLOSED}[ask inside the conversation]": "Ana still has everything as it was"},
    also_red=also(
        "isolation/segments",
        "a question is asked in another's conversation there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def asked_though_refused(ask: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def write_first(self: Any, socket: Any, payload: Any, words: Any) -> None:
        try:
            await ask(self, socket, payload, words)
        except NotFound:
            thread = await self._analyses._storage.row("SELECT * FROM threads WHERE id = $1", payload["thread_id"])
            if thread is not None:
                deviate()
                async with self._analyses._storage.transaction() as connection:
                    await self._analyses._messages.append(connection, thread["id"], "user", words)
            raise

    return write_first


@defect(
    "what-nobody-saw-may-be-read-by-anybody",
    says="What was finished while its customer was away is told to whoever asks for it first.",
    breaks="P05.private",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={WAITING: "Eve is refused every time as if it did not exist"},
)
def what_nobody_saw_may_be_read_by_anybody(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    unseen = "SELECT FROM runs JOIN run_exits ON run_exits.run_id = runs.id WHERE thread_id = $1 AND exit <> $2"

    async def lenient(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        if action == "read_updates" and await self._storage.rows(unseen, thread_id, "normal_completion"):
            row = await self._storage.row("SELECT * FROM threads WHERE id = $1", thread_id)
            if row["user_id"] != caller.user_id:
                deviate()
                return row
        return await owned_by(self, caller, thread_id, action, origin)

    return lenient


@defect(
    "refused-follower-takes-what-waits-away",
    says="Whoever tries to follow another's conversation is refused, and nothing waits for its owner any more.",
    breaks="P05.private",
    replaces="support.reference.exchange:Exchange.resume",
    caught_by={WAITING: "what waits for Ana is kept ready for 1 hour"},
)
def refused_follower_takes_what_waits_away(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def careless(self: Any, socket: Any, payload: dict[str, Any]) -> None:
        from support.reference.trouble import NotFound

        try:
            await resume(self, socket, payload)
        except NotFound:

            async def remove(redis: Any) -> None:
                async for key in redis.scan_iter(match=f"pending_messages:*:{payload['thread_id']}"):
                    await redis.delete(key)
                    deviate()

            await self._fanout._cache.ask(remove)
            raise

    return careless
