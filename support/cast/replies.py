"""Messages that answer others: which one they answer, as it is told and as it is stored."""

import uuid
from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot
from support.facts.outcome import Kind, Outcome
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
        self._replied: list[tuple[str, Outcome]] = []

    # Verbs

    def reply_to_both(self) -> None:
        """Answers the question and then its answer, the first two messages of the conversation; both are recorded."""
        conversation = self.person.conversation
        for message in self.person.turns.read(conversation)[:2]:
            name = str(message.get("id"))
            reply = self.stage.do(lambda name=name: conversation.say(self._words, reply_to=name), "the reply")  # type: ignore[misc]
            self.person.attempt(reply)
            self._replied.append((name, reply))

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

    def expect_with_theirs(self) -> None:
        """Each reply was taken and names its message, as it is told and as it is stored; nothing else names any."""
        if len(self._replied) != 2:
            cannot("nobody replied to both question and answer")
        for entry in self.stage.outcomes:
            if any(entry.outcome is reply for _, reply in self._replied):
                entry.look()
        words = "each reply stays with the message that it answers"
        if refused := [reply for _, reply in self._replied if not reply.accepted]:
            raise Broken(words, f"{len(refused)} of 2 replies are refused: {refused[0]}", [one.raw for one in refused])
        names = {reply.field("id"): name for name, reply in self._replied}
        written = [one.field("id") for one in self.person.conversation.written]
        self._expect(written, [names.get(one) for one in written], words)

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
