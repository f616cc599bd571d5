"""Several people who do, or are judged by, the same thing: at the same time where that matters."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from support.cast.openings import Openings
from support.cast.stage import Stage

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
            verb(person)

    def ask_at_once(self) -> None:
        """All questions are sent before any is answered."""
        for person in self.people:
            person.connect()
            if not person.conversations:
                person.start_conversation()

        async def all_at_once() -> None:
            await asyncio.gather(*(person.conversation.ask() for person in self.people))

        self.stage.do(all_at_once, "the analyses to begin")
