"""Breaks what customers see of their memory and what they have removed from it."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/what_is_remembered.feature::"
SHOWN = HERE + "Lasting facts and details are shown with their conversations"
OF_OTHERS = HERE + "Nobody is shown what another customer has told"
UNUSED = HERE + "What was removed is not used any more, even where an answer has named it"
NOWHERE = HERE + "What was removed is kept nowhere"
NEWEST = HERE + "Removing the newest priority does not bring back an older one"
FACTS = "features/memory/unchanged.feature::"
UNCHANGED = "Chen is shown the facts unchanged"
CLOSED = HERE + "Another customer's memory cannot be touched"


@defect(
    "all-from-the-newest-conversation",
    says="Whatever is remembered is shown as told in the conversation that was started last.",
    breaks="CC-1.seen",
    replaces="support.reference.memory:Memory.of",
    caught_by={SHOWN: 'Ben is shown the budget "$900 a month", told in the conversation about plans'},
)
def all_from_the_newest_conversation(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def show_the_newest(self: Any, caller: Any, history: bool) -> Any:
        facts = await of(self, caller, history)
        if len({fact["thread_id"] for fact in facts}) > 1:
            deviate()
        return [{**fact, "thread_title": facts[-1]["thread_title"]} for fact in facts]

    return show_the_newest


@defect(
    "details-are-shown-short",
    says="Of a detail the customer is shown only the first few characters.",
    breaks="CC-1.seen",
    replaces="support.reference.memory:Memory.of",
    caught_by={
        SHOWN: 'Ben is shown the test cluster "Bluebird-7", told in the conversation about tests',
        OF_OTHERS: '<other> is shown the test cluster "Kingfisher-2", told in the conversation about tests',
        FACTS + "Facts come back unchanged after weeks[in words of every script]": UNCHANGED,
        FACTS + "Facts of every kind come back unchanged after a crash": UNCHANGED,
    },
)
def details_are_shown_short(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def shorten(self: Any, caller: Any, history: bool) -> Any:
        facts = await of(self, caller, history)
        for fact in facts:
            if fact["kind"] == "detail" and isinstance(fact["value"], str):
                deviate()
                fact["value"] = fact["value"][:8]
        return facts

    return shorten


@defect(
    "answers-keep-what-they-named",
    says="The AI model is told earlier answers together with the facts that they had taken into account.",
    breaks="CC-1.removed",
    replaces="support.reference.messages:Messages.talk",
    caught_by={UNUSED: 'the AI model hears nothing of "$48,217" for Ben'},
)
def answers_keep_what_they_named(talk: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def tell_answers_whole(row: Any) -> str:
        if row["role"] == "user":
            return str(talk(row))
        deviate()
        return str(row["content"])

    return tell_answers_whole


@defect(
    "removal-only-sets-aside",
    says="What a customer removes is no longer used, and is kept as history.",
    breaks="CC-1.removed",
    replaces="support.reference.memory:Memory.remove",
    caught_by={UNUSED: "no budget is shown to Ben", NOWHERE: 'nothing is kept of "Heron-2" for Ben'},
    also_red=also(
        "memory/unchanged",
        "what an earlier version has kept is removed there",
        "What an earlier version has kept can be removed for good",
    ),
)
def removal_only_sets_aside(remove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def set_aside(self: Any, fact_id: str) -> None:
        deviate()
        await self._storage.execute("UPDATE facts SET replaced_at = clock_timestamp() WHERE id = $1", fact_id)

    return set_aside


@defect(
    "only-what-holds-can-be-removed",
    says="Who removes what held before is told that it is gone, and it stays.",
    breaks="CC-1.removed",
    replaces="support.reference.memory:Memory.remove",
    caught_by={NOWHERE: 'nothing is kept of "Bluebird-7" for Ben'},
)
def only_what_holds_can_be_removed(remove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def remove_what_holds(self: Any, fact_id: str) -> None:
        if await self._storage.row("SELECT FROM facts WHERE id = $1 AND replaced_at IS NULL", fact_id) is None:
            deviate()
        else:
            await remove(self, fact_id)

    return remove_what_holds


@defect(
    "removed-budget-only-hidden",
    says="A budget that a customer removes is shown to nobody any more, and stays stored as it holds.",
    breaks="CC-1.removed",
    replaces="support.reference.app:Netra.of",
    caught_by={UNUSED: "no budget is shown to Ben"},
)
def removed_budget_only_hidden(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_pretence(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        remove, shown, remembered = netra.memory.remove, netra.memory.of, netra.memory.remembered
        hidden: set[str] = set()
        owners: set[str] = set()

        async def hide(fact_id: str) -> None:
            row = await netra.storage.row("SELECT user_id FROM facts WHERE id = $1 AND name = 'budget'", fact_id)
            if row is None:
                await remove(fact_id)
                return
            deviate()
            hidden.add(fact_id)
            owners.add(row["user_id"])

        async def without_hidden(caller: Any, history: bool) -> Any:
            return [fact for fact in await shown(caller, history) if fact["id"] not in hidden]

        async def unheard(user_id: str, thread_id: str) -> Any:
            facts = await remembered(user_id, thread_id)
            return [fact for fact in facts if user_id not in owners or fact["name"] != "budget"]

        netra.memory.remove, netra.memory.of, netra.memory.remembered = hide, without_hidden, unheard
        return netra

    return of_pretence


@defect(
    "removal-brings-back-the-older",
    says="When the newest value is removed, the one before it holds again.",
    breaks="CC-1.removed",
    replaces="support.reference.memory:Memory.remove",
    caught_by={NEWEST: 'the AI model hears nothing of "cost reduction" for Ben'},
)
def removal_brings_back_the_older(remove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def bring_back(self: Any, fact_id: str) -> None:
        older = await self._storage.rows(
            "UPDATE facts SET replaced_at = NULL, replaced_by = NULL WHERE replaced_by = $1 RETURNING id", fact_id
        )
        if older:
            deviate()
        await remove(self, fact_id)

    return bring_back


@defect(
    "stranger-is-thanked",
    says="Who removes what is remembered of another is thanked, and nothing is removed.",
    breaks="CC-1.private",
    replaces="support.reference.memory:Memory.forget",
    caught_by={CLOSED: "Eve is refused as if it did not exist"},
)
def stranger_is_thanked(forget: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def thank(self: Any, caller: Any, fact_id: str, origin: str) -> None:
        try:
            await forget(self, caller, fact_id, origin)
        except NotFound:
            if await self._storage.row("SELECT FROM facts WHERE id = $1", fact_id) is None:
                raise
            deviate()

    return thank


@defect(
    "removed-though-refused",
    says="Who removes what is remembered of another is refused, and it is removed all the same.",
    breaks="CC-1.private",
    replaces="support.reference.memory:Memory.forget",
    caught_by={CLOSED: "Ana still has everything as it was"},
)
def removed_though_refused(forget: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def remove_first(self: Any, caller: Any, fact_id: str, origin: str) -> None:
        try:
            await forget(self, caller, fact_id, origin)
        except NotFound:
            if await self._storage.row("SELECT FROM facts WHERE id = $1", fact_id) is not None:
                deviate()
                await self.remove(fact_id)
            raise

    return remove_first


@defect(
    "attempt-on-memory-is-recorded-otherwise",
    says="An attempt to remove what is remembered of another is recorded as an attempt to read it.",
    breaks="CC-1.private",
    replaces="support.reference.audit:Audit.refused",
    caught_by={CLOSED: "Olga, the auditor of Acme, finds exactly this attempt"},
)
def attempt_on_memory_is_recorded_otherwise(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def mistake(self: Any, caller: Any, action: str, *rest: Any) -> None:
        if action == "remove_fact":
            deviate()
            action = "read_fact"
        await refused(self, caller, action, *rest)

    return mistake
