"""People who keep writing to Netra, and send again whatever was not confirmed: what came of it is a history.

Everyone writes one message after the other into a conversation of their own, through a server of their own as far as
there are enough. A message bears an identity of its own, which every repetition of it bears too. Nobody ever gives up
a message; whoever gets no answer from one server turns to the next, and goes to the own one with the next message.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.cast.clock import Deadline
from support.cast.conversation import Conversation
from support.cast.stage import Stage, cannot
from support.cast.transcript import WaitEnded
from support.facts.history import Attempt, Fate, History
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

PACE = 0.03
"""Seconds between a confirmation and the next message, and between a refusal and its repetition."""
SOON_LOOKS = 15
"""Looks, so far apart, within which the first confirmed message must be readable."""
ANSWER_SECONDS = 10.0
"""How long a person waits for an answer before sending the same again, elsewhere."""
PAGE = 1000
NOT_DONE = ("UNAVAILABLE", "MAINTENANCE", "INTERNAL")
"""Codes by which the contract says that nothing was done."""


@dataclass
class Pen:
    """One person's writing: where it goes, through which server first, and how it is stopped."""

    person: "Person"
    conversation: Conversation
    home: int
    task: "asyncio.Task[None]"
    stop: asyncio.Event


@dataclass
class Writing:
    """Everybody's writing in one scenario."""

    stage: Stage
    history: History = field(default_factory=History)
    pens: dict[str, Pen] = field(default_factory=dict)
    on_confirmed: Callable[[Attempt], None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # Verbs

    def begin(self, people: "list[Person]") -> None:
        """Everyone starts a conversation and keeps writing into it; demands that each has begun."""
        for number, person in enumerate(people):
            person.server = number % len(self.stage.deployment.doors.rest)
            conversation = person.start_conversation()
            self.stage.do(lambda one=person, two=conversation: self._begin(one, two), "writing")  # type: ignore[misc]

        async def begun() -> None:
            for person in people:
                await self.until(
                    lambda one=person: self.confirmed_since(one.name, None),  # type: ignore[misc]
                    self.stage.clock.deadline(),
                    f"a confirmation for {person.name}",
                )
                await self._demand_readable(person)

        self.stage.do(begun, "everybody to have written something")

    async def _demand_readable(self, person: "Person") -> None:
        """Demands that something of what was confirmed can be read soon, before anything fails."""
        for _ in range(SOON_LOOKS):
            if await self.told(person, person.server):
                return
            await asyncio.sleep(PACE)
        cannot(f"what {person.name} writes is confirmed and not there, even before anything fails")

    async def _begin(self, person: "Person", conversation: Conversation) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self._write(person, conversation, stop))
        self.pens[person.name] = Pen(person, conversation, person.server, task, stop)

    async def _write(self, person: "Person", conversation: Conversation, stop: asyncio.Event) -> None:
        number, home = 0, person.server
        while not stop.is_set():
            number, person.server = number + 1, home
            text, mark = f"Note {number} of {person.name} {person.identity.marker}", uuid.uuid4().hex
            fate = Fate.UNKNOWN
            while fate is not Fate.ACKNOWLEDGED and not stop.is_set():
                fate = await self._send(person, conversation, text, mark)
                try:
                    async with asyncio.timeout(PACE):
                        await stop.wait()
                except TimeoutError:
                    continue

    async def _send(self, person: "Person", conversation: Conversation, text: str, mark: str) -> Fate:
        invoked, server = Moment.now(), person.server
        outcome = await self.stage.rest.ask(
            "POST",
            f"{self.stage.deployment.doors.rest[server]}/api/threads/{conversation.thread}/messages",
            asked=f"{person.name} writes",
            seconds=ANSWER_SECONDS,
            token=person.token,
            body={"message": text},
            headers={"Idempotency-Key": mark},
        )
        words = f"{outcome}{said(outcome)}"
        attempt = Attempt(person.name, text, invoked, Moment.now(), fate_of(outcome), hint_in(outcome), words, server)
        self.history.add(attempt)
        if attempt.fate is Fate.ACKNOWLEDGED and self.on_confirmed is not None:
            self.on_confirmed(attempt)
        if outcome.kind is Kind.NO_ANSWER:
            person.server = (person.server + 1) % len(self.stage.deployment.doors.rest)
        news, self._news = self._news, asyncio.Event()
        news.set()
        return attempt.fate

    async def stop(self) -> None:
        """Everyone ends the sentence that is under way and writes no more."""
        for pen in self.pens.values():
            pen.stop.set()
        await asyncio.gather(*(pen.task for pen in self.pens.values()))

    async def close(self) -> None:
        """Everyone is cut off in the middle; for the end of a scenario."""
        tasks = [pen.task for pen in self.pens.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # What came of it

    async def until(self, found: Callable[[], Any], deadline: Deadline, wanted: str) -> Any:
        """Waits until `found` finds something; looks whenever somebody was answered. WaitEnded at the deadline."""
        while True:
            news = self._news
            if value := found():
                return value
            try:
                async with asyncio.timeout(deadline.left):
                    await news.wait()
            except TimeoutError:
                if value := found():
                    return value
                raise WaitEnded(wanted, deadline, [str(one) for one in self.history.attempts[-12:]]) from None

    def confirmed_since(self, name: str, since: Moment | None, server: int | None = None) -> Attempt | None:
        """The first thing that was sent after a moment, and confirmed; by this server if one is named."""
        return next(
            (
                one
                for one in self.history.attempts
                if one.who == name
                and one.fate is Fate.ACKNOWLEDGED
                and (since is None or one.invoked > since)
                and server in (None, one.server)
            ),
            None,
        )

    async def told(self, person: "Person", server: int) -> list[str]:
        """The texts of a person's conversation as one server tells them, every page of it; Broken when it does not."""
        pen = self._pen(person)
        texts: list[str] = []
        while True:
            outcome = await self.stage.rest.ask(
                "GET",
                f"{self.stage.deployment.doors.rest[server]}/api/threads/{pen.conversation.thread}/messages"
                f"?limit={PAGE}&offset={len(texts)}",
                asked=f"{person.name} reads the conversation",
                seconds=ANSWER_SECONDS,
                token=person.token,
            )
            if not outcome.accepted:
                raise Broken(f"{person.name} can read what was written", str(outcome), [outcome.raw])
            page = [str(message.get("content")) for message in outcome.field("messages") or []]
            texts += page
            if len(page) < PAGE:
                return texts

    async def stored(self, person: "Person") -> list[str]:
        """The texts as they are stored."""
        return [str(row["content"]) for row in await self.stage.rows.messages(self._pen(person).conversation.thread)]

    def home_of(self, person: "Person") -> int:
        """The server that a person turns to first, from 0."""
        return self._pen(person).home

    def _pen(self, person: "Person") -> Pen:
        if person.name not in self.pens:
            cannot(f"{person.name} has not been writing")
        return self.pens[person.name]


def fate_of(outcome: Outcome) -> Fate:
    """What an answer lets the one who asked know of what was asked."""
    if outcome.kind is Kind.ACCEPTED:
        return Fate.ACKNOWLEDGED
    if outcome.kind is Kind.REFUSED or code_of(outcome) in NOT_DONE:
        return Fate.REFUSED
    return Fate.UNKNOWN


def hint_in(outcome: Outcome) -> bool:
    """Whether an answer says in plain words, and by the protocol's own means, to try again."""
    after = outcome.headers.get("retry-after", "")
    if "try again" not in said(outcome):
        return False
    # On a live connection there are only words.
    return outcome.status == 0 or (outcome.status == 503 and after.isdigit() and int(after) > 0)


def code_of(outcome: Outcome) -> str:
    """The code of a refusal, "" without one."""
    error = outcome.field("error")
    return str(error.get("code", "")) if isinstance(error, dict) else str(outcome.field("error_code") or "")


def said(outcome: Outcome) -> str:
    """The words of a refusal, for people."""
    error = outcome.field("error")
    words = error.get("message") if isinstance(error, dict) else outcome.field("error_message")
    return f", {words}" if words else ""
