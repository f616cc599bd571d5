"""Breaks the phases of a conversation: changes unseen, forbidden ones made, refused ones that leave something."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.reference.trouble import Conflict

Method = Callable[..., Any]

LIFECYCLE = "features/conversations/lifecycle.feature::"
FORBIDDEN = LIFECYCLE + "A change that does not fit the phase is refused"
CLOSED = LIFECYCLE + "A conversation that is not in use takes neither message nor question"
RETRY_IN_CLOSED = LIFECYCLE + "An analysis that failed is not tried again in a conversation that is not in use"
TWICE = LIFECYCLE + "The same change twice at once is made once"
MEET = LIFECYCLE + "Of a completion and messages that meet, each comes first or is told that it came second"

AT_WORK = LIFECYCLE + "Work that is under way goes on to its end whatever becomes of the conversation"
AS_BEFORE = LIFECYCLE + "A conversation that is in use again is what it was, and takes questions as before"
STAND = "features/conversations/facts.feature::Facts stand through every change of a conversation"

CLOSED_PHASE = "SELECT metadata_->>'status' = 'completed' FROM threads WHERE id = $1"

SEEN = "each change of Ana is seen at once, with a later time than the one before"
REFUSED = "Ana is refused, because the conversation is <phase>"
UNCHANGED = "the conversation of Ana is as it was"
EVERYWHERE = "the conversation of Ana is <phase> for every server of Netra"


@defect(
    "change-without-time",
    says="A change of phase leaves the conversation's time as it was.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.merge",
    caught_by={LIFECYCLE + "A conversation is paused, resumed and completed, and each change is seen": SEEN},
    also_red=also(
        "continuity/retention",
        "the same is kept or restored there, too",
        "An archived conversation comes back complete",
    ),
)
def change_without_time(merge: Method, deviate: Deviate) -> Method:
    async def keep_time(self: Any, connection: Any, thread_id: str, added: Any) -> None:
        before = await connection.fetchval("SELECT updated_at FROM threads WHERE id = $1", thread_id)
        await merge(self, connection, thread_id, added)
        if "status" in added:
            deviate()
            await connection.execute("UPDATE threads SET updated_at = $2 WHERE id = $1", thread_id, before)

    return keep_time


@defect(
    "completed-can-be-resumed",
    says="A completed conversation can be resumed.",
    breaks="TL-2.forbidden",
    replaces="support.reference.threads:after",
    caught_by={f"{FORBIDDEN}[a completed-resume-completed]": REFUSED},
)
def completed_can_be_resumed(after: Method, deviate: Deviate) -> Method:
    def lenient(phase: str, deed: str, before: Any) -> Any:
        if (phase, deed) == ("completed", "resume"):
            deviate()
            return "active"
        return after(phase, deed, before)

    return lenient


@defect(
    "resume-leads-out-of-the-archive",
    says="An archived conversation can be resumed, without being restored.",
    breaks="TL-2.forbidden",
    replaces="support.reference.threads:after",
    caught_by={f"{FORBIDDEN}[an archived-resume-archived]": REFUSED},
)
def resume_leads_out_of_the_archive(after: Method, deviate: Deviate) -> Method:
    def lenient(phase: str, deed: str, before: Any) -> Any:
        if (phase, deed) == ("archived", "resume"):
            deviate()
            return "active"
        return after(phase, deed, before)

    return lenient


@defect(
    "restores-what-was-never-archived",
    says="A conversation that is paused or completed can be restored, and is in use again.",
    breaks="TL-2.forbidden",
    replaces="support.reference.threads:after",
    caught_by={
        f"{FORBIDDEN}[a paused-restore-paused]": REFUSED,
        f"{FORBIDDEN}[a completed-restore-completed]": REFUSED,
    },
)
def restores_what_was_never_archived(after: Method, deviate: Deviate) -> Method:
    def lenient(phase: str, deed: str, before: Any) -> Any:
        if deed == "restore" and phase in ("paused", "completed"):
            deviate()
            return "active"
        return after(phase, deed, before)

    return lenient


@defect(
    "retry-knows-completed-ones-only",
    says="A failed analysis is tried again in a conversation that is paused or archived.",
    breaks="TL-2.forbidden",
    replaces="support.reference.analyses:Analyses.retry",
    caught_by={
        f"{RETRY_IN_CLOSED}[pauses-paused]": REFUSED,
        f"{RETRY_IN_CLOSED}[archives-archived]": REFUSED,
    },
)
def retry_knows_completed_ones_only(retry: Method, deviate: Deviate) -> Method:
    from support.reference.hold import Hold

    async def lenient(self: Any, run: Any) -> Any:
        async with self._storage.transaction() as connection:
            phase = await connection.fetchval(
                "SELECT metadata_->>'status' FROM threads WHERE id = $1 FOR NO KEY UPDATE", run["thread_id"]
            )
            row = await self.claim_retry(connection, run["id"]) if phase in ("paused", "archived") else None
            if row is not None:
                deviate()
                return Hold.of(row), await self.start_again(connection, row)
        return await retry(self, run)

    return lenient


@defect(
    "pause-toggles",
    says="Whoever pauses a paused conversation is refused, and it goes on again.",
    breaks="TL-2.one_wins",
    replaces="support.reference.threads:Threads.move",
    caught_by={
        f"{FORBIDDEN}[a paused-pause-paused]": UNCHANGED,
        f"{TWICE}[an active-pauses-paused]": EVERYWHERE,
    },
)
def pause_toggles(move: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Conflict

    async def toggling(self: Any, row: Any, deed: str) -> Any:
        try:
            return await move(self, row, deed)
        except Conflict as refusal:
            if deed == "pause" and "paused" in refusal.message:
                deviate()
                async with self._storage.transaction() as connection:
                    await self.merge(connection, row["id"], {"status": "active"})
            raise

    return toggling


@defect(
    "two-winners",
    says="A change looks at the phase before it holds the conversation, so that two at once are both made.",
    breaks="TL-2.one_wins",
    replaces="support.reference.threads:Threads.phase",
    caught_by={TWICE: "one change of Ana is made and the other one is refused"},
)
def two_winners(phase: Method, deviate: Deviate) -> Method:
    async def look_first(self: Any, connection: Any, thread_id: str) -> Any:
        row = await connection.fetchrow(
            "SELECT metadata_->>'status' AS phase, phase_before FROM threads WHERE id = $1", thread_id
        )
        deviate()
        await asyncio.sleep(0.05)
        return row["phase"], row["phase_before"]

    return look_first


@defect(
    "paused-takes-messages",
    says="Only an archived conversation is closed; a paused or completed one takes messages and questions.",
    breaks="TL-2.forbidden",
    replaces="support.reference.messages:expect_open",
    caught_by={
        f"{CLOSED}[a paused-paused]": REFUSED,
        f"{CLOSED}[a completed-completed]": REFUSED,
        f"{RETRY_IN_CLOSED}[pauses-paused]": REFUSED,
        f"{RETRY_IN_CLOSED}[completes-completed]": REFUSED,
    },
    at_times={MEET: "a message may come after the completion there, or none may"},
)
def paused_takes_messages(expect_open: Method, deviate: Deviate) -> Method:
    def lenient(phase: Any) -> None:
        if phase in ("paused", "completed"):
            deviate()
            return
        expect_open(phase)

    return lenient


@defect(
    "refused-retry-is-made",
    says="A retry in a completed conversation is refused, and made all the same.",
    breaks="TL-2.forbidden",
    replaces="support.reference.analyses:Analyses.retry",
    caught_by={
        f"{RETRY_IN_CLOSED}[completes-completed]": "the analysis of Ana is recorded with one exit, error termination"
    },
)
def refused_retry_is_made(retry: Method, deviate: Deviate) -> Method:
    async def make(analyses: Any, connection: Any, run: Any) -> None:
        await analyses.claim_retry(connection, run["id"])

    return _beside_the_refusal(retry, deviate, make)


@defect(
    "refused-retry-is-noted",
    says="A retry in a completed conversation is refused, and counts as its last use.",
    breaks="TL-2.forbidden",
    replaces="support.reference.analyses:Analyses.retry",
    caught_by={f"{RETRY_IN_CLOSED}[completes-completed]": UNCHANGED},
)
def refused_retry_is_noted(retry: Method, deviate: Deviate) -> Method:
    async def touch(analyses: Any, connection: Any, run: Any) -> None:
        await connection.execute("UPDATE threads SET updated_at = clock_timestamp() WHERE id = $1", run["thread_id"])

    return _beside_the_refusal(retry, deviate, touch)


def _beside_the_refusal(retry: Method, deviate: Deviate, deed: Method) -> Method:
    """A retry that does something in a completed conversation while it refuses."""

    async def refuse(self: Any, run: Any) -> Any:
        try:
            return await retry(self, run)
        except Conflict:
            async with self._storage.transaction() as connection:
                if await connection.fetchval(CLOSED_PHASE, run["thread_id"]):
                    deviate()
                    await deed(self, connection, run)
            raise

    return refuse


@defect(
    "refused-message-is-kept",
    says="A message to an archived conversation is refused, and stands in it all the same.",
    breaks="TL-2.forbidden",
    replaces="support.reference.messages:Messages.say",
    caught_by={f"{CLOSED}[an archived-archived]": UNCHANGED},
)
def refused_message_is_kept(say: Method, deviate: Deviate) -> Method:
    async def keep_first(self: Any, connection: Any, thread_id: str, content: str, *details: Any) -> Any:
        row = await self._storage.row("SELECT metadata_->>'status' AS phase FROM threads WHERE id = $1", thread_id)
        if row["phase"] == "archived":
            deviate()
            async with self._storage.transaction() as other:
                await self.append(other, thread_id, "user", content)
        return await say(self, connection, thread_id, content, *details)

    return keep_first


@defect(
    "phase-looked-up-before-writing",
    says="The phase is looked up before the conversation is held, so that a completed one still gets messages.",
    breaks="TL-2.one_wins",
    replaces="support.reference.messages:Messages.expect_open",
    caught_by={
        LIFECYCLE + "Of a completion and messages that meet, each comes first or is told that it came second": (
            "nothing has happened in the conversation of Ana since it was completed"
        )
    },
)
def phase_looked_up_before_writing(expect_open: Method, deviate: Deviate) -> Method:
    from support.reference.phases import expect_open as expect_active

    async def look_first(self: Any, connection: Any, thread_id: str) -> None:
        expect_active(await connection.fetchval("SELECT metadata_->>'status' FROM threads WHERE id = $1", thread_id))
        await asyncio.sleep(0.05)
        deviate()

    return look_first


@defect(
    "change-of-phase-takes-the-facts",
    says="When a conversation is paused, completed or put away, whatever was noted of it is gone.",
    breaks="TL-5.lasting",
    replaces="support.reference.threads:Threads.merge",
    caught_by={STAND: "every fact that Ana noted stands with the conversation"},
)
def change_of_phase_takes_the_facts(merge: Method, deviate: Deviate) -> Method:
    own = ("user_id", "title", "status", "archived_at", "archive_reason")

    async def start_anew(self: Any, connection: Any, thread_id: str, added: Any) -> None:
        await merge(self, connection, thread_id, added)
        if "status" not in added:
            return
        taken = "UPDATE threads SET metadata_ = metadata_ - $2::text[] WHERE id = $1"
        notes = "SELECT array_agg(name) FROM jsonb_object_keys((SELECT metadata_ FROM threads WHERE id = $1)) AS name"
        noted = [name for name in await connection.fetchval(notes, thread_id) or () if name not in own]
        if noted:
            deviate()
            await connection.execute(taken, thread_id, noted)

    return start_anew


@defect(
    "closed-while-at-work",
    says="An analysis that is under way when its conversation is closed is never told to have ended.",
    breaks="P04.kept",
    replaces="support.reference.endings:Endings.finish",
    caught_by={AT_WORK: "Ana sees the analysis completed within 10 seconds"},
    never=True,
)
def closed_while_at_work(finish: Method, deviate: Deviate) -> Method:
    async def expect_open(self: Any, hold: Any, ending: Any) -> Any:
        phase = "SELECT metadata_->>'status' FROM threads WHERE id = $1"
        async with self._analyses._storage.connection() as connection:
            if await connection.fetchval(phase, hold.thread_id) != "active":
                deviate()
                raise RuntimeError("a closed conversation takes no messages")
        return await finish(self, hold, ending)

    return expect_open


@defect(
    "closed-conversation-keeps-no-answer",
    says="The answer of an analysis that ends in a closed conversation is shown, and does not stand in it.",
    breaks="P04.kept",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={AT_WORK: "the conversation of Ana holds the question and the answer, in that order"},
)
def closed_conversation_keeps_no_answer(keep_message: Method, deviate: Deviate) -> Method:
    async def only_into_open(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        phase = "SELECT metadata_->>'status' FROM threads WHERE id = $1"
        if await connection.fetchval(phase, hold.thread_id) == "active":
            await keep_message(self, connection, hold, ending)
        else:
            deviate()

    return only_into_open


@defect(
    "an-answer-opens-its-conversation",
    says="The answer of an analysis that ends in a closed conversation opens that again.",
    breaks="TL-2.lasting",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={AT_WORK: EVERYWHERE},
)
def an_answer_opens_its_conversation(keep_message: Method, deviate: Deviate) -> Method:
    async def reopen(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await keep_message(self, connection, hold, ending)
        opened = (
            'UPDATE threads SET metadata_ = metadata_ || \'{"status": "active"}\' '
            "WHERE id = $1 AND metadata_->>'status' <> 'active' RETURNING true"
        )
        if await connection.fetchval(opened, hold.thread_id):
            deviate()

    return reopen


@defect(
    "in-use-again-and-closed-all-the-same",
    says="A conversation that was once closed is told to be in use again, and takes nothing any more.",
    breaks="TL-2.visible",
    replaces="support.reference.messages:Messages.expect_open",
    caught_by={AS_BEFORE: "Netra takes the question of Ana"},
    also_red=also(
        "conversations/kept",
        "whatever is noted of a conversation moves its time, too",
        "A conversation and its facts outlive a crash right after the last word",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "When a few become many, all of them get their work done",
    )
    | also(
        "memory/unchanged",
        "the same is told and read there, too",
        "What was told since counts more than what an earlier version has kept",
    )
    | also(
        "responsiveness/together",
        "the same is timed there, too",
        "Listing, opening, changing and writing each stay within their limit",
        "Nobody is served much worse than the others, and nothing gets lost",
    ),
)
def in_use_again_and_closed_all_the_same(expect_open: Method, deviate: Deviate) -> Method:
    async def remember(self: Any, connection: Any, thread_id: str) -> None:
        await expect_open(self, connection, thread_id)
        # Whatever changes a conversation moves its time; what is said in it does so, too, and bears a time of its own.
        changed = (
            "SELECT updated_at > greatest(created_at, (SELECT max(created_at) FROM messages WHERE thread_id = $1)) "
            "+ interval '1 millisecond' FROM threads WHERE id = $1"
        )
        if await connection.fetchval(changed, thread_id):
            deviate()
            raise Conflict("The conversation is not in use.")

    return remember


@defect(
    "in-use-again-without-the-last-message",
    says="When a conversation comes into use again, the message that was said last is gone.",
    breaks="P01.complete",
    replaces="support.reference.threads:Threads.move",
    caught_by={AS_BEFORE: "Ana reads every message of the conversation, as it was confirmed"},
)
def in_use_again_without_the_last_message(move: Method, deviate: Deviate) -> Method:
    async def lose_one(self: Any, row: Any, deed: str) -> Any:
        moved = await move(self, row, deed)
        last = "SELECT id FROM messages WHERE thread_id = $1 ORDER BY position DESC LIMIT 1"
        if moved["metadata"]["status"] == "active":
            deviate()
            await self._storage.execute(f"DELETE FROM messages WHERE id = ({last})", row["id"])
        return moved

    return lose_one
