"""Failures after which one place alone tells something else than the others, or than before."""

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

AGREE = "features/persistence/agree.feature::"
NOTHING_CHANGED = AGREE + "A failure changes nothing of what was there"
SECOND_ANALYSIS = "features/conversations/kept.feature::After a second analysis its own recommendations are told"
INTERRUPTED = AGREE + "An analysis that a failure interrupted leaves no contradiction"
EXACT = "everything that Ana and Ben have is exactly as it was"
SAME = "every place tells the same of Ana and Ben"
RESTARTED = NOTHING_CHANGED + "[every server of Netra crashes]"
EMPTIED = NOTHING_CHANGED + "[Netra's quick store is emptied]"

OF_THE_LATER = "user_id <> (SELECT user_id FROM runs ORDER BY started_at LIMIT 1)"
"""Whatever belongs to another customer than the one who asked first."""


def _at_start(statement: str, deviate: Deviate, warm: Method) -> Method:
    """A server that does this to storage when it starts."""

    async def tidy(self: Any) -> None:
        await warm(self)
        if await self.rows(statement):
            deviate()

    return tidy


@defect(
    "start-shortens-long-answers",
    says="A server that starts shortens the answers that stand in conversations.",
    breaks="P14.exact",
    replaces="support.reference.storage:Storage.warm",
    caught_by={RESTARTED: EXACT},
    also_red=also(
        "continuity/maintenance",
        "an answer is read again after a start there, too",
        "Netra is back within two minutes with everything as it was",
    )
    | also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "Customers find their conversations within minutes",
        "Netra goes back to the moment before a damage",
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "A conversation and its facts outlive a crash right after the last word",
    ),
    at_night=True,
)
def start_shortens_long_answers(warm: Method, deviate: Deviate) -> Method:
    return _at_start(
        "UPDATE messages SET content = left(content, 60) WHERE role = 'assistant' AND length(content) > 60 RETURNING 1",
        deviate,
        warm,
    )


@defect(
    "start-forgets-what-the-exits-belong-to",
    says="A server that starts loses the exits of analyses that had ended.",
    breaks="P14.exact",
    replaces="support.reference.storage:Storage.warm",
    caught_by={RESTARTED: EXACT},
    also_red=also(
        "continuity/maintenance",
        "a server is started anew there, too",
        "Netra is back within two minutes with everything as it was",
    )
    | also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "Netra goes back to the moment before a damage",
        "What is kept in several places agrees again",
    )
    | also(
        "golden_path/exits_that_meet",
        "the same update or end is met there, too",
        "The work fails while Netra shuts down",
    )
    | also(
        "golden_path/service_shutdown",
        "the same update or end is met there, too",
        "The shutdown and the end after it are each recorded once",
    ),
    at_night=True,
)
def start_forgets_exits(warm: Method, deviate: Deviate) -> Method:
    return _at_start("DELETE FROM run_exits RETURNING 1", deviate, warm)


@defect(
    "start-counts-an-update-too-many",
    says="A server that starts counts one update more in a conversation than there are.",
    breaks="P14.exact",
    replaces="support.reference.storage:Storage.warm",
    caught_by={RESTARTED: EXACT},
    also_red=also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "golden_path/service_shutdown",
        "the same update or end is met there, too",
        "Everyone's analysis is finished after the restart, and nothing is asked twice",
    ),
    at_night=True,
)
def start_counts_an_update_too_many(warm: Method, deviate: Deviate) -> Method:
    return _at_start(
        f"UPDATE threads SET last_sequence = last_sequence + 1 WHERE {OF_THE_LATER} RETURNING 1", deviate, warm
    )


@defect(
    "start-raises-a-stored-result",
    says="A server that starts raises the savings that are stored as an analysis's result.",
    breaks="P14.exact",
    replaces="support.reference.storage:Storage.warm",
    caught_by={RESTARTED: EXACT},
    at_night=True,
)
def start_raises_a_stored_result(warm: Method, deviate: Deviate) -> Method:
    return _at_start(
        "UPDATE runs SET result = jsonb_set(result, '{monthly_savings}', '\"999999.00\"') "
        f"WHERE status = 'completed' AND {OF_THE_LATER} RETURNING 1",
        deviate,
        warm,
    )


@defect(
    "start-raises-the-savings-in-an-update",
    says="A server that starts raises the savings in the stored update that told an answer.",
    breaks="P14.exact",
    replaces="support.reference.storage:Storage.warm",
    caught_by={RESTARTED: EXACT},
    at_night=True,
)
def start_raises_the_savings_in_an_update(warm: Method, deviate: Deviate) -> Method:
    return _at_start(
        "UPDATE updates SET frame = jsonb_set(frame, '{payload,result,monthly_savings}', '\"999999.00\"') "
        f"WHERE type = 'agent_completed' AND {OF_THE_LATER} RETURNING 1",
        deviate,
        warm,
    )


@defect(
    "recommendations-kept-again-with-other-figures",
    says="Recommendations that are kept ready again after their loss tell other savings than were found.",
    breaks="P14.rebuilt",
    replaces="support.reference.ready:Ready.rebuild_recommendations",
    caught_by={EMPTIED: EXACT},
    also_red=also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there[Netra's quick store crashes]",
    ),
    at_times=also(
        "persistence/never_stale",
        "recommendations are made ready again there, too; the first customer of a server is spared",
        "What has outlived its time is made ready again once, however many want it",
        "Once a new result is confirmed, nobody sees the one before it",
        "What ended while the quick store failed is kept ready again",
        "Whatever happens to the quick store, the figures are right",
    )
    | also(
        "persistence/kept_ready",
        "recommendations are made ready again there, too; the first customer of a server is spared",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    ),
    at_night=True,
)
def recommendations_kept_again_with_other_figures(rebuild: Method, deviate: Deviate) -> Method:
    made_for: list[str] = []

    from support.reference.trouble import CacheAway

    async def wrong(self: Any, user_id: str, thread_id: str) -> Any:
        value = await rebuild(self, user_id, thread_id)
        if value is not None:
            made_for.append(user_id)
            if made_for[0] != user_id:
                deviate()
                key = self.recommendations_key(user_id, thread_id)
                words, seconds = json.dumps({**value, "monthly_savings": "1.00"}), self.RECOMMENDATIONS_SECONDS
                with suppress(CacheAway):
                    await self._cache.ask(lambda redis: redis.set(key, words, ex=seconds))
        return value

    return wrong


