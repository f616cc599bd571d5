"""What is told and recorded when two endings of an analysis, or two retries, meet."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.reference.worker import BillsMissing

MEET = "features/golden_path/exits_that_meet.feature::"
TIME_AWAY = MEET + "The time runs out while the customer is away"
FAILS_AWAY = MEET + "The work fails while the customer is away"
FAILS_IN_SHUTDOWN = MEET + "The work fails while Netra shuts down"
AT_THE_LIMIT = MEET + "The answer comes in the instant of the limit"
DIES = MEET + "The server dies and another one finishes"
TWO_RETRIES = MEET + "Two retries at once start one attempt"
ENDED = "features/golden_path/normal_completion.feature::An analysis that ended well is recorded so, once"
RETRIED = "features/golden_path/error_termination.feature::A retry finishes the work and asks nothing twice"
COMPLETED = "Ana sees the analysis completed within 10 seconds"
ERROR = "the analysis of Ana is recorded with one exit, error termination"


@defect(
    "any-end-while-away-recorded-as-leaving",
    says="However an analysis ends while its customer is away, it is recorded as a user disconnect.",
    breaks="P05.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={TIME_AWAY: "the analysis of Ana is recorded with one exit, timeout", FAILS_AWAY: ERROR},
)
def any_end_while_away_recorded_as_leaving(record_exit: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def as_leaving(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        early = ending.exit in ("timeout", "error_termination")
        if early and not await self._fanout.anyone_listening(hold.user_id):
            deviate()
            ending = replace(ending, exit="user_disconnect")
        await record_exit(self, connection, hold, ending)

    return as_leaving


@defect(
    "failure-while-away-told-without-cause",
    says="Whoever comes back after a failure sees that there was one, and not why.",
    breaks="P05.waits",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={
        TIME_AWAY: "Ana is told within 10 seconds that the time ran out",
        FAILS_AWAY: "Ana is told within 10 seconds that the AI model could not be used",
    },
)
def failure_while_away_told_without_cause(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def without_cause(self: Any, thread_id: str, after: int) -> Any:
        say = self.say

        async def shortened(frame: Any) -> None:
            if frame["type"] == "agent_error":
                deviate()
                frame = {**frame, "payload": {"message": "The analysis could not be finished."}}
            await say(frame)

        self.say = shortened
        try:
            return await resume(self, thread_id, after)
        finally:
            del self.say

    return without_cause


@defect(
    "exit-recorded-by-what-the-servers-do",
    says="A failure during a shutdown, and a completion after another server's death, are recorded as shutdowns.",
    breaks="P08.exit",
    replaces="support.reference.app:Netra.of",
    caught_by={
        FAILS_IN_SHUTDOWN: ERROR,
        DIES: "the analysis of Ana is recorded with one exit, normal completion",
    },
    also_red=also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A server that froze and wakes up late changes nothing",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "An answer that cannot be kept at once is kept whole a little later[the end]",
    ),
)
def exit_recorded_by_what_the_servers_do(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_servers(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        record_exit, take_over = netra.endings.record_exit, netra.claims.take_over
        inherited: set[str] = set()

        async def noted(run_id: str) -> Any:
            inherited.add(run_id)
            return await take_over(run_id)

        async def recorded(connection: Any, hold: Any, ending: Any) -> None:
            failed = netra.drain.begun and ending.status == "failed"
            if failed or (ending.status == "completed" and hold.run_id in inherited):
                deviate()
                ending = replace(ending, exit="service_shutdown", reason="maintenance")
            await record_exit(connection, hold, ending)

        netra.endings.record_exit, netra.claims.take_over = recorded, noted
        return netra

    return of_servers


@defect(
    "answer-at-the-limit-recorded-as-timeout",
    says="An answer that comes in the last second of its time is told as completed and recorded as a timeout.",
    breaks="P07.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={AT_THE_LIMIT: "each analysis of Ana is recorded with the one exit that Ana was told"},
)
def answer_at_the_limit_recorded_as_timeout(record_exit: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def too_early(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.status == "completed" and hold.limit.remaining() < 1:
            deviate()
            ending = replace(ending, exit="timeout", reason="execution_duration_exceeded")
        await record_exit(self, connection, hold, ending)

    return too_early


@defect(
    "both-retries-accepted",
    says="A retry is accepted although the one before it is already under way.",
    breaks="P06.retry",
    replaces="support.reference.analyses:Analyses.claim_retry",
    caught_by={TWO_RETRIES: "one retry of Ana is accepted and the other one is refused"},
    also_red={
        ENDED: "what is finished is retried, too",
    },
)
def both_retries_accepted(claim_retry: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def again(self: Any, connection: Any, run_id: str) -> Any:
        row = await claim_retry(self, connection, run_id)
        if row is None:
            deviate()
            await connection.execute("UPDATE runs SET status = 'failed' WHERE id = $1", run_id)
            row = await claim_retry(self, connection, run_id)
        return row

    return again


@defect(
    "retry-told-as-the-failure-before",
    says="A retry that has found everything ends with the failure of the attempt before.",
    breaks="P06.retry",
    replaces="support.reference.worker:Worker.carry_out",
    caught_by={TWO_RETRIES: COMPLETED, RETRIED: COMPLETED},
    also_red=also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    )
    | also("memory/told_facts", "a retry has to be finished first", "A retry knows what the first attempt knew"),
)
def retry_told_as_the_failure_before(carry_out: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def stumbling(self: Any) -> None:
        steps = self._brief.steps.items()
        before = {name.removeprefix("collect_"): "refused" for name, step in steps if step.state == "failed"}
        await carry_out(self)
        if before:
            deviate()
            raise BillsMissing(before)

    return stumbling


@defect(
    "retry-tries-every-cloud-first",
    says="A retry first asks every billing service whether it answers now, and then what it needs.",
    breaks="P06.retry",
    replaces="support.reference.worker:Worker.carry_out",
    caught_by={
        TWO_RETRIES: "Google Cloud billing was asked twice for Ana",
        RETRIED: "AWS billing and Azure billing were asked once for Ana",
    },
)
def retry_tries_every_cloud_first(carry_out: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def cautious(self: Any) -> None:
        if any(step.state == "failed" for step in self._brief.steps.values()):
            deviate()
            for cloud, account in self._brief.accounts.items():
                await self._tools.bills.fetch(cloud, account)
        await carry_out(self)

    return cautious
