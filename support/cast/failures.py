"""The faults of one scenario: when each began and ended, by its witness."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from support.cast.faults import UNDONE, Fault
from support.cast.stage import Stage, cannot
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.targets.positions import FailsAt


@dataclass
class InForce:
    """A fault that was begun.

    Attributes:
        began: when it was in force everywhere.
        touched: when it was begun, before it was in force.
        ended: when nothing of it was left; None while it is in force.
        ending: when it began to be undone.
    """

    fault: Fault
    parts: list[Any]
    touched: Moment
    began: Moment
    ending: Moment | None = None
    ended: Moment | None = None


@dataclass
class Failures:
    """What has gone wrong in a scenario so far."""

    stage: Stage
    begun: list[InForce] = field(default_factory=list)

    def begin(self, fault: Fault) -> None:
        """Strikes; returns when the fault is in force."""
        self.stage.do(lambda: self.strike(fault), f"that {fault}")

    async def strike(self, fault: Fault) -> None:
        """The same, on the living loop."""
        deployment = self.stage.deployment
        parts = fault.parts(deployment)
        entry = InForce(fault, parts, Moment.now(), Moment.now())
        self.begun.append(entry)
        for instance in deployment.instances:
            # From now on a server need not be able to serve in order to be there.
            instance.waits_for_storage = False
        for witness in await asyncio.gather(*(fault.begin(part) for part in parts)):
            self.stage.story.tell("failure", str(witness))
        entry.began = Moment.now()
        if fault.ends_itself:
            entry.ending = entry.ended = entry.began

    def demand_struck(self) -> None:
        """Inconclusive when nobody has come to a place at which storage has no room."""
        if self.in_force:
            self.stage.do(self.demand_all_struck, "whether storage had no room for somebody")

    async def demand_all_struck(self) -> None:
        """The same, on the living loop."""
        for entry in self.in_force:
            for part in entry.parts:
                if isinstance(part, FailsAt) and not await part.struck():
                    cannot(f"that {entry.fault} never came to pass")

    def end(self, limit: Limit) -> None:
        """Undoes whatever is in force, when the last of it has lasted so long."""
        self.stage.do(lambda: self._end(limit.seconds), "the end of the failure")

    async def _end(self, seconds: float) -> None:
        if not self.in_force and not self.begun:
            cannot("nothing has gone wrong that could be over")
        if self.begun:
            await asyncio.sleep(seconds - Moment.now().seconds_since(self.begun[-1].began))
        await self.heal()

    async def heal(self) -> None:
        """Undoes whatever is in force, in the order in which things depend on each other."""
        for struck in UNDONE:
            for entry in [one for one in self.in_force if one.fault.struck is struck]:
                await self._undo(entry)

    async def _undo(self, entry: InForce) -> None:
        entry.ending = Moment.now()
        for witness in await asyncio.gather(*(entry.fault.end(part) for part in entry.parts)):
            self.stage.story.tell("failure", str(witness))
        entry.ended = Moment.now()

    async def strike_while_undoing(self, fault: Fault, seconds: float) -> InForce:
        """Undoes the last one when it has lasted so long, and strikes meanwhile; the one that was undone."""
        first = self.last
        await asyncio.sleep(seconds - Moment.now().seconds_since(first.began))
        undoing = asyncio.create_task(self._undo(first))
        try:
            # It has its turn first: before it has begun to end there is nothing to recover from.
            await asyncio.sleep(0)
            await self.strike(fault)
        finally:
            await undoing
        return first

    @property
    def in_force(self) -> list[InForce]:
        """Those that nobody has undone yet."""
        return [one for one in self.begun if one.ended is None]

    @property
    def last(self) -> InForce:
        """The one that began last."""
        if not self.begun:
            cannot("nothing has gone wrong yet")
        return self.begun[-1]
