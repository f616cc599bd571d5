"""A message whose confirmation is cut off in its very moment, so that nobody knows whether it was kept."""

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

from support.cast import places
from support.cast.faults import Fault
from support.cast.outage import Outage
from support.cast.stage import Stage, cannot
from support.cast.writing import ANSWER_SECONDS, fate_of, hint_in, said
from support.facts.history import Attempt, Fate, History
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken
from support.targets.positions import HeldCommit

if TYPE_CHECKING:
    from support.cast.person import Person


class Unclear:
    """What one person writes while the confirmation is cut off, and sends again."""

    def __init__(self, stage: Stage, outage: Outage) -> None:
        self.stage = stage
        self.outage = outage
        self.history = History()
        self._text, self._mark = "", uuid.uuid4().hex

    def write_through(self, fault: Fault, person: "Person") -> None:
        """The person writes; before what is written is confirmed something goes wrong, and then it is over."""
        self._text = f"Only once, please: {person.identity.marker}"
        self.stage.do(lambda: self._write_through(fault, person), f"that {fault} before a confirmation")

    async def _write_through(self, fault: Fault, person: "Person") -> None:
        postgres = self.stage.deployment.postgres
        held = HeldCommit(postgres, places.of(person, places.WRITTEN))
        try:
            self.stage.story.tell("storage", str(await held.begin()))
            sending = asyncio.create_task(self._send(person))
            waiting = asyncio.create_task(held.until_waiting())
            await asyncio.wait({waiting, sending}, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                cannot("the message was answered before anything waited to be confirmed")
            self.stage.story.tell("storage", str(await waiting))
            await self.outage.failures.strike(fault)
            if postgres.pid:
                # Storage confirms; only nobody hears of it.
                self.stage.story.tell("storage", str(await held.end()))
            await sending
        finally:
            await self.outage.failures.heal()
            with contextlib.suppress(ConnectionError):
                await held.end()

    def send_again(self, person: "Person") -> None:
        """The same once more, bearing the same mark."""
        self.stage.do(lambda: self._send(person), f"{person.name} sends it again")

    async def _send(self, person: "Person") -> Outcome:
        invoked = Moment.now()
        outcome = await self.stage.rest.ask(
            "POST",
            f"{self.stage.deployment.doors.rest[person.server]}/api/threads/{person.conversation.thread}/messages",
            asked=f"{person.name} writes",
            seconds=ANSWER_SECONDS,
            token=person.token,
            body={"message": self._text},
            headers={"Idempotency-Key": self._mark},
        )
        self.stage.story.tell(person.name, f"{outcome}{said(outcome)}", outcome.raw, outcome.moment)
        self.history.add(
            Attempt(person.name, self._text, invoked, Moment.now(), fate_of(outcome), hint_in(outcome), str(outcome))
        )
        if outcome.kind is Kind.NO_ANSWER:
            person.server = (person.server + 1) % len(self.stage.deployment.doors.rest)
        return outcome

    def expect_nothing_claimed(self, person: "Person") -> None:
        """Of the first attempt the person was told neither that it was kept nor that it was not."""
        if not self.history.attempts:
            cannot(f"{person.name} has not written anything")
        first = self.history.attempts[0]
        self.stage.story.observed("answers to the first attempt", 1, first.words)
        if first.fate is not Fate.UNKNOWN:
            raise Broken("nothing is claimed that Netra cannot know", f"{first.fate}: {first.words}", [str(first)])

    def expect_once(self, person: "Person") -> None:
        """What was sent again is there once, as every server tells it and as it is stored."""
        thread = person.conversation.thread

        async def look() -> dict[str, list[str]]:
            found = {}
            for number, base in enumerate(self.stage.deployment.doors.rest):
                outcome = await self.stage.rest.ask(
                    "GET",
                    f"{base}/api/threads/{thread}/messages?limit=100&offset=0",
                    asked=f"{person.name} reads the conversation",
                    seconds=ANSWER_SECONDS,
                    token=person.token,
                )
                texts = [str(one.get("content")) for one in outcome.field("messages") or []]
                found[f"told by server {number + 1}"] = [text for text in texts if text == self._text]
            rows = await self.stage.rows.messages(thread)
            return found | {"stored": [self._text for row in rows if row["content"] == self._text]}

        found = self.stage.do(look, "what is there")
        findings = {name: self.history.compare(texts) for name, texts in found.items()}
        fates = ", ".join(str(one.fate) for one in self.history.attempts)
        self.stage.story.observed("attempts to write one message", len(self.history.attempts), fates)
        self.stage.story.compared(
            "How often it is there", ("source", "times"), [(name, len(texts)) for name, texts in found.items()]
        )
        wrong = [f"{name}: {words}" for name, one in findings.items() for words in one.wrong]
        if wrong or self.history.fates()[self._text] is not Fate.ACKNOWLEDGED:
            raise Broken(
                "what is sent again is confirmed, and there once",
                "; ".join(wrong[:3]) or fates,
                [str(one) for one in self.history.attempts],
            )
