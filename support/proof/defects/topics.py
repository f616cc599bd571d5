"""Breaks what keeps topics apart and what they share."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/topics.feature::"
OWN = HERE + "A conversation knows the details of its own topic and of no other"
AT_ONCE = HERE + "Two topics that are asked about at the same time do not mix"
CONSTRAINTS = HERE + "Two constraints told elsewhere are known in a third topic, with their origin"


@defect(
    "words-of-the-other-topic",
    says="The AI model hears the latest note of the customer in another conversation as if it stood in this one.",
    breaks="CC-4.apart",
    replaces="support.reference.messages:Messages.history",
    caught_by={
        OWN: "the AI model hears only what Ana told about <topic>",
        AT_ONCE: "the AI model hears apart what Ana told about cost and about speed",
        "features/memory/told_facts.feature::A detail stays in the conversation in which it was told": (
            'the AI model hears nothing of "Bluebird-7" for Ana'
        ),
    },
    also_red=also(
        "memory/told_facts",
        "two conversations of one customer, too",
        "What was said in one conversation is not repeated in another",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "The AI model hears nothing of what has come under a wrong owner",
    ),
)
def words_of_the_other_topic(history: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def begin_with_another(self: Any, thread_id: str, before: int) -> Any:
        said = await history(self, thread_id, before)
        rows = await self._storage.rows(
            "SELECT role, content FROM messages JOIN threads ON threads.id = thread_id WHERE thread_id <> $1 "
            "AND user_id = (SELECT user_id FROM threads WHERE id = $1) AND NOT messages.metadata_ ? 'run_id' "
            "ORDER BY messages.created_at DESC LIMIT 1",
            thread_id,
        )
        if rows:
            deviate()
        return [*({"role": row["role"], "content": row["content"]} for row in rows), *said]

    return begin_with_another


@defect(
    "one-of-each-kind",
    says="Of several lasting facts of one kind the AI model is told the first one alone.",
    breaks="CC-4.shared",
    replaces="support.reference.memory:Memory.bounded",
    caught_by={
        CONSTRAINTS: 'the AI model knows that Ana\'s constraint on spending is "$75,000 a quarter"',
        "features/memory/weeks_later.feature::"
        "Two decisions of a session that is long over are known in a new conversation": (
            'the AI model knows that Chen decided "to move the archive to cold storage"'
            ' and "to reserve capacity for a year"'
        ),
    },
)
def one_of_each_kind(bounded: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def choose(rows: list[Any]) -> list[Any]:
        chosen = {row["kind"] if row["kind"] != "detail" else row["id"]: row for row in reversed(rows)}
        if len(chosen) < len(rows):
            deviate()
        return [row for row in bounded(rows) if row in list(chosen.values())]

    return choose
