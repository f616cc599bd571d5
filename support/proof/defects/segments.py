"""Breaks separation for some: one segment's customers, colleagues, those with an office."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

SEGMENTS = "features/isolation/segments.feature::"
PAIRS = SEGMENTS + "A stranger of any segment is refused everything of a customer of any segment"
OTHERS = SEGMENTS + "Whoever is not the owner is refused, also within the company and within Netra"
EACH_OTHER = (
    "features/isolation/conversations.feature::Three companies reach for everything of each other, 24 times in vain"
)

REFUSED = "<stranger> is refused every time as if it did not exist"
UNREACHED = "nothing of <owner>'s has reached <stranger>"
UNDISTURBED = "<owner> still has everything as it was"

SAME_SEGMENT = (
    *("Ana-Hanna", "Hanna-Ana", "Hanna-Greta", "Greta-Hanna", "Greta-Ana", "Ana-Greta"),
    *("Eve-Ben", "Ben-Eve", "Milo-Chen", "Chen-Milo", "Finn-Dora", "Dora-Finn"),
)
"""Rows in which both belong to one segment and to different companies."""

OWNER = "SELECT users.* FROM users JOIN threads ON threads.user_id = users.id WHERE threads.id = $1"


@defect(
    "kept-ready-without-owner",
    says="What is kept ready for Free customers is found by the conversation alone, whoever asks.",
    breaks="TI-4.segments",
    replaces="support.reference.ready:Ready.recommendations",
    caught_by={f"{PAIRS}[{pair}]": REFUSED for pair in ("Ana-Ben", "Chen-Ben", "Dora-Ben", "Eve-Ben", "Ben-Eve")},
    also_red=also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it[recommendations]",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "While storage is away customers read on, and learn when to ask again",
    )
    | also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "Session, answer and recommendations can be read while storage is away",
    ),
)
def kept_ready_without_owner(recommendations: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def by_conversation(self: Any, user_id: str, thread_id: str) -> Any:
        owner = await self._runs._storage.row(OWNER, thread_id)
        if owner is None or owner["id"] == user_id or owner["segment"] != "free":
            return await recommendations(self, user_id, thread_id)
        deviate()
        return await recommendations(self, owner["id"], thread_id)

    return by_conversation


@defect(
    "colleague-counts-as-owner",
    says="Whoever works for the owner's company is let into the conversation.",
    breaks="TI-4.colleagues",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        f"{OTHERS}[{other}]": "<other> is refused every time as if it did not exist"
        for other in ("Paul", "Olga", "Alma")
    },
    also_red=also(
        "isolation/conversations",
        "Eve works for another company, which has to be looked up",
        "A refusal costs Netra the same work, whether there is something or not",
    ),
)
def colleague_counts_as_owner(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from dataclasses import replace

    async def let_colleagues_in(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        owner = await self._storage.row(OWNER, thread_id)
        if owner is not None and owner["id"] != caller.user_id and owner["company"] == caller.company:
            deviate()
            caller = replace(caller, user_id=owner["id"])
        return await owned_by(self, caller, thread_id, action, origin)

    return let_colleagues_in


@defect(
    "same-segment-counts-as-owner",
    says="Whoever belongs to the owner's segment, at another company, is let into the conversation.",
    breaks="TI-4.segments",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        **{f"{PAIRS}[{pair}]": REFUSED for pair in SAME_SEGMENT},
        f"{EACH_OTHER}[Ana, Hanna and Greta]": "all 24 attempts of <customers> are refused as if nothing existed",
    },
    also_red=also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra[Nora]",
    ),
)
def same_segment_counts_as_owner(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from dataclasses import replace

    alike = f"{OWNER} AND company <> $2 AND segment = (SELECT segment FROM users WHERE id = $3)"

    async def let_alike_in(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        owner = await self._storage.row(alike, thread_id, caller.company, caller.user_id)
        if owner is not None:
            deviate()
            caller = replace(caller, user_id=owner["id"])
        return await owned_by(self, caller, thread_id, action, origin)

    return let_alike_in


@defect(
    "refusal-in-other-words",
    says="Early customers are told of a conversation that exists that it is another company's.",
    breaks="TI-4.blocked",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{PAIRS}[{pair}]": REFUSED for pair in ("Dora-Ana", "Dora-Ben", "Dora-Chen", "Finn-Dora")},
)
def refusal_in_other_words(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def explain(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            asking = await self._storage.row("SELECT segment FROM users WHERE id = $1", caller.user_id)
            if asking["segment"] != "early" or await self._storage.row(OWNER, thread_id) is None:
                raise
            deviate()
            raise NotFound("This belongs to another company.") from None

    return explain


@defect(
    "refused-follow-shows-last-update",
    says="Who follows a Mid customer's conversation, or as an operator anybody's, gets its last update before the no.",
    breaks="P11.no_trace",
    replaces="support.reference.exchange:Exchange.resume",
    caught_by={
        **{f"{PAIRS}[{stranger}-Chen]": UNREACHED for stranger in ("Ana", "Ben", "Dora", "Milo")},
        f"{OTHERS}[Nora]": "nothing of Ana's has reached <other>",
    },
)
def refused_follow_shows_last_update(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def send_first(self: Any, socket: Any, payload: dict[str, Any]) -> None:
        try:
            await resume(self, socket, payload)
        except NotFound:
            owner = await self._threads._storage.row(OWNER, payload["thread_id"])
            office = socket.caller.may("operations:alarms")
            if owner is not None and (owner["segment"] == "mid" or office):
                deviate()
                last = (await socket._updates.replay(payload["thread_id"], 0))[-1]
                await socket.say({**last, "thread_id": "", "payload": last["payload"]})
            raise

    return send_first


@defect(
    "written-though-refused",
    says="What is refused in an Early customer's or a colleague's conversation is written all the same.",
    breaks="TI-4.blocked",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        **{f"{PAIRS}[{stranger}-Dora]": UNDISTURBED for stranger in ("Ana", "Ben", "Chen", "Finn")},
        **{f"{OTHERS}[{other}]": "Ana still has everything as it was" for other in ("Paul", "Olga", "Alma")},
    },
    also_red=also(
        "isolation/conversations",
        "a customer of the Early plan is refused at the price of a write",
        "A refusal costs Netra the same work, whether there is something or not",
    ),
)
def written_though_refused(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.memory import Memory
    from support.reference.messages import Messages
    from support.reference.trouble import NotFound

    async def write_first(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            owner = await self._storage.row(OWNER, thread_id)
            near = owner is not None and (owner["segment"] == "early" or owner["company"] == caller.company)
            if near and action == "write_message":
                deviate()
                async with self._storage.transaction() as connection:
                    await Messages(self._storage, Memory(self._storage, self._audit)).append(
                        connection, thread_id, "user", "mine now"
                    )
            raise

    return write_first


@defect(
    "attempt-leaves-a-mark-in-storage",
    says="Whoever tries in vain to archive what is another's leaves a mark on it, of which nobody is told.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={PAIRS: UNDISTURBED, OTHERS: "Ana still has everything as it was"},
)
def attempt_leaves_a_mark_in_storage(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def marking(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        from support.reference.trouble import NotFound

        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            if action == "archive_thread":
                mark = "UPDATE threads SET phase_before = 'paused' WHERE id = $1 RETURNING id"
                for _ in await self._storage.rows(mark, thread_id):
                    deviate()
            raise

    return marking
