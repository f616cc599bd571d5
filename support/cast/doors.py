"""Netra's doors, tried by whoever presents a pass that must not open them."""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from support.cast.deeds import DEEDS
from support.cast.stage import cannot
from support.drivers import passes
from support.drivers.live import LiveConnection
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


_STRANGERS_SECRET = "a stranger's secret, long enough for the signature"
_BEGINS_IN = 20
"""Seconds until a pass that is not valid yet becomes valid: soon, so that Netra is seen to grant nobody a few."""

PASSES: Mapping[str, Callable[[str, str, str], str | None]] = {
    "no pass": lambda secret, user, email: None,
    "a pass of nobody": lambda secret, user, email: passes.sign(secret, user, email, claims={"sub": None}),
    "that is over": lambda secret, user, email: passes.sign(secret, user, email, expires_in=-2),
    "that is not valid yet": lambda secret, user, email: passes.sign(
        secret, user, email, claims={"nbf": int(time.time()) + _BEGINS_IN}
    ),
    "without an end": lambda secret, user, email: passes.sign(secret, user, email, claims={"exp": None}),
    "that somebody altered": lambda secret, user, email: passes.altered(passes.sign(secret, user, email)),
    "with another name written in": lambda secret, user, email: passes.rewritten(
        passes.sign(secret, "nobody", email), user
    ),
    "that nobody signed": lambda secret, user, email: passes.unsigned(user, email),
    "signed by a stranger": lambda secret, user, email: passes.sign(_STRANGERS_SECRET, user, email),
    "signed in another way": lambda secret, user, email: passes.sign(secret, user, email, algorithm="HS512"),
    "from another issuer": lambda secret, user, email: passes.sign(
        secret, user, email, claims={"iss": "another-issuer"}
    ),
    "for another service": lambda secret, user, email: passes.sign(
        secret, user, email, claims={"aud": "another-service"}
    ),
    "for another purpose": lambda secret, user, email: passes.sign(
        secret, user, email, claims={"token_type": "refresh"}
    ),
    "that names no issuer": lambda secret, user, email: passes.sign(secret, user, email, claims={"iss": None}),
    "that names no service": lambda secret, user, email: passes.sign(secret, user, email, claims={"aud": None}),
    "that names no purpose": lambda secret, user, email: passes.sign(secret, user, email, claims={"token_type": None}),
    "that names no address": lambda secret, user, email: passes.sign(secret, user, email, claims={"email": None}),
    "without a number": lambda secret, user, email: passes.sign(secret, user, email, claims={"jti": None}),
    "of an unknown age": lambda secret, user, email: passes.sign(secret, user, email, claims={"iat": None}),
    "that is yet to come": lambda secret, user, email: passes.sign(
        secret, user, email, claims={"iat": int(time.time()) + _BEGINS_IN}
    ),
}
"""By the words in which its description ends, what makes a pass that opens no door; given the secret of the deployment,
the customer and the address."""

_TO_COME = ("that is not valid yet", "that is yet to come")
_LIVE = ("/ws", "/api/v1/websocket")


def names_of(socket: str) -> list[str]:
    """An address of live updates, and the same under its other name."""
    base, name = next(((socket.removesuffix(one), one) for one in _LIVE if socket.endswith(one)), (socket, ""))
    return [base + one for one in _LIVE] if name else [socket]


