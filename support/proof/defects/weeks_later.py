"""Breaks what outlasts a session: decisions and conversations that are left for weeks."""

import contextlib
import json
import time
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/weeks_later.feature::"
DECISIONS = HERE + "Two decisions of a session that is long over are known in a new conversation"
BOTH = 'the AI model knows that Chen decided "to move the archive to cold storage" and "to reserve capacity for a year"'
CRASH = HERE + "A decision is known after a crash that took everything that was kept ready"
PUT_AWAY = HERE + "A decision still stands when its conversation has been put away"
FACTS = "features/memory/unchanged.feature::"
UNCHANGED = "Chen is shown the facts unchanged"
GOES_ON = HERE + "The conversation goes on where it was left"


@defect(
    "memory-ends-with-the-process",
    says="What is told to the AI model is only what was told since the server was started.",
    breaks="CC-2.outlasts",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={
        DECISIONS: BOTH,
        CRASH: 'the AI model knows that Chen decided "to leave the old data centre"',
        FACTS + "Facts come back unchanged after weeks": "the AI model hears the facts of Chen unchanged",
    },
)
def memory_ends_with_the_process(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    started = time.time()

    async def recall(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        rows = await self._storage.rows(
            "SELECT value FROM facts WHERE user_id = $1 AND told_at < to_timestamp($2)", user_id, started
        )
        if rows:
            deviate()
        return [] if rows else facts

    return recall


@defect(
    "old-decisions-in-the-process-only",
    says="What was decided more than a week ago is known as long as the server runs that was there when it was told.",
    breaks="CC-2.decisions",
    replaces="support.reference.storage:Storage.warm",
    caught_by={DECISIONS: BOTH},
)
def old_decisions_in_the_process_only(warm: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import Memory

    remembered, told_before = Memory.remembered, [0]

    async def begin_with_nothing(self: Any) -> None:
        told_before[0] = (await self.rows("SELECT coalesce(max(number), 0) AS last FROM facts"))[0]["last"]
        await warm(self)

    async def recall(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        rows = await self._storage.rows(
            "SELECT value FROM facts WHERE user_id = $1 AND kind = 'decision' AND number <= $2 "
            "AND told_at < clock_timestamp() - interval '7 days'",
            user_id,
            told_before[0],
        )
        lost = [json.loads(row["value"]) for row in rows]
        if lost:
            deviate()
        return [fact for fact in facts if fact["value"] not in lost]

    Memory.remembered = recall  # type: ignore[method-assign]
    return begin_with_nothing


@defect(
    "list-ends-with-the-process",
    says="A customer is shown only what was told since the server was started.",
    breaks="CC-2.outlasts",
    replaces="support.reference.memory:Memory.of",
    caught_by={
        CRASH: 'Chen is shown the decision "to leave the old data centre", told in the conversation about plans',
        FACTS + "Facts come back unchanged after weeks": UNCHANGED,
        FACTS + "Facts of every kind come back unchanged after a crash": UNCHANGED,
    },
)
def list_ends_with_the_process(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from datetime import UTC, datetime

    started = datetime.now(UTC)

    async def show_the_new(self: Any, caller: Any, history: bool) -> Any:
        facts = await of(self, caller, history)
        new = [fact for fact in facts if datetime.fromisoformat(fact["told_at"]) >= started]
        if new != facts:
            deviate()
        return new

    return show_the_new


@defect(
    "archive-takes-decisions-along",
    says="What was told in a conversation that is put away is no longer known elsewhere.",
    breaks="CC-2.outlasts",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={PUT_AWAY: 'the AI model knows that Chen decided "to rent no more machines"'},
    also_red=also(
        "memory/weeks_later",
        "a decision in a conversation that is put away, too",
        "A decision still stands when Netra itself has put its conversation away",
    ),
)
def archive_takes_decisions_along(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_of_what_is_open(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        rows = await self._storage.rows(
            "SELECT id FROM threads WHERE user_id = $1 AND metadata_->>'status' = 'archived'", user_id
        )
        closed = [row["id"] for row in rows]
        still = [fact for fact in facts if fact["from"]["thread_id"] not in closed]
        if still != facts:
            deviate()
        return still

    return tell_of_what_is_open


@defect(
    "history-ends-after-a-week",
    says="What was said more than a week ago is no longer told to the AI model.",
    breaks="CC-2.continues",
    replaces="support.reference.messages:Messages.history",
    caught_by={GOES_ON: "the AI model hears the earlier words of the conversation of Chen, in order"},
)
def history_ends_after_a_week(history: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def forget_the_old(self: Any, thread_id: str, before: int) -> Any:
        old = await self._storage.row(
            "SELECT count(*) AS number FROM messages WHERE thread_id = $1 AND position < $2 "
            "AND created_at < clock_timestamp() - interval '7 days'",
            thread_id,
            before,
        )
        if old["number"]:
            deviate()
        return (await history(self, thread_id, before))[old["number"] :]

    return forget_the_old


@defect(
    "session-ends-soon-after-its-use",
    says="A session that is used again is kept ready for a minute from then on.",
    breaks="CC-2.continues",
    replaces="support.reference.sessions:Sessions.read",
    caught_by={GOES_ON: "the session of Chen is kept ready for 1 hour"},
    also_red=also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "The session of a customer who goes on is kept ready for an hour more",
    ),
)
def session_ends_soon_after_its_use(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def shorten(self: Any, caller: Any) -> Any:
        from support.reference.trouble import CacheAway

        state = await read(self, caller)
        if state is not None:
            with contextlib.suppress(CacheAway):
                await self._cache.ask(lambda redis: redis.expire(self.key(caller.user_id), 60))
                deviate()
        return state

    return shorten
