"""Conversations that several people start at the same moment."""

from typing import TYPE_CHECKING

from support.cast.conversation import Conversation
from support.cast.stage import cannot
from support.cast.together import at_once
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person


_ASKED = "starts one of several conversations"


class Openings:
    """A group's conversations that were asked for in one instant, through all servers of Netra."""

    def __init__(self, group: "Group") -> None:
        self.people = group.people
        self.stage = group.stage

    def start(self, number: int) -> None:
        """So many conversations of each person, all released at once; as many as there are people are under way."""
        wanted = [(person, count) for count in range(number) for person in self.people]
        asking = [lambda person=person, count=count: self._start(person, count) for person, count in wanted]
        outcomes = at_once(self.stage, asking, f"{len(wanted)} conversations are started", least=len(self.people))
        for (person, _), outcome in zip(wanted, outcomes, strict=True):
            person.attempt(outcome)
            if outcome.accepted:
                person.conversations.append(Conversation(person, str(outcome.field("id")), str(outcome.field("title"))))

    async def _start(self, person: "Person", count: int) -> Outcome:
        title = f"Number {count + 1} of {person.traits.company} {person.identity.marker}"
        server = count % len(self.stage.deployment.doors.rest)
        return await person.request("POST", "/api/threads", _ASKED, {"title": title}, server=server)

    def expect_kept_once(self) -> None:
        """Every one was confirmed, and is stored once, with its title, for the person who started it."""
        started = [
            (person, entry.look())
            for person in self.people
            for entry in self.stage.outcomes
            if entry.who == person.name and _ASKED in entry.outcome.asked
        ]
        if not started:
            cannot("nobody started a conversation")
        wanted = sorted((person.identity.user, str(one.field("title"))) for person, one in started)
        refused = [str(one) for _, one in started if not one.accepted]
        stored: list[tuple[str, str]] = []
        for person in self.people:
            user = person.identity.user
            rows = self.stage.do(lambda: self.stage.rows.of("threads", "user_id", user), "what is stored")  # noqa: B023
            stored += [(user, str(row["metadata_"].get("title"))) for row in rows]
        self.stage.story.observed("conversations that were started at once", len(wanted))
        self.stage.story.compared(
            "Conversations started at once", ("source", "number"), [("asked for", len(wanted)), ("stored", len(stored))]
        )
        if refused or sorted(stored) != wanted:
            raise Broken(
                f"{len(wanted)} conversations, each confirmed and kept once for whoever started it",
                f"{len(refused)} were not confirmed; {len(stored)} are kept, "
                f"{len(set(wanted) - set(stored))} missing at their owners",
                [*refused, *map(str, stored)],
            )
