"""Requests that arrive twice: each bears a mark by which Netra knows it again, and counts once."""

import uuid
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from support.cast.conversation import MARK, Conversation
from support.cast.stage import cannot, demand
from support.cast.together import at_once
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

Sending = Callable[[str, int], Coroutine[Any, Any, Outcome]]
START, WRITE = "starts a conversation", "writes a message"


class Repeated:
    """A person's request that arrives more than once."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._deed = ""
        self._answers: list[Outcome] = []

    # Verbs

    def send(self, deed: str, how: str) -> None:
        """Sends a request twice under one mark: again after its answer, or both in one instant through two servers."""
        self._deed = deed
        mark, last = str(uuid.uuid4()), len(self.stage.deployment.doors.rest) - 1
        if deed == WRITE and not self.person.conversations:
            self.person.start_conversation()
        ask: Sending = self._start if deed == START else self._write
        if how == "at the same instant":
            both = [lambda: ask(mark, 0), lambda: ask(mark, last)]
            self._answers = at_once(self.stage, both, f"{self.person.name} {deed} twice at once")
        else:
            self._answers = [
                self.stage.do(lambda server=server: ask(mark, server), f"{self.person.name} {deed}")  # type: ignore[misc]
                for server in (0, last)
            ]
        for outcome in self._answers:
            self.person.attempt(outcome)

    def use_mark_for_another(self) -> None:
        """Starts a conversation, and another one under the same mark; the second outcome is recorded."""
        mark = str(uuid.uuid4())
        demand(self.stage.do(lambda: self._start(mark, 0), "the first request"))
        self.person.attempt(self.stage.do(lambda: self._start(mark, 0, self._other), "the second request"))

    def start_under(self, mark: str) -> None:
        """Starts a conversation under a mark that others use too; demands success."""
        mark = f"{mark} {self.stage.seed}"
        started = demand(self.stage.do(lambda: self._start(mark, 0), f"{self.person.name} starts a conversation"))
        self.person.conversations.append(Conversation(self.person, str(started.field("id")), self._title))
        self.person.erasure.also_in.add("repeats")

    @property
    def _title(self) -> str:
        return f"Started once for {self.person.traits.company} {self.person.identity.marker}"

    @property
    def _other(self) -> str:
        return f"Something else for {self.person.traits.company} {self.person.identity.marker}"

    async def _start(self, mark: str, server: int, title: str = "") -> Outcome:
        body, headers = {"title": title or self._title}, {MARK: mark}
        return await self.person.request("POST", "/api/threads", START, body, headers=headers, server=server)

    async def _write(self, mark: str, server: int) -> Outcome:
        return await self.person.conversation.say(self._title, server=server, mark=mark)

    # Judgements

    def expect_same_answer(self) -> None:
        """Both requests were accepted and got the same answer, to the letter."""
        if len(self._answers) != 2:
            cannot("nothing was sent twice")
        for entry in self.stage.outcomes:
            if entry.outcome in self._answers:
                entry.look()
        self.stage.story.observed("answers to one request", 2, ", ".join(map(str, self._answers)))
        first, second = self._answers
        if not first.accepted or not second.accepted or (first.status, first.body) != (second.status, second.body):
            raise Broken("the same answer both times", f"{first}; {second}", [first.raw, second.raw])

    def expect_counted_once(self) -> None:
        """What was asked for twice is there once, as it is told and as it is stored."""
        told = self._told_titles() if self._deed == START else self._told_messages()
        stored = self.stage.do(lambda: self._stored(self._title), "what is stored")
        self._expect_once(told.count(self._title), stored)

    def expect_other_refused(self) -> None:
        """The other request under the same mark was refused, and nothing of it is there."""
        if self.person.last is None:
            cannot("nothing was sent")
        outcome = self.person.last.look()
        told = self._told_titles().count(self._other)
        stored = self.stage.do(lambda: self._stored(self._other), "what is stored")
        self.stage.story.observed("requests under a mark that was taken", 1, str(outcome))
        if outcome.kind is not Kind.REFUSED or told or stored:
            raise Broken(
                "a refusal, and nothing done", f"{outcome}; {told} conversations told, {stored} stored", [outcome.raw]
            )

    def _expect_once(self, told: int, stored: int) -> None:
        self.stage.story.compared("What was asked for twice", ("source", "times"), [("told", told), ("stored", stored)])
        self.stage.story.observed("sources that tell how often it is there", 2, f"told {told}, stored {stored}")
        if (told, stored) != (1, 1):
            raise Broken("it is there once", f"it is told {told} times and stored {stored} times")

    def _told_titles(self) -> list[str]:
        async def look() -> Outcome:
            return await self.person.request("GET", "/api/threads?limit=100", "looks at the list of conversations")

        outcome = self.stage.do(look, "the list")
        if not isinstance(outcome.body, list):
            raise Broken("a list of conversations", str(outcome), [outcome.raw])
        return [str(one.get("title")) for one in outcome.body]

    def expect_one_retry(self) -> None:
        """Of two retries at once one was accepted and the other one refused."""
        tried = [entry.look() for entry in self.stage.outcomes if "retries" in entry.outcome.asked]
        self.stage.story.observed("retries at once", len(tried), ", ".join(map(str, tried)))
        if sorted(outcome.kind for outcome in tried) != [Kind.ACCEPTED, Kind.REFUSED]:
            raise Broken(
                "one retry is accepted and the other one refused",
                ", ".join(map(str, tried)),
                [outcome.raw for outcome in tried],
            )

    def expect_nothing_to_retry(self) -> None:
        """The retry was refused as not fitting, in words; whatever was kept of the analysis is another judgement."""
        if self.person.last is None:
            cannot(f"{self.person.name} has retried nothing")
        outcome = self.person.last.look()
        error = outcome.field("error") or {}
        self.stage.story.observed("retries", 1, str(outcome))
        if outcome.kind is not Kind.REFUSED or error.get("code") != "CONFLICT" or not error.get("message"):
            raise Broken("a refusal that there is nothing to retry", f"{outcome}: {error}", [outcome.raw])

    def _told_messages(self) -> list[str]:
        return [str(one.get("content")) for one in self.person.turns.read(self.person.conversation)]

    async def _stored(self, words: str) -> int:
        if self._deed == WRITE:
            return len(await self.stage.rows.of("messages", "content", words))
        rows = await self.stage.rows.of("threads", "user_id", self.person.identity.user)
        return sum(row["metadata_"].get("title") == words for row in rows)
