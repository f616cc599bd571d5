"""Carries out one attempt at an analysis, step by step, until it ends or is no longer this worker's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from support.reference import endings, plan
from support.reference.analyses import Analyses, Brief, Step
from support.reference.endings import Endings
from support.reference.facts import written as written_facts
from support.reference.fanout import Fanout
from support.reference.figures import CLOUDS, amount, written
from support.reference.hold import Hold
from support.reference.journal import journal, note
from support.reference.memory import Memory
from support.reference.outside import Bills, Model
from support.reference.plan import FIND_SAVINGS, WRITE_REPORT, Draft, collect
from support.reference.trouble import HoldLost, LimitReached, OutsideFailed, Stopped, Unavailable

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Tools:
    """What a worker works with."""

    analyses: Analyses
    endings: Endings
    fanout: Fanout
    bills: Bills
    model: Model
    memory: Memory


class BillsMissing(Exception):
    """At least one cloud gave no bill; `clouds` says for each whether `refused` or `unavailable`."""

    def __init__(self, clouds: dict[str, str]) -> None:
        super().__init__(", ".join(clouds))
        self.clouds = clouds


class Worker:
    """One attempt. It writes only through its hold, so that an old one can do no harm."""

    def __init__(self, hold: Hold, tools: Tools) -> None:
        self.hold = hold
        self._tools = tools
        self._brief = Brief("", "", {}, [])
        self._stop = asyncio.Event()
        self._park = False

    def stop(self, park: bool) -> None:
        """Breaks off the call outside, then parks the attempt, or leaves it to whoever has it now."""
        self._park = park
        self._stop.set()

    async def work(self) -> None:
        """The whole attempt and its ending. Never raises, except for its own cancellation."""
        try:
            await self._work()
        except (HoldLost, LimitReached) as left:
            # Ended by another exit, taken over, or gone: the other one has written all there is to write.
            note("attempt left", run_id=self.hold.run_id, attempt=self.hold.attempt, cause=type(left).__name__)
        except Unavailable:
            # The lease runs out by itself; whoever reaches storage first goes on from the last commit.
            note("attempt left", run_id=self.hold.run_id, attempt=self.hold.attempt, cause="storage away")
        except Exception:
            journal.exception("attempt broke")

    async def _work(self) -> None:
        self._brief = await self._tools.analyses.brief(self.hold)
        try:
            await self.carry_out()
            await self._tools.endings.complete(self.hold, self._brief)
        except BillsMissing as missing:
            await self._tools.endings.fail_for_bills(self.hold, self._brief, missing.clouds)
        except OutsideFailed:
            await self._tools.endings.fail_for_model(self.hold, self._brief)
        except LimitReached:
            await self._tools.endings.expire(self.hold, self._brief)
        except Stopped:
            if self._park:
                await self._tools.endings.park(self.hold)

    async def carry_out(self) -> None:
        """The steps that are still open, in the order of the plan."""
        await self.collect_bills()
        await self.find_savings()
        await self.write_report()

    async def collect_bills(self) -> None:
        """Reads the bills. Every cloud is tried even when another fails; then the attempt cannot go on."""
        failed: dict[str, str] = {}
        for cloud in CLOUDS:
            step = self._brief.steps.get(collect(cloud))
            if step is not None and step.state == "done":
                continue
            if step is not None and step.state == "failed" and step.attempt == self.hold.attempt:
                failed[cloud] = (step.result or {}).get("reason", "unavailable")
                continue
            reason = await self.collect_bill(cloud)
            if reason is not None:
                failed[cloud] = reason
        if failed:
            raise BillsMissing(failed)

    async def collect_bill(self, cloud: str) -> str | None:
        """Reads one bill; answers why it could not be read, None when it was."""
        hold, step = self.hold, collect(cloud)
        first = not any(self._tried(collect(other)) for other in CLOUDS)
        announced = [plan.executing(hold.run_id, hold.attempt, cloud)]
        await self.begin(step, [plan.thinking(plan.DATA), *announced] if first else announced)
        try:
            bill = await self.outside(self._tools.bills.fetch(cloud, self._brief.accounts.get(cloud, "")))
        except OutsideFailed as trouble:
            reason = "refused" if trouble.refused else "unavailable"
            await self.publish(
                await self._tools.analyses.record_failure(
                    hold, step, reason, [plan.not_executed(hold.run_id, hold.attempt, cloud, reason)]
                )
            )
            self._brief.steps[step] = Step("failed", hold.attempt, {"reason": reason})
            return reason
        cost = written(amount(bill["monthly_cost"]))
        await self.done(step, bill, [plan.executed(hold.run_id, hold.attempt, cloud, cost)])
        return None

    async def find_savings(self) -> None:
        """Asks the model for advice on the bills."""
        if not self._done(FIND_SAVINGS):
            await self.begin(FIND_SAVINGS, [plan.thinking(plan.OPTIMISATION)])
            advice = await self.outside(
                self._tools.model.find_savings(self.hold.user_id, await self.told(), self.hold.question, self._costs())
            )
            await self.done(FIND_SAVINGS, advice, [])

    async def write_report(self) -> None:
        """Asks the model for a readable report."""
        if not self._done(WRITE_REPORT):
            await self.begin(WRITE_REPORT, [plan.thinking(plan.REPORT)])
            advice = endings.found(self._brief) or {}
            report = await self.outside(
                self._tools.model.write_report(
                    self.hold.user_id,
                    await self.told(),
                    self.hold.question,
                    self._costs(),
                    advice["recommendations"],
                )
            )
            await self.done(WRITE_REPORT, report, [])

    async def told(self) -> list[dict[str, str]]:
        """What the model is told before its task: whom it works for, what is remembered now, what was said before."""
        company, segment = self._brief.company, self._brief.segment
        whom = f"{company} ({segment})" if segment else company
        return [
            {
                "role": "system",
                "content": f"You are Netra. You advise {whom} where its cloud costs can be cut. "
                "Answer with one JSON object. Heed what is remembered, and name what you took into account in a last "
                "paragraph of your answer that begins with 'Taken into account:'.",
            },
            {"role": "system", "content": written_facts({"remembered": await self.remembered()})},
            *self._brief.history,
        ]

    async def remembered(self) -> list[dict[str, Any]]:
        """What is known of the customer at this moment."""
        return await self._tools.memory.remembered(self.hold.user_id, self.hold.thread_id)

    async def begin(self, step: str, drafts: list[Draft]) -> None:
        """Makes it known that a step begins, committed before it does."""
        if self._stop.is_set():
            raise Stopped
        self.hold.limit.check()
        await self.publish(await self._tools.analyses.announce(self.hold, step, drafts))
        self._brief.steps[step] = Step("open", self.hold.attempt, None)

    async def done(self, step: str, result: dict[str, Any], drafts: list[Draft]) -> None:
        """Keeps what a step has found, committed before the next begins."""
        await self.publish(await self._tools.analyses.record(self.hold, step, result, drafts))
        self._brief.steps[step] = Step("done", self.hold.attempt, result)

    async def publish(self, updates: list[dict[str, Any]]) -> None:
        """Sends out what was committed."""
        await self._tools.fanout.publish(updates)

    async def outside(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer of a call outside, which the limit and an order to stop break off for good."""
        asked = asyncio.ensure_future(call)
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            done, _ = await asyncio.wait(
                {asked, stopped}, timeout=self.hold.limit.remaining(), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            asked.cancel()
            stopped.cancel()
            await asyncio.gather(asked, stopped, return_exceptions=True)
        if asked in done:
            return asked.result()
        if stopped in done:
            raise Stopped
        raise LimitReached

    def _done(self, step: str) -> bool:
        known = self._brief.steps.get(step)
        return known is not None and known.state == "done"

    def _tried(self, step: str) -> bool:
        known = self._brief.steps.get(step)
        return known is not None and known.attempt == self.hold.attempt

    def _costs(self) -> list[dict[str, Any]]:
        known = endings.bills(self._brief)
        return [known[cloud] for cloud in CLOUDS]
