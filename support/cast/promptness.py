"""How long people wait for what is kept ready, and whether storage is asked for it."""

import asyncio
import statistics
from functools import partial
from typing import TYPE_CHECKING

from support.cast.stopwatch import FOREVER, Stopwatch, control, decide, wait_for
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken, Inconclusive
from support.facts.waits import Wait, judge, judge_average

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person
    from support.cast.stage import Stage

WARMING = 5
"""So many questions come first, which nobody measures."""
THINGS = ("session", "answer")
ROUNDS = 8
ROUNDS_SECONDS = 12.0
"""Where the machine is busy, rounds are made for so long, and the quietest are judged."""
QUIET_SECONDS = 0.02
"""A round beside whose controls nothing was waited for longer than this on average is a quiet one."""


class Promptness:
    """One person's waits, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._watch = Stopwatch(self.stage)
        self._bytes: list[int] = []
        self._unasked: list[int] = []

    def sample(self, times: int) -> None:
        """Asks so often for the session and for the answer, each question with a control before and after it."""

        async def ask() -> None:
            for thing in THINGS * WARMING:
                await self.person.at_hand.ask(thing)
            for _ in range(times):
                for thing in THINGS:
                    await self._watch.time(thing, self.person.server, partial(_until_right, self.person, thing))

        self.stage.do(ask, f"{self.person.name} opens session and answer")

    def count_bytes(self, times: int) -> None:
        """Asks so often for the answer, and notes for each how much went to storage from any server meanwhile.

        The same is noted for as long again after each, when nobody asks: servers have housekeeping of their own.
        """
        instances = [instance.name for instance in self.stage.deployment.instances]

        async def sent() -> int:
            ways = [self.stage.deployment.way(name, "postgres") for name in instances]
            return sum([(await way.bytes_passed()).to_service for way in ways])

        async def ask() -> None:
            for _ in range(times):
                before, began = await sent(), Moment.now()
                right = await _until_right(self.person, "answer") != FOREVER
                after, ended = await sent(), Moment.now()
                self._bytes.append(after - before if right else -1)
                await asyncio.sleep(ended.seconds_since(began))
                self._unasked.append(await sent() - after)

        self.stage.do(ask, f"{self.person.name} opens the answer")

    def expect_storage_untroubled(self, percent: int) -> None:
        """More than so many of a hundred answers sent nothing to storage, but for the servers' own housekeeping."""
        asked, own = len(self._bytes), sum(sent != 0 for sent in self._unasked)
        beyond = max(0, sum(sent != 0 for sent in self._bytes) - own)
        detail = f"{asked - beyond} without a byte, but for {own} by itself"
        self.stage.story.observed("answers that were opened", asked, detail)
        if -1 in self._bytes:
            raise Broken("the right answer each time", f"{self._bytes.count(-1)} of {asked} times it was not")
        most = (100 - percent) * asked / 100
        # Where there is much housekeeping, only a difference is believed that it cannot make by chance.
        if own * 2 >= asked or (own >= most and most <= beyond < 2 * most):
            raise Inconclusive(f"servers speak to storage all the time: bytes sent meanwhile: {self._unasked}")
        if beyond >= most:
            raise Broken(
                f"more than {percent} percent of the answers come without a byte to storage", f"bytes: {self._bytes}"
            )

    def expect_within(self, thing: str, limit: Limit) -> None:
        """By the sample, this comes within the limit."""
        self._watch.expect_each(thing, limit)


class Rush:
    """Several people who ask for their answers at once, and how long they wait."""

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self._averages: list[Wait] = []
        self._slowest: list[Wait] = []

    def open_at_once(self, group: "Group", times: int) -> None:
        """Everyone asks so often for the answer, all at once, in rounds, until enough of these were quiet."""
        people = [person for person in group for _ in range(times)]
        servers = len(self.stage.deployment.doors.rest)

        async def one_round() -> None:
            beside = await asyncio.gather(*(control(self.stage, n % servers) for n in range(len(people))))
            waits = await asyncio.gather(*(_until_right(person, "answer") for person in people))
            self._averages.append(Wait(statistics.mean(waits), statistics.mean(beside)))
            self._slowest.append(Wait(max(waits), max(beside)))

        async def rounds() -> None:
            for number, person in enumerate(group):
                person.server = number % servers
            await one_round()
            self._averages.clear()
            self._slowest.clear()
            began = Moment.now()
            while sum(one.control <= QUIET_SECONDS for one in self._averages) < ROUNDS:
                await one_round()
                if len(self._averages) >= ROUNDS and Moment.now().seconds_since(began) > ROUNDS_SECONDS:
                    break

        self.stage.do(rounds, "everyone to open the answer at once")
        self.stage.story.tell("scenario", f"{len(self._averages)} rounds of {len(people)} questions at once")
        quietest = sorted(zip(self._averages, self._slowest, strict=True), key=lambda both: both[0].control)[:ROUNDS]
        self._averages, self._slowest = [one for one, _ in quietest], [one for _, one in quietest]

    def expect_average(self, group: "Group", limit: Limit) -> None:
        """By the rounds, these people wait no longer than this on average."""
        words = f"answers come within {limit} on average"
        self._observe(group, self._averages, words)
        decide(*judge_average(self._averages, limit.seconds), words)

    def expect_slowest(self, group: "Group", limit: Limit) -> None:
        """By the rounds, none of these people waits longer than this."""
        words = f"no answer takes longer than {limit}"
        self._observe(group, self._slowest, words)
        decide(*judge(self._slowest, limit.seconds), words)

    def _observe(self, group: "Group", waits: list[Wait], words: str) -> None:
        names = ", ".join(person.name for person in group)
        self.stage.story.observed("rounds of questions at once", len(waits), names)
        if waits:
            self.stage.story.measured(
                f"seconds, median of the rounds: {words}", statistics.median(one.seconds for one in waits)
            )


async def _until_right(person: "Person", thing: str) -> float:
    """Seconds that a person waited for this; for ever when what came is not right."""
    outcome = await person.at_hand.ask(thing)
    return wait_for(outcome) if person.at_hand.right(thing, outcome) else FOREVER
