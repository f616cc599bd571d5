"""Requests that arrive twice: each bears a mark by which Netra knows it again, and counts once."""

import uuid
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from support.cast.conversation import MARK, Conversation
from support.cast.stage import cannot, demand
from support.cast.together import at_once
from support.facts.limit import Limit
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

Sending = Callable[[str, int], Coroutine[Any, Any, Outcome]]
START, WRITE = "starts a conversation", "writes a message"
SHORT_OF_IT = 60.0
"""Seconds before a time has passed in which it has almost passed."""


class Repeated:
    """A person's request that arrives more than once."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._deed = ""
        self._answers: list[Outcome] = []
        self._before: set[str] = set()

    # Verbs

    def send(self, deed: str, how: str) -> None:
        """Sends a request twice under one mark: again after its answer, or both in one instant through two servers.

        `how` may also be that the conversation was completed meanwhile, and takes no other message any more.
        """
        if how == "at the same instant":
            mark, last, ask = self._prepare(deed)
            both = [lambda: ask(mark, 0), lambda: ask(mark, last)]
            self._answers = at_once(self.stage, both, f"{self.person.name} {deed} twice at once")
            for outcome in self._answers:
                self.person.attempt(outcome)
        elif how == "after the conversation was completed":
            self._send_again(deed, lambda: self.person.phases.go_through(("complete",)))
        else:
            self._send_again(deed, lambda: None)

    def send_later(self, deed: str, limit: Limit) -> None:
        """Sends a request twice under one mark, the second time a little before so much time has passed.

        It passes in storage alone: every time that is stored of the person is moved back.
        """
        back = limit.seconds - SHORT_OF_IT

        def let_it_pass() -> None:
            moved = self.stage.do(lambda: self.stage.rows.move_back(self.person.identity.user, back), "time to pass")
            if not moved:
                cannot(f"nothing is stored of {self.person.name} that could be moved back")

        self._send_again(deed, let_it_pass)

    def _prepare(self, deed: str) -> tuple[str, int, Sending]:
        """A new mark, the last of the servers, and the request."""
        self._deed = deed
        if deed == WRITE and not self.person.conversations:
            self.person.start_conversation()
        return (
            str(uuid.uuid4()),
            len(self.stage.deployment.doors.rest) - 1,
            self._start if deed == START else self._write,
        )

    def _send_again(self, deed: str, between: Callable[[], None]) -> None:
        mark, last, ask = self._prepare(deed)
        first = self.stage.do(lambda: ask(mark, 0), f"{self.person.name} {deed}")
        between()
        self._answers = [first, self.stage.do(lambda: ask(mark, last), f"{self.person.name} {deed}")]
        for outcome in self._answers:
            self.person.attempt(outcome)

    def use_marks_for_others(self) -> None:
        """Five requests, each with a mark of its own; then under each of these marks another one, which is recorded.

        Each of the others differs in one thing alone: in the title, in the first message, in the conversation into
        which the same words are written, in these words, and in that they answer another message.
        """
        person = self.person
        person.start_conversations(2)
        first, second = person.conversations
        message = str(first.written[0].field("id"))
        pairs: list[tuple[Sending, Sending]] = [
            (self._start, partial(self._start, title=self._other)),
            (partial(self._start, text=self._title), partial(self._start, text=self._other)),
            (partial(self._write, into=first), partial(self._write, into=second)),
            (partial(self._write, into=first), partial(self._write, into=first, text=self._other)),
            (partial(self._write, into=first), partial(self._write, into=first, reply_to=message)),
        ]
        marks = [str(uuid.uuid4()) for _ in pairs]
        for mark, (one, _) in zip(marks, pairs, strict=True):
            demand(self.stage.do(partial(one, mark, 0), "the first request"))
        self._before = self.stage.do(self._everything, "what is stored")
        self._answers = [
            self.stage.do(partial(other, mark, 0), "the other request")
            for mark, (_, other) in zip(marks, pairs, strict=True)
        ]
        for outcome in self._answers:
            person.attempt(outcome)

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

    async def _start(self, mark: str, server: int, title: str = "", text: str = "") -> Outcome:
        body: dict[str, Any] = {"title": title or self._title}
        if text:
            body["messages"] = [text]
        headers = {MARK: mark}
        return await self.person.request("POST", "/api/threads", START, body, headers=headers, server=server)

    async def _write(
        self, mark: str, server: int, into: Conversation | None = None, reply_to: str | None = None, text: str = ""
    ) -> Outcome:
        conversation = into or self.person.conversation
        return await conversation.say(text or self._title, server=server, mark=mark, reply_to=reply_to)

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

    def expect_others_refused(self) -> None:
        """Each other request under a mark that was taken was refused, and nothing of it is there."""
        if not self._answers:
            cannot("nothing was sent")
        for entry in self.stage.outcomes:
            if entry.outcome in self._answers:
                entry.look()
        told = self._told_titles().count(self._other)
        more = self.stage.do(self._everything, "what is stored") - self._before
        self.stage.story.observed(
            "requests under a mark that was taken", len(self._answers), ", ".join(map(str, self._answers))
        )
        done = [one for one in self._answers if one.kind is not Kind.REFUSED]
        if done or told or more:
            raise Broken(
                f"{len(self._answers)} refusals, and nothing done",
                f"{', '.join(map(str, self._answers))}; {told} other conversations told, {len(more)} stored more",
                [one.raw for one in self._answers],
            )

    async def _everything(self) -> set[str]:
        """The names of the person's stored conversations and messages."""
        threads = {str(row["id"]) for row in await self.stage.rows.of("threads", "user_id", self.person.identity.user)}
        return threads | {str(row["id"]) for name in threads for row in await self.stage.rows.messages(name)}

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
