"""Breaks how an analysis ends well: its answer, its figures wherever they are kept, its recorded exit."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/golden_path/normal_completion.feature::"
NAMES = HERE + "The answer names the savings that are in the bills"
SEGMENTS = HERE + "A customer of every segment gets the whole answer"
AGREE = HERE + "The conversation, the result, the report and the recommendations agree"
SECOND = HERE + "A second analysis leaves the first one as it was"
RESTART = HERE + "The figures are the same after a restart"
REPORT = HERE + "The report can be read and its parts sum up"
READY = HERE + "Recommendations are kept ready for a day"
EXIT = HERE + "An analysis that ended well is recorded so, once"

NAMED = "the answer to Dora names the savings that are in Delta's bills"
NAMED_FOR_EACH = "the answer to <customer> names the savings that are in <company>'s bills"
FIGURES = "Ana reads the figures of the answer in each of them"
KEPT = "features/conversations/kept.feature::"
OF_SECOND = "the recommendations to Ana are those of the second analysis"
SUMS_UP = "the report names every recommendation to Ana, and the parts sum up to the total"
KEPT_READY = "the recommendations to Ana are kept ready for 24 hours"
BOTH_ANSWERS = "the conversation of Ana holds both questions with their answers, in order"

RETRIED = "features/golden_path/error_termination.feature::A retry finishes the work and asks nothing twice"
MANY = "features/isolation/many_at_once.feature::"
MANY += "Twenty customers of all segments at once receive their own and nothing else"
CONTAINED = "features/golden_path/error_termination.feature::Another customer's analysis does not notice"


@defect(
    "small-customers-fail",
    says="The analysis of a customer who has just begun ends as an error although everything was found.",
    breaks="P04.answer",
    replaces="support.reference.endings:Endings.complete",
    caught_by={NAMES: "Dora sees the analysis completed within 10 seconds"},
    also_red={
        f"{SEGMENTS}[Dora-Delta]": "the same customer, whose analysis has to be finished first",
        MANY: "some of the twenty are such customers",
    }
    | also(
        "isolation/access_attempts",
        "the same is presented there, too",
        "A pass that is not valid opens nothing, whatever its customer pays[Dora-a pass of Dora signed by a stranger]",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "With many people connected every one of them is answered and sees all updates",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "memory/changing_priorities",
        "the same is told and read there, too",
        "The newest of three priorities is the one that the AI model hears",
        "A priority told elsewhere counts in the older conversation too",
        "Of two priorities told at the same time exactly one holds, everywhere",
        "A detail is corrected in its own conversation alone",
    )
    | also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "However many open what is theirs at once, each sees their own figures",
    )
    | also(
        "persistence/prompt",
        "the same is kept or made ready there, too",
        "Twenty at once do not wait noticeably longer",
    ),
)
def small_customers_fail(complete: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def refuse_the_small(self: Any, hold: Any, brief: Any) -> None:
        if brief.segment == "early":
            deviate()
            await self.fail_for_model(hold, brief)
        else:
            await complete(self, hold, brief)

    return refuse_the_small


@defect(
    "total-without-the-last",
    says="The total of an analysis leaves out the recommendation that came last.",
    breaks="P03.sums",
    replaces="support.reference.endings:result_of",
    caught_by={
        NAMES: NAMED,
        SEGMENTS: NAMED_FOR_EACH,
        REPORT: SUMS_UP,
        KEPT + "Result, report and recommendations are exact after a crash": "Ana finds the sums right in each of them",
        KEPT + "After a second analysis its own recommendations are told": OF_SECOND,
        KEPT + "The recommendations are those of the second analysis although nothing is kept ready": OF_SECOND,
    },
    also_red={
        RETRIED: "the answer of a retry is summed up in the same place",
        CONTAINED: "the other customer's answer is judged with the same care",
    }
    | also(
        "golden_path/service_shutdown",
        "the answer is judged with the same care",
        "The answer after a restart counts everything that was found before it",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction[Netra's quick store crashes]",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "While storage is away customers read on, and learn when to ask again",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "With many people connected every one of them is answered and sees all updates",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "live_updates/agreement",
        "the same update is met there, too",
        "The answer can be read in every place the moment it is announced",
    )
    | also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A takeover announces nothing twice, and the answer is whole",
    )
    | also(
        "persistence/agree",
        "the same is kept or made ready there, too",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "Session, answer and recommendations can be read while storage is away",
        "Reading the answer again hardly ever troubles storage",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/prompt",
        "the same is kept or made ready there, too",
        "Session and answer come without noticeable delay",
        "Twenty at once do not wait noticeably longer",
    )
    | also(
        "responsiveness/again",
        "the same is timed there, too",
        "With a slow storage only the first one to open an answer has to wait",
    ),
)
def total_without_the_last(result_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def forget_the_last(bills: Any, recommendations: Any) -> Any:
        deviate()
        short = result_of(bills, recommendations[:-1])
        return {**short, "recommendations": result_of(bills, recommendations)["recommendations"]}

    return forget_the_last


@defect(
    "last-months-amount",
    says="The words of the answer to a small customer name the amount of another month than the figures.",
    breaks="P04.answer",
    replaces="support.reference.endings:Endings.complete",
    caught_by={NAMES: NAMED, f"{SEGMENTS}[Dora-Delta]": NAMED_FOR_EACH},
    also_red=also(
        "memory/changing_priorities",
        "the same is told and read there, too",
        "A priority told elsewhere counts in the older conversation too",
    ),
)
def last_months_amount(complete: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def speak_of_last_month(self: Any, hold: Any, brief: Any) -> None:
        if brief.segment == "early":
            deviate()
            step = brief.steps["find_savings"]
            advice = {**step.result, "answer": "You can save $1.23 a month, as we found a month ago."}
            brief.steps["find_savings"] = replace(step, result=advice)
        await complete(self, hold, brief)

    return speak_of_last_month


@defect(
    "report-without-a-part",
    says="The report is written before the last recommendation is known, and leaves it out.",
    breaks="P04.report",
    replaces="support.reference.outside:Model.write_report",
    caught_by={REPORT: SUMS_UP},
)
def report_without_a_part(write_report: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def write_too_early(
        self: Any, user_id: str, told: Any, question: str, costs: Any, recommendations: Any
    ) -> Any:
        deviate()
        return await write_report(self, user_id, told, question, costs, recommendations[:-1])

    return write_too_early


@defect(
    "recommendations-without-the-last",
    says="What is kept ready of the recommendations lacks the last one.",
    breaks="P03.recommendations",
    replaces="support.reference.ready:recommendations_of",
    caught_by={
        AGREE: FIGURES,
        RESTART: FIGURES,
        READY: KEPT_READY,
        KEPT + "Result, report and recommendations are exact after a crash": FIGURES,
        KEPT + "After a second analysis its own recommendations are told": FIGURES,
        KEPT + "The recommendations are those of the second analysis although nothing is kept ready": OF_SECOND,
    },
    also_red=also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction[Netra's quick store crashes]",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it[recommendations]",
        "What ended while the quick store failed is kept ready again",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "continuity/disaster", "the same is kept or restored there, too", "What is kept in several places agrees again"
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "During maintenance customers read on, and only new work waits",
    )
    | also(
        "persistence/agree",
        "the same is kept or made ready there, too",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "An answer that cannot be kept at once is kept whole a little later[the end]",
    )
    | also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "The answer is kept ready for half an hour, its recommendations for a day",
        "Session, answer and recommendations can be read while storage is away",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "Of two analyses that are under way at once the one that is confirmed last counts",
        "Whatever happens to the quick store, the figures are right",
        "A quick store that takes nothing more costs nobody a right figure",
        "However many open what is theirs at once, each sees their own figures",
    ),
)
def recommendations_without_the_last(recommendations_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def forget_the_last(run_id: str, result: Any) -> Any:
        deviate()
        return recommendations_of(run_id, {**result, "recommendations": result["recommendations"][:-1]})

    return forget_the_last


@defect(
    "year-lost-at-restart",
    says="A report that was written before Netra was started no longer tells the savings of a year.",
    breaks="P03.figures_kept",
    replaces="support.reference.runs:Runs.report",
    caught_by={RESTART: FIGURES},
    also_red=also(
        "continuity/disaster", "the same is kept or restored there, too", "What is kept in several places agrees again"
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "Result, report and recommendations are exact after a crash",
    ),
)
def year_lost_at_restart(report: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    started = time.time()

    async def read_what_is_old(self: Any, run_id: str) -> Any:
        told = await report(self, run_id)
        row = await self._storage.row("SELECT created_at FROM reports WHERE run_id = $1", run_id)
        if row["created_at"].timestamp() >= started:
            return told
        deviate()
        return {**told, "annual_savings": "0.00"}

    return read_what_is_old


@defect(
    "answer-kept-short",
    says="The conversation keeps only the beginning of an answer.",
    breaks="P04.kept",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={
        AGREE: "the conversation of Ana holds the question and the answer, in that order",
        SECOND: BOTH_ANSWERS,
        "features/memory/weeks_later.feature::The conversation goes on where it was left": (
            "the conversation of Chen holds both questions with their answers, in order"
        ),
    },
    also_red=also(
        "memory/long_conversations",
        "an answer stands in the long conversation, too",
        "Two hundred long messages can all be read and leave Netra no larger",
    )
    | also(
        "continuity/maintenance",
        "both answers are read after the maintenance",
        "Netra is back within two minutes with everything as it was",
    )
    | also(
        "conversations/lifecycle",
        "the same answer and the same phase are looked for there",
        "Work that is under way goes on to its end whatever becomes of the conversation",
    )
    | also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there[Netra's quick store crashes]",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "A conversation and its facts outlive a crash right after the last word",
    )
    | also(
        "conversations/search",
        "the same stands in that conversation, too",
        "What the assistant said is found too, after the conversation was completed",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "After the repair everything is as it was before the fault",
    )
    | also(
        "live_updates/agreement",
        "the same update is met there, too",
        "The answer can be read in every place the moment it is announced",
    )
    | also(
        "live_updates/trouble_on_the_line",
        "the same update is met there, too",
        "The longest permitted message is taken",
    )
    | also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    ),
)
def answer_kept_short(keep_message: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def keep_the_beginning(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "normal_completion":
            deviate()
            ending = replace(ending, message=ending.message[:60])
        await keep_message(self, connection, hold, ending)

    return keep_the_beginning


@defect(
    "second-result-replaces-first",
    says="The result of a second analysis is written over the first one of the same conversation.",
    breaks="P04.kept",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={SECOND: "the first result of Ana is as it was"},
)
def second_result_replaces_first(set_status: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def write_over_all(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await set_status(self, connection, hold, ending)
        if ending.status == "completed" and hold.question_position > 1:
            deviate()
            await connection.execute(
                "UPDATE runs SET result = jsonb_set(result, '{recommendations}', '[]') "
                "WHERE thread_id = $1 AND id <> $2 AND status = 'completed'",
                hold.thread_id,
                hold.run_id,
            )

    return write_over_all


@defect(
    "list-names-the-company",
    says="The list names a customer's company as the owner of a conversation with two answers.",
    breaks="P04.kept",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={
        SECOND: BOTH_ANSWERS,
        "features/memory/weeks_later.feature::The conversation goes on where it was left": (
            "the conversation of Chen holds both questions with their answers, in order"
        ),
    },
    also_red=also(
        "continuity/maintenance",
        "a conversation with two answers is looked up in the list there, too",
        "Netra is back within two minutes with everything as it was",
    ),
)
def list_names_the_company(list_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def name_the_company(self: Any, caller: Any, limit: int, offset: int) -> Any:
        listed = await list_of(self, caller, limit, offset)
        for entry in listed:
            if entry["message_count"] == 4:
                deviate()
                entry["metadata"]["user_id"] = caller.company
        return listed

    return name_the_company


@defect(
    "recommendations-for-an-hour",
    says="Recommendations are kept ready for an hour instead of a day.",
    breaks="P04.ready",
    replaces="support.reference.ready:Ready._put_newest",
    caught_by={
        READY: KEPT_READY,
        "features/persistence/kept_ready.feature::"
        "The answer is kept ready for half an hour, its recommendations for a day": KEPT_READY,
    },
    also_red=also(
        "persistence/kept_ready",
        "the recommendations are looked up in storage there",
        "Session, answer and recommendations can be read while storage is away",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "While storage is away customers read on, and learn when to ask again",
    ),
)
def recommendations_for_an_hour(put: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def keep_for_an_hour(self: Any, key: str, value: Any, seconds: int, *rest: Any) -> None:
        if key.startswith("optimization_results:"):
            deviate()
            seconds = 3600
        await put(self, key, value, seconds, *rest)

    return keep_for_an_hour


@defect(
    "recorded-as-another-exit",
    says="An analysis that ended well and long before its limit is recorded as one whose customer was away.",
    breaks="P04.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={EXIT: "the analysis of Ana is recorded with one exit, normal completion"},
    also_red={
        "features/golden_path/user_disconnect.feature::A customer who is back in time sees the analysis end": (
            "it ends as well and as long before its limit"
        )
    }
    | also("golden_path/user_disconnect", "its end is recorded, too", "A second tab goes on when the first one breaks")
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "Another server goes on with a customer's updates while the work goes on",
    ),
)
def recorded_as_another_exit(record_exit: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_absence(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        first = hold.attempt == hold.epoch == 1 and hold.limit.remaining() > 60
        if ending.exit == "normal_completion" and first:
            deviate()
            ending = replace(ending, exit="user_disconnect", reason="nobody_connected")
        await record_exit(self, connection, hold, ending)

    return record_absence
