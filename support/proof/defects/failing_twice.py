"""What is told, kept and asked again when two sources fail, or the AI model fails late."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect
from support.reference.figures import partial_of
from support.reference.plan import COLLECTING

FAILS = "features/golden_path/error_termination.feature::"
TWO = FAILS + "Two clouds that fail in two ways are both named, and the third one is read all the same"
NAMED = FAILS + "Whatever fails outside Netra is named"
LATE = f"{NAMED}[the AI model-refuses to write the report]"
MODEL = (f"{NAMED}[the AI model-refuses to answer]", f"{NAMED}[the AI model-breaks off half-way]", LATE)
CLOUDS = (
    f"{NAMED}[AWS billing-refuses to answer]",
    f"{NAMED}[Azure billing-breaks off half-way]",
    f"{NAMED}[Google Cloud billing-breaks off half-way]",
)
AGAIN = FAILS + "A report that fails again and again costs only the report"
SHUT_DOWN = "features/golden_path/service_shutdown.feature::The shutdown and the end after it are each recorded once"
TIMEOUT = "features/golden_path/timeout.feature::"
AT_THE_LIMIT = TIMEOUT + "The customer is told at the limit, and what was found is kept"
RECORDED = TIMEOUT + "An analysis that ran out of time is recorded so, once"
ELSEWHERE = "Ana keeps what was found everywhere but at <source>"
WAY_ON = "Ana is offered to try again from <source>"
MODELS_WAY_ON = "Ana is offered to try again from the AI model"
INSIDE = "nothing that Ana was told speaks of Netra's inside"
EXPLAINED = "the conversation of Ana holds the question and one explanation, marked as such"

Method = Callable[..., Any]


@defect(
    "only-the-refusal-is-named",
    says="When one cloud turns Netra away and another one breaks off, only the first is named.",
    breaks="P06.told",
    replaces="support.reference.words:billing_trouble",
    caught_by={TWO: "Ana is told within 10 seconds that AWS billing and Azure billing could not be used"},
)
def only_the_refusal_is_named(billing_trouble: Method, deviate: Deviate) -> Method:
    def half(refused: Any, silent: Any, partial: Any) -> str:
        if refused and silent:
            deviate()
            silent = []
        return str(billing_trouble(refused, silent, partial))

    return half


@defect(
    "first-failure-stops-the-reading",
    says="As soon as one bill cannot be read, the others are not read any more.",
    breaks="P06.partial",
    replaces="support.reference.worker:Worker.collect_bills",
    caught_by={CLOUDS[0]: ELSEWHERE, CLOUDS[1]: ELSEWHERE},
    also_red={TWO: "the second failure is never met, and the third cloud never read"},
)
def first_failure_stops_the_reading(collect_bills: Method, deviate: Deviate) -> Method:
    async def impatient(self: Any) -> None:
        from support.reference.worker import BillsMissing

        collect_bill = self.collect_bill

        async def only_until_one_fails(cloud: str) -> Any:
            reason = await collect_bill(cloud)
            if reason is not None and cloud != "gcp":
                deviate()
                raise BillsMissing({cloud: reason})
            return reason

        self.collect_bill = only_until_one_fails
        await collect_bills(self)

    return impatient


@defect(
    "bill-that-broke-off-told-in-the-programs-words",
    says="Why a bill broke off is told as the program names its own trouble.",
    breaks="P06.private",
    replaces="support.reference.plan:not_executed",
    caught_by={CLOUDS[1]: INSIDE, CLOUDS[2]: INSIDE},
)
def bill_that_broke_off_told_in_the_programs_words(not_executed: Method, deviate: Deviate) -> Method:
    def outspoken(run_id: str, attempt: int, cloud: str, reason: str) -> Any:
        if reason == "unavailable":
            deviate()
            reason = repr(ConnectionResetError(104))
        return not_executed(run_id, attempt, cloud, reason)

    return outspoken


@defect(
    "models-trouble-told-in-the-programs-words",
    says="The explanation of what the AI model did not answer ends with the program's own name for it.",
    breaks="P06.private",
    replaces="support.reference.words:model_trouble",
    caught_by=dict.fromkeys(MODEL, INSIDE),
)
def models_trouble_told_in_the_programs_words(model_trouble: Method, deviate: Deviate) -> Method:
    def outspoken(partial: Any) -> str:
        deviate()
        return f"{model_trouble(partial)} {ValueError('no usable answer')!r}"

    return outspoken


@defect(
    "no-second-try-with-the-model",
    says="Whoever waited in vain for the AI model is not told that Netra can try again.",
    breaks="P06.told",
    replaces="support.reference.words:choices",
    caught_by={**dict.fromkeys(MODEL, WAY_ON), AT_THE_LIMIT: MODELS_WAY_ON},
    at_night=True,
)
def no_second_try_with_the_model(choices: Method, deviate: Deviate) -> Method:
    def fewer(code: Any, failed: Any, partial: Any) -> Any:
        offered = choices(code, failed, partial)
        if failed:
            return offered
        deviate()
        return [one for one in offered if "ry again" not in one]

    return fewer


@defect(
    "models-way-on-leads-to-the-beginning",
    says="The way on after the AI model failed, or after the time ran out, leads back to the first cloud.",
    breaks="P06.retry",
    replaces="support.reference.endings:open_step",
    caught_by={**dict.fromkeys(MODEL, WAY_ON), AT_THE_LIMIT: MODELS_WAY_ON},
)
def models_way_on_leads_to_the_beginning(open_step: Method, deviate: Deviate) -> Method:
    def first(brief: Any) -> str:
        deviate()
        return COLLECTING[0]

    return first


@defect(
    "advice-lost-with-the-report",
    says="The savings that the AI model had found are lost when it fails to write the report.",
    breaks="P06.partial",
    replaces="support.reference.endings:Endings.fail_for_model",
    caught_by={LATE: ELSEWHERE},
)
def advice_lost_with_the_report(fail_for_model: Method, deviate: Deviate) -> Method:
    return _without_advice(fail_for_model, deviate)


@defect(
    "advice-lost-at-the-limit",
    says="The savings that the AI model had found are lost when the time runs out before the report is written.",
    breaks="P07.partial",
    replaces="support.reference.endings:Endings.expire",
    caught_by={AT_THE_LIMIT: "Ana keeps what was found at AWS, Azure and Google Cloud"},
)
def advice_lost_at_the_limit(expire: Method, deviate: Deviate) -> Method:
    return _without_advice(expire, deviate)


def _without_advice(ending: Method, deviate: Deviate) -> Method:
    """The same ending, which keeps the bills alone."""

    async def forgetful(self: Any, hold: Any, brief: Any) -> None:
        end_early = self._end_early

        async def with_bills_alone(*told: Any) -> None:
            *before, partial, failed, retry_from = told
            if "recommendations" in partial:
                deviate()
                costs = {cloud: {"monthly_cost": cost} for cloud, cost in partial["costs"].items()}
                partial = partial_of(costs)
            await end_early(*before, partial, failed, retry_from)

        self._end_early = with_bills_alone
        try:
            await ending(self, hold, brief)
        finally:
            del self._end_early

    return forgetful


@defect(
    "advice-is-asked-for-again",
    says="Whoever goes on with a report that failed or was interrupted asks the AI model for its advice once more.",
    breaks="P06.retry",
    replaces="support.reference.worker:Worker.find_savings",
    caught_by=dict.fromkeys((AGAIN, SHUT_DOWN), "nothing that was answered for Ana was asked again"),
)
def advice_is_asked_for_again(find_savings: Method, deviate: Deviate) -> Method:
    async def anew(self: Any) -> None:
        if self.hold.attempt > 1 and self._done("find_savings"):
            deviate()
            del self._brief.steps["find_savings"]
        await find_savings(self)

    return anew


@defect(
    "only-one-retry",
    says="When a retry has failed too, the next one is refused.",
    breaks="P06.retry",
    replaces="support.reference.analyses:Analyses.claim_retry",
    caught_by={AGAIN: "Ana sees the analysis completed within 10 seconds"},
    never=True,
)
def only_one_retry(claim_retry: Method, deviate: Deviate) -> Method:
    async def once(self: Any, connection: Any, run_id: str) -> Any:
        if await connection.fetchval("SELECT attempt FROM runs WHERE id = $1", run_id) > 1:
            deviate()
            return None
        return await claim_retry(self, connection, run_id)

    return once


@defect(
    "end-of-time-not-in-the-conversation",
    says="That the time ran out is told, and does not stand in the conversation.",
    breaks="P07.stops",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={RECORDED: EXPLAINED},
    at_night=True,
)
def end_of_time_not_in_the_conversation(keep_message: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "timeout":
            deviate()
            return
        await keep_message(self, connection, hold, ending)

    return forgetful


@defect(
    "somebody-at-work-after-the-limit",
    says="After the time ran out the agent that worked last is still shown at work.",
    breaks="WS-3.cleared",
    replaces="support.reference.runs:at_work",
    caught_by={RECORDED: "no agent and no tool is shown at work for Ana"},
)
def somebody_at_work_after_the_limit(at_work: Method, deviate: Deviate) -> Method:
    def still(row: Any) -> Any:
        if row["status"] != "expired":
            return at_work(row)
        deviate()
        return at_work({**row, "status": "running"})

    return still


@defect(
    "one-bill-alone-is-not-kept",
    says="Where two clouds fail, what the third one has shown is not kept.",
    breaks="P06.partial",
    replaces="support.reference.endings:partial_of",
    caught_by={TWO: "Ana keeps what was found at Google Cloud"},
)
def one_bill_alone_is_not_kept(partial_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_more_than_one(bills: Any, recommendations: Any = None) -> Any:
        if list(bills) == ["gcp"]:
            deviate()
            bills = {}
        return partial_of(bills, recommendations)

    return of_more_than_one
