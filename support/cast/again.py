"""An answer that is opened for the first time since nothing was kept ready, and opened again: how much that saves."""

import statistics
from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.cast.stopwatch import FOREVER, wait_for
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


class Again:
    """One person's waits for the first opening and for those that follow."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.first: list[float] = []
        """Seconds until the right answer came with nothing of it kept ready; for ever where a wrong one came."""
        self.again: list[float] = []
        """The same for the openings after these."""

    def open_first_and_again(self, rounds: int, times: int) -> None:
        """So many rounds: what is kept ready is taken away, the answer is opened once, and so many times again."""

        async def open_() -> float:
            outcome = await self.person.at_hand.ask("answer")
            return wait_for(outcome) if self.person.at_hand.right("answer", outcome) else FOREVER

        async def open_all() -> None:
            for _ in range(rounds):
                await self.stage.ready.remove(await self.stage.ready.keys_about(self.person.conversation.thread))
                self.first.append(await open_())
                self.again += [await open_() for _ in range(times)]

        self.stage.do(open_all, f"{self.person.name} opens the answer again and again")

    def expect_faster(self, times: int) -> None:
        """By the middle of the waits opening again is faster by more than so many times, with the right figures."""
        if not self.first:
            cannot(f"{self.person.name} has opened nothing again")
        first, again = statistics.median(self.first), statistics.median(self.again)
        self.stage.story.observed("answers that were opened again", len(self.again))
        self.stage.story.measured("seconds until the answer came, the first time, median", first)
        self.stage.story.measured("seconds until the answer came again, median", again)
        if FOREVER in (*self.first, *self.again) or not again * times < first:
            raise Broken(
                f"the right answer comes more than {times} times as fast again",
                f"it took {first * 1000:.1f} ms for the first time, and {again * 1000:.1f} ms again",
            )
