"""Breaks what the audit trail knows of those who tried, and who reads it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from support.proof.defect import Deviate, also, defect

ACCESS = "features/isolation/access_attempts.feature::"
AUDITED = ACCESS + "The company's auditor finds the attempt"

FOUND = "Olga, the auditor of Acme, finds exactly this attempt"
FOUND_ALL = "Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once"
EVERY = ACCESS + "Every kind of attempt is on record, each of them once"
PRETENDING = ACCESS + "Whoever pretends to come from elsewhere is on record with where they came from"
ELSEWHERE = ACCESS + "The auditor of another company finds nothing of it"
NO_AUDITOR = ACCESS + "Whoever is no auditor cannot open the record of attempts"
ALSO_ON_RECORD = also(
    "isolation/access_attempts",
    "the attempt has to stand on record, too",
    "Whoever has the own account erased after an attempt stays on record",
) | also(
    "isolation/segments",
    "the attempts of colleagues stand on record, too",
    "Whoever is not the owner is refused, also within the company and within Netra",
)


@defect(
    "attempt-recorded-twice",
    says="An attempt to read another's messages stands twice in the audit trail.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also(
        "isolation/erasure",
        "each attempt before the erasure stands there twice",
        "The auditor proves the erasure and the attempts before it, without what was erased",
    )
    | ALSO_ON_RECORD,
    at_night=True,
)
def attempt_recorded_twice(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_twice(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        await refused(self, caller, action, kind, target_id, origin)
        if action == "read_messages":
            deviate()
            await refused(self, caller, action, kind, target_id, origin)

    return record_twice


@defect(
    "attempt-recorded-as-owners",
    says="The audit trail names the owner as the one who made the attempt.",
    breaks="P11.audit",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also(
        "isolation/conversations",
        "looking up the owner is work that only what exists costs",
        "A refusal costs Netra the same work, whether there is something or not",
    )
    | ALSO_ON_RECORD
    | also(
        "isolation/erasure",
        "who made the attempts before is read there, too",
        "The auditor proves the erasure and the attempts before it, without what was erased",
    ),
    at_night=True,
)
def attempt_recorded_as_owners(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def accuse_the_owner(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        owner = None
        if kind in ("thread", "run"):
            owner = await self._storage.row(f"SELECT user_id FROM {kind}s WHERE id = $1", target_id)
        if owner is not None:
            deviate()
            caller = replace(caller, user_id=owner["user_id"])
        await refused(self, caller, action, kind, target_id, origin)

    return accuse_the_owner


@defect(
    "attempts-on-live-unrecorded",
    says="What is tried on the live connection is refused and not recorded.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
    at_night=True,
)
def attempts_on_live_unrecorded(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_rest_only(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        if origin == "socket":
            deviate()
            return
        await refused(self, caller, action, kind, target_id, origin)

    return record_rest_only


@defect(
    "attempt-told-an-hour-off",
    says="The record tells every attempt as made an hour before, as by the clock of another country.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.entries",
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also("continuity/deletion", "it is the same entry there", "Nobody but its customer undoes a deletion")
    | ALSO_ON_RECORD
    | also(
        "memory/what_is_remembered", "an attempt meets it there, too", "Another customer's memory cannot be touched"
    ),
    at_night=True,
)
def attempt_told_an_hour_off(entries: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def set_back(self: Any, caller: Any) -> Any:
        found = await entries(self, caller)
        for entry in found:
            deviate()
            entry["at"] = (datetime.fromisoformat(entry["at"]) - timedelta(hours=1)).isoformat()
        return found

    return set_back


@defect(
    "address-as-presented",
    says="An attempt is on record as coming from wherever its request says that it comes from.",
    breaks="TI-2.recorded",
    replaces="support.reference.__main__:create_app",
    caught_by={PRETENDING: FOUND_ALL},
    at_night=True,
)
def address_as_presented(create_app: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    class Believe(ProxyHeadersMiddleware):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if any(name == b"x-forwarded-for" for name, _ in scope.get("headers", ())):
                deviate()
            await super().__call__(scope, receive, send)

    def create_one_that_believes(*arguments: Any) -> Any:
        app = create_app(*arguments)
        app.add_middleware(Believe, trusted_hosts="*")
        return app

    return create_one_that_believes


@defect(
    "attempts-on-live-recorded-as-others",
    says="What is tried on the live connection is on record as if it had been asked in the other way.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
    at_night=True,
)
def attempts_on_live_recorded_as_others(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def call_all_rest(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        if origin != "rest":
            deviate()
        await refused(self, caller, action, kind, target_id, "rest")

    return call_all_rest


@defect(
    "attempt-from-netras-own-gate",
    says="The record holds for every attempt the address of Netra's own gate, and not of who made it.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL, PRETENDING: FOUND_ALL},
    also_red=also("continuity/deletion", "it is the same entry there", "Nobody but its customer undoes a deletion")
    | ALSO_ON_RECORD
    | also(
        "memory/what_is_remembered", "an attempt meets it there, too", "Another customer's memory cannot be touched"
    ),
)
def attempt_from_netras_own_gate(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def name_the_gate(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        deviate()
        await refused(self, replace(caller, address="203.0.113.9"), action, kind, target_id, origin)

    return name_the_gate


@defect(
    "record-read-as-far-as-one-page",
    says="The auditor reads the oldest 50 attempts and no more.",
    breaks="P11.audit",
    replaces="support.reference.audit:Audit.entries",
    caught_by={EVERY: FOUND_ALL},
    at_night=True,
)
def record_read_as_far_as_one_page(entries: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def first_page(self: Any, caller: Any) -> Any:
        found = await entries(self, caller)
        if len(found) > 50:
            deviate()
        return found[:50]

    return first_page


@defect(
    "record-read-across-companies",
    says="An auditor reads the attempts on every company.",
    breaks="TI-2.record_private",
    replaces="support.reference.audit:Audit.entries",
    caught_by={ELSEWHERE: "Otto, the auditor of Birch, finds nothing of this attempt"},
    also_red=also(
        "isolation/access_attempts",
        "the attempt has to stand on record, too",
        "Whoever has the own account erased after an attempt stays on record",
    ),
)
def record_read_across_companies(entries: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def of_all(self: Any, caller: Any) -> Any:
        found = []
        for row in await self._storage.rows("SELECT DISTINCT target_company FROM audit"):
            if row["target_company"] != caller.company:
                deviate()
            found += await entries(self, replace(caller, email=f"auditor@{row['target_company']}"))
        return found

    return of_all


@defect(
    "record-open-to-the-company",
    says="Whoever works for the company reads its record of attempts, auditor or not.",
    breaks="TI-2.record_private",
    replaces="support.reference.audit:Audit.entries",
    caught_by={
        f"{NO_AUDITOR}[Ana]": "<other> is refused and learns of no attempt",
        f"{NO_AUDITOR}[Paul]": "<other> is refused and learns of no attempt",
        f"{NO_AUDITOR}[Alma]": "<other> is refused and learns of no attempt",
    },
)
def record_open_to_the_company(entries: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def let_colleagues_in(self: Any, caller: Any) -> Any:
        attacked = "SELECT FROM audit WHERE target_company = $1 LIMIT 1"
        if not caller.may("audit:read") and await self._storage.row(attacked, caller.company) is not None:
            deviate()
            caller = replace(caller, permissions=frozenset({"audit:read"}))
        return await entries(self, caller)

    return let_colleagues_in
