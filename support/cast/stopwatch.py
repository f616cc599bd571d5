"""How long something takes, measured beside controls, and what a sample of that says of a limit."""

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.verdict import Broken, Inconclusive, Word, hurts
from support.facts.waits import Wait, judge, judge_average

if TYPE_CHECKING:
    from support.cast.stage import Stage

FOREVER = float("inf")
FEW = 5
"""Fewer waits of one place say nothing of it."""


class Stopwatch:
    """Waits of one person, by what was waited for."""

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self._waits: dict[str, list[Wait]] = {}
        self._places: dict[str, dict[object, list[Wait]]] = {}

    async def time(self, thing: str, server: int, ask: Callable[[], Awaitable[float]], place: object = None) -> None:
        """Keeps how long a question took, by its own word in seconds, with a control before and after it.

        What there are several of, each in its place, is kept for each place, too.
        """
        before = await control(self.stage, server)
        seconds = await ask()
        wait = Wait(seconds, max(before, await control(self.stage, server)))
        self._waits.setdefault(thing, []).append(wait)
        self._places.setdefault(thing, {}).setdefault(place, []).append(wait)

    def expect_each(self, thing: str, limit: Limit) -> None:
        """By the sample, this comes within the limit each time, and wherever it stands.

        One in twenty may be late by chance; what is late most times in one place is not late by chance.
        """
        waits = self._observed(thing)
        for place, those in self._places.get(thing, {}).items():
            word, words = judge(those, limit.seconds)
            if word is Word.BROKEN and len(those) >= FEW:
                where = "" if place is None else f" at {place}"
                raise Broken(f"the {thing} comes within {limit}", f"{words}{where}")
        decide(*judge(waits, limit.seconds), f"the {thing} comes within {limit}")

    def expect_average(self, thing: str, limit: Limit) -> None:
        """By the sample, this comes within the limit on average."""
        waits = self._observed(thing)
        decide(*judge_average(waits, limit.seconds), f"the {thing} comes within {limit} on average")

    def _observed(self, thing: str) -> list[Wait]:
        waits = self._waits.get(thing, [])
        self.stage.story.observed(f"waits for the {thing}", len(waits))
        if waits:
            self.stage.story.measured(f"seconds until the {thing} came, median", self.middle(thing))
        return waits

    def middle(self, thing: str) -> float:
        """The middle of the waits for this, in seconds; there must be some."""
        return statistics.median(one.seconds for one in self._waits[thing])


async def control(stage: "Stage", server: int) -> float:
    """Seconds that something took that is not Netra: the played outside world answers that it is there.

    Netra that is slow in everything must not excuse itself by being slow in this, too. Where the outside world is not
    played, nothing better can be asked than a server's own pulse.
    """
    if stage.deployment.world is None:
        return await pulse(stage, server)
    began = Moment.now()
    await stage.deployment.world.pulse()
    return Moment.now().seconds_since(began)


async def pulse(stage: "Stage", server: int) -> float:
    """Seconds that a server took to say that it lives, which costs it next to nothing."""
    url = stage.deployment.doors.rest[server] + "/health"
    return wait_for(await stage.rest.ask("GET", url, asked="control", seconds=max(0.1, stage.clock.deadline().seconds)))


def wait_for(outcome: Outcome) -> float:
    """Seconds until an answer came; for ever when it was none that was wanted."""
    return outcome.seconds if outcome.accepted else FOREVER


def decide(word: Word, observed: str, expected: str) -> None:
    """Ends a Then as the sample says: in silence, Broken, or Inconclusive."""
    if word is Word.BROKEN:
        raise Broken(expected, observed)
    if word is Word.INCONCLUSIVE:
        raise Inconclusive(f"whether {expected} cannot be said: {observed}")


def expect_fair(stage: "Stage", waits: Mapping[str, Sequence[float]], times: int) -> None:
    """By the middle of the waits of each person nobody waits so many times as long as somebody else."""
    middle = {name: statistics.median(seconds) for name, seconds in waits.items()}
    slowest, fastest = max(middle, key=lambda name: middle[name]), min(middle, key=lambda name: middle[name])
    ratio = middle[slowest] / middle[fastest]
    stage.story.observed("customers whose waits were compared", len(middle))
    stage.story.measured("times that the slowest customer waits as long as the fastest", ratio)
    # Where everybody waits for ever, the ratio is no number.
    if not ratio < times:
        with hurts(slowest):
            raise Broken(
                f"nobody waits {times} times as long as somebody else",
                f"{slowest} waits {middle[slowest]:.3f} s and {fastest} {middle[fastest]:.3f} s",
            )
