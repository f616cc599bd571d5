"""Breaks what storing and loading must leave alone: numbers, texts, nothing, and what an earlier version has kept."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/memory/unchanged.feature::"
WEEKS = HERE + "Facts come back unchanged after weeks"
CRASH = HERE + "Facts of every kind come back unchanged after a crash"
OLDER = HERE + "Whatever an earlier version has kept is known and shown"
SINCE = HERE + "What was told since counts more than what an earlier version has kept"

HEARD = "the AI model hears the facts of Chen unchanged"
SHOWN = "Chen is shown the facts unchanged"
MANY = 120
"""Facts, fewer than are entered where there are many."""
KNOWS_TEAM = 'the AI model knows that Chen\'s team size is "50 people"'
KNOWS_SINCE = 'the AI model knows that Chen\'s priority is "scalability"'


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with a change made to everything in it, the innermost first."""
    if isinstance(value, dict):
        value = {name: _changed(inner, change) for name, inner in value.items()}
    elif isinstance(value, list):
        value = [_changed(inner, change) for inner in value]
    return change(value)


def _kept_otherwise(keep: Callable[..., Any], deviate: Deviate, change: Callable[[Any], Any]) -> Callable[..., Any]:
    from support.reference.facts import Fact

    async def keep_otherwise(self: Any, connection: Any, owner: str, *place: Any) -> None:
        thread_id, message_id, fact, *told_at = place
        otherwise = Fact(fact.name, _changed(fact.value, change))
        if repr(otherwise.value) != repr(fact.value):
            deviate()
        await keep(self, connection, owner, thread_id, message_id, otherwise, *told_at)

    return keep_otherwise


