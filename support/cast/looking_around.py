"""Everything that a person has, opened more than once: shown as it was, or refused with a word to try again."""

from typing import TYPE_CHECKING

from support.cast.erasure import everything
from support.cast.stage import cannot, demand
from support.cast.writing import hint_in
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


class LookingAround:
    """What a person was told of everything, each time."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._looks: list[list[Outcome]] = []

    def look(self) -> None:
        """Opens everything, and searches; what is told is recorded."""

        async def open_all() -> list[Outcome]:
            search = f"/api/search?query={self.person.identity.marker}"
            return [*await everything(self.person), await self.person.request("GET", search, "searches")]

        self._looks.append(self.stage.do(open_all, f"{self.person.name} opens everything"))

    def expect_as_it_was_or_refused(self) -> None:
        """What was told at first is told again, or refused with a word to try again, and never told otherwise."""
        if len(self._looks) < 2:
            cannot(f"{self.person.name} has not opened everything twice")
        first, *_, last = self._looks
        pairs = [(demand(before), now) for before, now in zip(first, last, strict=True)]
        refused = sum(not now.accepted for _, now in pairs)
        self.stage.story.observed("things that were opened again", len(pairs), f"{refused} were refused")
        wrong = [now for before, now in pairs if (now.body != before.body if now.accepted else not hint_in(now))]
        if wrong:
            raise Broken(
                "everything is shown as it was, or refused with a word to try again",
                f"{len(wrong)} of {len(pairs)} are not: {wrong[0]}",
                [f"{one}: {one.raw}" for one in wrong],
            )
