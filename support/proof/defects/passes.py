"""Breaks who gets in: passes that open Netra although they are not valid."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt

from support.proof.defect import Deviate, also, defect

ACCESS = "features/isolation/access_attempts.feature::"
PASSES = ACCESS + "A pass that is not valid opens nothing"
WHOEVER = ACCESS + "A pass that is not valid opens nothing, whatever its customer pays"
STAYING = ACCESS + "Live updates end with the pass that opened them"
SHUT = "no door of Netra opens"


@defect(
    "pass-for-another-service-admitted",
    says="A pass that was made for another service opens Netra, because nobody looks whom it is for.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana for another service]": SHUT},
    at_night=True,
)
def pass_for_another_service_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _overlooking(read, deviate, jwt.InvalidAudienceError)


@defect(
    "pass-admitted-before-its-time",
    says="A pass opens Netra before it is valid.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that is not valid yet]": SHUT},
    at_night=True,
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
    caught_by={f"{PASSES}[a pass of Ana that is over]": SHUT, f"{WHOEVER}[Chen-a pass of Chen that is over]": SHUT},
)
def expired_pass_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _overlooking(read, deviate, jwt.ExpiredSignatureError)


@defect(
    "pass-without-an-end-admitted",
    says="A pass that does not say when it is over opens Netra for ever.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana without an end]": SHUT},
)
def pass_without_an_end_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "exp", 4_000_000_000)


@defect(
    "pass-without-an-issuer-admitted",
    says="A pass that names nobody who issued it is taken for one of the sign-in service.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that names no issuer]": SHUT},
)
def pass_without_an_issuer_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "iss", "netra-auth-service")


@defect(
    "pass-for-no-service-admitted",
    says="A pass that names no service opens every one, Netra too.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that names no service]": SHUT},
)
def pass_for_no_service_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "aud", "netra-platform")


@defect(
    "pass-for-no-purpose-admitted",
    says="A pass that does not say what it is for opens Netra.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that names no purpose]": SHUT},
    at_night=True,
)
def pass_for_no_purpose_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "token_type", "access")


@defect(
    "pass-without-an-address-admitted",
    says="Whoever has no address on the pass gets in, as somebody of no company.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that names no address]": SHUT},
    at_night=True,
)
def pass_without_an_address_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "email", "somebody@nowhere.example")


@defect(
    "pass-without-a-number-admitted",
    says="A pass without a number, which nobody could take back, opens Netra.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana without a number]": SHUT},
)
def pass_without_a_number_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "jti", "none")


@defect(
    "pass-of-an-unknown-age-admitted",
    says="A pass that does not say when it was issued opens Netra.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana of an unknown age]": SHUT},
)
def pass_of_an_unknown_age_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _completing(read, deviate, "iat", 1)


@defect(
    "pass-from-the-future-admitted",
    says="A pass opens Netra that is to be issued only later.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that is yet to come]": SHUT},
)
def pass_from_the_future_admitted(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def overlook(self: Any, token: str | None) -> Any:
        claims = _signed(self, token)
        if claims.get("iat", 0) <= time.time():
            return read(self, token)
        deviate()
        return read(self, jwt.encode({**claims, "iat": 1}, self._secret, algorithm="HS256"))

    return overlook


@defect(
    "moments-of-grace-for-passes",
    says="A pass opens Netra for half a minute before it is valid, and after it is over.",
    breaks="TI-2.credentials",
    replaces="support.reference.identity:Tokens.read",
    caught_by={f"{PASSES}[a pass of Ana that is over]": SHUT, f"{PASSES}[a pass of Ana that is not valid yet]": SHUT},
    also_red=also(
        "isolation/access_attempts",
        "the same is presented there, too",
        "A pass that is not valid opens nothing, whatever its customer pays[Chen-a pass of Chen that is over]",
    ),
)
def moments_of_grace_for_passes(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Unauthorized

    def overlook(self: Any, token: str | None) -> Any:
        try:
            return read(self, token)
        except Unauthorized as refusal:
            if not isinstance(refusal.__cause__, jwt.ExpiredSignatureError | jwt.ImmatureSignatureError):
                raise
            claims = jwt.decode(str(token), options={"verify_signature": False})
            now = time.time()
            if claims["exp"] < now - 30 or claims.get("nbf", now) > now + 30:
                raise
            deviate()
            return _unchecked(str(token))

    return overlook


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
    also_red=also(
        "isolation/access_attempts",
        "the same is presented there, too",
        "A pass that is not valid opens nothing, whatever its customer pays",
    ),
    at_night=True,
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
    caught_by={f"{PASSES}[a pass of Ana that is over]": SHUT, f"{WHOEVER}[Chen-a pass of Chen that is over]": SHUT},
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


@defect(
    "connection-outlives-its-pass",
    says="A connection that was opened with a valid pass goes on to tell updates after the pass is over.",
    breaks="TI-2.credentials",
    replaces="support.reference.sockets:Socket.end_with_token",
    caught_by={STAYING: "Ana's second tab is signed off with its pass, and is told nothing after it"},
    at_night=True,
)
def connection_outlives_its_pass(end_with_token: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def stay(self: Any) -> None:
        await asyncio.sleep(max(0.0, self.caller.expires - time.time()))
        deviate()

    return stay


@defect(
    "signed-off-before-the-pass-is-over",
    says="A connection ends seconds before its pass, as if that were over.",
    breaks="TI-2.credentials",
    replaces="support.reference.sockets:Socket.end_with_token",
    caught_by={STAYING: "Ana's second tab is signed off with its pass, and is told nothing after it"},
)
def signed_off_before_the_pass_is_over(end_with_token: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def hurry(self: Any) -> None:
        if self.caller.expires - time.time() > 60:
            await end_with_token(self)
            return
        deviate()
        await self.close(1008, "please sign in again")

    return hurry


def _completing(read: Callable[..., Any], deviate: Deviate, claim: str, value: object) -> Callable[..., Any]:
    """Reads passes strictly, but supposes the best of one that says nothing of this."""

    def suppose(self: Any, token: str | None) -> Any:
        claims = _signed(self, token)
        if not claims or claim in claims:
            return read(self, token)
        deviate()
        return read(self, jwt.encode({**claims, claim: value}, self._secret, algorithm="HS256"))

    return suppose


def _signed(tokens: Any, token: str | None) -> dict[str, Any]:
    """What a pass says that is signed as it ought to be; nothing of any other."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token or "",
            tokens._secret,
            algorithms=["HS256"],
            options={"verify_aud": False, "verify_iat": False, "verify_nbf": False, "verify_exp": False},
        )
    except jwt.PyJWTError:
        return {}
    return claims


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
