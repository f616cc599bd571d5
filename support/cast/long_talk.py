"""A conversation that grows and grows: what the AI model hears of it, what stays readable, what it costs Netra."""

from typing import TYPE_CHECKING

from support.cast.briefing import Briefing
from support.cast.footprint import MEGABYTE, resident
from support.cast.stage import cannot, demand
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

SHORT, LONG, PASTED = 300, 5_000, 20_000
"""Characters of a message; the last one is what somebody pastes into a conversation now and then."""
SELDOM = 40
"""Of how many short messages one is pasted."""


class LongTalk:
    """The current conversation of a person as it grows."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.before: list[Briefing] = []
        self.taken: dict[str, int] = {}
        self._written = 0

    # Verbs

    def grow(self, number: int, size: int = SHORT) -> None:
        """The person writes so many messages, each with words of its own and so many characters; demands success.

        A short one now and then is as long as a report. It is longer than the room that the latest messages leave
        where the AI model is told as little as it may be.
        """
        if not self.person.conversations:
            self.person.start_conversation()
        conversation = self.person.conversation

        async def write() -> None:
            for _ in range(number):
                self._written += 1
                words = f"Message {self._written}: we looked at the bill of cluster {self._written * 7919 % 10_007}. "
                length = PASTED if size == SHORT and self._written % SELDOM == 0 else size
                demand(await conversation.say((words * (length // len(words) + 1))[:length]))

        self.stage.do(write, f"{number} messages")
        self.stage.story.tell(self.person.name, f"has written {number} messages of {size} characters")

    def grow_and_ask(self, number: int, size: int = SHORT) -> None:
        """As `grow`, then asks and waits for the answer; what the AI model heard, and what Netra took, is kept."""
        self.grow(number, size)
        self.person.memory.ask()
        self.before = self.stage.do(self._heard, "what the AI model heard")
        self.taken = resident(self.stage)

    async def _heard(self) -> list[Briefing]:
        return await self.person.hearing.heard_with(self.person.conversation.questions[-1])

    # Judgements

    def expect_growth_below(self, times: int) -> None:
        """For each task the AI model heard less than so many times as much as when that was kept."""
        if not self.before:
            cannot("nobody has kept what the AI model heard before")
        now = {one.task: one.size for one in self.person.hearing.briefings()}
        then = {one.task: one.size for one in self.before}
        self.stage.story.compared(
            "What the AI model hears, in bytes", ("task", "before", "now"), [(t, then.get(t), now[t]) for t in now]
        )
        grown = {task: size / then[task] for task, size in now.items() if task in then}
        if set(grown) != set(then) or max(grown.values()) >= times:
            raise Broken(f"the AI model hears less than {times} times as much", f"it hears {grown} times as much")

    def expect_at_most(self, characters: int) -> None:
        """In no call of the last question the AI model heard more characters than this."""
        most = max(self.person.hearing.briefings(), key=lambda one: len(one.words))
        self.stage.story.measured("characters that the AI model hears at most", len(most.words))
        if len(most.words) > characters:
            words = f"it hears {len(most.words)}: {len(most.history)} messages, {len(most.remembered)} facts"
            raise Broken(f"the AI model hears at most {characters} characters", words)

    def expect_latest(self, number: int) -> None:
        """The AI model heard the latest messages before the question, at least so many, in order."""
        said = self._whole()
        question = self.person.conversation.questions[-1]
        before = said[: said.index(question)] if question in said else said
        for one in self.person.hearing.briefings():
            heard = [words for _, words in one.history]
            if len(heard) < number or heard != before[-len(heard) :]:
                raise Broken(
                    f"the AI model hears at least the latest {number} messages, in order",
                    f"it hears {len(heard)}: " + ", ".join(words[:12] for words in heard),
                    [words[:60] for words in heard],
                )

    def expect_whole_readable(self) -> None:
        """Every message that was confirmed, every question and every answer stands in the conversation, in order."""
        conversation = self.person.conversation
        told = self._whole()
        written = [str(outcome.field("content")) for outcome in conversation.written]
        answers = [analysis.shown_answer() for analysis in conversation.analyses]
        rows = self.stage.do(lambda: self.stage.rows.messages(conversation.thread), "the stored messages")
        stored = [str(row["content"]) for row in rows]
        own = [words for words in told if words in set(written)]
        rest = [words for words in told if words not in set(written)]
        asked = [words for pair in zip(conversation.questions, answers, strict=True) for words in pair]
        self.stage.story.compared(
            "The conversation",
            ("source", "messages"),
            [("confirmed", len(written) + len(asked)), ("told", len(told)), ("stored", len(stored))],
        )
        if own != written or rest != asked or stored != told:
            raise Broken(
                f"all {len(written) + len(asked)} messages can be read, in order",
                f"{len(told)} are read and {len(stored)} stored; {len(own)} of {len(written)} as they were written",
            )

    def _whole(self) -> list[str]:
        thread = self.person.conversation.thread

        async def read() -> Outcome:
            path = f"/api/threads/{thread}/messages?limit=1000&offset=0"
            return await self.person.request("GET", path, "reads the whole conversation")

        outcome = self.stage.do(read, "the whole conversation")
        found = outcome.field("messages") if outcome.accepted else None
        if not isinstance(found, list):
            raise Broken(f"{self.person.name} can read the conversation", str(outcome), [outcome.raw[:300]])
        self.stage.story.observed(f"messages in the conversation of {self.person.name}", len(found))
        return [str(message.get("content")) for message in found]

    def expect_memory_flat(self, megabytes: int) -> None:
        """No server of Netra takes more than so many megabytes of memory beyond what it took when that was kept."""
        if not self.taken:
            cannot("the memory of no server was measured before")
        now = {name: size for name, size in resident(self.stage).items() if name in self.taken}
        if not now:
            cannot("no server that was measured before is still the same")
        self.stage.story.observed("servers whose memory was measured", len(now))
        grown = {name: (size - self.taken[name]) / MEGABYTE for name, size in now.items()}
        self.stage.story.measured("MB of memory that a server has grown by, at most", round(max(grown.values()), 1))
        if max(grown.values()) > megabytes:
            words = ", ".join(f"server {name} by {size:.1f} MB" for name, size in grown.items())
            raise Broken(f"each server of Netra grows by at most {megabytes} MB", f"grown: {words}")
