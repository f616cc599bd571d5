"""What somebody tries on what is another's: each attempt with its twin on something that does not exist.

A refusal must not tell whether the thing exists; so every attempt is made twice, with the real
identity and with one that nobody has, and the two answers are compared.
"""

import asyncio
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.drivers import passes
from support.drivers.live import LiveConnection
from support.facts.frame import Frame, FrameKind
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

_OVER_REST: Mapping[str, tuple[str, str, dict[str, Any] | None]] = {
    "open the conversation": ("GET", "/api/threads/{thread}", None),
    "read the messages": ("GET", "/api/threads/{thread}/messages?limit=100&offset=0", None),
    "write into the conversation": ("POST", "/api/threads/{thread}/messages", {"message": "mine now"}),
    "rename the conversation": ("PUT", "/api/threads/{thread}", {"title": "mine now"}),
    "archive the conversation": ("DELETE", "/api/threads/{thread}", None),
    "read the updates": ("GET", "/api/threads/{thread}/updates?after=0", None),
    "list the analyses": ("GET", "/api/threads/{thread}/runs", None),
    "open the recommendations": ("GET", "/api/threads/{thread}/recommendations", None),
    "open the result": ("GET", "/api/runs/{run}", None),
    "retry the analysis": ("POST", "/api/runs/{run}/retry", None),
    "open the report": ("GET", "/api/runs/{run}/report", None),
}
# How the audit trail calls an attempt that a sentence speaks of; see the platform's contract.
_RECORDED_AS = {
    "open the conversation": "read_thread",
    "read the messages": "read_messages",
    "write into the conversation": "write_message",
    "rename the conversation": "change_thread",
    "archive the conversation": "archive_thread",
    "read the updates": "read_updates",
    "list the analyses": "read_runs",
    "open the recommendations": "read_recommendations",
    "open the result": "read_run",
    "retry the analysis": "retry_run",
    "open the report": "read_report",
    "follow the conversation": "resume",
    "ask inside the conversation": "ask",
}
_OVER_LIVE: Mapping[str, tuple[str, dict[str, Any]]] = {
    "follow the conversation": ("resume", {"after": 0}),
    "ask inside the conversation": ("user_message", {"content": "What did you find?"}),
}


class Attempts:
    """What one person tries on another."""

    def __init__(self, person: "Person", owner: "Person") -> None:
        self.person = person
        self.owner = owner
        self.stage = person.stage
        self.deed = ""

    def make(self, deed: str) -> None:
        """Tries a deed on the owner's newest conversation or analysis, and on one that does not exist."""
        self.deed = deed
        self.owner.snapshot = self.stage.do(self._everything, f"what {self.owner.name} has")
        thread, run = self.owner.conversation.thread, self.owner.conversation.analysis.run

        async def both() -> tuple[Outcome, Outcome]:
            twin = await self._try(deed, str(uuid.uuid4()), str(uuid.uuid4()))
            return await self._try(deed, thread, run), twin

        attempt, twin = self.stage.do(both, f"{self.person.name} tries to {deed}")
        self.person.opened["nonexistent"] = twin
        self.person.attempt(attempt)

    async def _try(self, deed: str, thread: str, run: str) -> Outcome:
        asked = f"tries to {deed}"
        if deed in _OVER_LIVE:
            return await self._try_live(*_OVER_LIVE[deed], thread, asked)
        method, path, body = _OVER_REST[deed]
        return await self.person.request(method, path.format(thread=thread, run=run), asked, body)

    async def _try_live(self, type_: str, payload: dict[str, Any], thread: str, asked: str) -> Outcome:
        """Sends it on the live connection; refused by an error message about it, accepted by anything else."""
        person = self.person
        before = len(person.transcript.entries)
        began = Moment.now()
        client_id = await person.tab.send(type_, {**payload, "thread_id": thread})

        def answer() -> Frame | None:
            for seen in person.transcript.entries[before:]:
                frame = seen.frame
                if frame is None or frame.kind is FrameKind.KEEP_ALIVE:
                    continue
                if frame.body.get("client_id") == client_id or frame.body.get("thread_id") == thread:
                    seen.read = frame.kind is FrameKind.TROUBLE
                    return frame
            return None

        frame = await person.transcript.until(answer, self.stage.clock.deadline(), "the answer to the attempt")
        kind = Kind.REFUSED if frame.kind is FrameKind.TROUBLE else Kind.ACCEPTED
        return Outcome(
            f"{person.name} {asked}",
            kind,
            frame.moment,
            frame.moment.seconds_since(began),
            body=frame.body,
            raw=frame.raw,
        )

    async def _everything(self) -> list[str]:
        """Everything that the owner has, as Netra tells it to the owner."""
        conversation = self.owner.conversation
        paths = [
            f"/api/threads/{conversation.thread}",
            f"/api/threads/{conversation.thread}/messages?limit=100&offset=0",
            f"/api/threads/{conversation.thread}/updates?after=0",
            f"/api/threads/{conversation.thread}/runs",
            f"/api/runs/{conversation.analysis.run}",
        ]
        answers = await asyncio.gather(*(self.owner.request("GET", path, "looks at what is there") for path in paths))
        return [answer.raw if answer.accepted else f"{answer}: {answer.raw}" for answer in answers]

    def start_in_the_name_of_owner(self) -> None:
        """Starts a conversation and claims in every field that it is the owner's."""
        title = "A conversation under another name"
        claim = {
            "title": title,
            "user_id": self.owner.identity.user,
            "metadata": {"user_id": self.owner.identity.user, "owner": self.owner.identity.user},
        }

        async def start() -> Outcome:
            return await self.person.request("POST", "/api/threads", "starts a conversation in another's name", claim)

        outcome = demand(self.stage.do(start, f"{self.person.name} starts a conversation"))
        self.person.conversations.append(Conversation(self.person, str(outcome.field("id")), title))

    def expect_audited(self, auditor: "Person") -> None:
        """The auditor finds exactly this attempt in the audit trail."""
        self.person.privacy.expect_attempt_audited(auditor, self.owner, _RECORDED_AS[self.deed])

    def expect_owner_undisturbed(self) -> None:
        """The owner still has everything, exactly as before the attempt."""
        before = self.owner.snapshot
        if before is None:
            cannot("nobody looked at what the owner had before")
        now = self.stage.do(self._everything, f"what {self.owner.name} has")
        self.stage.story.observed(f"things of {self.owner.name} that were compared", len(now))
        changed = [after for was, after in zip(before, now, strict=True) if was != after]
        if changed:
            raise Broken(
                f"{self.owner.name} still has everything as it was", f"{len(changed)} things have changed", changed
            )


