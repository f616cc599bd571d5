"""What is said and tried again when an analysis fails, and whom else that concerns."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.reference.analyses import Step
from support.reference.plan import SUPERVISOR, Draft

FAILS = "features/golden_path/error_termination.feature::"
PARTIAL = FAILS + "A cloud that refuses is named, and what the others showed is kept"
NAMED = FAILS + "Whatever fails outside Netra is named"
TWO = FAILS + "Two clouds that fail in two ways are both named, and the third one is read all the same"
LATE = f"{NAMED}[the AI model-refuses to write the report]"
CLOUDS = tuple(
    f"{NAMED}[{row}]"
    for row in (
        "AWS billing-refuses to answer",
        "Azure billing-breaks off half-way",
        "Google Cloud billing-breaks off half-way",
    )
)
MODEL = (f"{NAMED}[the AI model-refuses to answer]", f"{NAMED}[the AI model-breaks off half-way]", LATE)
NEVER_COMPLETE = FAILS + "A failed analysis is never announced as complete"
RETRIED = FAILS + "A retry finishes the work and asks nothing twice"
CONTAINED = FAILS + "Another customer's analysis does not notice"
MEET_AWAY = "features/golden_path/exits_that_meet.feature::The work fails while the customer is away"
TOLD_GOOGLE = "Ana is told within 10 seconds that Google Cloud billing could not be used"
TOLD_SOURCE = "Ana is told within 10 seconds that <source> could not be used"
INSIDE = "nothing that Ana was told speaks of Netra's inside"
OFFERED = "Ana is offered to try again from Google Cloud billing"


@defect(
    "cloud-that-refused-not-named",
    says="When a cloud turns Netra away, the customer is not told which cloud it was.",
    breaks="P06.told",
    replaces="support.reference.words:billing_trouble",
    caught_by={PARTIAL: TOLD_GOOGLE, f"{NAMED}[AWS billing-refuses to answer]": TOLD_SOURCE},
    also_red={
        TWO: "one of the two turned Netra away",
    },
)
def cloud_that_refused_not_named(billing_trouble: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def vague(refused: Any, silent: Any, partial: Any) -> str:
        if refused:
            deviate()
        words = str(billing_trouble(refused, silent, partial))
        return "Netra was not let in to read some of your costs." if refused else words

    return vague


@defect(
    "silence-blamed-on-the-first-cloud",
    says="When a bill breaks off half-way, the customer is told that it was the bill of AWS.",
    breaks="P06.told",
    replaces="support.reference.words:billing_trouble",
    caught_by={
        f"{NAMED}[Azure billing-breaks off half-way]": TOLD_SOURCE,
        f"{NAMED}[Google Cloud billing-breaks off half-way]": TOLD_SOURCE,
    },
    also_red={
        TWO: "one of the two broke off",
    }
    | also(
        "golden_path/error_termination",
        "another failure, told in the same place",
        "What is out of order is asked once, and named[Google Cloud billing]",
    ),
)
def silence_blamed_on_the_first_cloud(billing_trouble: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def blamed(refused: Any, silent: Any, partial: Any) -> str:
        if silent:
            deviate()
        return str(billing_trouble(refused, silent and ["aws"], partial))

    return blamed


@defect(
    "model-trouble-told-as-billing",
    says="When the AI model fails, the customer is told that the clouds did.",
    breaks="P06.told",
    replaces="support.reference.words:model_trouble",
    caught_by={
        f"{NAMED}[the AI model-refuses to answer]": TOLD_SOURCE,
        f"{NAMED}[the AI model-breaks off half-way]": TOLD_SOURCE,
    },
    also_red={LATE: "the same explanation, of the report", MEET_AWAY: "the same explanation, heard later"}
    | also(
        "golden_path/error_termination",
        "another failure, told in the same place",
        "What is out of order is asked once, and named[the AI model]",
    ),
)
def model_trouble_told_as_billing(model_trouble: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def blamed(partial: Any) -> str:
        deviate()
        return str(model_trouble(partial)).replace("the AI model", "AWS, Azure or Google Cloud")

    return blamed


@defect(
    "no-way-on-offered",
    says="A customer whose cloud turned Netra away is told to renew the access, and not that Netra can try again.",
    breaks="P06.told",
    replaces="support.reference.words:choices",
    caught_by={FAILS + "The customer is offered a way on": OFFERED},
    also_red={
        **dict.fromkeys(CLOUDS, "a way on is offered there, too"),
    },
)
def no_way_on_offered(choices: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def renewal_only(code: Any, failed: Any, partial: Any) -> Any:
        offered = choices(code, failed, partial)
        if failed:
            deviate()
        return [choice for choice in offered if not failed or "try again." in choice]

    return renewal_only


@defect(
    "way-on-leads-to-the-beginning",
    says="The way on that is offered after a failure leads back to the first cloud.",
    breaks="P06.retry",
    replaces="support.reference.endings:Endings._fail",
    caught_by={FAILS + "The customer is offered a way on": OFFERED},
    also_red={
        **dict.fromkeys((*CLOUDS[1:], *MODEL), "a way on is offered there, too"),
    },
)
def way_on_leads_to_the_beginning(fail: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def from_the_start(self: Any, *told: Any) -> None:
        deviate()
        await fail(self, *told[:-1], "collect_aws")

    return from_the_start


@defect(
    "failure-later-told-as-complete",
    says="When a customer goes on elsewhere, a failed analysis is closed, and announced as complete.",
    breaks="P06.no_completion",
    replaces="support.reference.exchange:Exchange.ask",
    caught_by={NEVER_COMPLETE: "Ana has never been told that an analysis is complete"},
)
def failure_later_told_as_complete(ask: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def closed_first(self: Any, socket: Any, payload: Any, words: Any) -> None:
        analyses = self._analyses
        async with analyses._storage.transaction() as connection:
            failed = await connection.fetch(
                "SELECT * FROM runs WHERE user_id = $1 AND status = 'failed'", socket.caller.user_id
            )
            for run in failed:
                deviate()
                draft = Draft("agent_completed", SUPERVISOR, {"answer": "This analysis is closed."})
                names = (run["id"], run["thread_id"], run["user_id"], run["attempt"])
                await self._fanout.publish(await analyses._updates.store(connection, *names, [draft]))
        await ask(self, socket, payload, words)

    return closed_first


@defect(
    "cause-shown-with-its-address",
    says="Who opens a failed analysis reads the program's own words, with the address of a service behind it.",
    breaks="P06.private",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={FAILS + "Nothing of Netra's inside shows in a failure": INSIDE},
)
def cause_shown_with_its_address(set_status: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def outspoken(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.status == "failed":
            deviate()
            ending = replace(ending, error={**ending.error, "cause": "401 for url 'http://billing.internal:8080/gcp'"})
        await set_status(self, connection, hold, ending)

    return outspoken


@defect(
    "retried-cloud-left-out",
    says="The answer after a retry leaves out the savings at the cloud for which it was retried.",
    breaks="P06.retry",
    replaces="support.reference.endings:Endings.complete",
    caught_by={RETRIED: "the answer to Ana names the savings that are in Acme's bills"},
)
def retried_cloud_left_out(complete: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def without_it(self: Any, hold: Any, brief: Any) -> None:
        retried = {
            name.removeprefix("collect_")
            for name, step in brief.steps.items()
            if hold.attempt > 1 and step.attempt == hold.attempt and name.startswith("collect_")
        }
        if retried:
            deviate()
        _leave_out(brief, hold, retried)
        await complete(self, hold, brief)

    return without_it


@defect(
    "failure-spreads-to-others",
    says="When a cloud turns Netra away for one customer, the analyses of others on the same server fail with it.",
    breaks="P06.contained",
    replaces="support.reference.worker:Worker.carry_out",
    caught_by={CONTAINED: "Ben sees the analysis completed within 10 seconds"},
)
def failure_spreads_to_others(carry_out: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def fail(worker: Any, trouble: Exception) -> None:
        raise trouble

    return _spreading(carry_out, deviate, fail)


@defect(
    "failure-thins-out-others",
    says="When a cloud turns Netra away for one customer, its savings are left out for the others on the same server.",
    breaks="P06.contained",
    replaces="support.reference.worker:Worker.carry_out",
    caught_by={CONTAINED: "the answer to Ben names the savings that are in Birch's bills"},
)
def failure_thins_out_others(carry_out: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _spreading(
        carry_out, deviate, lambda worker, trouble: _leave_out(worker._brief, worker.hold, trouble.clouds)
    )


def _spreading(carry_out: Callable[..., Any], deviate: Deviate, harm: Callable[[Any, Any], None]) -> Callable[..., Any]:
    """A failure harms whoever else is at work in the same moment; one that may yet fail is waited for."""
    at_work: dict[Any, Exception | None] = {}

    async def infectious(self: Any) -> None:
        at_work[self] = None
        try:
            await carry_out(self)
            while any("find_savings" not in one._brief.steps for one in at_work if one is not self):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            if at_work[self] is not None:
                deviate()
                harm(self, at_work[self])
        except Exception as trouble:
            others = [one for one in at_work if one.hold.user_id != self.hold.user_id]
            at_work.update(dict.fromkeys(others, trouble))
            raise
        finally:
            del at_work[self]

    return infectious


def _leave_out(brief: Any, hold: Any, clouds: Any) -> None:
    advice = brief.steps["find_savings"].result
    kept = [entry for entry in advice["recommendations"] if entry["cloud"] not in clouds]
    brief.steps["find_savings"] = Step("done", hold.attempt, {**advice, "recommendations": kept})
