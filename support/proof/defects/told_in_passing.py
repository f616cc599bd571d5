"""What is told beside the answer: pairs of tools, costs, exits, notices on every tab, and what cannot be retried."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

GOLDEN = "features/golden_path/"
TWO = (
    GOLDEN + "error_termination.feature::"
    "Two clouds that fail in two ways are both named, and the third one is read all the same"
)
RETRIED = GOLDEN + "timeout.feature::A retry goes on from what was found"
PAIRED = GOLDEN + "live_updates.feature::Every tool that starts is seen to end, once for each billing that was asked"
WAITS = GOLDEN + "user_disconnect.feature::The answer waits for a customer who comes back"
TOLD = GOLDEN + "service_shutdown.feature::Everyone is told first, and everyone's progress is kept"
ENDED = GOLDEN + "normal_completion.feature::An analysis that ended well is recorded so, once"
ELSEWHERE = (
    "features/live_updates/coming_back.feature::Another server goes on with a customer's updates while the work goes on"
)
PAIRS = "Ana saw each tool start and end, once for each billing that was asked"


@defect(
    "tool-left-open-at-the-limit",
    says="A bill that is being read when the time runs out is never seen to be let go of.",
    breaks="WS-1.paired",
    replaces="support.reference.endings:Endings.interrupted",
    caught_by={RETRIED: PAIRS},
    at_night=True,
)
def tool_left_open_at_the_limit(interrupted: Method, deviate: Deviate) -> Method:
    async def never(self: Any, connection: Any, hold: Any) -> Any:
        if await interrupted(self, connection, hold):
            deviate()
        return []

    return never


@defect(
    "failed-tool-under-another-name",
    says="The end of a bill that could not be read is shown under another name than its start.",
    breaks="WS-1.paired",
    replaces="support.reference.plan:not_executed",
    caught_by={TWO: PAIRS},
)
def failed_tool_under_another_name(not_executed: Method, deviate: Deviate) -> Method:
    def renamed(run_id: str, attempt: int, cloud: str, reason: str) -> Any:
        deviate()
        return replace(not_executed(run_id, attempt, cloud, reason), tool=cloud)

    return renamed


@defect(
    "cost-shown-otherwise-than-billed",
    says="While the work goes on each bill is shown one dollar higher than it is.",
    breaks="WS-1.paired",
    replaces="support.reference.worker:written",
    caught_by={PAIRED: PAIRS, TWO: PAIRS, RETRIED: PAIRS},
)
def cost_shown_otherwise_than_billed(written: Method, deviate: Deviate) -> Method:
    def higher(cost: Any) -> str:
        deviate()
        return str(written(cost + 1))

    return higher


@defect(
    "missed-end-told-as-seen",
    says="The update of an answer that was missed says that its customer was there.",
    breaks="P05.exit",
    replaces="support.reference.endings:Endings.finish",
    caught_by={WAITS: "the analysis of Ana is recorded with one exit, user disconnect"},
)
def missed_end_told_as_seen(finish: Method, deviate: Deviate) -> Method:
    async def as_seen(self: Any, hold: Any, ending: Any) -> Any:
        if ending.exit == "user_disconnect":
            deviate()
            told = replace(ending.update, payload={**ending.update.payload, "exit": "normal_completion"})
            ending = replace(ending, update=told)
        return await finish(self, hold, ending)

    return as_seen


@defect(
    "back-elsewhere-recorded-as-away",
    says="Whoever is back through another server than the one that does the work is recorded as away.",
    breaks="P05.exit",
    replaces="support.reference.endings:Endings.exit_of_completion",
    caught_by={ELSEWHERE: "the analysis of Ana is recorded with one exit, normal completion"},
)
def back_elsewhere_recorded_as_away(exit_of_completion: Method, deviate: Deviate) -> Method:
    async def by_own_connections(self: Any, hold: Any) -> str:
        found = str(await exit_of_completion(self, hold))
        if self._fanout._followed[hold.user_id] > 0 or found == "user_disconnect":
            return found
        deviate()
        return "user_disconnect"

    return by_own_connections


@defect(
    "one-tab-of-each-is-told",
    says="Of a customer's tabs only one is told of the maintenance.",
    breaks="P08.notice",
    replaces="support.reference.drain:Drain.notify",
    caught_by={TOLD: "Ana, Ben and Chen are told, before the connection ends, to return within 2 minutes"},
    at_night=True,
)
def one_tab_of_each_is_told(notify: Method, deviate: Deviate) -> Method:
    async def one_each(self: Any) -> None:
        told = set()
        for socket in self._connections.all():
            if socket.caller.user_id in told:
                deviate()
                socket.notify = _nothing
            told.add(socket.caller.user_id)
        await notify(self)

    return one_each


async def _nothing(notice: Any) -> None:
    """Says nothing."""


@defect(
    "finished-analysis-is-retried",
    says="An analysis that has its answer can be tried again, and is worked on once more.",
    breaks="P06.retry",
    replaces="support.reference.analyses:Analyses.claim_retry",
    caught_by={ENDED: "Ana is told that there is nothing to try again"},
)
def finished_analysis_is_retried(claim_retry: Method, deviate: Deviate) -> Method:
    async def anew(self: Any, connection: Any, run_id: str) -> Any:
        reopened = await connection.fetchval(
            "UPDATE runs SET status = 'failed', result = NULL WHERE id = $1 AND status = 'completed' RETURNING true",
            run_id,
        )
        if reopened:
            deviate()
        return await claim_retry(self, connection, run_id)

    return anew