class Doors:
    """Netra's doors, tried with a pass that must not open them."""

    def __init__(self, owner: "Person") -> None:
        self.owner = owner
        self.stage = owner.stage
        self.answers: list[Outcome] = []

    def try_all(self, pass_: str) -> None:
        """Presents a pass at every door: lists, the owner's conversation and analysis, live updates."""
        self.answers = self.stage.do(lambda: self._try_all(self._pass(pass_)), "the doors")

    def _pass(self, words: str) -> str | None:
        owner, secret = self.owner, self.stage.deployment.secret
        user, email = owner.identity.user, owner.identity.email
        if words == "no pass":
            return None
        if words.endswith("that is over"):
            return passes.sign(secret, user, email, expires_in=-60)
        if words.endswith("that somebody altered"):
            return passes.altered(owner.token)
        if words.endswith("that nobody signed"):
            return passes.unsigned(user, email)
        if words.endswith("signed by a stranger"):
            return passes.sign("a stranger's secret, long enough for the signature", user, email)
        cannot(f"nobody knows how to make {words}")
        return None

    async def _try_all(self, token: str | None) -> list[Outcome]:
        base = self.stage.deployment.doors.rest[0]
        conversation = self.owner.conversation
        paths = (
            "/api/threads?limit=10&offset=0",
            f"/api/threads/{conversation.thread}/messages?limit=10&offset=0",
            f"/api/runs/{conversation.analysis.run}",
            "/api/profile",
        )
        seconds = self.stage.clock.deadline().seconds
        answers = [
            await self.stage.rest.ask(
                "GET", base + path, asked=f"somebody asks for {path}", seconds=seconds, token=token
            )
            for path in paths
        ]
        received: list[str] = []
        connection = LiveConnection(lambda frame: received.append(frame.raw), lambda code, reason: None)
        live = await connection.open(
            self.stage.deployment.doors.socket[0], token, seconds, "somebody opens the live updates"
        )
        await connection.close()
        return [*answers, live]

    def expect_closed(self) -> None:
        """Every door refused for want of a valid pass, and told nothing of the owner's."""
        self.stage.story.observed("doors that were tried", len(self.answers), ", ".join(map(str, self.answers)))
        opened = [one for one in self.answers if one.kind is not Kind.REFUSED or one.status not in (401, 403)]
        told = [one for one in self.answers if self.owner.identity.marker in one.raw]
        if opened or told:
            raise Broken(
                "no door opens",
                "; ".join(f"{one.asked}: {one.kind} ({one.status})" for one in (*opened, *told)),
                [one.raw for one in (*opened, *told)],
            )