@defect(
    "large-numbers-are-rounded",
    says="A number that is too large for a fraction of the usual kind is kept rounded.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:Memory.keep",
    caught_by={f"{WEEKS}[with very large numbers]": HEARD, CRASH: SHOWN},
    at_night=True,
)
def large_numbers_are_rounded(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def through_a_fraction(value: Any) -> Any:
        return int(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value

    return _kept_otherwise(keep, deviate, through_a_fraction)


@defect(
    "texts-are-composed",
    says="Characters that are made of several signs are kept as one sign each.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:Memory.keep",
    caught_by={f"{WEEKS}[in words of every script]": HEARD, CRASH: SHOWN},
    at_night=True,
)
def texts_are_composed(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def compose(value: Any) -> Any:
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    return _kept_otherwise(keep, deviate, compose)


@defect(
    "nothing-is-left-out",
    says="What a customer has said to be empty is not kept at all.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:Memory.keep",
    caught_by={f"{WEEKS}[with nothing in places]": HEARD, CRASH: SHOWN},
    at_night=True,
)
def nothing_is_left_out(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def leave_out(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: inner for name, inner in value.items() if inner is not None}
        return value

    return _kept_otherwise(keep, deviate, leave_out)


@defect(
    "list-shows-fractions",
    says="Whoever looks at what is remembered is shown large numbers as fractions.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:shown",
    caught_by={f"{WEEKS}[with very large numbers]": SHOWN, CRASH: SHOWN},
    at_night=True,
)
def list_shows_fractions(shown: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def show_fractions(row: Any) -> Any:
        fact = shown(row)
        if isinstance(fact["value"], int) and abs(fact["value"]) > 2**53:
            deviate()
            fact["value"] = float(fact["value"])
        return fact

    return show_fractions


@defect(
    "newest-of-many-facts-are-unheard",
    says="Of very many facts the AI model is told those that were told first.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={f"{WEEKS}[with very large numbers]": HEARD},
)
def newest_of_many_facts_are_unheard(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_the_first(self: Any, user_id: str, thread_id: str) -> Any:
        facts = await remembered(self, user_id, thread_id)
        if len(facts) > MANY:
            deviate()
        return facts[:MANY]

    return tell_the_first


@defect(
    "newest-of-many-facts-are-not-shown",
    says="Of very many facts the customer is shown those that were told first.",
    breaks="CC-5.equal",
    replaces="support.reference.memory:Memory.of",
    caught_by={f"{WEEKS}[with very large numbers]": SHOWN, CRASH: SHOWN},
)
def newest_of_many_facts_are_not_shown(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def show_the_first(self: Any, caller: Any, history: bool) -> Any:
        facts = await of(self, caller, history)
        if len(facts) > MANY:
            deviate()
        return facts[:MANY]

    return show_the_first


@defect(
    "earlier-form-is-not-read",
    says="What an earlier version has kept is no longer looked at.",
    breaks="CC-5.older",
    replaces="support.reference.memory:Memory._adopt",
    caught_by={OLDER: KNOWS_TEAM},
    also_red=also(
        "memory/unchanged",
        "what an earlier version has kept is removed there",
        "What an earlier version has kept can be removed for good",
    ),
)
def earlier_form_is_not_read(adopt: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def pass_over(self: Any, owner: str) -> None:
        deviate()

    return pass_over


@defect(
    "earlier-form-has-no-origin",
    says="What an earlier version has kept is shown without the conversation in which it was told.",
    breaks="CC-5.older",
    replaces="support.reference.memory:shown",
    caught_by={OLDER: 'Chen is shown the team size "50 people", told in the conversation about plans'},
)
def earlier_form_has_no_origin(shown: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def show_without_origin(row: Any) -> Any:
        fact = shown(row)
        if fact["message_id"] is None:
            deviate()
            fact["thread_id"] = fact["thread_title"] = None
        return fact

    return show_without_origin


@defect(
    "earlier-form-counts-as-new",
    says="What an earlier version has kept counts as told when it is first read again.",
    breaks="CC-5.older",
    replaces="support.reference.memory:Memory.keep",
    caught_by={SINCE: KNOWS_SINCE},
    at_night=True,
)
def earlier_form_counts_as_new(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def keep_as_new(self: Any, connection: Any, owner: str, *place: Any) -> None:
        if len(place) > 3:
            deviate()
        await keep(self, connection, owner, *place[:3])

    return keep_as_new


@defect(
    "one-earlier-version-is-unknown",
    says="What versions after the very first one have kept is no longer looked at.",
    breaks="CC-5.older",
    replaces="support.reference.memory:Memory._adopt",
    caught_by={OLDER: KNOWS_TEAM},
)
def one_earlier_version_is_unknown(adopt: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def know_the_first(self: Any, owner: str) -> None:
        later = "SELECT FROM threads WHERE user_id = $1 AND metadata_->'context'->>'version' <> '1.0'"
        if await self._storage.row(later, owner) is None:
            await adopt(self, owner)
        else:
            deviate()

    return know_the_first


@defect(
    "names-of-the-earlier-form-stay",
    says="What an earlier version has kept under a name of several words is taken over under the name as it was kept.",
    breaks="CC-5.older",
    replaces="support.reference.memory:earlier_form",
    caught_by={OLDER: KNOWS_TEAM},
    also_red=also(
        "memory/unchanged",
        "what an earlier version has kept is removed there",
        "What an earlier version has kept can be removed for good",
    ),
)
def names_of_the_earlier_form_stay(earlier_form: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def keep_names(context: Any) -> Any:
        for fact in earlier_form(context):
            name = fact.name.replace(" ", "_")
            if name != fact.name:
                deviate()
            yield replace(fact, name=name)

    return keep_names


@defect(
    "decisions-of-the-earlier-form-are-lost",
    says="Of what an earlier version has kept everything is taken over but the decisions.",
    breaks="CC-5.older",
    replaces="support.reference.memory:earlier_form",
    caught_by={OLDER: 'the AI model knows that Chen decided "to wait"'},
)
def decisions_of_the_earlier_form_are_lost(earlier_form: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def leave_decisions(context: Any) -> Any:
        for fact in earlier_form(context):
            if fact.name == "decision":
                deviate()
            else:
                yield fact

    return leave_decisions


@defect(
    "notes-become-memory",
    says="A customer's note that looks like what an earlier version has kept is taken for it.",
    breaks="CC-5.older",
    replaces="support.reference.memory:Memory._adopt",
    caught_by={SINCE: KNOWS_SINCE},
)
def notes_become_memory(adopt: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def take_notes_over(self: Any, owner: str) -> None:
        noted = "UPDATE threads SET context_noted = NULL WHERE user_id = $1 AND context_noted RETURNING id"
        if await self._storage.rows(noted, owner):
            deviate()
        await adopt(self, owner)

    return take_notes_over


@defect(
    "notes-of-the-earlier-form-are-dropped",
    says="A customer's note that looks like what an earlier version has kept is confirmed and not kept.",
    breaks="TL-5.accumulates",
    replaces="support.reference.threads:free",
    caught_by={SINCE: "every fact that Chen noted stands with the conversation"},
)
def notes_of_the_earlier_form_are_dropped(free: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def drop(metadata: Any) -> Any:
        kept = free(metadata)
        if "context" in kept:
            deviate()
        return {name: value for name, value in kept.items() if name != "context"}

    return drop


@defect(
    "decisions-of-the-earlier-form-come-from-nowhere",
    says="Whoever looks at a decision that an earlier version has kept is not shown in which conversation it was told.",
    breaks="CC-5.older",
    replaces="support.reference.memory:shown",
    caught_by={OLDER: 'Chen is shown the decision "to wait", told in the conversation about plans'},
)
def decisions_of_the_earlier_form_come_from_nowhere(shown: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def without_origin(row: Any) -> Any:
        fact: dict[str, Any] = shown(row)
        if fact["name"] == "decision" and fact["message_id"] is None:
            deviate()
            fact["thread_title"] = None
        return fact

    return without_origin
