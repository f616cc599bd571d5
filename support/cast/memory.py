"""What the assistant remembers of a person: told by the person, seen where it counts.

It counts in what Netra tells the AI model, which the suite receives, in what the answer says, and in what
Netra shows the person as remembered. Rows are second evidence.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.hearing import listed
from support.cast.stage import cannot, demand
from support.cast.together import at_once
from support.facts.outcome import Outcome
from support.facts.verdict import Broken
from support.outside import modes

if TYPE_CHECKING:
    from support.cast.person import Person

MOST_AT_ONCE = 50
"""Facts that one message may bear."""
MUCH_BESIDE = " ".join(f"Our note {number} is {number}." for number in range(1, 61))
"""What takes so long to keep that two who tell it at once meet in it."""


class Memory:
    """What a person tells, and what is remembered of it."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.topics: dict[str, Conversation] = {}
        self.said: dict[str, list[str]] = {}
        self.tried = ""
        """The identity of the fact that somebody tried something on."""

    # Telling and asking

    def tell(self, words: str) -> None:
        """Writes a message in the current conversation, or in a first one; demands success."""
        if not self.person.conversations:
            self.person.start_conversation()
        self._post({"message": words})

    def tell_about(self, topic: str, words: str) -> None:
        """Writes a message in the conversation about a topic, which is now the current one; demands success."""
        self.turn_to(topic)
        self._post({"message": words})

    def save_about(self, topic: str, words: str) -> None:
        """Saves a conversation about a topic together with its first messages, of which one tells this."""
        texts = ["A conversation that was begun elsewhere.", words, "This is all for now."]
        self.topics[topic] = self.person.start_conversation(texts)
        self.said.setdefault(self.topics[topic].thread, []).extend(texts)

    def turn_to(self, topic: str) -> None:
        """The conversation about a topic, a new one if need be, is the current one from now on."""
        if topic not in self.topics:
            self.topics[topic] = self.person.start_conversation()
        conversation = self.topics[topic]
        self.person.conversations.remove(conversation)
        self.person.conversations.append(conversation)

    def ask(self, words: str = "") -> None:
        """Asks in the current conversation, perhaps telling something with it, and waits for the answer."""
        if not self.person.conversations:
            self.person.start_conversation()
        self.person.conversation.preface = words
        self.person.analysing.finish()
        self.person.conversation.preface = ""

    def ask_about(self, topic: str) -> None:
        """Asks in the conversation about a topic and waits for the answer; demands success."""
        self.turn_to(topic)
        self.ask()

    def ask_anew(self) -> None:
        """Asks in a new conversation and waits for the answer; demands success."""
        self.person.ask_in_new_conversation()
        self.person.conversation.analysis.await_completion()

    def _post(self, body: dict[str, Any]) -> Outcome:
        thread = self.person.conversation.thread

        async def write() -> Outcome:
            return await self.person.request("POST", f"/api/threads/{thread}/messages", "tells something", body)

        outcome = demand(self.stage.do(write, f"{self.person.name} tells something"))
        self.said.setdefault(thread, []).append(str(body["message"]))
        self.stage.story.tell(self.person.name, f"tells: {body['message']}", outcome.raw, outcome.moment)
        return outcome

    def enter(self, name: str, value: str) -> None:
        """Enters a fact in a form, beside the words of a message; demands success."""
        self.enter_all({name: value})

    def enter_all(self, facts: Mapping[str, Any]) -> None:
        """Enters facts in a form, beside the words of as many messages as they take; demands success."""
        if not self.person.conversations:
            self.person.start_conversation()
        entered = list(facts.items())
        for first in range(0, len(entered), MOST_AT_ONCE):
            some = dict(entered[first : first + MOST_AT_ONCE])
            self._post({"message": "Please keep what I have entered.", "metadata": {"facts": some}})

    def enter_many(self, number: int, size: int = 1000) -> None:
        """Enters so many details of so many characters; demands success."""
        self.enter_all({f"note {count}": f"{count} ".ljust(size, "x") for count in range(1, number + 1)})

    def tell_both_at_once(self, first: str, second: str) -> None:
        """Two messages in two conversations, under way at the same time; demands that both are confirmed.

        Each tells much beside, so that neither is kept before the other one has come.
        """
        conversations = [self.person.start_conversation(), self.person.start_conversation()]
        telling = [
            lambda one=one, words=words: one.say(f"{words} {MUCH_BESIDE}")
            for one, words in zip(conversations, (first, second), strict=True)
        ]
        for outcome in at_once(self.stage, telling, f"{self.person.name} tells two things"):
            demand(outcome)

    def remove(self, name: str) -> None:
        """Removes what holds under this name from what is remembered; the outcome is recorded."""

        async def remove() -> Outcome:
            facts = demand(await self._look()).field("facts")
            known = [fact["id"] for fact in facts if fact["name"] == name]
            if len(known) != 1:
                cannot(f"{len(known)} facts of {self.person.name} have the name {name}")
            return await self.person.request("DELETE", f"/api/memory/{known[0]}", f"removes the {name}")

        self.person.attempt(self.stage.do(remove, f"{self.person.name} removes the {name}"))

    def remove_all(self, name: str) -> None:
        """Removes what holds under this name and whatever held before it, the newest first; outcomes are recorded."""
        known = [fact["id"] for fact in self.shown(history=True) if fact.get("name") == name]
        if len(known) < 2:
            cannot(f"{len(known)} facts of {self.person.name} have ever had the name {name}")
        for fact in reversed(known):

            async def remove(fact: str = fact) -> Outcome:
                return await self.person.request("DELETE", f"/api/memory/{fact}", f"removes a {name}")

            self.person.attempt(self.stage.do(remove, f"{self.person.name} removes a {name}"))

    def ask_about_both(self, first: str, second: str) -> None:
        """Asks in two conversations; both questions are under way before the AI model answers any."""
        self.person.presence.connect()
        conversations = [self.topics[first], self.topics[second]]
        user, world = self.person.identity.user, self.person.sources.world

        async def both() -> None:
            await world.model(user, modes.hold())
            await asyncio.gather(*(conversation.ask() for conversation in conversations))
            await world.until_asked(user, "model", 2, limit=max(0.1, self.stage.clock.deadline().seconds))
            await world.model(user, modes.answer())
            await world.release(user)

        self.stage.do(both, f"{self.person.name} asks twice at once")
        for conversation in conversations:
            conversation.analysis.await_completion()

    # What the person sees

    def expect_one_holds(self, name: str, first: str, second: str) -> None:
        """Exactly one of two values holds: the same one before the person's eyes and before the AI model."""
        shown = [fact.get("value") for fact in self.shown() if fact.get("name") == name]
        heard = [one.values(name) for one in self.person.hearing.briefings()]
        if shown not in ([first], [second]) or any(values != shown for values in heard):
            raise Broken(
                f"either '{first}' or '{second}' holds as the {name}, everywhere",
                f"shown is {listed(shown)}; the AI model hears {listed([listed(values) for values in heard])}",
            )
        self._confirm(name, [(value,) for value in shown], [(row["value"],) for row in self._holding(name)])

    def expect_considered(self, value: str, topic: str) -> None:
        """The answer says that it took a value into account, and names the conversation as its origin."""
        answer = self.person.conversation.analysis.shown_answer()
        title = self.topics[topic].title if topic in self.topics else cannot(f"there is no conversation about {topic}")
        self.stage.story.observed(f"the answer to {self.person.name}", 1, answer[:200])
        _, _, considered = answer.partition("Taken into account:")
        if not any(value in part and title in part for part in considered.split("; ")):
            raise Broken(
                f"the answer took '{value}' into account, from the conversation '{title}'", f"it says: {answer}"
            )

    def shown(self, *, history: bool = False) -> list[dict[str, Any]]:
        """What the person is shown as remembered, in its order; Broken when it is nothing of the kind."""
        outcome = self.stage.do(lambda: self._look(history), "what is remembered")
        facts = outcome.field("facts") if outcome.accepted else None
        if not isinstance(facts, list):
            raise Broken(f"{self.person.name} can see what is remembered", str(outcome), [outcome.raw])
        self.stage.story.observed(f"the list of what is remembered of {self.person.name}", 1, f"{len(facts)} facts")
        return [dict(fact) for fact in facts]

    async def _look(self, history: bool = False) -> Outcome:
        path = "/api/memory?history=true" if history else "/api/memory"
        return await self.person.request("GET", path, "looks at what is remembered")

    async def some_fact(self) -> str:
        """The identity of something that is remembered of the person; demands that there is something."""
        facts = demand(await self._look()).field("facts")
        self.tried = str(facts[-1]["id"]) if facts else cannot(f"nothing is remembered of {self.person.name}")
        return self.tried

    def stored(self, name: str) -> list[dict[str, Any]]:
        """The rows of what is remembered of the person under this name, also of what held before, as it was told."""
        user = self.person.identity.user
        rows = self.stage.do(lambda: self.stage.rows.of("facts", "user_id", user), "the stored facts")
        return sorted((row for row in rows if row["name"] == name), key=lambda row: (row["told_at"], row["number"]))

    def _holding(self, name: str) -> list[dict[str, Any]]:
        return [row for row in self.stored(name) if not row["replaced_at"]]

    def _confirm(self, name: str, shown: list[tuple[Any, ...]], stored: list[tuple[Any, ...]]) -> None:
        """What is stored under this name is what was shown."""
        self.stage.story.compared(
            f"What is remembered of {self.person.name} as the {name}",
            ("source", "facts"),
            [("shown", listed(shown)), ("stored rows", listed(stored))],
        )
        if stored != shown:
            raise Broken(f"what is stored as the {name} is what is shown", f"stored is {listed(stored)}", [str(shown)])

    def expect_shown(self, name: str, value: str, topic: str) -> None:
        """The person is shown this one value under this name, and the conversation about the topic as its origin."""
        conversation = self.topics.get(topic) or cannot(f"there is no conversation about {topic}")
        shown = [fact for fact in self.shown() if fact.get("name") == name]
        told = [(fact.get("value"), fact.get("thread_id"), fact.get("thread_title")) for fact in shown]
        if told != [(value, conversation.thread, conversation.title)]:
            raise Broken(
                f"the {name} is shown as '{value}', told in '{conversation.title}'",
                f"shown is {told or 'nothing'}",
                [str(fact) for fact in shown],
            )
        stored = [(row["value"], row["thread_id"]) for row in self._holding(name)]
        self._confirm(name, [(value, conversation.thread)], stored)

    def expect_not_shown(self, name: str) -> None:
        """Nothing is shown to the person under this name, neither as holding nor as history."""
        shown = [fact for fact in self.shown(history=True) if fact.get("name") == name]
        if shown:
            raise Broken(f"no {name} is shown", f"shown is {listed([fact.get('value') for fact in shown])}")
        self._confirm(name, [], [(row["value"],) for row in self.stored(name)])

    def expect_nothing_kept(self, value: str) -> None:
        """No row of the person's and nothing that is kept ready holds these words."""

        async def search() -> tuple[int, list[str]]:
            user = self.person.identity.user
            rows = await self.stage.rows.all_of(user)
            ready = {key: await self.stage.ready.value(key) for key in await self.stage.ready.keys_about(user)}
            things = [*rows, *((key, str(kept)) for key, kept in ready.items())]
            return len(things), [f"{name}: {text[:300]}" for name, text in things if value in text]

        count, found = self.stage.do(search, "everything that is kept")
        self.stage.story.observed(f"rows and ready things of {self.person.name} that were searched", count)
        if found:
            raise Broken(f"nothing is kept of '{value}'", f"it is kept in {len(found)} places", found)

    def expect_history(self, name: str, *values: str) -> None:
        """The person is shown these values in the order in which they held, and the last one alone as holding."""
        shown = [fact for fact in self.shown(history=True) if fact.get("name") == name]
        told = [(fact.get("value"), fact.get("current")) for fact in shown]
        wanted = [(value, value == values[-1]) for value in values]
        moments = [str(fact.get("told_at")) for fact in shown]
        stored = [row["told_at"].isoformat() for row in self.stored(name)]
        if told != wanted or moments != sorted(set(moments)) or moments != stored:
            raise Broken(
                f"the {name} was {listed(list(values))}, and the last one holds",
                f"shown is {', '.join(f'{value} ({current})' for value, current in told) or 'nothing'}",
                [str(fact) for fact in shown],
            )
        self._confirm(name, wanted, [(row["value"], not row["replaced_at"]) for row in self.stored(name)])
