"""The limit of an analysis: struck at the wrong time, told, kept or recorded wrongly, or in the way of a retry."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

TIMEOUT = "features/golden_path/timeout.feature::"
MEETING = "features/golden_path/exits_that_meet.feature::"
TOLD = TIMEOUT + "The customer is told at the limit, and what was found is kept"
STOPPED = TIMEOUT + "Nothing is worked or written after the limit"
RETRIED = TIMEOUT + "A retry goes on from what was found"
IN_TIME = "Ana is told that the time ran out, at most 2 seconds after the limit"
COMPLETED = "Ana sees the analysis completed within 10 seconds"


@defect(
    "limit-strikes-late",
    says="An analysis stops more than two seconds after its limit.",
    breaks="P07.stops",
    replaces="support.reference.hold:Limit.remaining",
    caught_by={TOLD: IN_TIME},
)
def limit_strikes_late(remaining: Method, deviate: Deviate) -> Method:
    def longer(self: Any) -> float:
        deviate()
        return float(remaining(self)) + 2.2

    return longer


@defect(
    "end-of-time-stored-as-other-trouble",
    says="The customer is told that the time ran out, and it is stored with another cause.",
    breaks="P07.stops",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={
        TOLD: IN_TIME,
        MEETING + "The time runs out while the customer is away":
            "Ana is told within 10 seconds that the time ran out",
    },
    at_night=True,
)  # fmt: skip
def end_of_time_stored_as_other_trouble(set_status: Method, deviate: Deviate) -> Method:
    async def misnamed(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.status == "expired":
            deviate()
            ending = replace(ending, error={**ending.error, "code": "model_unavailable"})
        await set_status(self, connection, hold, ending)

    return misnamed


@defect(
    "waiting-for-the-model-counts-fourfold",
    says="The time in which the AI model thinks counts four times, so that work which is in time is cut off.",
    breaks="P07.in_time",
    replaces="support.reference.worker:Worker.outside",
    caught_by={TIMEOUT + "An analysis that ends in time is not cut off": COMPLETED},
)
def waiting_for_the_model_counts_fourfold(outside: Method, deviate: Deviate) -> Method:
    async def counting(self: Any, call: Any) -> Any:
        thinking = "Model." in call.__qualname__
        before = self.hold.limit.remaining()
        answer = await outside(self, call)
        if thinking:
            deviate()
            self.hold.limit._at -= 3 * (before - self.hold.limit.remaining())
            self.hold.limit.check()
        return answer

    return counting


@defect(
    "findings-told-and-not-kept",
    says="When the time runs out the customer is told what was found, and it is not kept.",
    breaks="P07.partial",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={TOLD: "Ana keeps what was found at AWS, Azure and Google Cloud"},
    at_night=True,
)
def findings_told_and_not_kept(set_status: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "timeout":
            deviate()
            ending = replace(ending, partial=None)
        await set_status(self, connection, hold, ending)

    return forgetful


@defect(
    "model-waited-for-after-the-limit",
    says="At the limit the customer is told so, and the AI model is waited for all the same.",
    breaks="P07.stopped",
    replaces="support.reference.worker:Worker.outside",
    caught_by={STOPPED: "Netra has let go of the AI model for Ana"},
)
def model_waited_for_after_the_limit(outside: Method, deviate: Deviate) -> Method:
    waiting: set[asyncio.Future[Any]] = set()

    def forget(over: asyncio.Future[Any]) -> None:
        waiting.discard(over)
        if not over.cancelled():
            over.exception()

    async def stubborn(self: Any, call: Any) -> Any:
        asked = asyncio.ensure_future(call)
        waiting.add(asked)
        asked.add_done_callback(forget)
        try:
            return await outside(self, asyncio.shield(asked))
        finally:
            if not asked.done() and self.hold.limit.remaining() <= 0:
                deviate()
            else:
                asked.cancel()

    return stubborn


@defect(
    "new-question-wipes-the-findings",
    says="The next question of a customer wipes what was found before the time ran out.",
    breaks="P07.stopped",
    replaces="support.reference.analyses:Analyses.begin",
    caught_by={STOPPED: "the analysis of Ana is as it was at its end"},
    at_night=True,
)
def new_question_wipes_the_findings(begin: Method, deviate: Deviate) -> Method:
    async def wiping(self: Any, caller: Any, *details: Any) -> Any:
        wiped = await self._storage.rows(
            "UPDATE runs SET partial = NULL WHERE user_id = $1 AND status = 'expired' RETURNING id", caller.user_id
        )
        if wiped:
            deviate()
        return await begin(self, caller, *details)

    return wiping


@defect(
    "findings-remembered-and-not-stored",
    says="The next question wipes from storage what was found before the time ran out; the server still tells it.",
    breaks="P07.stopped",
    replaces="support.reference.app:Netra.of",
    caught_by={STOPPED: "the analysis of Ana is as it was at its end"},
)
def findings_remembered_and_not_stored(of: Method, deviate: Deviate) -> Method:
    def of_good_memory(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        begin, owned_by = netra.analyses.begin, netra.runs.owned_by
        remembered: dict[str, Any] = {}

        async def wiping(caller: Any, *details: Any) -> Any:
            condition = "user_id = $1 AND status = 'expired' AND partial IS NOT NULL"
            for row in await netra.storage.rows(f"SELECT id, partial FROM runs WHERE {condition}", caller.user_id):
                deviate()
                remembered[row["id"]] = row["partial"]
                await netra.storage.execute("UPDATE runs SET partial = NULL WHERE id = $1", row["id"])
            return await begin(caller, *details)

        async def recalled(caller: Any, run_id: str, *about: Any) -> Any:
            row = await owned_by(caller, run_id, *about)
            return {**row, "partial": remembered[run_id]} if run_id in remembered else row

        netra.analyses.begin, netra.runs.owned_by = wiping, recalled
        return netra

    return of_good_memory


@defect(
    "stated-limit-is-not-the-real-one",
    says="The customer reads that the analysis may take a minute less than it really may.",
    breaks="P07.stops",
    replaces="support.reference.analyses:Analyses.begin",
    caught_by={TIMEOUT + "A customer's analysis may take five minutes": "Netra allows the analysis of Ana 5 minutes"},
)
def stated_limit_is_not_the_real_one(begin: Method, deviate: Deviate) -> Method:
    async def misstated(self: Any, *details: Any) -> Any:
        hold, frames = await begin(self, *details)
        if hold.limit.remaining() > 120:
            deviate()
            await self._storage.execute(
                "UPDATE runs SET deadline_at = deadline_at - interval '1 minute' WHERE id = $1", hold.run_id
            )
        return hold, frames

    return misstated


@defect(
    "timeout-recorded-as-error",
    says="An analysis that ran out of time is recorded as one that failed.",
    breaks="P07.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={
        TIMEOUT + "An analysis that ran out of time is recorded so, once":
            "the analysis of Ana is recorded with one exit, timeout",
    },
    also_red={
        MEETING + "The time runs out while the customer is away": "the same record of a timeout",
    },
    at_times={MEETING + "The answer comes in the instant of the limit": "the limit may be the one that comes first"},
)  # fmt: skip
def timeout_recorded_as_error(record_exit: Method, deviate: Deviate) -> Method:
    async def mistaken(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "timeout":
            deviate()
            ending = replace(ending, exit="error_termination")
        await record_exit(self, connection, hold, ending)

    return mistaken


@defect(
    "timeout-announced-as-completion",
    says="A customer who comes back after the time ran out is told that the analysis is complete.",
    breaks="P07.no_completion",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={
        TIMEOUT + "An analysis that ran out of time is never announced as complete":
            "Ana has never been told that an analysis is complete",
    },
)  # fmt: skip
def timeout_announced_as_completion(resume: Method, deviate: Deviate) -> Method:
    async def announcing(self: Any, thread_id: str, after: int) -> Any:
        reached = await resume(self, thread_id, after)
        for frame in await self._updates.replay(thread_id, after - 1, after):
            if frame["payload"].get("exit") == "timeout":
                deviate()
                await self.say(frame | {"type": "agent_completed"})
        return reached

    return announcing


@defect(
    "retry-gets-no-new-time",
    says="A retry gets the time that was left when the analysis ran out of time: none.",
    breaks="P07.retry",
    replaces="support.reference.analyses:Analyses.retry",
    caught_by={RETRIED: COMPLETED},
)
def retry_gets_no_new_time(retry: Method, deviate: Deviate) -> Method:
    async def too_short(self: Any, run: Any) -> Any:
        hold, frames = await retry(self, run)
        if run["status"] == "expired":
            deviate()
            hold = replace(hold, limit=type(hold.limit)(0.0))
        return hold, frames

    return too_short


@defect(
    "retry-after-timeout-starts-over",
    says="A retry of an analysis that ran out of time reads every bill once more.",
    breaks="P07.retry",
    replaces="support.reference.analyses:Analyses.claim_retry",
    caught_by={RETRIED: "AWS billing was asked once for Ana"},
)
def retry_after_timeout_starts_over(claim_retry: Method, deviate: Deviate) -> Method:
    async def from_the_start(self: Any, connection: Any, run_id: str) -> Any:
        expired = await connection.fetchval("SELECT status = 'expired' FROM runs WHERE id = $1", run_id)
        if expired:
            deviate()
            await connection.execute("DELETE FROM run_steps WHERE run_id = $1", run_id)
        return await claim_retry(self, connection, run_id)

    return from_the_start
