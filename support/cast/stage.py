"""What a person of the cast stands on: the deployment, the drivers, the clock and the story."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from support.cast.clock import Clock, Deadline, Ending
from support.cast.story import Story
from support.cast.transcript import WaitEnded
from support.drivers.living_loop import LivingLoop
from support.drivers.ready import Ready
from support.drivers.rest import Rest
from support.drivers.rows import Rows
from support.facts.limit import Limit
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, Inconclusive, PatienceEnded, TimeUp

T = TypeVar("T")
MOMENT = Limit.parse("2 seconds")
"""What has been stored is told and kept ready in less time than this."""
LOOK_EVERY = 0.01
Telling = Callable[[Sequence[Outcome]], list[str]]
"""How answers become what is compared: `told_before` a deed, `as_told` after it."""


@dataclass
class Stage:
    """One scenario's ground; `deployment` is what the pool handed out.

    Attributes:
        lacking: what Givens and Whens needed and did not bring about, though the Thens could be judged without it.
    """

    deployment: Any
    loop: LivingLoop
    rest: Rest
    rows: Rows
    ready: Ready
    clock: Clock
    story: Story
    seed: str
    outcomes: list["Recorded"] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def do(self, verb: Callable[[], Awaitable[T]], what: str) -> T:
        """Carries out a verb of a Given or When; a wait that ends makes the scenario inconclusive."""
        try:
            return self.loop.do(verb, self.clock.left, what)
        except WaitEnded as ended:
            raise inconclusive(ended) from None

    @contextmanager
    def or_lacking(self) -> Iterator[None]:
        """What cannot be brought about within is lacking: the scenario can still be broken, and no longer be kept."""
        try:
            yield
        except TimeUp:
            raise
        except Inconclusive as failed:
            self.lack(str(failed))

    def lack(self, why: str) -> None:
        """Notes that something is lacking."""
        self.lacking.append(why)
        self.story.tell("scenario", f"goes on, although {why}")

    def judge(self, verb: Callable[[], Awaitable[T]], expected: str) -> T:
        """Carries out the wait of a Then; only the promise's own limit makes the promise broken."""
        try:
            return self.loop.do(verb, self.clock.left, expected)
        except WaitEnded as ended:
            if not ended.promised:
                raise inconclusive(ended) from None
            came = ended.candidates[-12:] or ["nothing"]
            raise Broken(
                expected,
                f"{ended.wanted} did not come within {ended.seconds:.1f} s; what came last: {came[-1]}",
                came,
            ) from None

    async def soon(self, look: Callable[[], Awaitable[T]], settled: Callable[[T], object]) -> T:
        """What a look finds once it is settled, or what it finds after a moment, on the loop; Inconclusive without one.

        What has ended is stored first, and told and kept ready right after: whoever asks storage, or Netra itself,
        may come in between.
        """
        deadline = self.clock.deadline(MOMENT)
        while not settled(found := await look()) and deadline.left:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
        if deadline.ending is not Ending.PROMISE and not settled(found):
            raise inconclusive(WaitEnded("what was to be there in a moment", deadline, [str(found)]))
        return found

    def demand_answered(self, outcome: Outcome, deadline: Deadline) -> Outcome:
        """The outcome of a request that waited for its answer until then: its silence is Inconclusive, not Netra's."""
        if outcome.kind is Kind.NO_ANSWER and outcome.seconds >= deadline.seconds:
            raise inconclusive(WaitEnded(f"the answer to: {outcome.asked}", deadline, []))
        return outcome

    def recorded(self, outcome: Outcome, who: str) -> "Recorded":
        """Keeps the outcome of a request; somebody has to read it unless it was accepted."""
        self.story.tell(who, str(outcome), outcome.raw, outcome.moment)
        entry = Recorded(outcome, who)
        self.outcomes.append(entry)
        return entry


@dataclass
class Recorded:
    """An outcome and whether a judgement looked at it."""

    outcome: Outcome
    who: str
    read: bool = False

    def look(self) -> Outcome:
        """The outcome, now read."""
        self.read = True
        return self.outcome


def inconclusive(ended: WaitEnded) -> Inconclusive:
    """What a wait that ended means where no promise was broken by it."""
    came = f"; what came last: {ended.candidates[-1]}" if ended.candidates else "; nothing came"
    kinds = {"PATIENCE": PatienceEnded, "SCENARIO": TimeUp}
    return kinds.get(ended.ending.name, Inconclusive)(f"{ended}{came}")


def demand(outcome: Outcome) -> Outcome:
    """What a Given needs: the outcome, accepted; raises Inconclusive otherwise."""
    if not outcome.accepted:
        cannot(f"{outcome}: {outcome.raw[:300]}")
    return outcome


def as_told(answers: Sequence[Outcome]) -> list[str]:
    """What Netra told, to be compared with what it told before; a refusal is told as such, and so never equals it."""
    return [_written(answer) if answer.accepted else f"{answer}: {answer.raw}" for answer in answers]


def _written(answer: Outcome) -> str:
    """What an answer says; the order of its fields, which means nothing, is always the same."""
    return json.dumps(answer.body, sort_keys=True, ensure_ascii=False) if answer.body else answer.raw


def told_before(answers: Sequence[Outcome]) -> list[str]:
    """The same before a deed: demands that Netra told each, for one refusal is as good as another."""
    return as_told([demand(answer) for answer in answers])


def cannot(why: str) -> NoReturn:
    """A Given or When that could not be done."""
    raise Inconclusive(why)
