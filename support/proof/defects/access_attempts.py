"""Breaks who gets in, and what the audit trail knows of those who tried."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt

from support.proof.defect import Deviate, defect

ACCESS = "features/isolation/access_attempts.feature::"
AUDITED = ACCESS + "The company's auditor finds the attempt"
PASSES = ACCESS + "A pass that is not valid opens nothing"

FOUND = "Olga, the auditor of Acme, finds exactly this attempt"
SHUT = "no door of Netra opens"


@defect(
    "attempt-recorded-twice",
    says="An attempt to read another's messages stands twice in the audit trail.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND},
)
def attempt_recorded_twice(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_twice(
        self: Any, caller: Any, action: str, kind: str, target_id: str, owner: str, origin: str
    ) -> None:
        await refused(self, caller, action, kind, target_id, owner, origin)
        if action == "read_messages":
            deviate()
            await refused(self, caller, action, kind, target_id, owner, origin)

    return record_twice


@defect(
    "attempt-recorded-as-owners",
    says="The audit trail names the owner as the one who made the attempt.",
    breaks="P11.audit",
    replaces="support.reference.audit:Audit.refused",
    caught_by={AUDITED: FOUND},
)
def attempt_recorded_as_owners(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def accuse_the_owner(
        self: Any, caller: Any, action: str, kind: str, target_id: str, owner: str, origin: str
    ) -> None:
        deviate()
        await refused(self, replace(caller, user_id=owner), action, kind, target_id, owner, origin)

    return accuse_the_owner


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
    from support.reference.trouble import Unauthorized

    def overlook_age(self: Any, token: str | None) -> Any:
        try:
            return read(self, token)
        except Unauthorized as refusal:
            if not isinstance(refusal.__cause__, jwt.ExpiredSignatureError):
                raise
            deviate()
            return _unchecked(str(token))

    return overlook_age


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


def _unchecked(token: str) -> Any:
    """Whoever a token names, whatever its signature and its age."""
    from support.reference.identity import AUDIENCE, ISSUER, Caller

    claims = jwt.decode(token, options={"verify_signature": False}, audience=AUDIENCE, issuer=ISSUER)
    return Caller(claims["sub"], claims["email"], frozenset(claims["permissions"]), float(claims["exp"]))
