"""The history of one conversation, opened again and again: its latest messages, each of its parts, and the whole."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.cast.stopwatch import Stopwatch, wait_for
from support.facts.limit import Limit
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

LATEST, PART, WHOLE = "latest messages", "part of the conversation", "whole conversation"
SAVED_AT_ONCE = 100
"""Messages that a conversation may be saved with; more are written one by one."""
WRITING_AT_ONCE = 4


class Browsing:
    """What one person sees of a conversation, and how soon."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._watch = Stopwatch(self.stage)
        self._number = 0
        self.histories: list[tuple[Conversation, int]] = []
        """Every conversation whose length was told, with its length."""
        self._openings: dict[str, int] = {}
        self._wrong: list[str] = []

    # Verbs

    def have(self, number: int) -> None:
        """A conversation of so many messages; demands that all of them are told."""

        async def write() -> None:
            texts = [f"Message {n} {self.person.identity.marker}" for n in range(1, min(number, SAVED_AT_ONCE) + 1)]
            body = {"title": f"A history of {number} {self.person.identity.marker}", "messages": texts}
            started = demand(await self.person.request("POST", "/api/threads", "saves a conversation", body))
            thread = str(started.field("id"))
            self.person.conversations.append(Conversation(self.person, thread, str(body["title"])))
            left = iter(range(len(texts) + 1, number + 1))

            async def write_more() -> None:
                for n in left:
                    said = {"message": f"Message {n} {self.person.identity.marker}"}
                    demand(await self.person.request("POST", f"/api/threads/{thread}/messages", "writes", said))

            await asyncio.gather(*(write_more() for _ in range(WRITING_AT_ONCE)))

        self.stage.do(write, f"a conversation of {number} messages")
        self._number = number
        self.histories.append((self.person.conversation, number))

    def open_again_and_again(self, latest: int, part: int, times: int) -> None:
        """Opens the latest messages, each part and the whole, so many times in turn."""
        if not self._number:
            cannot(f"{self.person.name} has no conversation whose length was told")
        pieces = [(LATEST, max(0, self._number - latest), latest), (WHOLE, 0, self._number)]
        pieces += [(PART, offset, part) for offset in range(0, self._number, part)]

        async def browse() -> None:
            order = [row["id"] for row in await self.stage.rows.messages(self.person.conversation.thread)]
            for _ in range(times):
                for thing, offset, limit in pieces:
                    ask = partial(self._open, thing, offset, limit, order)
                    await self._watch.time(thing, self.person.server, ask, f"message {offset + 1}")

        self.stage.do(browse, f"{self.person.name} opens the history")

    def open_whole(self, part: int, times: int) -> None:
        """Opens the whole in parts, one after the other, so many times."""
        if not self._number:
            cannot(f"{self.person.name} has no conversation whose length was told")

        async def open_parts(order: list[str]) -> float:
            offsets = range(0, self._number, part)
            return sum([await self._open(WHOLE, offset, part, order) for offset in offsets])

        async def browse() -> None:
            order = [row["id"] for row in await self.stage.rows.messages(self.person.conversation.thread)]
            for _ in range(times):
                await self._watch.time(WHOLE, self.person.server, lambda: open_parts(order))

        self.stage.do(browse, f"{self.person.name} opens the whole history")

    async def _open(self, thing: str, offset: int, limit: int, order: list[str]) -> float:
        path = f"/api/threads/{self.person.conversation.thread}/messages?limit={limit}&offset={offset}"
        outcome = await self.person.request("GET", path, f"opens the {thing}")
        self._openings[thing] = self._openings.get(thing, 0) + 1
        if _shown(outcome) != order[offset : offset + limit] or len(order) != self._number:
            self._wrong.append(f"{thing}, {limit} from {offset}: {outcome}, {len(_shown(outcome))} messages")
        return wait_for(outcome)

    # Judgements

    def expect_within(self, thing: str, limit: Limit) -> None:
        """By the sample, this comes within the limit each time."""
        self._watch.expect_each(thing, limit)

    def expect_exact(self) -> None:
        """Each opening showed exactly the messages that are stored there, in their order."""
        for thing, number in self._openings.items():
            self.stage.story.observed(f"openings of the {thing}", number)
        if self._wrong:
            raise Broken(
                f"every opening shows {self.person.name} exactly its messages, in order",
                f"{len(self._wrong)} openings did not; the first was {self._wrong[0]}",
                self._wrong[:20],
            )


def _shown(outcome: Outcome) -> list[str]:
    return [str(message.get("id")) for message in outcome.field("messages") or []] if outcome.accepted else []
