"""Conversations that people start, one after the other or all at the same moment."""

from functools import partial
from typing import TYPE_CHECKING

from support.cast.conversation import Conversation
from support.cast.stage import cannot
from support.cast.stopwatch import wait_for
from support.cast.together import at_once
from support.facts.limit import Limit
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person


_ASKED = "starts one of several conversations, called "
STARTING = "new conversation"
ANSWER_SECONDS = 10.0
"""How long anybody waits for an answer: longer than any limit on it."""


class Openings:
    """A group's conversations; those that are asked for in one instant come through all servers of Netra."""

    def __init__(self, group: "Group") -> None:
        self.people = group.people
        self.stage = group.stage

    def start(self, number: int) -> None:
        """So many conversations of each person, all released at once; as many as there are people are under way."""
        wanted = [(person, count) for count in range(number) for person in self.people]
        asking = [lambda person=person, count=count: self._start(person, count) for person, count in wanted]
        outcomes = at_once(self.stage, asking, f"{len(wanted)} conversations are started", least=len(self.people))
        for (person, _), outcome in zip(wanted, outcomes, strict=True):
            self._keep(person, outcome)

    async def _start(self, person: "Person", count: int) -> Outcome:
        title = f"Number {count + 1} of {person.traits.company} {person.identity.marker}"
        return await person.request(
            "POST", "/api/threads", _ASKED + title, {"title": title}, server=self._server(count), seconds=ANSWER_SECONDS
        )

    def _server(self, count: int) -> int:
        """Through which server the conversation with this number is asked for: all of them in turn."""
        return count % len(self.stage.deployment.doors.rest)

    def start_one_by_one(self, number: int) -> None:
        """So many conversations of each person, the next one when the one before is there; how long each takes."""

        async def start_all() -> None:
            for person in self.people:
                for count in range(number):
                    start = partial(self._start_alone, person, count)
                    await person.stopwatch.time(STARTING, self._server(count), start)

        self.stage.do(start_all, f"{number} conversations to be started")

    async def _start_alone(self, person: "Person", count: int) -> float:
        outcome = await self._start(person, count)
        self._keep(person, outcome)
        return wait_for(outcome)

    def _keep(self, person: "Person", outcome: Outcome) -> None:
        person.attempt(outcome)
        if outcome.accepted:
            person.conversations.append(Conversation(person, str(outcome.field("id")), str(outcome.field("title"))))

    def expect_each_start(self, limit: Limit) -> None:
        """By the sample, everyone's conversations start within the limit each time."""
        for person in self.people:
            person.stopwatch.expect_each(STARTING, limit)

    def expect_average_start(self, limit: Limit) -> None:
        """By the sample, everyone's conversations start within the limit on average."""
        for person in self.people:
            person.stopwatch.expect_average(STARTING, limit)

    def expect_all_within(self, limit: Limit) -> None:
        """From the first request to the last confirmation it took no longer than this."""
        outcomes = [outcome for _, outcome in self._started()]
        began = min(one.moment.ns - int(one.seconds * 1e9) for one in outcomes)
        seconds = (max(one.moment.ns for one in outcomes) - began) / 1e9
        self.stage.story.observed("conversations that were started at once", len(outcomes), f"in {seconds:.2f} s")
        self.stage.story.measured("seconds until all conversations were started", seconds)
        if seconds > limit.seconds or not all(one.accepted for one in outcomes):
            refused = [str(one) for one in outcomes if not one.accepted]
            raise Broken(
                f"all {len(outcomes)} conversations are there within {limit}",
                f"{len(refused)} were not confirmed; it took {seconds:.2f} s",
                refused,
            )

    def expect_kept_once(self) -> None:
        """Every one was confirmed by its title, and is stored once, with it, for the person who started it."""
        started = self._started()
        wanted = sorted((person.identity.user, _title(one)) for person, one in started)
        refused = [str(one) for _, one in started if not one.accepted or one.field("title") != _title(one)]
        stored: list[tuple[str, str]] = []
        for person in self.people:
            user = person.identity.user
            rows = self.stage.do(lambda: self.stage.rows.of("threads", "user_id", user), "what is stored")  # noqa: B023
            stored += [(user, str(row["metadata_"].get("title"))) for row in rows]
        self.stage.story.observed("conversations that were started", len(wanted))
        self.stage.story.compared(
            "Conversations that were started",
            ("source", "number"),
            [("asked for", len(wanted)), ("stored", len(stored))],
        )
        if refused or sorted(stored) != wanted:
            raise Broken(
                f"{len(wanted)} conversations, each confirmed and kept once for whoever started it",
                f"{len(refused)} were not confirmed as what they are; {len(stored)} are kept, "
                f"{len(set(wanted) - set(stored))} missing at their owners",
                [*refused, *map(str, stored)],
            )

    def _started(self) -> "list[tuple[Person, Outcome]]":
        """What came of every conversation that these people asked for, now as seen; Inconclusive without any."""
        found = [
            (person, entry.look())
            for person in self.people
            for entry in self.stage.outcomes
            if entry.who == person.name and _ASKED in entry.outcome.asked
        ]
        if not found:
            cannot("nobody started a conversation")
        return found


def _title(outcome: Outcome) -> str:
    """By what title the conversation was asked for, whatever Netra answers."""
    return outcome.asked.partition(_ASKED)[2]
