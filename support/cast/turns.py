"""The turns of a person's conversation: what was written, in which order it was confirmed, and what is read."""

import uuid
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.cast.together import at_once
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

Told = dict[str, Any]
_SIGNS = "\r\n\tcafe\u0301, one line\u2028another one\u0085and\u00a0a last one\n"
"""What a message may hold and must keep: ends of lines of every kind, and an accent that is a sign of its own."""


class Turns:
    """What a person writes, and reads again."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._parts: list[Outcome] = []

    # Verbs

    def have_conversation_of(self, number: int) -> None:
        """A new conversation with so many messages, each with words of its own; demands that all are confirmed."""
        self.person.start_conversation()
        self.add(number)

    def write_quickly(self, number: int) -> None:
        """So many messages one after the other; Inconclusive unless half of them fell into one second.

        A machine that is busy just then gets twice as many more, which are as confirmed as the others, to come to that.
        """
        conversation = self.person.conversation
        first = len(conversation.written)
        seconds: Counter[object] = Counter()

        def dense() -> bool:
            return 2 * max(seconds.values()) >= number

        async def write() -> None:
            while seconds.total() < number or (not dense() and seconds.total() < 3 * number):
                written = demand(await conversation.say(self.words(first + seconds.total() + 1)))
                seconds[written.field("created_at")] += 1

        self.stage.do(write, "writing in quick succession")
        words = f"{max(seconds.values())} of {seconds.total()} messages within one second"
        self.stage.story.tell(self.person.name, f"has written {words}")
        if not dense():
            cannot(f"{self.person.name} has written {words}, and half of {number} had to fall into one")

    def add(self, number: int) -> None:
        """So many more messages in the current conversation; demands that all are confirmed."""
        conversation = self.person.conversation
        for count in range(1, number + 1):
            demand(self.stage.do(lambda count=count: conversation.say(self.words(count)), "writing"))  # type: ignore[misc]

    def write_through_two(self, number: int) -> None:
        """So many messages through each of two servers at the same time, each after the one before is confirmed."""
        conversation, servers = self.person.conversation, self._servers()

        async def through(server: int) -> Outcome:
            outcomes = [
                demand(await conversation.say(f"{self.words(count)} through {server + 1}", server=server))
                for count in range(1, number + 1)
            ]
            began, ended = outcomes[0], outcomes[-1]
            return replace(ended, seconds=ended.moment.seconds_since(began.moment) + began.seconds)

        at_once(
            self.stage, [lambda: through(servers[0]), lambda: through(servers[-1])], "writing through two connections"
        )

    def read_in_parts(self, size: int) -> None:
        """Reads the conversation part by part while it grows through another server; the parts are kept."""
        conversation, servers = self.person.conversation, self._servers()
        before = len(conversation.written)

        async def read() -> None:
            # Whoever needs more parts than there are messages never comes to an end.
            for _ in range(before + 1):
                path = f"/api/threads/{conversation.thread}/messages?limit={size}&offset={size * len(self._parts)}"
                part = demand(await self.person.request("GET", path, "reads a part", server=servers[0]))
                self._parts.append(part)
                if len(part.field("messages") or ()) < size:
                    return
                demand(await conversation.say(self.words(before + len(self._parts)), server=servers[-1]))

        self._parts = []
        self.stage.do(read, "reading in parts")

    def write_by_turns(self, number: int) -> None:
        """So many messages into each of the person's conversations, one into each by turns."""
        for count in range(1, number + 1):
            for conversation in self.person.conversations:
                words = f"{self.words(count)} in '{conversation.title}'"
                demand(self.stage.do(lambda: conversation.say(words), "writing"))  # noqa: B023

    def write_into_nothing(self) -> None:
        """Writes into a conversation that does not exist; the outcome is recorded."""
        nowhere = Conversation(self.person, f"thread_{uuid.uuid4().hex}", "nothing")
        self.person.attempt(self.stage.do(lambda: nowhere.say(self._into_nothing), "writing"))

    def _servers(self) -> range:
        return range(len(self.stage.deployment.doors.rest))

    @property
    def _into_nothing(self) -> str:
        return f"Said to nobody: {self.person.identity.marker}"

    def words(self, number: int) -> str:
        """The words of a message: nobody else's, and no other message's. Every second one holds signs of all kinds."""
        said = f"Message {number} of {self.person.traits.company}: {self.person.identity.marker}"
        return said if number % 2 else f"  {said}{_SIGNS}  "

    # Judgements

    def expect_as_confirmed(self) -> None:
        """The person reads every confirmed message of the conversation, as it was confirmed, and no other."""
        self.expect_told(self.person.conversation)

    def expect_all_kept(self) -> None:
        """Questions, answers and what was written afterwards: whole, in order, each under who said it; so stored."""
        conversation = self.person.conversation
        wanted: list[tuple[str, str]] = []
        for question, analysis in zip(conversation.questions, conversation.analyses, strict=True):
            wanted += [("user", question), ("assistant", analysis.shown_answer())]
        wanted += [("user", conversation.sent[str(one.field("id"))]) for one in conversation.written]
        told = self.read(conversation)
        rows = self.stage.do(lambda: self.stage.rows.messages(conversation.thread), "the stored messages")
        owners = {str(row["owner"]) for row in rows}
        sources = [("told", [(str(one.get("role")), str(one.get("content"))) for one in told])]
        sources.append(("stored", [(str(row["role"]), str(row["content"])) for row in rows]))
        self.stage.story.observed(f"messages that were confirmed to {self.person.name}", len(wanted))
        self.stage.story.compared(
            "The conversation that was confirmed, and what is left of it",
            ("source", "messages", "speakers"),
            [
                (name, len(said), ", ".join(role for role, _ in said))
                for name, said in (("confirmed", wanted), *sources)
            ],
        )
        names = [one.field("id") for one in conversation.written]
        renamed = [one.get("id") for one in told][len(told) - len(names) :] != names
        for name, said in sources:
            if said != wanted or owners != {self.person.identity.user} or renamed:
                missing = [words for words in wanted if words not in said]
                raise Broken(
                    f"the {len(wanted)} confirmed messages, in order, each under the one who said it",
                    f"{name}: {len(said)} messages, {len(missing)} of the confirmed ones are not as they were",
                    [*map(str, missing), str(said)],
                )

    def expect_order_everywhere(self) -> None:
        """Every server tells the messages in the one order in which they were confirmed.

        Whatever was confirmed before another one was sent stands before it, so that the messages of one connection
        keep their order too.
        """
        conversation = self.person.conversation
        for server in self._servers():
            told = self.read(conversation, server)
            place = {message.get("id"): number for number, message in enumerate(told)}
            wrong = [
                f"'{later.field('content')}' stands before '{earlier.field('content')}'"
                for earlier in conversation.written
                for later in conversation.written
                if earlier.moment.ns < later.moment.ns - int(later.seconds * 1e9)
                and place.get(earlier.field("id"), 0) >= place.get(later.field("id"), -1)
            ]
            if wrong:
                raise Broken(
                    "the order of confirmation", f"through server {server + 1}, {wrong[0]}", [*wrong, str(told)]
                )
            self.expect_told(conversation, server)

    def expect_parts_whole(self) -> None:
        """The parts hold each message once, in order, and say rightly how many there are; so it is stored."""
        whole = self.read(self.person.conversation)
        parts = [message for part in self._parts for message in part.field("messages") or []]
        if len(self._parts) < 2:
            cannot("the conversation was not read in several parts while it grew")
        totals = [int(part.field("total") or 0) for part in self._parts]
        self.stage.story.observed("parts that were read", len(self._parts), f"{len(parts)} messages, totals {totals}")
        # Between each part and the next one a message was confirmed.
        confirmed = len(self.person.conversation.written)
        wanted = [confirmed - later for later in reversed(range(len(totals)))]
        if parts != whole or totals != wanted:
            raise Broken(
                f"{len(whole)} messages, each once and in order, and how many there are",
                f"{len(parts)} messages, of which {len({one.get('id') for one in parts})} different; totals {totals}; "
                f"{_difference(whole, parts)}",
                [part.raw for part in self._parts],
            )
        self._confirm(self.person.conversation, parts)

    def _confirm(self, conversation: Conversation, told: list[Told]) -> None:
        """What is stored is what was told: the same messages in the same order, of their owner, and no other."""
        rows = self.stage.do(lambda: self.stage.rows.messages(conversation.thread), "the stored messages")
        owner = self.person.identity.user
        self.stage.story.compared(
            "The messages as they are read and as they are stored",
            ("source", "messages", "last words"),
            [
                ("read", len(told), told[-1].get("content") if told else ""),
                ("stored", len(rows), rows[-1]["content"] if rows else ""),
            ],
        )
        stored = [(str(row["id"]), str(row["role"]), str(row["content"]), str(row["owner"])) for row in rows]
        if stored != [(str(one["id"]), str(one["role"]), str(one["content"]), owner) for one in told]:
            raise Broken("what is stored is what was read", f"{len(stored)} messages are stored", [str(stored)])

    def expect_each_own(self) -> None:
        """Each conversation of the person holds exactly its own messages, in order."""
        for conversation in self.person.conversations:
            self.expect_told(conversation)

    def expect_nothing_written(self) -> None:
        """What was written into nothing was refused as not found, and stands nowhere."""
        if self.person.last is None:
            cannot("nothing was written")
        outcome = self.person.last.look()
        rows = self.stage.do(
            lambda: self.stage.rows.of("messages", "content", self._into_nothing), "the stored messages"
        )
        self.stage.story.observed("messages into nothing", 1, str(outcome))
        if outcome.status != 404 or rows:
            raise Broken(
                "a refusal, because there is no such conversation, and nothing kept",
                f"{outcome}; {len(rows)} messages are stored",
                [outcome.raw, str(rows)],
            )

    def expect_told(self, conversation: Conversation, server: int | None = None) -> None:
        """A conversation holds exactly its confirmed messages, in the order of confirmation; so it is stored."""
        confirmed = [dict(outcome.body) for outcome in conversation.written]
        if not confirmed:
            cannot("nothing was written")
        confirmed.sort(key=lambda message: int(message.get("position") or 0))
        told = self.read(conversation, server)
        rows = self.stage.do(lambda: self.stage.rows.messages(conversation.thread), "the stored messages")
        self.stage.story.observed(f"messages of {self.person.name}", len(confirmed))
        self.stage.story.compared(
            "The messages as they were confirmed, as they are read, and as they are stored",
            ("source", "messages", "last words"),
            [
                ("confirmed", len(confirmed), confirmed[-1].get("content")),
                ("read", len(told), told[-1].get("content") if told else ""),
                ("stored", len(rows), rows[-1]["content"] if rows else ""),
            ],
        )
        if other := [one for one in confirmed if one.get("content") != conversation.sent.get(str(one.get("id")))]:
            words = f"{len(other)} are confirmed in other words: {other[0].get('content')!r}"
            raise Broken("what is confirmed is what was written, word for word", words, [str(other)])
        if told != confirmed:
            raise Broken(
                f"the {len(confirmed)} confirmed messages, word for word, in the order of confirmation",
                f"{len(told)} messages are read; {_difference(confirmed, told)}",
                [str(told)],
            )
        stored = [(str(row["id"]), str(row["role"]), str(row["content"]), str(row["owner"])) for row in rows]
        owner = self.person.identity.user
        if stored != [(str(one["id"]), str(one["role"]), str(one["content"]), owner) for one in confirmed]:
            raise Broken("what is stored is what was confirmed", f"{len(stored)} messages are stored", [str(stored)])

    def read(self, conversation: Conversation, server: int | None = None) -> list[Told]:
        """The whole conversation as a server tells it; Broken when it does not."""

        async def read() -> Outcome:
            path = f"/api/threads/{conversation.thread}/messages?limit=1000"
            return await self.person.request("GET", path, "reads the conversation", server=server)

        outcome = self.stage.do(read, "the conversation")
        found = outcome.field("messages") if outcome.accepted else None
        if not isinstance(found, list):
            raise Broken(f"{self.person.name} can read the conversation", str(outcome), [outcome.raw])
        return [dict(message) for message in found]


def _difference(confirmed: list[Told], told: list[Told]) -> str:
    """Where two lists of messages part, in words."""
    for number, (one, other) in enumerate(zip(confirmed, told, strict=False), start=1):
        if one != other:
            return f"number {number} is '{other.get('content')}' and was confirmed as '{one.get('content')}'"
    return f"{abs(len(confirmed) - len(told))} {'are missing' if len(confirmed) > len(told) else 'are too many'}"
