"""Breaks what is kept of a failed analysis: what was found, the cause, the way on, and the explanation."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._second_thoughts import words_that_no_reading_shows
from support.reference.words import MODEL

FAILS = "features/golden_path/error_termination.feature::"
PARTIAL = FAILS + "A cloud that refuses is named, and what the others showed is kept"
NAMED = FAILS + "Whatever fails outside Netra is named"
LATE = f"{NAMED}[the AI model-refuses to write the report]"
CLOUDS = tuple(
    f"{NAMED}[{row}]"
    for row in (
        "AWS billing-refuses to answer",
        "Azure billing-breaks off half-way",
        "Google Cloud billing-breaks off half-way",
    )
)
MODELS = (f"{NAMED}[the AI model-refuses to answer]", f"{NAMED}[the AI model-breaks off half-way]", LATE)
EXPLAINED = FAILS + "The explanation stands in the conversation and is not dressed as an answer"
OUT_OF_TIME = "features/golden_path/timeout.feature::An analysis that ran out of time is recorded so, once"
AT_THE_LIMIT = "features/golden_path/timeout.feature::The customer is told at the limit, and what was found is kept"
MEET_AWAY = "features/golden_path/exits_that_meet.feature::The work fails while the customer is away"
TOLD_SOURCE = "Ana is told within 10 seconds that <source> could not be used"
KEPT = "Ana keeps what was found at AWS and Azure"
OFFERED = "Ana is offered to try again from Google Cloud billing"


@defect(
    "partial-forgets-a-cloud",
    says="Of what was found before a failure, the last cloud that answered is forgotten.",
    breaks="P06.partial",
    replaces="support.reference.endings:partial_of",
    caught_by={PARTIAL: KEPT},
    also_red={
        **dict.fromkeys(CLOUDS, "two clouds have answered there, too"),
    }
    | also(
        "golden_path/error_termination",
        "what was found is judged there, too",
        "A retry that fails too loses nothing of what was found",
    ),
)
def partial_forgets_a_cloud(partial_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def forgetful(bills: Any, recommendations: Any = None) -> Any:
        if len(bills) == 2:
            deviate()
            bills = dict(list(bills.items())[:1])
        return partial_of(bills, recommendations)

    return forgetful


@defect(
    "partial-stored-with-wrong-sum",
    says="What was found before a failure is told with the right sum, and kept with a wrong one.",
    breaks="P06.partial",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={PARTIAL: KEPT},
    also_red={
        **dict.fromkeys((*CLOUDS, *MODELS), "what was found is kept there, too"),
    }
    | also(
        "golden_path/error_termination",
        "what was found is judged there, too",
        "A retry that fails too loses nothing of what was found",
    ),
)
def partial_stored_with_wrong_sum(set_status: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def miscounted(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.status == "failed" and len(ending.partial["costs"]) > 1:
            deviate()
            last = list(ending.partial["costs"].values())[-1]
            ending = replace(ending, partial={**ending.partial, "monthly_cost": last})
        await set_status(self, connection, hold, ending)

    return miscounted


@defect(
    "cause-stored-in-other-words",
    says="That the AI model could not be used is told plainly, and stored as trouble of some kind.",
    breaks="P06.told",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={
        f"{NAMED}[the AI model-refuses to answer]": TOLD_SOURCE,
        f"{NAMED}[the AI model-breaks off half-way]": TOLD_SOURCE,
    },
    also_red={LATE: "the same cause, of the report", MEET_AWAY: "the same cause, stored while nobody was there"}
    | also(
        "golden_path/error_termination",
        "another failure, told in the same place",
        "What is out of order is asked once, and named[the AI model]",
    ),
)
def cause_stored_in_other_words(set_status: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def vaguely(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.error is not None and ending.error["code"] == MODEL:
            deviate()
            ending = replace(ending, error={**ending.error, "message": "There was some trouble."})
        await set_status(self, connection, hold, ending)

    return vaguely


@defect(
    "way-on-stored-otherwise",
    says="The customer is offered to try again from the cloud that failed, and other choices are stored.",
    breaks="P06.told",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={FAILS + "The customer is offered a way on": OFFERED},
    also_red={
        **dict.fromkeys((*CLOUDS, *MODELS, AT_THE_LIMIT), "a way on is offered there, too"),
    },
)
def way_on_stored_otherwise(set_status: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def fewer(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.choices:
            deviate()
            ending = replace(ending, choices=ending.choices[1:])
        await set_status(self, connection, hold, ending)

    return fewer


@defect(
    "failure-recorded-without-reason",
    says="A failure of a billing service is recorded without its reason.",
    breaks="P06.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={
        f"{NAMED}[{row}]": "the analysis of Ana is recorded with one exit, error termination"
        for row in (
            "AWS billing-refuses to answer",
            "Azure billing-breaks off half-way",
            "Google Cloud billing-breaks off half-way",
        )
    },
    also_red=also(
        "conversations/lifecycle",
        "the same stands in that conversation, too",
        "An analysis that failed is not tried again in a conversation that is not in use",
    ),
)
def failure_recorded_without_reason(record_exit: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def unexplained(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.reason == "billing_unavailable":
            deviate()
            ending = replace(ending, reason=None)
        await record_exit(self, connection, hold, ending)

    return unexplained


@defect(
    "explanation-kept-as-answer",
    says="The explanation of a failure, or of the end of the time, stands in the conversation like an answer.",
    breaks="P06.told",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by=dict.fromkeys(
        (EXPLAINED, OUT_OF_TIME), "the conversation of Ana holds the question and one explanation, marked as such"
    ),
)
def explanation_kept_as_answer(keep_message: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def unmarked(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.status in ("failed", "expired"):
            deviate()
            ending = replace(ending, message_kind="answer")
        await keep_message(self, connection, hold, ending)

    return unmarked


@defect(
    "explanation-stored-otherwise",
    says="The explanation of a failure is stored with words that no reading shows.",
    breaks="P06.told",
    replaces="support.reference.app:Netra.of",
    caught_by={EXPLAINED: "the conversation of Ana holds the question and one explanation, marked as such"},
)
def explanation_stored_otherwise(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return words_that_no_reading_shows(of, deviate, lambda ending: ending.status == "failed")
