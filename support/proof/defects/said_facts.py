"""Breaks what words tell: facts beside others, in the plural, in another script, or in the first messages."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, defect

HERE = "features/memory/told_facts.feature::"
NOTE = HERE + "A fact told in a note is known with a later question"
QUESTION = HERE + "A fact told with a question is known with the next question"
LASTING = HERE + "A lasting fact is known in a new conversation, which says where it was told"
NEWEST = (
    "features/memory/changing_priorities.feature::The newest of three priorities is the one that the AI model hears"
)
KNOWS_MONTHS = 'the AI model knows that Ana\'s peak months are "May and June"'
KNOWS_LASTING = 'the AI model knows that Ana\'s <fact> is "<value>"'


def _otherwise(
    told: Callable[..., Any], deviate: Deviate, change: Callable[[str, list[Any]], Any]
) -> Callable[..., Any]:
    """Facts of words as `change` makes them, from the text and the facts that it tells."""

    def tell(text: str, metadata: Any = None) -> Any:
        facts = told(text, metadata)
        changed = facts if (metadata or {}).get("facts") else change(text, facts)
        if changed != facts:
            deviate()
        return changed

    return tell


@defect(
    "second-fact-of-a-message-is-lost",
    says="Of a message that tells several facts only the first one is kept.",
    breaks="CC-1.known",
    replaces="support.reference.memory:told",
    caught_by={NOTE: KNOWS_MONTHS},
)
def second_fact_of_a_message_is_lost(told: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _otherwise(told, deviate, lambda text, facts: facts[:1])


@defect(
    "plural-tells-nothing",
    says="What a customer tells of several things, with 'are' in place of 'is', is taken for talk.",
    breaks="CC-1.known",
    replaces="support.reference.memory:told",
    caught_by={NOTE: KNOWS_MONTHS},
)
def plural_tells_nothing(told: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _otherwise(told, deviate, lambda text, facts: told(text.replace(" are ", " were ")))


@defect(
    "questions-are-taken-for-facts",
    says="What a customer only asks is kept as if it had been stated.",
    breaks="CC-1.known",
    replaces="support.reference.memory:told",
    caught_by={QUESTION: "no budget is shown to Ana"},
)
def questions_are_taken_for_facts(told: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _otherwise(told, deviate, lambda text, facts: told(text.replace("?", ".")))


@defect(
    "capital-makes-another-name",
    says="A priority with a capital letter is kept beside the priority without one, and both hold.",
    breaks="CC-3.not_stale",
    replaces="support.reference.memory:told",
    caught_by={NEWEST: 'the AI model hears nothing of "cost reduction" or "scalability" for Dora'},
)
def capital_makes_another_name(told: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def as_written(text: str, facts: list[Any]) -> list[Any]:
        written = [re.search(re.escape(fact.name), text, re.IGNORECASE) for fact in facts]
        return [replace(fact, name=found[0]) if found else fact for fact, found in zip(facts, written, strict=True)]

    return _otherwise(told, deviate, as_written)


@defect(
    "names-of-other-scripts-tell-nothing",
    says="A fact whose name has a letter of another script is taken for talk.",
    breaks="CC-1.origin",
    replaces="support.reference.memory:told",
    caught_by={f"{LASTING}[budget for 東京-$25,000 a month]": KNOWS_LASTING},
)
def names_of_other_scripts_tell_nothing(told: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _otherwise(told, deviate, lambda text, facts: [fact for fact in facts if fact.name.isascii()])


@defect(
    "first-messages-tell-nothing",
    says="What is told in messages that are saved together with their conversation is not kept as facts.",
    breaks="CC-1.origin",
    replaces="support.reference.messages:Messages.begin_with",
    caught_by={LASTING: KNOWS_LASTING},
)
def first_messages_tell_nothing(begin_with: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    class Deaf:
        async def learn(self, *message: Any) -> None:
            deviate()

    async def begin_without_learning(self: Any, connection: Any, thread: Any, texts: list[str]) -> Any:
        deaf = copy(self)
        deaf._memory = Deaf()
        return await begin_with(deaf, connection, thread, texts)

    return begin_without_learning
