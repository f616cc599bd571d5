"""The work that Netra has with a refusal: what its storage is asked, counted in bytes on the way there and back.

Time would tell little on a shared machine; the bytes of a statement are the same each time. Netra's own regular looks
into storage pass on the same way, now and then beside a refusal, so each one is counted by itself, the two kinds in
turn. They only ever add to it: what a kind costs is the least that several of its refusals cost, in which one more
statement is many times what is allowed, and how often one cost more than that. On a machine that is so busy that
Netra's own looks fall on a good part of both kinds, how often says nothing, and a difference in it is inconclusive.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from support.cast.attempts import nobodys
from support.cast.stage import cannot
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

PATHS = {
    "conversation": "/api/threads/{thread}",
    "result": "/api/threads/{thread}/result",
    "report": "/api/runs/{run}/report",
}
TIMES = 60
# The smallest statement of PostgreSQL's protocol has about a hundred bytes each way with an identity in it.
MOST_BYTES = 30.0
MOST_ODD = TIMES // 4
"""By how many attempts more one kind may cost something else than its least than the other does.

Where more of both do so, chance alone makes such a difference.
"""
SHARED = 3
"""So many refusals must have had a cost: what is alone may be cut off from what came a moment later."""


class Effort:
    """One person's attempts on something of the owner's, and on the same of what does not exist."""

    def __init__(self, person: "Person", owner: "Person") -> None:
        self.person, self.owner, self.stage = person, owner, person.stage
        self._asked: dict[str, tuple[float, float]] = {}
        self._odd: dict[str, int] = {}
        self._answers: list[Outcome] = []

    def reach(self, thing: str) -> None:
        """Makes the attempts; the first of each kind only lets storage get to know the statements."""
        where = PATHS[thing]
        names = (self.owner.conversation.thread, self.owner.conversation.analysis.run)
        way = self.stage.deployment.way("one", "postgres")

        async def attempt(path: str) -> tuple[float, float]:
            before = await way.bytes_passed()
            self._answers.append(await self.person.request("GET", path, f"reaches for a {thing}"))
            after = await way.bytes_passed()
            return after.to_service - before.to_service, after.to_instance - before.to_instance

        async def reach() -> None:
            thread, run = map(nobodys, names)
            paths = {
                "another's": where.format(thread=names[0], run=names[1]),
                "nobody's": where.format(thread=thread, run=run),
            }
            counted: dict[str, list[tuple[float, float]]] = {kind: [] for kind in paths}
            for number in range(TIMES + 1):
                for kind, path in paths.items():
                    cost = await attempt(path)
                    if number:
                        counted[kind].append(cost)
            for kind, costs in counted.items():
                usual = self._asked[kind] = least(costs)
                self._odd[kind] = sum(_apart(cost, usual) > MOST_BYTES for cost in costs)

        self.stage.do(reach, f"{self.person.name} reaches again and again")

    def expect_same_work(self) -> None:
        """Storage was asked as much, and answered as much, for what is another's as for what does not exist."""
        self.stage.story.observed("refusals whose work was counted", len(self._answers))
        self.stage.story.compared(
            "Bytes to and from storage for one refusal",
            ("what", "asked", "answered", "unlike that"),
            [(kind, f"{a:.0f}", f"{b:.0f}", f"{self._odd[kind]} of {TIMES}") for kind, (a, b) in self._asked.items()],
        )
        open_ = [answer for answer in self._answers if answer.kind is not Kind.REFUSED]
        (asked, answered), (asked_nobody, answered_nobody) = self._asked["another's"], self._asked["nobody's"]
        different = _apart((asked, answered), (asked_nobody, answered_nobody))
        odd, odd_nobody = self._odd["another's"], self._odd["nobody's"]
        if open_ or different > MOST_BYTES or not asked:
            self._differ(open_)
        if abs(odd - odd_nobody) > MOST_ODD and min(odd, odd_nobody) > MOST_ODD:
            cannot(
                f"too much else was asked of storage meanwhile: {odd} and {odd_nobody} of {TIMES} refusals cost "
                "otherwise than the least of their own kind"
            )
        if abs(odd - odd_nobody) > MOST_ODD:
            self._differ(open_)

    def _differ(self, let_in: list[Outcome]) -> NoReturn:
        (asked, answered), (asked_nobody, answered_nobody) = self._asked["another's"], self._asked["nobody's"]
        odd, odd_nobody = self._odd["another's"], self._odd["nobody's"]
        raise Broken(
            "the same work for what is another's as for what does not exist",
            f"{asked:.0f} and {answered:.0f} bytes to and from storage for the one, {asked_nobody:.0f} and "
            f"{answered_nobody:.0f} for the other; {odd} and {odd_nobody} of {TIMES} "
            f"were unlike that; {len(let_in)} attempts were let in",
            [answer.raw for answer in let_in],
            [self.owner.name],
        )


def least(costs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The least that several refusals cost; Inconclusive when there is no such cost."""
    shared = [cost for cost in costs if sum(_apart(other, cost) <= MOST_BYTES for other in costs) >= SHARED]
    if not shared:
        cannot("too much else was asked of storage meanwhile: hardly two refusals cost the same")
    return min(shared)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
