"""Several people who do, or are judged by, the same thing: at the same time where that matters."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from support.cast.attempts import Attempts
from support.cast.openings import Openings
from support.cast.stage import Stage, cannot
from support.cast.together import demand_together
from support.facts.moment import Moment
from support.facts.verdict import hurts
from support.outside import modes

if TYPE_CHECKING:
    from support.cast.person import Person


class Group:
    """People in the order in which the sentence names them."""

    def __init__(self, people: "Sequence[Person]", stage: Stage) -> None:
        self.people = tuple(people)
        self.stage = stage
        self.openings = Openings(self)

    def __iter__(self) -> "Iterator[Person]":
        return iter(self.people)

    def each(self, verb: "Callable[[Person], None]") -> None:
        """Everyone in turn; the first who does not hold ends it."""
        for person in self.people:
            with hurts(person.name):
                verb(person)

    def connect_apart(self) -> None:
        """Everyone opens Netra at another server, as far as there are enough; Inconclusive when there is but one."""
        servers = len(self.stage.deployment.doors.socket)
        if servers < 2:
            cannot("this deployment has one server, through which everybody comes")
        for number, person in enumerate(self.people):
            person.server = number % servers
            person.presence.connect()

    def each_from_now(self, verb: "Callable[[Person, Moment], None]") -> None:
        """Everyone in turn, with the moment from which one limit counts for all of them."""
        since = Moment.now()
        self.each(lambda person: verb(person, since))

    def reach_for_each_other(self) -> None:
        """Each opens every conversation of all the others, and one that does not exist; the outcomes are recorded."""
        for person in self.people:
            for owner in self.people:
                if owner is not person:
                    Attempts(person, owner).open_every_conversation()

    def expect_refused(self, number: int) -> None:
        """So many attempts were made, and each was refused as if there were nothing."""
        made = sum(len(person.privacy.twins) for person in self.people)
        if made != number:
            cannot(f"{made} attempts were made and not {number}")
        for person in self.people:
            person.privacy.expect_refused_as_nonexistent()

    def ask_at_once(self) -> None:
        """All ask at the same moment and are under way together; the AI model answers when everybody has begun.

        Whose analysis cannot come as far as the AI model is at its end by then. Inconclusive unless all had begun
        before anybody was at an end.
        """
        for person in self.people:
            person.presence.connect()
            if not person.conversations:
                person.start_conversation()

        async def all_at_once() -> None:
            await asyncio.gather(*(person.sources.script("model", modes.hold()) for person in self.people))
            await asyncio.gather(*(person.conversation.ask() for person in self.people))
            await asyncio.gather(*(person.conversation.analysis.until_held_or_ended() for person in self.people))
            analyses = [person.conversation.analysis for person in self.people]
            endings = [ending for analysis in analyses if (ending := analysis.ending())]
            demand_together([one.updates()[0].moment for one in analyses], [one.moment for one in endings])
            self.stage.story.tell("scenario", f"{len(analyses)} analyses are under way together, {len(endings)} ended")
            await asyncio.gather(*(person.sources.script_silently() for person in self.people))
            await asyncio.gather(*(person.sources.world.release(person.identity.user) for person in self.people))

        self.stage.do(all_at_once, "the analyses to begin")