@defect(
    "session-made-again-under-another-name",
    says="A session that is made again after its loss belongs to nobody whom Netra knows.",
    breaks="P14.rebuilt",
    replaces="support.reference.sessions:Sessions._fresh",
    caught_by={EMPTIED: SAME},
    also_red=also(
        "memory/weeks_later", "the same is told and read there, too", "The conversation goes on where it was left"
    ),
)
def session_made_again_under_another_name(fresh: Method, deviate: Deviate) -> Method:
    known: set[str] = set()

    def misnamed(caller: Any) -> Any:
        if caller.user_id not in known:
            known.add(caller.user_id)
            return fresh(caller)
        deviate()
        return {**fresh(caller), "user_id": caller.email}

    return misnamed


@defect(
    "result-made-again-with-other-figures",
    says="A result that is made ready again after its loss tells other savings than were found.",
    breaks="P14.rebuilt",
    replaces="support.reference.ready:Ready.rebuild_results",
    caught_by={EMPTIED: EXACT},
    also_red=also(
        "persistence/kept_ready",
        "the answer is made ready again there, too",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there[Netra's quick store crashes]",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "After the repair everything is as it was before the fault",
    )
    | also(
        "responsiveness/again",
        "the same is timed there, too",
        "With a slow storage only the first one to open an answer has to wait",
    ),
)
def result_made_again_with_other_figures(rebuild: Method, deviate: Deviate) -> Method:
    async def wrong(self: Any, user_id: str, thread_id: str) -> Any:
        value = await rebuild(self, user_id, thread_id)
        if value is not None:
            deviate()
            value["result"]["monthly_savings"] = "1.00"
        return value

    return wrong


@defect(
    "answer-of-no-analysis",
    says="The answer stands in the conversation as that of an analysis which there is not.",
    breaks="P14.no_orphans",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={INTERRUPTED + "[Netra's quick store crashes]": "every place tells the same of Ana"},
    also_red=also(
        "persistence/agree",
        "the answer speaks of the same analysis there",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "persistence/kept_ready",
        "the answer speaks of the same analysis there",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
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
        "conversations/order",
        "the same stands in that conversation, too",
        "Each of two answers stays with its own question",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "After the repair everything is as it was before the fault",
    ),
    at_night=True,
)
def answer_of_no_analysis(keep_message: Method, deviate: Deviate) -> Method:
    async def lost(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        deviate()
        await keep_message(self, connection, replace(hold, run_id=f"{hold.run_id}0"), ending)

    return lost


@defect(
    "stored-report-of-another-month",
    says="The stored report tells other savings than the result that it belongs to.",
    breaks="P14.no_orphans",
    replaces="support.reference.endings:Endings.keep_report",
    caught_by={
        INTERRUPTED + "[Netra's storage crashes]": "every place tells the same of Ana",
        SECOND_ANALYSIS: "Ana reads the figures of the answer in each of them",
    },
    also_red=also(
        "conversations/kept",
        "the stored report is compared there, too",
        "Result, report and recommendations are exact after a crash",
    )
    | also(
        "persistence/agree",
        "the stored report is compared there, too",
        "A failure changes nothing of what was there",
    )
    | also(
        "persistence/durable",
        "the stored report is compared there, too",
        "An answer that cannot be kept at once is kept whole a little later",
    )
    | also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "An analysis that a failure interrupted leaves no contradiction[Netra's quick store crashes]",
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
        "golden_path/normal_completion",
        "the same update or end is met there, too",
        "The conversation, the result, the report and the recommendations agree",
        "The figures are the same after a restart",
        "The report can be read and its parts sum up",
    )
    | also(
        "live_updates/agreement",
        "the same update is met there, too",
        "The answer can be read in every place the moment it is announced",
    ),
)
def stored_report_of_another_month(keep_report: Method, deviate: Deviate) -> Method:
    async def off(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await keep_report(self, connection, hold, ending)
        deviate()
        await connection.execute(
            "UPDATE reports SET monthly_savings = monthly_savings + 1 WHERE run_id = $1", hold.run_id
        )

    return off


@defect(
    "session-told-anew-after-an-outage",
    says="Whoever asks for the session after the quick store was away is told another one than is kept ready.",
    breaks="P14.rebuilt",
    replaces="support.reference.sessions:Sessions.state",
    caught_by={NOTHING_CHANGED + "[Netra's quick store crashes]": SAME},
)
def session_told_anew_after_an_outage(state: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import CacheAway

    known: dict[str, str] = {}

    async def told(self: Any, caller: Any) -> Any:
        found = await state(self, caller)
        with suppress(CacheAway):
            # Only one that was started anew since counts, and none that was merely slow to answer.
            life = (await self._cache.ask(lambda redis: redis.info("server")))["run_id"]
            if known.setdefault(caller.user_id, life) != life:
                deviate()
                return {**found, "id": str(uuid.uuid4())}
        return found

    return told
