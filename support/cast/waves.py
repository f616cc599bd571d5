"""Customers who come in waves and stay, and what they take of the memory of Netra's servers, while there and after."""

import itertools
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from support.cast.footprint import MEGABYTE, in_words, resident
from support.cast.stage import Stage, cannot, demand
from support.cast.together import few_at_once
from support.drivers.tidying import Tidying
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


_CHANCE = 1.0
"""Megabytes of all servers together by which one wave may differ from others by chance: memory is taken in pages."""


class Waves:
    """Waves of equal size; each customer is connected and has a conversation."""

    def __init__(self, people: "Sequence[Person]", stage: Stage) -> None:
        self.people = tuple(people)
        self.stage = stage
        self.taken: list[dict[str, int]] = []
        """Bytes of memory of each server after each wave."""
        self.back: list[dict[str, int]] = []
        """The same, each time that all of them had come back."""

    # Verbs

    def come(self, number: int) -> None:
        """So many at a time, and stay; memory is measured after each wave, of which the first counts as warming up."""
        servers = len(self.stage.deployment.doors.rest)

        async def come(placed: "tuple[int, Person]") -> None:
            place, person = placed
            person.server = place % servers
            await person.presence.enter()
            conversation = await person.begin_conversation()
            demand(await conversation.write())

        for begin in range(0, len(self.people), number):
            wave = list(enumerate(self.people))[begin : begin + number]
            self.stage.do(lambda: few_at_once(come, wave), "a wave of customers")  # noqa: B023
            self.taken.append(resident(self.stage))
        threads = [person.conversation.thread for person in self.people]
        statement = "select count(*) as number from messages where thread_id = any($1::text[])"
        kept = self.stage.do(lambda: self.stage.rows.select(statement, threads), "what is stored")[0]["number"]
        if not self.taken[-1]:
            cannot("nobody knows how much memory Netra's servers take")
        if kept != len(self.people):
            cannot(f"of {len(self.people)} messages, one of each customer, {kept} are kept")

    def leave_and_come_back(self, times: int) -> None:
        """All leave; when no server listens for anybody any more, all come back, and memory is measured; so often."""
        tidying = Tidying(self.stage.rows, self.stage.ready)
        users = [person.identity.user for person in self.people]

        async def leave() -> list[str]:
            await few_at_once(lambda one: one.presence.leave(), self.people)
            return await tidying.until_nobody_listens(users, self.stage.clock.deadline().seconds)

        for _ in range(times):
            if still := self.stage.do(leave, "everybody to leave"):
                cannot(f"servers of Netra still listen for {len(still)} customers who have left")
            self.stage.do(lambda: few_at_once(lambda one: one.presence.enter(), self.people), "everybody to come back")
            self.back.append(resident(self.stage))

    # Judgements

    def expect_each_below(self, megabytes: float) -> None:
        """Over all waves but the first no server has grown by so much for each customer who came to it."""
        taken = self._compared()
        number = len(self.people) * (len(taken) - 1) / len(taken) / len(taken[0])
        grown = {name: (taken[-1][name] - taken[0][name]) / number / MEGABYTE for name in taken[0]}
        self.stage.story.measured("megabytes for each customer", max(grown.values()))
        if max(grown.values()) >= megabytes:
            raise Broken(f"less than {megabytes:g} MB for each customer", in_words(grown))

    def expect_in_proportion(self, times: int) -> None:
        """The last wave has not taken so many times as much memory as those before it did on average."""
        taken = self._compared()
        totals = [sum(one.values()) for one in taken]
        waves = [(after - before) / MEGABYTE for before, after in itertools.pairwise(totals)]
        average = statistics.mean(waves[:-1])
        self.stage.story.measured(
            "times that the last wave took as much as those before it", waves[-1] / max(average, 0.1)
        )
        if waves[-1] >= max(times * average, average + _CHANCE):
            raise Broken(
                f"the last wave takes less than {times} times as much as those before it",
                f"it took {waves[-1]:.2f} MB, and those before it {average:.2f} MB on average",
            )

    def expect_again_below(self, megabytes: float) -> None:
        """The last time that all came back no server was larger by so much than the time before."""
        self._compared()
        if len(self.back) < 2:
            cannot("nobody has left and come back several times")
        before, after = self.back[-2:]
        grown = {name: (after[name] - before[name]) / MEGABYTE for name in before}
        self.stage.story.measured("megabytes for coming back once more", max(grown.values()))
        if max(grown.values()) >= megabytes:
            raise Broken(f"less than {megabytes:g} MB for coming back once more", in_words(grown))

    def _compared(self) -> list[dict[str, int]]:
        if len(self.taken) < 3:
            cannot("nobody has measured the memory of Netra's servers over several waves")
        self.stage.story.observed("waves after which memory was measured", len(self.taken) - 1)
        heads = [f"after wave {number}" for number in range(1, len(self.taken) + 1)]
        heads += [f"back for the {number}. time" for number in range(1, len(self.back) + 1)]
        rows = [(name, *(f"{one[name] / MEGABYTE:.1f}" for one in (*self.taken, *self.back))) for name in self.taken[0]]
        self.stage.story.compared("Memory of each server, in MB", ("server", *heads), rows)
        return self.taken
