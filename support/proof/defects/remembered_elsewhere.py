"""Breaks what is known beyond one conversation, one attempt, one server and one customer."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

TOLD = "features/memory/told_facts.feature::"
OTHER = TOLD + "What one customer tells is unknown to the assistant of another"
SAID = TOLD + "What was said in one conversation is not repeated in another"
RETRY = TOLD + "A retry knows what the first attempt knew"
REMEMBERED = "features/memory/what_is_remembered.feature::"
OF_OTHERS = REMEMBERED + "Nobody is shown what another customer has told"
MEANWHILE = REMEMBERED + "What is removed while the assistant thinks is told no more"
WEEKS = "features/memory/weeks_later.feature::"
TIDIED = WEEKS + "A decision still stands when Netra itself has put its conversation away"
LEFT = WEEKS + "The conversation goes on where it was left"
OLDER = "features/memory/unchanged.feature::What an earlier version has kept can be removed for good"
TAKEN_OVER = "features/live_updates/takeover.feature::Whoever takes over knows what was said before"
COMING_BACK = "features/live_updates/coming_back.feature::"
EVERY = COMING_BACK + "Whoever comes back is caught up in every conversation"
FURTHER = COMING_BACK + "A further tab that asks for nothing is shown how the work goes on"
EARLIER_WORDS = "the AI model hears the earlier words of the conversation of {}, in order"


@defect(
    "memory-is-shown-to-everybody",
    says="Whoever looks at what is remembered is shown what everybody has told.",
    breaks="CC-1.private",
    replaces="support.reference.memory:Memory.of",
    caught_by={OF_OTHERS: "no budget is shown to <other>"},
)
def memory_is_shown_to_everybody(of: Method, deviate: Deviate) -> Method:
    async def show_all(self: Any, caller: Any, history: bool) -> Any:
        from support.reference.memory import ORDER, SELECT, shown

        await of(self, caller, history)
        mine = SELECT + ("" if history else "AND facts.replaced_at IS NULL") + ORDER
        rows = await self._storage.rows(mine.replace("facts.user_id = $1", "$1 <> ''"), caller.user_id)
        if any(row["user_id"] != caller.user_id for row in rows):
            deviate()
        return [shown(row) for row in rows]

    return show_all


@defect(
    "memory-is-shown-to-colleagues",
    says="Whoever looks at what is remembered is shown what the whole company has told.",
    breaks="CC-1.private",
    replaces="support.reference.memory:Memory.of",
    caught_by={f"{OF_OTHERS}[Paul]": "no budget is shown to <other>"},
)
def memory_is_shown_to_colleagues(of: Method, deviate: Deviate) -> Method:
    async def show_the_company(self: Any, caller: Any, history: bool) -> Any:
        from support.reference.memory import ORDER, SELECT, shown

        await of(self, caller, history)
        mine = SELECT + ("" if history else "AND facts.replaced_at IS NULL") + ORDER
        of_all = "(SELECT company FROM users WHERE id = facts.user_id) = (SELECT company FROM users WHERE id = $1)"
        rows = await self._storage.rows(mine.replace("facts.user_id = $1", of_all), caller.user_id)
        if any(row["user_id"] != caller.user_id for row in rows):
            deviate()
        return [shown(row) for row in rows]

    return show_the_company


@defect(
    "the-model-knows-the-whole-company",
    says="The AI model is told the lasting facts of everybody who works for the customer's company.",
    breaks="CC-1.right_place",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={f"{OTHER}[Paul]": 'the AI model hears nothing of "$48,217" for <other>'},
)
def the_model_knows_the_whole_company(remembered: Method, deviate: Deviate) -> Method:
    async def tell_of_colleagues(self: Any, user_id: str, thread_id: str) -> Any:
        from support.reference.facts import DETAIL
        from support.reference.memory import ORDER, SELECT, sent

        known = await remembered(self, user_id, thread_id)
        of_colleagues = (
            "facts.user_id <> $1 AND facts.kind <> $2 AND facts.replaced_at IS NULL AND "
            "(SELECT company FROM users WHERE id = facts.user_id) = (SELECT company FROM users WHERE id = $1)"
        )
        chosen = SELECT.replace("facts.user_id = $1", of_colleagues) + ORDER
        theirs = await self._storage.rows(chosen, user_id, DETAIL)
        if theirs:
            deviate()
        return known + [sent(row) for row in theirs]

    return tell_of_colleagues


@defect(
    "talk-of-other-conversations-is-told",
    says="The AI model is told what the customer said last, in whatever conversation that was.",
    breaks="CC-4.apart",
    replaces="support.reference.messages:Messages.history",
    caught_by={SAID: 'the AI model hears nothing of "Lisbon" for Ana'},
)
def talk_of_other_conversations_is_told(history: Method, deviate: Deviate) -> Method:
    async def tell_all(self: Any, thread_id: str, before: int) -> Any:
        rows = await self._storage.rows(
            "SELECT role, content FROM messages JOIN threads ON threads.id = thread_id WHERE thread_id <> $1 "
            "AND user_id = (SELECT user_id FROM threads WHERE id = $1) ORDER BY messages.created_at",
            thread_id,
        )
        elsewhere = [{"role": row["role"], "content": self.talk(row)} for row in rows]
        if elsewhere:
            deviate()
        return [one for one in elsewhere if one["content"]] + await history(self, thread_id, before)

    return tell_all


@defect(
    "a-retry-knows-nothing",
    says="With a retry the AI model is told nothing of what is remembered.",
    breaks="CC-1.known",
    replaces="support.reference.worker:Worker.remembered",
    caught_by={RETRY: 'the AI model knows that Ana\'s peak season is "November to January"'},
)
def a_retry_knows_nothing(remembered: Method, deviate: Deviate) -> Method:
    async def once(self: Any) -> Any:
        known = await remembered(self)
        if self.hold.attempt > 1 and known:
            deviate()
            return []
        return known

    return once


@defect(
    "no-retry-for-whom-netra-knows",
    says="A retry fails at the report for every customer of whom something is remembered.",
    breaks="P06.retry",
    replaces="support.reference.worker:Worker.write_report",
    caught_by={RETRY: "Ana sees the analysis completed within 10 seconds"},
)
def no_retry_for_whom_netra_knows(write_report: Method, deviate: Deviate) -> Method:
    async def stumble(self: Any) -> None:
        from support.reference.trouble import OutsideFailed

        if self.hold.attempt > 1 and await self.remembered():
            deviate()
            raise OutsideFailed
        await write_report(self)

    return stumble


@defect(
    "whoever-takes-over-has-heard-nothing",
    says="A server that takes an analysis over tells the AI model nothing of what was said before.",
    breaks="CC-1.known",
    replaces="support.reference.worker:Worker.told",
    caught_by={TAKEN_OVER: EARLIER_WORDS.format("Ana")},
)
def whoever_takes_over_has_heard_nothing(told: Method, deviate: Deviate) -> Method:
    async def without_history(self: Any) -> Any:
        words = await told(self)
        if self.hold.epoch > 1 and self._brief.history:
            deviate()
            return words[:2]
        return words

    return without_history


@defect(
    "answers-are-told-as-the-customer-s-words",
    says="The AI model is told earlier answers as if the customer had said them.",
    breaks="CC-2.continues",
    replaces="support.reference.messages:Messages.bounded",
    caught_by={LEFT: EARLIER_WORDS.format("Chen")},
)
def answers_are_told_as_the_customer_s_words(bounded: Method, deviate: Deviate) -> Method:
    def all_of_one(newest_first: Any) -> Any:
        chosen = bounded(newest_first)
        if any(one["role"] != "user" for one in chosen):
            deviate()
        return [{**one, "role": "user"} for one in chosen]

    return all_of_one


@defect(
    "facts-are-put-away-with-their-conversation",
    says="With a conversation that Netra puts away goes whatever was told in it.",
    breaks="CC-2.outlasts",
    replaces="support.reference.archive:Archive.put_away",
    caught_by={TIDIED: 'the AI model knows that Chen decided "to rent no more machines"'},
)
def facts_are_put_away_with_their_conversation(put_away: Method, deviate: Deviate) -> Method:
    async def with_facts(self: Any, connection: Any, thread_id: str, reason: str) -> None:
        await put_away(self, connection, thread_id, reason)
        if await connection.fetchval("DELETE FROM facts WHERE thread_id = $1 RETURNING true", thread_id):
            deviate()

    return with_facts


@defect(
    "the-older-form-stays-where-it-was",
    says="What an earlier version has kept is taken over, and stays where it was as well, whatever is removed.",
    breaks="CC-1.removed",
    replaces="support.reference.memory:Memory._adopt",
    caught_by={OLDER: 'nothing is kept of "50 people" for Chen'},
)
def the_older_form_stays_where_it_was(adopt: Method, deviate: Deviate) -> Method:
    async def take_over_and_leave(self: Any, owner: str) -> None:
        kept = "SELECT id, metadata_ FROM threads WHERE user_id = $1 AND metadata_->'context'->>'version' LIKE '1.%'"
        before = await self._storage.rows(kept + " AND context_noted IS NOT TRUE", owner)
        await adopt(self, owner)
        for row in before:
            deviate()
            back = "UPDATE threads SET metadata_ = $2::jsonb, context_noted = true WHERE id = $1"
            await self._storage.execute(back, row["id"], row["metadata_"])

    return take_over_and_leave


@defect(
    "what-is-remembered-is-read-once",
    says="What is remembered is read when an attempt begins, and told to its end whatever the customer removes.",
    breaks="CC-1.removed",
    replaces="support.reference.worker:Worker.remembered",
    caught_by={MEANWHILE: 'the AI model hears nothing more of "$48,217" for Ben'},
)
def what_is_remembered_is_read_once(remembered: Method, deviate: Deviate) -> Method:
    async def first(self: Any) -> Any:
        known = await remembered(self)
        if not hasattr(self, "known"):
            self.known = known
        if self.known != known:
            deviate()
        return self.known

    return first


@defect(
    "one-connection-follows-one-conversation",
    says="Whoever comes back is caught up in the first conversation that the connection asks for, and in no other.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={EVERY: "each conversation of Ana shows its own analysis, whole, within 10 seconds"},
    never=True,
)
def one_connection_follows_one_conversation(resume: Method, deviate: Deviate) -> Method:
    async def follow_one(self: Any, thread_id: str, after: int) -> Any:
        if getattr(self, "follows", thread_id) == thread_id:
            self.follows = thread_id
            return await resume(self, thread_id, after)
        deviate()
        return self._cursors[thread_id].high

    return follow_one


@defect(
    "who-does-not-ask-is-told-nothing",
    says="A tab that is opened in the middle of the work and does not ask for what it missed is told nothing more.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket._release_held_back",
    caught_by={
        FURTHER: (
            "the second tab of Ana shows the rest of the analysis, each update once and in order, within 10 seconds"
        )
    },
    never=True,
)
def who_does_not_ask_is_told_nothing(release: Method, deviate: Deviate) -> Method:
    async def hold_back_for_ever(self: Any) -> None:
        if self._held_back:
            deviate()

    return hold_back_for_ever
