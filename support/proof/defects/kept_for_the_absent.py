"""Breaks what is kept for a customer who is away: the answer in every place, and what waits."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._second_thoughts import words_that_no_reading_shows
from support.reference.analyses import Step

AWAY = "features/golden_path/user_disconnect.feature::"
WAITS = AWAY + "The answer waits for a customer who comes back"
PRIVATE = AWAY + "Nobody else receives what waits for an absent customer"
READY = AWAY + "What waits is kept ready for an hour"
FULL_ANSWER = "the full answer is in the conversation of Ana"


@defect(
    "answer-cut-for-the-absent",
    says="The answer to a customer who is away is cut off in the conversation.",
    breaks="P05.waits",
    replaces="support.reference.endings:Endings.keep_message",
    caught_by={WAITS: FULL_ANSWER},
)
def answer_cut_for_the_absent(keep_message: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def cut(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "user_disconnect":
            deviate()
            ending = replace(ending, message=ending.message[:60])
        await keep_message(self, connection, hold, ending)

    return cut


@defect(
    "answer-for-the-absent-stored-otherwise",
    says="The answer to a customer who is away is stored with words that no reading shows.",
    breaks="P05.waits",
    replaces="support.reference.app:Netra.of",
    caught_by={WAITS: FULL_ANSWER},
)
def answer_for_the_absent_stored_otherwise(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return words_that_no_reading_shows(of, deviate, lambda ending: ending.exit == "user_disconnect")


@defect(
    "answer-for-the-absent-kept-ready-cut",
    says="The answer to a customer who is away stands whole in the conversation, and is kept ready without its end.",
    breaks="P05.waits",
    replaces="support.reference.app:Netra.of",
    caught_by={WAITS: FULL_ANSWER},
    at_night=True,
)
def answer_for_the_absent_kept_ready_cut(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_haste(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        keep_message, keep = netra.endings.keep_message, netra.ready.keep
        absent: set[str] = set()

        async def noted(connection: Any, hold: Any, ending: Any) -> None:
            if ending.exit == "user_disconnect":
                absent.add(hold.run_id)
            await keep_message(connection, hold, ending)

        async def cut(user_id: str, thread_id: str, run_id: str, answer: str, result: Any) -> None:
            if run_id in absent:
                deviate()
                answer = answer[:60]
            await keep(user_id, thread_id, run_id, answer, result)

        netra.endings.keep_message, netra.ready.keep = noted, cut
        return netra

    return of_haste


@defect(
    "apology-for-the-absent",
    says="A customer who is away gets an apology in place of the answer, in every place alike.",
    breaks="P05.waits",
    replaces="support.reference.endings:Endings.complete",
    caught_by={WAITS: FULL_ANSWER},
)
def apology_for_the_absent(complete: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def sorry(self: Any, hold: Any, brief: Any) -> None:
        if await self.exit_of_completion(hold) == "user_disconnect":
            deviate()
            advice = brief.steps["find_savings"].result
            apology = "We are sorry: you left before the analysis had ended. Please ask again."
            brief.steps["find_savings"] = Step("done", hold.attempt, {**advice, "answer": apology})
        await complete(self, hold, brief)

    return sorry


@defect(
    "what-waits-given-to-anybody",
    says="What nobody is there to receive is handed, readdressed, to whoever else is connected.",
    breaks="P05.private",
    replaces="support.reference.fanout:Fanout.leave_waiting",
    caught_by={PRIVATE: "Ben has received only what is Ben's"},
    also_red=also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def what_waits_given_to_anybody(leave_waiting: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def handed_on(self: Any, frame: Any) -> None:
        await leave_waiting(self, frame)
        for socket in self.on_frame.__self__.all():
            deviate()
            await socket.say({**frame, "user_id": socket.caller.user_id})

    return handed_on


@defect(
    "what-waits-kept-for-a-minute",
    says="What waits is kept ready for sixty seconds where sixty minutes are promised.",
    breaks="P05.lifetime",
    replaces="support.reference.fanout:Fanout.leave_waiting",
    caught_by={READY: "what waits for Ana is kept ready for 1 hour"},
    also_red=also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def what_waits_kept_for_a_minute(leave_waiting: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def briefly(self: Any, frame: Any) -> None:
        deviate()
        self.PENDING_SECONDS = 60
        await leave_waiting(self, frame)

    return briefly


@defect(
    "what-waits-is-told-otherwise",
    says="The end that waits for a customer who is away has another answer than the one that is stored.",
    breaks="P05.lifetime",
    replaces="support.reference.fanout:Fanout.leave_waiting",
    caught_by={READY: "what waits for Ana is kept ready for 1 hour"},
    also_red=also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def what_waits_is_told_otherwise(leave_waiting: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def shortened(self: Any, frame: Any) -> None:
        if frame["type"] == "agent_completed":
            deviate()
            frame = {**frame, "payload": {**frame["payload"], "answer": "Your answer is there."}}
        await leave_waiting(self, frame)

    return shortened
