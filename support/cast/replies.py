"""Messages that answer others: which one they answer, as it is told and as it is stored."""

import uuid
from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot, demand
from support.facts.outcome import Kind
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

OF_ANOTHER, OF_NONE = "a message of another conversation", "a message that does not exist"
"""What is not in the conversation and cannot be answered there."""


class Replies:
    """A person's replies, and the assistant's answers to the person's questions."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._before: list[dict[str, Any]] = []

    # Verbs

    def reply_to_first(self) -> None:
        """Answers the first message of the conversation; demands that it is confirmed."""
        conversation = self.person.conversation
        first = str(conversation.written[0].field("id"))
        demand(self.stage.do(lambda: conversation.say(self._words, reply_to=first), "the reply"))

    def try_to_reply(self, whom: str) -> None:
        """Answers a message that is not in the conversation; the outcome is recorded."""
        conversation = self.person.conversation
        target = {
            OF_ANOTHER: lambda: str(self.person.conversations[0].written[0].field("id")),
            OF_NONE: lambda: str(uuid.uuid4()),
        }[whom]()
        self._before = self.person.turns.read(conversation)
        self.person.attempt(self.stage.do(lambda: conversation.say(self._words, reply_to=target), "the reply"))

    @property
    def _words(self) -> str:
        return f"This is my answer: {self.person.identity.marker}"

    # Judgements

    def expect_with_first(self) -> None:
        """The reply names the first message, to whoever reads and in what is stored; nothing else names any."""
        written = self.person.conversation.written
        first = written[0].field("id")
        wanted = [first if one.field("content") == self._words else None for one in written]
        self._expect([one.field("id") for one in written], wanted, "the reply stays with the first message")

    def expect_answers_with_questions(self) -> None:
        """Each answer of the assistant names the question that it answers, and no other."""
        conversation = self.person.conversation
        for analysis in conversation.analyses:
            analysis.await_end_unseen()
        told = self.person.turns.read(conversation)
        asked = {one.get("content"): one.get("id") for one in told if one.get("role") == "user"}
        answers = {
            (one.get("metadata") or {}).get("run_id"): one.get("id") for one in told if one.get("role") == "assistant"
        }
        runs = [analysis.run for analysis in conversation.analyses]
        questions = [asked.get(question) for question in conversation.questions]
        if len(runs) < 2:
            cannot("only one question was asked")
        if sorted(map(str, answers)) != sorted(runs) or None in questions:
            raise Broken(
                "one answer to each question", f"{len(asked)} questions and {len(answers)} answers", [str(told)]
            )
        self._expect([answers[run] for run in runs], questions, "each answer stays with its own question")

    def _expect(self, messages: list[Any], wanted: list[Any], words: str) -> None:
        thread = self.person.conversation.thread
        told = {one.get("id"): one.get("reply_to") for one in self.person.turns.read(self.person.conversation)}
        rows = self.stage.do(lambda: self.stage.rows.messages(thread), "the stored messages")
        stored = {str(row["id"]): row.get("reply_to") for row in rows}
        self.stage.story.observed("replies", len(messages), words)
        self.stage.story.compared(
            "Which message is answered",
            ("message", "expected", "told", "stored"),
            [(one, right, told.get(one), stored.get(one)) for one, right in zip(messages, wanted, strict=True)],
        )
        for name, found in (("told", told), ("stored", stored)):
            if (answered := [found.get(one, "not there") for one in messages]) != wanted:
                raise Broken(words, f"{name}: {answered}", [str(found), str(wanted)])

    def expect_refused(self) -> None:
        """The reply was refused, and the conversation holds what it held before."""
        if self.person.last is None:
            cannot("nobody replied")
        outcome = self.person.last.look()
        now = self.person.turns.read(self.person.conversation)
        self.stage.story.observed("replies that were tried", 1, str(outcome))
        if outcome.kind is not Kind.REFUSED or now != self._before:
            raise Broken(
                "a refusal, and nothing of the reply in the conversation",
                f"{outcome}; {len(now) - len(self._before)} messages more than before",
                [outcome.raw],
            )
