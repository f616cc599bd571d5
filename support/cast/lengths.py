"""A short conversation and a long one, opened and extended in turn: what length costs whoever works in them."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.cast.stopwatch import Stopwatch, wait_for
from support.facts.limit import Limit
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

LATEST, ADDED = "latest messages", "confirmation of a new message"


@dataclass
class _History:
    """One of the two: the messages that are in it, and how long its owner waited for what."""

    conversation: Conversation
    messages: list[str]
    watch: Stopwatch


class Lengths:
    """What one person sees of both, and how soon."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._histories: list[_History] = []
        self._wrong: list[str] = []
        self._openings = 0

    # Verbs

    def work_in_both(self, latest: int, times: int) -> None:
        """Opens the latest messages of both conversations and adds one to both, in turn, so many times."""
        told = self.person.browsing.histories
        if len(told) != 2 or told[0][1] >= told[1][1]:
            cannot(
                f"{self.person.name} needs a short conversation and then a longer one, and has {len(told)} histories"
            )

        async def work() -> None:
            for conversation, number in told:
                order = [row["id"] for row in await self.stage.rows.messages(conversation.thread)]
                if len(order) != number:
                    cannot(f"a conversation of {number} messages has {len(order)}")
                self._histories.append(_History(conversation, order, Stopwatch(self.stage)))
            for _ in range(times):
                for one in self._histories:
                    await one.watch.time(LATEST, self.person.server, partial(self._open, one, latest))
                    await one.watch.time(ADDED, self.person.server, partial(self._add, one))

        self.stage.do(work, f"{self.person.name} to work in both conversations")

    async def _open(self, one: _History, latest: int) -> float:
        offset = max(0, len(one.messages) - latest)
        path = f"/api/threads/{one.conversation.thread}/messages?limit={latest}&offset={offset}"
        outcome = await self.person.request("GET", path, "opens the latest messages")
        shown = [str(said.get("id")) for said in outcome.field("messages") or []] if outcome.accepted else []
        total = outcome.field("total") if outcome.accepted else None
        self._openings += 1
        if shown != one.messages[offset:] or total != len(one.messages):
            self._wrong.append(f"of {len(one.messages)}, {len(shown)} were shown and {total} told: {outcome}")
        return wait_for(outcome)

    async def _add(self, one: _History) -> float:
        outcome = demand(await one.conversation.say(f"One more, {len(one.messages)} {self.person.identity.marker}"))
        one.messages.append(str(outcome.field("id")))
        return outcome.seconds

    # Judgements

    def expect_latest_within(self, limit: Limit) -> None:
        """By the sample of each, the latest messages of both come within the limit each time."""
        self._expect_each(LATEST, limit)

    def expect_added_within(self, limit: Limit) -> None:
        """By the sample of each, a message is added to both within the limit each time."""
        self._expect_each(ADDED, limit)

    def _expect_each(self, thing: str, limit: Limit) -> None:
        if not self._histories:
            cannot(f"{self.person.name} has worked in no conversations")
        for one in self._histories:
            one.watch.expect_each(thing, limit)

    def expect_grown_below(self, times: int) -> None:
        """By the middle of the waits the longer one takes not so many times as long as the short one, for anything."""
        if not self._histories:
            cannot(f"{self.person.name} has worked in no conversations")
        short, long = ({thing: one.watch.middle(thing) for thing in (LATEST, ADDED)} for one in self._histories)
        rows = [(thing, f"{short[thing] * 1000:.1f} ms", f"{long[thing] * 1000:.1f} ms") for thing in short]
        lengths = [f"of {number} messages" for _, number in self.person.browsing.histories]
        self.stage.story.observed("things that were compared in both", len(rows))
        self.stage.story.compared("Middle of the waits", ("thing", *lengths), rows)
        grown = {thing: long[thing] / short[thing] for thing in short}
        for thing, number in grown.items():
            self.stage.story.measured(f"times as long in the longer conversation: {thing}", number)
        # Where both wait for ever, the ratio is no number.
        if beyond := [
            f"the {thing} takes {number:.1f} times as long" for thing, number in grown.items() if not number < times
        ]:
            raise Broken(f"nothing takes {times} times as long in the longer conversation", "; ".join(beyond))

    def expect_exact(self) -> None:
        """Each opening showed exactly the latest messages, in order, with those that had just been added."""
        self.stage.story.observed("openings of the latest messages", self._openings)
        if self._wrong:
            raise Broken(
                f"every opening shows {self.person.name} exactly the latest messages",
                f"{len(self._wrong)} openings did not; the first was {self._wrong[0]}",
                self._wrong[:20],
            )
