"""The turns of a person's conversation: what was written, in which order it was confirmed, and what is read."""

from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot, demand
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.person import Person

Told = dict[str, Any]


class Turns:
    """What a person writes, and reads again."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    # Verbs

    def have_conversation_of(self, number: int) -> None:
        """A new conversation with so many messages, each with words of its own; demands that all are confirmed."""
        conversation = self.person.start_conversation()
        for count in range(1, number + 1):
            demand(self.stage.do(lambda count=count: conversation.say(self.words(count)), "writing"))  # type: ignore[misc]

    def words(self, number: int) -> str:
        """The words of a message: nobody else's, and no other message's."""
        return f"Message {number} of {self.person.traits.company}: {self.person.identity.marker}"

    # Judgements

    def expect_as_confirmed(self) -> None:
        """The person reads every confirmed message of the conversation, as it was confirmed, and no other."""
        self.expect_told(self.person.conversation)

    def expect_told(self, conversation: "Conversation") -> None:
        """A conversation holds exactly its confirmed messages, in the order of confirmation; so it is stored."""
        confirmed = [dict(outcome.body) for outcome in conversation.written]
        if not confirmed:
            cannot("nothing was written")
        confirmed.sort(key=lambda message: int(message.get("position") or 0))
        told = self.read(conversation)
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

    def read(self, conversation: "Conversation", server: int | None = None) -> list[Told]:
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
