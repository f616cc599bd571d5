"""Breaks how wishes change: old ones that still count, and a past that can no longer be read."""

from collections.abc import Callable
from copy import copy
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/changing_priorities.feature::"
NEWEST = HERE + "The newest of three priorities is the one that the AI model hears"
AT_ONCE = HERE + "Of two priorities told at the same time exactly one holds, everywhere"
REMOVED = "features/memory/what_is_remembered.feature::"
STORED_SO = "it is stored so there as well"
ONE_HOLDS = 'either "scalability" or "enterprise security" holds as Dora\'s priority, everywhere'
HISTORY = HERE + "Three priorities can be read in their order, the last one as the one that holds"


@defect(
    "facts-stored-otherwise",
    says="Priorities and test clusters are stored with words that no reading shows and the AI model never hears.",
    breaks="CC-3.history",
    replaces="support.reference.app:Netra.of",
    caught_by={
        NEWEST: 'the AI model knows that Dora\'s priority is "enterprise security"',
        AT_ONCE: ONE_HOLDS,
        REMOVED + "Lasting facts and details are shown with their conversations": (
            'Ben is shown the test cluster "Bluebird-7", told in the conversation about tests'
        ),
        HISTORY: 'Dora reads that the priority was "cost reduction", then "scalability", and is "enterprise security"',
    },
    also_red={
        HERE + "A priority told elsewhere counts in the older conversation too": STORED_SO,
    }
    | also("memory/unchanged", STORED_SO, "What was told since counts more than what an earlier version has kept")
    | also("continuity/deletion", STORED_SO, "What was told since a deletion counts more than what comes back")
    | also(
        "continuity/backup",
        "what is told has to be known and stored there, too",
        "What was told since the damage counts more than what comes back",
    )
    | also(
        "memory/what_is_remembered",
        "what is told is shown and stored there, too",
        "Nobody is shown what another customer has told",
    ),
)
def facts_stored_otherwise(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from dataclasses import replace

    hidden = " (to be looked through)"

    def smoothed(facts: Any) -> Any:
        return [
            {**fact, "value": fact["value"].removesuffix(hidden)} if isinstance(fact["value"], str) else fact
            for fact in facts
        ]

    def of_second_thoughts(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        keep, shown, remembered = netra.memory.keep, netra.memory.of, netra.memory.remembered

        async def marred(connection: Any, owner: str, thread_id: str, message_id: Any, fact: Any, *when: Any) -> None:
            if fact.name in ("priority", "test cluster") and isinstance(fact.value, str):
                deviate()
                fact = replace(fact, value=fact.value + hidden)
            await keep(connection, owner, thread_id, message_id, fact, *when)

        async def shown_smoothly(*asked: Any) -> Any:
            return smoothed(await shown(*asked))

        async def remembered_smoothly(*asked: Any) -> Any:
            return smoothed(await remembered(*asked))

        netra.memory.keep, netra.memory.of, netra.memory.remembered = marred, shown_smoothly, remembered_smoothly
        return netra

    return of_second_thoughts


@defect(
    "third-wish-comes-too-late",
    says="A customer's first change of mind counts, and every later one does not.",
    breaks="CC-3.latest",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={NEWEST: 'the AI model knows that Dora\'s priority is "enterprise security"', AT_ONCE: ONE_HOLDS},
)
def third_wish_comes_too_late(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import sent

    async def keep_the_second(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        rows = await self._storage.rows(
            "SELECT facts.*, NULL AS thread_title FROM facts WHERE user_id = $1 AND kind = 'priority' ORDER BY number",
            user_id,
        )
        if len(rows) < 3:
            return facts
        deviate()
        return [sent(rows[1]) if fact["name"] == "priority" else fact for fact in facts]

    return keep_the_second


@defect(
    "old-words-are-sent-as-said",
    says="Earlier messages are told to the AI model with all that they tell, whether it still holds or not.",
    breaks="CC-3.not_stale",
    replaces="support.reference.messages:Messages.talk",
    caught_by={
        NEWEST: 'the AI model hears nothing of "cost reduction" or "scalability" for Dora',
        REMOVED + "What was removed is not used any more, even where an answer has named it": (
            'the AI model hears nothing of "$48,217" for Ben'
        ),
        REMOVED + "Removing the newest priority does not bring back an older one": (
            'the AI model hears nothing of "cost reduction" for Ben'
        ),
    },
    also_red=also(
        "memory/what_is_remembered",
        "what is removed must not be told again in other words",
        "What is removed while the assistant thinks is told no more",
    ),
)
def old_words_are_sent_as_said(talk: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def tell_all(row: Any) -> str:
        deviate()
        return str(row["content"])

    return tell_all


@defect(
    "past-is-overwritten",
    says="A new priority is written over the one before; the past cannot be read any more.",
    breaks="CC-3.history",
    replaces="support.reference.memory:Memory.replace",
    caught_by={
        HISTORY: 'Dora reads that the priority was "cost reduction", then "scalability", and is "enterprise security"'
    },
)
def past_is_overwritten(replace: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def overwrite(self: Any, connection: Any, owner: str, thread_id: str, fact: Any) -> None:
        await replace(self, connection, owner, thread_id, fact)
        gone = await connection.fetch(
            "DELETE FROM facts WHERE user_id = $1 AND kind = 'priority' AND replaced_at IS NOT NULL RETURNING id", owner
        )
        if gone:
            deviate()

    return overwrite


@defect(
    "two-wishes-at-once-both-hold",
    says="What is told at the same time in two conversations is kept as if the other one did not exist, and both hold.",
    breaks="CC-3.latest",
    replaces="support.reference.memory:Memory.learn",
    caught_by={AT_ONCE: ONE_HOLDS},
)
def two_wishes_at_once_both_hold(learn: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import Memory

    lock = Memory._lock

    async def each_for_itself(self: Any, connection: Any, message: Any, metadata: Any) -> None:
        async def lock_conversation(connection: Any, owner: str) -> None:
            deviate()
            await lock(connection, message["thread_id"])

        alone = copy(self)
        alone._lock = lock_conversation
        await learn(alone, connection, message, metadata)

    return each_for_itself