class Doors:
    """Netra's doors, tried with a pass that must not open them."""

    def __init__(self, owner: "Person") -> None:
        self.owner = owner
        self.stage = owner.stage
        self.answers: list[Outcome] = []
        self._valid_meanwhile = False

    def try_all(self, pass_: str) -> None:
        """Presents a pass at the doors of every server, live updates by each of their names and in each way.

        What customers use most is tried at each server, the other doors at one of them.
        """
        began = Moment.now()
        self.answers = self.stage.do(lambda: self._try_all(self._pass(pass_)), "the doors")
        waited = Moment.now().seconds_since(began)
        self._valid_meanwhile = pass_.endswith(_TO_COME) and waited >= _BEGINS_IN - 1

    def _pass(self, words: str) -> str | None:
        owner, secret = self.owner, self.stage.deployment.secret
        make = PASSES[next(ending for ending in PASSES if words.endswith(ending))]
        return make(secret, owner.identity.user, owner.identity.email)

    async def _try_all(self, token: str | None) -> list[Outcome]:
        doors = self.stage.deployment.doors
        ways = [(name, by) for socket in doors.socket for name in names_of(socket) for by in (False, True)]
        others = zip(itertools.cycle(doors.rest), self._others(), strict=False)
        return await asyncio.gather(
            *(self._ask(base, *request, token) for base in doors.rest for request in self._requests()),
            *(self._ask(base, method, path, None, token) for base, (method, path) in others),
            *(self._open(name, token, as_subprotocol=by) for name, by in ways),
        )

    def _requests(self) -> list[tuple[str, str, dict[str, str] | None]]:
        conversation = self.owner.conversation
        messages = f"/api/threads/{conversation.thread}/messages"
        return [
            ("GET", "/api/threads?limit=10&offset=0", None),
            ("GET", f"{messages}?limit=10&offset=0", None),
            ("GET", f"/api/runs/{conversation.analysis.run}", None),
            ("GET", "/api/profile", None),
            ("POST", messages, {"message": "I was never here"}),
        ]

    def _others(self) -> list[tuple[str, str]]:
        """The doors that are used less: what can be read or put away there, and what belongs to an office."""
        thread, run = self.owner.conversation.thread, self.owner.conversation.analysis.run
        customers = [(deed.method, deed.path) for deed in DEEDS.values() if deed.path and not deed.body]
        return [
            *((method, path.format(thread=thread, run=run)) for method, path in dict.fromkeys(customers)),
            *(("GET", f"/api/{door}") for door in ("search?query=savings", "memory", "session")),
            *(("GET", f"/api/{door}") for door in ("audit", "alarms", "company/members")),
            ("DELETE", f"/api/company/members/{self.owner.identity.user}"),
            ("DELETE", f"/api/holds/{thread}"),
            ("DELETE", "/api/maintenance"),
            ("DELETE", "/api/profile"),
        ]

    async def _ask(self, base: str, method: str, path: str, body: dict[str, str] | None, token: str | None) -> Outcome:
        seconds = self.stage.clock.deadline().seconds
        asked = f"somebody asks {base} for {method} {path}"
        return await self.stage.rest.ask(method, base + path, asked=asked, seconds=seconds, token=token, body=body)

    async def _open(self, url: str, token: str | None, *, as_subprotocol: bool) -> Outcome:
        connection = LiveConnection(lambda frame: None, lambda code, reason: None)
        asked = f"somebody opens the live updates at {url} with a {'subprotocol' if as_subprotocol else 'header'}"
        seconds = self.stage.clock.deadline().seconds
        outcome = await connection.open(url, token, seconds, asked, as_subprotocol=as_subprotocol)
        await connection.close()
        return outcome

    def expect_closed(self) -> None:
        """Every door refused for want of a valid pass, and told nothing of the owner's."""
        self.stage.story.observed("doors that were tried", len(self.answers), ", ".join(map(str, self.answers)))
        if self._valid_meanwhile:
            cannot("the doors took so long to answer that the pass had become valid")
        opened = [one for one in self.answers if one.kind is not Kind.REFUSED or one.status not in (401, 403)]
        told = [one for one in self.answers if self.owner.identity.marker in one.raw]
        if opened or told:
            raise Broken(
                "no door opens",
                "; ".join(f"{one.asked}: {one.kind} ({one.status})" for one in (*opened, *told)),
                [one.raw for one in (*opened, *told)],
                [self.owner.name],
            )
