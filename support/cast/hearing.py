"""What the AI model was told for a person, as the suite received it: judged by every word of every call."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from support.cast.briefing import Briefing
from support.cast.conversation import Conversation
from support.cast.stage import cannot
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

DECISION = "decision"
DETAIL = "detail"


class Hearing:
    """The AI model's view of a person's conversations."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    async def heard_with(self, question: str) -> list[Briefing]:
        """What the AI model was told in each call with a question."""
        calls = await self.person.sources.world.calls(self.person.identity.user)
        return [
            one for one in (Briefing.of(call) for call in calls if call.what == "model") if one.question == question
        ]

    def briefings(self, conversation: Conversation | None = None) -> list[Briefing]:
        """What the AI model was told with a conversation's last question, the current one's if none is named."""
        question = (conversation or self.person.conversation).questions[-1]
        found = self.stage.do(lambda: self.heard_with(question), "what the AI model was told")
        if not found:
            raise Broken("the AI model is asked what the customer asks", "it was not asked")
        self.stage.story.observed(f"calls to the AI model for {self.person.name}", len(found), str(found[0])[:300])
        return found

    def expect_known(self, fact: str, value: str) -> None:
        """With the last question the AI model was told this value under this name, and no other."""
        self._expect_told(fact, [value])

    def expect_decided(self, *values: str) -> None:
        """With the last question the AI model was told exactly these decisions, in their order."""
        self._expect_told(DECISION, list(values))

    def _expect_told(self, name: str, wanted: list[Any]) -> None:
        briefings = self.briefings()
        here = self.person.conversation.thread
        rows = [row for row in self.person.memory.stored(name) if row["kind"] != DETAIL or row["thread_id"] == here]
        stored = [row["value"] for row in rows if not row["replaced_at"]]
        self.stage.story.compared(
            f"What is known as the {name} of {self.person.name}",
            ("source", "values"),
            [*((f"AI model, {one.task}", one.values(name)) for one in briefings), ("stored rows", stored)],
        )
        wrong = [one for one in briefings if one.values(name) != wanted]
        if wrong:
            raise Broken(
                f"the AI model is told that the {name} is {listed(wanted)}",
                f"it is told {listed(wrong[0].values(name))}",
                [str(one) for one in wrong],
            )
        if stored != wanted:
            words = f"what is stored as the {name} is what the AI model is told: {listed(wanted)}"
            raise Broken(words, f"stored is {listed(stored)}", [str(row) for row in rows])

    def expect_unheard(self, *values: str) -> None:
        """With the last question the AI model was told nothing that holds any of these words, anywhere."""
        people = (self.person, *self.person.privacy.others)
        said = [words for one in people for told in one.memory.said.values() for words in told]
        said += [question for one in people for talk in one.conversations for question in talk.questions]
        if unsaid := [value for value in values if not any(value.lower() in words.lower() for words in said)]:
            cannot(f"nobody has said {listed(unsaid)}, so that nobody could be heard saying it")
        self._expect_silence(self.person.conversation, values)

    def expect_unheard_at_last(self, value: str) -> None:
        """The AI model was told this with the last question, and in its last call about that no more."""
        *earlier, last = self.briefings()
        if not any(value in one.words for one in earlier):
            cannot(f"of {len(earlier)} earlier calls none has told the AI model '{value}'")
        if value in last.words:
            raise Broken(f"the AI model hears nothing more of '{value}'", f"it does: {last}", [last.words])

    def expect_apart(self, *topics: str) -> None:
        """With the last question about each topic the AI model was told what was told there, and of nothing else."""
        for topic in topics:
            conversation = self.person.memory.topics[topic]
            told = self._told_in(conversation)
            if not told:
                cannot(f"{self.person.name} has told nothing about {topic}")
            missing = [value for value in told for one in self.briefings(conversation) if value not in one.words]
            if missing:
                raise Broken(f"the AI model hears what was told about {topic}", f"it does not hear {listed(missing)}")
            others = [one for one in self.person.memory.topics.values() if one is not conversation]
            self._expect_silence(conversation, [value for one in others for value in self._told_in(one)])

    def _expect_silence(self, conversation: Conversation, values: Sequence[str]) -> None:
        briefings = self.briefings(conversation)
        heard = [(value, one) for value in values for one in briefings if value.lower() in one.words.lower()]
        if heard:
            value, one = heard[0]
            raise Broken(f"the AI model hears nothing of '{value}'", f"it does: {one}", [one.words for _, one in heard])

    def _told_in(self, conversation: Conversation) -> list[str]:
        """The values that the person told in a conversation."""
        return [
            words.partition(" is ")[2].rstrip(".") for words in self.person.memory.said.get(conversation.thread, ())
        ]

    def expect_earlier_words(self) -> None:
        """With the last question the AI model was told who said what before it in the conversation, in order."""
        said = [(str(one.get("role")), str(one.get("content"))) for one in self.person.conversation.messages()]
        before = tuple(said[: [words for _, words in said].index(self.person.conversation.questions[-1])])
        wrong = [one for one in self.briefings() if one.history != before or not before]
        if wrong:
            heard = listed([f"{who}: {words[:40]}" for who, words in wrong[0].history])
            raise Broken(
                f"the AI model hears the {len(before)} earlier messages of the conversation, in order",
                f"it hears {len(wrong[0].history)}: {heard}",
                [str(before), str(wrong[0].history)],
            )


def listed(values: Sequence[Any]) -> str:
    """Values in their order, for a sentence."""
    return ", then ".join(f"'{value}'" for value in values) or "nothing"
