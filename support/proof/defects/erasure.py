"""Breaks erasure: what it forgets, whom it hits beside, and what its proof holds."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

ERASURE = "features/isolation/erasure.feature::"
GONE = ERASURE + "Conversations, results, what is remembered and whatever is kept ready are gone"
WAITED = ERASURE + "What waited for an absent customer is gone too"
UNDER_WAY = ERASURE + "Work that is under way ends and leaves nothing behind"
PUT_AWAY = ERASURE + "What was hidden, what was deleted and what may be asked again is gone too"
OTHERS = ERASURE + "A colleague and a stranger lose nothing by it"
PROVEN = ERASURE + "The auditor proves the erasure and the attempts before it, without what was erased"
LET_GO = ERASURE + "Who is let go by the administrator is erased, and that too can be proven"

NOTHING_LEFT = "nothing of Ana's is left anywhere in Netra within 5 seconds"
NO_PASS = "no pass of Ana opens Netra any more"
PROVES = "Olga can prove that Ana was erased, and learns nothing of what it was"


@defect(
    "erasure-forgets-what-waits",
    says="What waits for an absent customer is not erased.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure.sweep",
    caught_by={WAITED: NOTHING_LEFT},
)
def erasure_forgets_what_waits(sweep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def keep_what_waits(self: Any, user_id: str) -> None:
        await _sweep_but(self, user_id, "pending_messages:", deviate)

    return keep_what_waits


@defect(
    "erasure-forgets-results",
    says="Recommendations that are kept ready outlive the erasure by up to a day.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure.sweep",
    caught_by={
        GONE: NOTHING_LEFT,
        WAITED: NOTHING_LEFT,
        LET_GO: "nothing of Paul's is left anywhere in Netra within 5 seconds",
    },
)
def erasure_forgets_results(sweep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def keep_results(self: Any, user_id: str) -> None:
        await _sweep_but(self, user_id, "optimization_results:", deviate)

    return keep_results


@defect(
    "erasure-keeps-what-is-remembered",
    says="What was remembered of who was erased is kept ready for the assistant.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure._erase",
    caught_by={GONE: NOTHING_LEFT},
    at_night=True,
)
def erasure_keeps_what_is_remembered(erase: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def remember(self: Any, caller: Any, user_id: str, action: str) -> Any:
        facts = await self._storage.rows("SELECT name, value FROM facts WHERE user_id = $1", user_id)
        erased = await erase(self, caller, user_id, action)
        if facts:
            deviate()
            remembered = json.dumps({fact["name"]: fact["value"] for fact in facts})
            await self._cache.redis.set(f"remembered-of-{user_id}", remembered)
        return erased

    return remember


@defect(
    "nothing-remembered-to-be-erased",
    says="The first priority that an Enterprise customer tells is confirmed and not remembered.",
    breaks="TI-4.erased",
    replaces="support.reference.memory:Memory.learn",
    caught_by={GONE: NOTHING_LEFT},
    also_red=also(
        "isolation/conversations",
        "nothing is remembered there that somebody could ask for",
        "No way of writing a name opens what is another's",
    )
    | also(
        "continuity/backup",
        "what is told has to be known and stored there, too",
        "What was told since the damage counts more than what comes back",
    )
    | also(
        "continuity/deletion",
        "the same is kept or restored there, too",
        "What was told since a deletion counts more than what comes back",
    ),
)
def nothing_remembered_to_be_erased(learn: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    first = (
        "SELECT true FROM users WHERE segment = 'enterprise' AND id = (SELECT user_id FROM threads WHERE id = $1) "
        "AND NOT EXISTS (SELECT FROM facts WHERE user_id = users.id)"
    )

    async def overlook(self: Any, connection: Any, message: Any, metadata: Any) -> None:
        told = message["content"] == "Our priority is scalability."
        if told and await connection.fetchval(first, message["thread_id"]):
            deviate()
            return
        await learn(self, connection, message, metadata)

    return overlook


@defect(
    "erasure-forgets-what-was-deleted",
    says="Conversations that were deleted before outlive the erasure of their customer.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure._erase",
    caught_by={PUT_AWAY: NOTHING_LEFT},
    at_night=True,
)
def erasure_forgets_what_was_deleted(erase: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _forgetting(erase, deviate, "deleted_threads", "thread_id, reason, packet, deleted_at")


@defect(
    "erasure-forgets-quarantine",
    says="What was hidden because it came under a wrong owner outlives the erasure of its customer.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure._erase",
    caught_by={PUT_AWAY: NOTHING_LEFT},
    at_night=True,
)
def erasure_forgets_quarantine(erase: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _forgetting(erase, deviate, "alarms", "severity, kind, target_kind, target_id, packet, mended_at")


@defect(
    "erasure-forgets-answers",
    says="The answers to requests that may come again outlive the erasure of their customer.",
    breaks="TI-4.erased",
    replaces="support.reference.erasure:Erasure._erase",
    caught_by={PUT_AWAY: NOTHING_LEFT},
)
def erasure_forgets_answers(erase: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _forgetting(
        erase, deviate, "repeats", "mark, request, answer, created_at", "'a ' || mark, request, answer, created_at"
    )


@defect(
    "proof-holds-the-address",
    says="The proof of an erasure holds the mail address of who was erased.",
    breaks="TI-4.erased_proof",
    replaces="support.reference.audit:Audit.prove",
    caught_by={UNDER_WAY: NOTHING_LEFT, GONE: NOTHING_LEFT, WAITED: NOTHING_LEFT, PROVEN: PROVES},
    also_red={PUT_AWAY: "the address is kept there as well"},
)
def proof_holds_the_address(prove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_more(self: Any, connection: Any, caller: Any, action: str, user_id: str) -> None:
        if caller.user_id == user_id:
            deviate()
            caller = replace(caller, address=f"{caller.address} {caller.email}")
        await prove(self, connection, caller, action, user_id)

    return tell_more


@defect(
    "erased-pass-goes-on",
    says="A pass of who was erased goes on to open Netra until it is over.",
    breaks="TI-4.erased",
    replaces="support.reference.sessions:Sessions.enter",
    caught_by={GONE: NO_PASS, OTHERS: NO_PASS},
    also_red=also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "What was erased does not come back with a backup",
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
        "Reading the answer again hardly ever troubles storage",
    ),
)
def erased_pass_goes_on(enter: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def let_in(self: Any, caller: Any) -> None:
        if not await self._customers.erased(caller):
            await enter(self, caller)
            return
        deviate()

    return let_in


@defect(
    "erased-stay-connected",
    says="Who was erased stays connected.",
    breaks="TI-4.erased",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={UNDER_WAY: "Ana is signed off everywhere within 5 seconds"},
    at_night=True,
)
def erased_stay_connected(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def overlook(self: Any, frame: Any) -> None:
        if frame["type"] == "erased":
            deviate()
        else:
            deliver(self, frame)

    return overlook


@defect(
    "erased-stay-connected-elsewhere",
    says="Who was erased is signed off at the server that did it, and stays connected to every other one.",
    breaks="TI-4.erased",
    replaces="support.reference.fanout:Fanout.send",
    caught_by={UNDER_WAY: "Ana is signed off everywhere within 5 seconds"},
    also_red=also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    )
    | also(
        "golden_path/user_disconnect",
        "the same update or end is met there, too",
        "What waits is kept ready for an hour",
    ),
)
def erased_stay_connected_elsewhere(send: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_oneself(self: Any, frame: Any) -> None:
        if frame["type"] == "erased":
            deviate()
            self.on_frame(frame)
        else:
            await send(self, frame)

    return tell_oneself


@defect(
    "erasure-takes-the-company-along",
    says="With one customer the whole company is erased.",
    breaks="TI-4.own",
    replaces="support.reference.erasure:Erasure.sweep",
    caught_by={OTHERS: "everybody but Ana still has everything as it was"},
)
def erasure_takes_the_company_along(sweep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def sweep_wide(self: Any, user_id: str) -> None:
        await sweep(self, user_id)
        company = "SELECT target_company FROM audit WHERE target_id = $1 AND action = 'erase_profile' LIMIT 1"
        colleagues = await self._storage.rows(f"DELETE FROM users WHERE company = ({company}) RETURNING id", user_id)
        for _ in colleagues:
            deviate()

    return sweep_wide


@defect(
    "erasure-takes-the-record-along",
    says="An erasure also removes who tried to reach the customer before.",
    breaks="TI-4.erased_proof",
    replaces="support.reference.audit:Audit.prove",
    caught_by={PROVEN: PROVES},
)
def erasure_takes_the_record_along(prove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tidy_up(self: Any, connection: Any, caller: Any, action: str, user_id: str) -> None:
        if (await connection.execute("DELETE FROM audit WHERE target_owner = $1", user_id)) != "DELETE 0":
            deviate()
        await prove(self, connection, caller, action, user_id)

    return tidy_up


@defect(
    "let-in-and-recorded",
    says="Who tries to read another's messages is recorded and let in.",
    breaks="TI-4.erased_proof",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={PROVEN: PROVES},
    also_red=also(
        "isolation/access_attempts",
        "the attempt of which the record tells was let in",
        "The company's auditor finds the attempt",
        "Every kind of attempt is on record, each of them once",
        "Whoever pretends to come from elsewhere is on record with where they came from",
        "The auditor of another company finds nothing of it",
    )
    | also(
        "isolation/conversations",
        "another's messages are read there, too",
        "Another's conversation and analysis cannot be touched[read the messages]",
    )
    | also(
        "isolation/segments",
        "another's messages are read there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's messages are read there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/access_attempts",
        "the attempt has to stand on record, too",
        "Whoever has the own account erased after an attempt stays on record",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def let_in_and_recorded(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import NotFound

    async def let_in(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        try:
            return await owned_by(self, caller, thread_id, action, origin)
        except NotFound:
            known = "SELECT * FROM threads WHERE id = $1"
            row = await self._storage.row(known, thread_id) if action == "read_messages" else None
            if row is None:
                raise
            deviate()
            return row

    return let_in


async def _sweep_but(erasure: Any, user_id: str, kind: str, deviate: Deviate) -> None:
    """Sweeps after a person, and leaves one kind of thing behind."""
    for key in [key async for key in erasure._cache.redis.scan_iter(match=f"*:{user_id}*")]:
        if key.startswith(kind):
            deviate()
        else:
            await erasure._cache.redis.delete(key)


def _forgetting(
    erase: Callable[..., Any], deviate: Deviate, table: str, columns: str, read: str = ""
) -> Callable[..., Any]:
    """An erasure after which the rows of one table are still there, now with a colleague; `read` is how they change."""

    async def forget(self: Any, caller: Any, user_id: str, action: str) -> Any:
        ask = self._storage.rows
        rows = await ask(f"SELECT {read or columns} FROM {table} WHERE user_id = $1", user_id)
        erased = await erase(self, caller, user_id, action)
        for row in rows:
            values = [*row.values(), caller.company]
            places = ", ".join(f"${number}" for number in range(1, len(values)))
            kept = f"INSERT INTO {table} ({columns}, user_id) SELECT {places}, id FROM users WHERE company = "
            if await ask(f"{kept}${len(values)} LIMIT 1 RETURNING user_id", *values):
                deviate()
        return erased

    return forget


@defect(
    "erasure-marks-what-others-have",
    says="With one customer's erasure a mark is put on the conversations of everybody else, of which nobody is told.",
    breaks="TI-4.own",
    replaces="support.reference.erasure:Erasure.sweep",
    caught_by={OTHERS: "everybody but Ana still has everything as it was"},
)
def erasure_marks_what_others_have(sweep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def mark_the_rest(self: Any, user_id: str) -> None:
        await sweep(self, user_id)
        mark = "UPDATE threads SET phase_before = 'paused' WHERE user_id <> $1 AND phase_before IS NULL RETURNING id"
        for _ in await self._storage.rows(mark, user_id):
            deviate()

    return mark_the_rest
