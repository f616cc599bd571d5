"""More and more people at work: a few of them and all of them in turn, each at the same pace of one thing a second.

Few and all take turns second by second, so that whatever else the machine does falls on both.
"""

import asyncio
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from support.cast.morning import ACTIONS, ANSWER_SECONDS, FELT_SECONDS, Done, Morning
from support.cast.stage import cannot
from support.cast.stopwatch import decide
from support.facts.limit import Limit
from support.facts.verdict import Broken, hurts
from support.facts.waits import Wait, judge_average

if TYPE_CHECKING:
    from support.cast.person import Person

EACH_SECONDS = 1.0
"""In which everybody who is at work does one thing."""


class Rise:
    """What a few and what all of them get done, and how they fare."""

    def __init__(self, morning: Morning) -> None:
        self.morning = morning
        self.people = morning.people
        self.stage = morning.stage
        self.turns: list[tuple[list[Done], list[Done]]] = []
        """What a few did, and what all of them did right after."""

    # Verbs

    def work(self, few: int, things: int) -> None:
        """So many of them, and in turn all, do so many things each: they list, open, rename and write in turn."""
        if not 0 < few < len(self.people):
            cannot(f"{few} are not a few of {len(self.people)}")

        async def work() -> None:
            async with self.morning.beside_controls():
                for number in range(things):
                    action = ACTIONS[number % len(ACTIONS)]
                    alone = await self._one_second(self.people[:few], action)
                    self.turns.append((alone, await self._one_second(self.people, action)))

        self.stage.do(work, "everybody to work")
        alone, together = (sum(map(len, done)) for done in zip(*self.turns, strict=True))
        words = f"{together} requests of {len(self.people)} people, {alone} of {few} of them alone"
        self.stage.story.tell("scenario", f"{words}; controls took {self.morning.beside * 1000:.0f} ms on average")

    async def _one_second(self, people: "Sequence[Person]", action: str) -> list[Done]:
        """One thing of each of these, spread evenly over a second; ends when all are answered."""
        now = asyncio.get_running_loop().time()
        pause = EACH_SECONDS / len(people)
        doing = (self.morning.act(person, action, now + number * pause) for number, person in enumerate(people))
        return list(await asyncio.gather(*doing))

    # Judgements

    def expect_answered(self, percent: int, limit: Limit) -> None:
        """Of all requests together fewer than so many fail, and at most one in twenty is answered later than this."""
        done = self._together()
        failed = [str(one) for one in done if not one.served]
        slow = sum(one.seconds > limit.seconds for one in done)
        words = f"{len(failed)} of {len(done)} failed, {slow} failed or took longer than {limit}"
        self.stage.story.measured("percent of requests that failed", 100 * len(failed) / len(done))
        if len(failed) >= len(done) * percent / 100:
            raise Broken(f"fewer than {percent} percent of requests fail", words, failed[:20])
        self.morning.demand_few_slow(slow, len(done), limit, words)

    def expect_average(self, limit: Limit) -> None:
        """All together are answered within the limit on average; one that fails counts as a wait that was given up."""
        waits = [Wait(_waited(one), self.morning.beside) for one in self._together()]
        self.stage.story.measured("seconds, any request, average", statistics.mean(one.seconds for one in waits))
        decide(*judge_average(waits, limit.seconds), f"any request is answered within {limit} on average")

    def expect_slowed_below(self, times: int) -> None:
        """By the middle of the turns all together do not wait so many times as long as the few right before them.

        Nor do they for any one thing, as far as it is felt.
        """
        self._together()
        turns = [(_middle(few), _middle(every)) for few, every in self.turns]
        times_as_long = [every / few for few, every in turns]
        rows = [
            (number, f"{few * 1000:.1f} ms", f"{every * 1000:.1f} ms")
            for number, (few, every) in enumerate(turns, start=1)
        ]
        self.stage.story.compared("Middle of the waits", ("turn", "of a few", "of all"), rows)
        middle = statistics.median_low(times_as_long)
        self.stage.story.measured("times that all wait as long as a few", middle)
        if middle >= times:
            raise Broken(
                f"all of them do not wait {times} times as long as a few", f"they wait {middle:.1f} times as long"
            )
        for action in ACTIONS:
            self._expect_slowed_below_at(action, times)

    def _expect_slowed_below_at(self, action: str, times: int) -> None:
        turns = [(_middle(few), _middle(every)) for few, every in self.turns if every[0].action == action]
        longer = [every for few, every in turns if every >= max(times * few, few + FELT_SECONDS)]
        if turns and len(longer) == len(turns):
            words = f"to {action} takes all of them {min(longer):.3f} s, which is that much longer each time"
            self.morning.demand_quiet(words)
            raise Broken(f"all of them do not wait {times} times as long as a few for anything", words)

    def expect_pace_kept(self, percent: int) -> None:
        """Everybody gets more done than such a share of one thing a second, by the waits for what was done before."""
        done = self._together()
        kept = {}
        for person in self.people:
            waits = [_waited(one) for one in done if one.person is person]
            kept[person.name] = 100 * len(waits) * EACH_SECONDS / sum(max(EACH_SECONDS, wait) for wait in waits)
        slowest = min(kept, key=lambda name: kept[name])
        self.stage.story.measured("percent of the pace that the slowest keeps", kept[slowest])
        if kept[slowest] <= percent:
            with hurts(slowest):
                raise Broken(
                    f"everybody keeps more than {percent} percent of the pace",
                    f"{slowest} keeps {kept[slowest]:.0f} percent",
                )

    def _together(self) -> list[Done]:
        """Whatever all of them did; Inconclusive unless each of them did as much as the others."""
        done = [one for _, together in self.turns for one in together]
        self.stage.story.observed("requests of all together", len(done), f"{len(self.people)} people")
        names = sorted(person.name for person in self.people)
        if not done or any(sorted(one.person.name for one in together) != names for _, together in self.turns):
            cannot(f"{len(done)} requests of {len(self.people)} people are not as many of each")
        return done


def _waited(one: Done) -> float:
    return min(one.seconds, ANSWER_SECONDS)


def _middle(done: Sequence[Done]) -> float:
    return statistics.median(_waited(one) for one in done)
