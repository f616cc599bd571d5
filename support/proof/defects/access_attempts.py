"""Breaks who gets in, and what the audit trail knows of those who tried."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import jwt

from support.proof.defect import Deviate, also, defect

ACCESS = "features/isolation/access_attempts.feature::"
AUDITED = ACCESS + "The company's auditor finds the attempt"
PASSES = ACCESS + "A pass that is not valid opens nothing"

FOUND = "Olga, the auditor of Acme, finds exactly this attempt"
FOUND_ALL = "Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once"
SHUT = "no door of Netra opens"
EVERY = ACCESS + "Every kind of attempt is on record, each of them once"
ELSEWHERE = ACCESS + "The auditor of another company finds nothing of it"
NO_AUDITOR = ACCESS + "Whoever is no auditor cannot open the record of attempts"


@defect(
    "attempt-recorded-twice",
    says="An attempt to read another's messages stands twice in the audit trail.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL},
    also_red=also(
        "isolation/erasure",
        "each attempt before the erasure stands there twice",
        "The auditor proves the erasure and the attempts before it, without what was erased",
    ),
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
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL},
    also_red=also(
        "isolation/conversations",
        "looking up the owner is work that only what exists costs",
        "A refusal costs Netra the same work, whether there is something or not",
    ),
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
    caught_by={EVERY: FOUND_ALL},
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
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL},
    also_red=also("continuity/deletion", "it is the same entry there", "Nobody but its customer undoes a deletion"),
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
    "attempts-on-live-recorded-as-others",
    says="What is tried on the live connection is on record as if it had been asked in the other way.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={EVERY: FOUND_ALL},
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
    caught_by={AUDITED: FOUND, EVERY: FOUND_ALL},
    also_red=also("continuity/deletion", "it is the same entry there", "Nobody but its customer undoes a deletion"),
)
def attempt_from_netras_own_gate(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def name_the_gate(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        deviate()
        await refused(self, replace(caller, address="203.0.113.9"), action, kind, target_id, origin)

    return name_the_gate


@defect(
    "record-read-across-companies",
    says="An auditor reads the attempts on every company.",
    breaks="TI-2.record_private",
    replaces="support.reference.audit:Audit.entries",
    caught_by={ELSEWHERE: "Otto, the auditor of Birch, finds nothing of this attempt"},
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


@defect(
    "pass-for-another-service-admitted",
    says="A pass that was made for another service opens Netra, because nobody looks whom it is for.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana for another service]": SHUT},
)
def pass_for_another_service_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _overlooking(read, deviate, jwt.InvalidAudienceError)


@defect(
    "pass-admitted-before-its-time",
    says="A pass opens Netra before it is valid.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that is not valid yet]": SHUT},
)
def pass_admitted_before_its_time(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _overlooking(read, deviate, jwt.ImmatureSignatureError)


@defect(
    "no-pass-is-a-guest",
    says="Whoever shows no pass at all may look around as a guest.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[no pass]": SHUT},
)
def no_pass_is_a_guest(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.identity import Caller

    def welcome(self: Any, token: str | None) -> Any:
        if token:
            return read(self, token)
        deviate()
        return Caller(f"guest-{uuid.uuid4()}", "guest@guests.example", frozenset(), 4e9)

    return welcome


@defect(
    "expired-pass-admitted",
    says="A pass that is over goes on to open Netra.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that is over]": SHUT},
)
def expired_pass_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _overlooking(read, deviate, jwt.ExpiredSignatureError)


@defect(
    "unsigned-pass-admitted",
    says="A pass that says of itself that it needs no signature is believed.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that nobody signed]": SHUT},
)
def unsigned_pass_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(self: Any, token: str | None) -> Any:
        if not token or jwt.get_unverified_header(token)["alg"] != "none":
            return read(self, token)
        deviate()
        return _unchecked(token)

    return believe


@defect(
    "signature-unchecked-on-live",
    says="Live updates open to a pass whose signature nobody checks.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.from_upgrade",
    caught_by={
        f"{PASSES}[a pass of Ana that somebody altered]": SHUT,
        f"{PASSES}[a pass of Ana signed by a stranger]": SHUT,
        f"{PASSES}[a pass with another name written in]": SHUT,
    },
)
def signature_unchecked_on_live(from_upgrade: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Unauthorized

    def trust(self: Any, header: str | None, subprotocols: Any) -> Any:
        offered = list(subprotocols)
        try:
            return from_upgrade(self, header, offered)
        except Unauthorized as refusal:
            tokens = [header.partition(" ")[2]] if header else [entry[4:] for entry in offered if "jwt." in entry]
            if not tokens or type(refusal.__cause__) is not jwt.InvalidSignatureError:
                raise
            deviate()
            return _unchecked(tokens[0])

    return trust


@defect(
    "unsigned-pass-admitted-by-browsers",
    says="A pass that nobody signed opens the live updates when it is shown as browsers show it.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.from_upgrade",
    caught_by={f"{PASSES}[a pass of Ana that nobody signed]": SHUT},
)
def unsigned_pass_admitted_by_browsers(from_upgrade: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(self: Any, header: str | None, subprotocols: Any) -> Any:
        offered = [entry.removeprefix("jwt.") for entry in subprotocols if entry.startswith("jwt.")]
        if header is not None or not offered or jwt.get_unverified_header(offered[0])["alg"] != "none":
            return from_upgrade(self, header, subprotocols)
        deviate()
        return _unchecked(offered[0])

    return believe


@defect(
    "expired-pass-admitted-by-the-other-name",
    says="On the second server the other name of the live updates opens to a pass that is over.",
    breaks="TI-2.credentials",
    replaces="support.reference.upgrade:connect",
    caught_by={f"{PASSES}[a pass of Ana that is over]": SHUT},
)
def expired_pass_admitted_by_the_other_name(connect: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from fastapi import WebSocket

    async def renew(websocket: WebSocket) -> None:
        settings = websocket.app.state.netra.settings
        shown = websocket.headers.get("authorization")
        if settings.name == "two" and websocket.url.path == "/api/v1/websocket" and shown:
            claims = jwt.decode(shown.partition(" ")[2], options={"verify_signature": False, "verify_exp": False})
            if claims["exp"] < time.time():
                deviate()
                renewed = jwt.encode({**claims, "exp": claims["exp"] + 3600}, settings.secret, algorithm="HS256")
                others = [(name, value) for name, value in websocket.scope["headers"] if name != b"authorization"]
                scope = {**websocket.scope, "headers": [*others, (b"authorization", f"Bearer {renewed}".encode())]}
                websocket = WebSocket(scope, websocket.receive, websocket.send)
        await connect(websocket)

    return renew


def _overlooking(read: Callable[..., Any], deviate: Deviate, fault: type[Exception]) -> Callable[..., Any]:
    """Reads passes strictly, but for one fault."""
    from support.reference.trouble import Unauthorized

    def overlook(self: Any, token: str | None) -> Any:
        try:
            return read(self, token)
        except Unauthorized as refusal:
            if not isinstance(refusal.__cause__, fault):
                raise
            deviate()
            return _unchecked(str(token))

    return overlook


def _unchecked(token: str) -> Any:
    """Whoever a token names, whatever its signature, its age and its purpose."""
    from support.reference.identity import Caller

    claims = jwt.decode(token, options={"verify_signature": False})
    return Caller(claims["sub"], claims["email"], frozenset(claims["permissions"]), float(claims["exp"]))
