"""Breaks what is kept of an analysis that did not end at its first attempt, and what is told of such an end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

FAILS = "features/golden_path/error_termination.feature::"
KEPT = FAILS + "The answer after a retry is kept like any other"
AGAIN = FAILS + "A retry that fails too loses nothing of what was found"
OUT_OF_ORDER = FAILS + "What is out of order is asked once, and named"
EXPLAINED = FAILS + "The explanation stands in the conversation and is not dressed as an answer"
NAMED = FAILS + "Whatever fails outside Netra is named"
SHUTDOWN = "features/golden_path/service_shutdown.feature::"
RESTARTED = SHUTDOWN + "The answer after a restart counts everything that was found before it"
NORMAL = "features/golden_path/normal_completion.feature::"


@defect(
    "no-report-after-a-retry",
    says="Of an analysis that was retried no report is kept.",
    breaks="P04.report",
    replaces="support.reference.endings:Endings.finish",
    caught_by={KEPT: "Ana reads the figures of the answer in each of them"},
)
def no_report_after_a_retry(finish: Method, deviate: Deviate) -> Method:
    async def without_report(self: Any, hold: Any, ending: Any) -> Any:
        if ending.report is not None and hold.attempt > 1:
            deviate()
            ending = replace(ending, report=None)
        return await finish(self, hold, ending)

    return without_report


@defect(
    "no-answer-in-the-conversation-after-a-retry",
    says="The answer of a retry is shown, and does not stand in the conversation.",
    breaks="P04.kept",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={KEPT: "the full answer is in the conversation of Ana"},
)
def no_answer_in_the_conversation_after_a_retry(keep_message: Method, deviate: Deviate) -> Method:
    async def first_only(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "normal_completion" and hold.attempt > 1:
            deviate()
            return
        await keep_message(self, connection, hold, ending)

    return first_only


@defect(
    "second-failure-forgets-the-first",
    says="When a retry fails, too, only what that retry itself has read counts as found.",
    breaks="P06.partial",
    replaces="support.reference.endings:Endings.fail_for_bills",
    caught_by={AGAIN: "Ana keeps what was found at AWS and Azure"},
)
def second_failure_forgets_the_first(fail_for_bills: Method, deviate: Deviate) -> Method:
    async def of_this_attempt(self: Any, hold: Any, brief: Any, failed: Any) -> None:
        earlier = {name for name, step in brief.steps.items() if step.attempt < hold.attempt}
        if earlier:
            deviate()
            brief = replace(brief, steps={name: step for name, step in brief.steps.items() if name not in earlier})
        await fail_for_bills(self, hold, brief, failed)

    return of_this_attempt


@defect(
    "shutdown-forgets-the-parts-of-a-bill",
    says="A shutdown keeps that the bill of Google Cloud was read, and forgets what stands in it.",
    breaks="P08.kept",
    replaces="support.reference.endings:Endings.park",
    caught_by={RESTARTED: "the answer to Ana names the savings that are in Acme's bills"},
)
def shutdown_forgets_the_parts_of_a_bill(park: Method, deviate: Deviate) -> Method:
    async def careless(self: Any, hold: Any) -> None:
        await park(self, hold)
        deviate()
        await self._analyses._storage.execute(
            "UPDATE run_steps SET result = jsonb_set(result::jsonb, '{items}', '[]') "
            "WHERE run_id = $1 AND step = 'collect_gcp' AND state = 'done'",
            hold.run_id,
        )

    return careless


@defect(
    "the-conversation-explains-nothing",
    says="Why an analysis failed is told once; in the conversation stands only that something went wrong.",
    breaks="P06.told",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={EXPLAINED: "the conversation of Ana holds the question and one explanation, marked as such"},
)
def the_conversation_explains_nothing(keep_message: Method, deviate: Deviate) -> Method:
    async def vaguely(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "error_termination":
            deviate()
            ending = replace(ending, message="Something went wrong.")
        await keep_message(self, connection, hold, ending)

    return vaguely


@defect(
    "every-failure-for-maintenance",
    says="Every failure is recorded as one for maintenance.",
    breaks="P06.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={NAMED: "the analysis of Ana is recorded with one exit, error termination"},
    also_red=also(
        "golden_path/exits_that_meet",
        "a failure is recorded there, too",
        "The work fails while the customer is away",
        "The work fails while Netra shuts down",
    )
    | also(
        "conversations/lifecycle",
        "a failure is recorded there, too",
        "An analysis that failed is not tried again in a conversation that is not in use",
    ),
)
def every_failure_for_maintenance(record_exit: Method, deviate: Deviate) -> Method:
    async def always_the_same(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "error_termination":
            deviate()
            ending = replace(ending, reason="maintenance")
        await record_exit(self, connection, hold, ending)

    return always_the_same


@defect(
    "what-is-paid-leaves-a-cloud-out",
    says="What a small customer is told to pay by month leaves out what Google Cloud costs.",
    breaks="P04.answer",
    replaces="support.reference.endings:Endings.complete",
    caught_by={
        NORMAL + "The answer names the savings that are in the bills": (
            "the answer to Dora names the savings that are in Delta's bills"
        ),
        NORMAL + "A customer of every segment gets the whole answer[Dora-Delta]": (
            "the answer to <customer> names the savings that are in <company>'s bills"
        ),
    },
)
def what_is_paid_leaves_a_cloud_out(complete: Method, deviate: Deviate) -> Method:
    async def of_two(self: Any, hold: Any, brief: Any) -> None:
        if brief.segment == "early":
            deviate()
            step = brief.steps["collect_gcp"]
            brief.steps["collect_gcp"] = replace(step, result={**step.result, "monthly_cost": "0.00"})
        await complete(self, hold, brief)

    return of_two


@defect(
    "out-of-order-is-asked-again",
    says="A service that is out of order is asked a second time before it counts as failed.",
    breaks="P06.told",
    replaces="support.reference.outside:Service.call",
    caught_by={OUT_OF_ORDER: "<source> was asked once for Ana"},
)
def out_of_order_is_asked_again(call: Method, deviate: Deviate) -> Method:
    async def insist(self: Any, method: str, address: str, body: Any = None) -> Any:
        from support.reference.trouble import OutsideFailed

        try:
            return await call(self, method, address, body)
        except OutsideFailed as failed:
            if failed.refused or failed.__cause__ is not None:
                raise
            deviate()
            return await call(self, method, address, body)

    return insist


@defect(
    "out-of-order-for-a-while-is-waited-for",
    says="A service that is out of order is asked again and again, and its customer is told nothing meanwhile.",
    breaks="P06.told",
    replaces="support.reference.outside:Service.call",
    caught_by={OUT_OF_ORDER: "Ana is told within 10 seconds that <source> could not be used"},
    never=True,
)
def out_of_order_for_a_while_is_waited_for(call: Method, deviate: Deviate) -> Method:
    async def hope(self: Any, method: str, address: str, body: Any = None) -> Any:
        from support.reference.trouble import OutsideFailed

        while True:
            try:
                return await call(self, method, address, body)
            except OutsideFailed as failed:
                if failed.refused or failed.__cause__ is not None:
                    raise
                deviate()
                await asyncio.sleep(0.5)

    return hope
