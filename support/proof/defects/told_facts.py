"""Breaks what is known of what was told: facts that are not heard, that follow too far, or come from nowhere."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/told_facts.feature::"
NOTE = HERE + "A fact told in a note is known with a later question"
QUESTION = HERE + "A fact told with a question is known with the next question"
DETAIL = HERE + "A detail stays in the conversation in which it was told"
LASTING = HERE + "A lasting fact is known in a new conversation, which says where it was told"
OTHER = HERE + "What one customer tells is unknown to the assistant of another"
PRIORITIES = "features/memory/changing_priorities.feature::"
ELSEWHERE = PRIORITIES + "A priority told elsewhere counts in the older conversation too"
CORRECTED = PRIORITIES + "A detail is corrected in its own conversation alone"

TOPICS = "features/memory/topics.feature::"
CONSTRAINTS = TOPICS + "Two constraints told elsewhere are known in a third topic, with their origin"
KNOWS_DATA = 'the AI model knows that Ana\'s constraint on data is "Europe only"'
ONLY = "the AI model hears only what Ana told about <topic>"
APART = "the AI model hears apart what Ana told about cost and about speed"
KNOWS_LASTING = 'the AI model knows that Ana\'s <fact> is "<value>"'
EARLIER = "features/memory/unchanged.feature::"
WEEKS = "features/memory/weeks_later.feature::"
KNOWS_TARGET = 'the AI model knows that Dora\'s target is "30 percent less"'


@defect(
    "amounts-are-taken-for-talk",
    says="A detail of a note that names an amount of money is forgotten.",
    breaks="CC-1.known",
    replaces="support.reference.memory:Memory.keep",
    caught_by={NOTE: 'the AI model knows that Ana\'s monthly spend is "$15,000 with EC2 and RDS"'},
)
def amounts_are_taken_for_talk(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def pass_over_amounts(self: Any, connection: Any, owner: str, *place: Any) -> None:
        fact = place[2]
        if fact.kind == "detail" and isinstance(fact.value, str) and fact.value.startswith("$"):
            deviate()
        else:
            await keep(self, connection, owner, *place)

    return pass_over_amounts


@defect(
    "questions-tell-nothing",
    says="What a customer tells together with a question is not kept.",
    breaks="CC-1.known",
    replaces="support.reference.memory:Memory.learn",
    caught_by={QUESTION: 'the AI model knows that Ana\'s peak season is "November to January"'},
    also_red={
        "features/memory/what_is_remembered.feature::"
        "What was removed is not used any more, even where an answer has named it": "told together with a question"
    },
)
def questions_tell_nothing(learn: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def pass_over_questions(self: Any, connection: Any, message: Any, metadata: Any) -> None:
        if "run_id" in (metadata or {}):
            deviate()
        else:
            await learn(self, connection, message, metadata)

    return pass_over_questions


@defect(
    "details-follow-the-customer",
    says="The AI model is told the details of every conversation of the customer.",
    breaks="CC-1.right_place",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={
        DETAIL: 'the AI model hears nothing of "Bluebird-7" for Ana',
        CORRECTED: KNOWS_TARGET,
        TOPICS + "A conversation knows the details of its own topic and of no other": ONLY,
        TOPICS + "Two topics that are asked about at the same time do not mix": APART,
    },
)
def details_follow_the_customer(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import ORDER, SELECT, sent

    async def tell_all(self: Any, user_id: str, thread_id: str) -> Any:
        known = await remembered(self, user_id, thread_id)
        rows = self.bounded(await self._storage.rows(SELECT + "AND facts.replaced_at IS NULL" + ORDER, user_id))
        if len(rows) > len(known):
            deviate()
        return [sent(row) for row in rows]

    return tell_all


@defect(
    "lasting-facts-stay-behind",
    says="What holds everywhere is known only in the conversation in which it was told.",
    breaks="CC-1.origin",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={
        LASTING: KNOWS_LASTING,
        ELSEWHERE: 'the AI model knows that Dora\'s priority is "scalability"',
        CONSTRAINTS: KNOWS_DATA,
    },
    also_red={
        WEEKS
        + "Two decisions of a session that is long over are known in a new conversation": "told in an earlier one",
        WEEKS + "A decision is known after a crash that took everything that was kept ready": "told in an earlier one",
        WEEKS + "A decision still stands when its conversation has been put away": "told in an earlier one",
        WEEKS + "A decision still stands when Netra itself has put its conversation away": "told in an earlier one",
        PRIORITIES + "Of two priorities told at the same time exactly one holds, everywhere": "told in an earlier one",
        EARLIER + "Whatever an earlier version has kept is known and shown": "told in an earlier one",
        EARLIER + "What was told since counts more than what an earlier version has kept": "told in an earlier one",
    }
    | also(
        "continuity/backup",
        "what is told has to be known and stored there, too",
        "What was told since the damage counts more than what comes back",
    ),
)
def lasting_facts_stay_behind(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def stay(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        here = [fact for fact in facts if fact["from"]["thread_id"] == thread_id]
        if here != facts:
            deviate()
        return here

    return stay


@defect(
    "origin-is-where-it-is-asked",
    says="A fact is said to come from the conversation in which it is used.",
    breaks="CC-1.origin",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={
        LASTING: 'the answer to Ana takes "<value>" into account, from the conversation about plans',
        ELSEWHERE: 'the answer to Dora takes "scalability" into account, from the conversation about the second year',
        CONSTRAINTS: 'the answer to Ana takes "Europe only" into account, from the conversation about security',
    },
)
def origin_is_where_it_is_asked(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def claim(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        title = await self._storage.row("SELECT metadata_->>'title' AS title FROM threads WHERE id = $1", thread_id)
        if facts:
            deviate()
        return [{**fact, "from": {"thread_id": thread_id, "title": title["title"]}} for fact in facts]

    return claim


@defect(
    "anybodys-budget",
    says="A customer who has told no budget is advised on the one that was told last by anybody.",
    breaks="CC-1.right_place",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={OTHER: 'the AI model hears nothing of "$48,217" for <other>'},
)
def anybodys_budget(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import sent

    async def borrow(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        rows = await self._storage.rows(
            "SELECT *, NULL AS thread_title FROM facts WHERE kind = 'budget' ORDER BY number DESC LIMIT 1"
        )
        if facts or not rows:
            return facts
        deviate()
        return [sent(row) for row in rows]

    return borrow
