"""Breaks the agreement of updates with what is told and stored, and the patience with those who read slowly."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/live_updates/agreement.feature::"
STORED = HERE + "Every update is told and stored already when it arrives"
FAILED = HERE + "A failure can be looked up the moment it is announced"
EXPIRED = HERE + "That time has run out can be looked up the moment it is announced"
READABLE = HERE + "The answer can be read in every place the moment it is announced"
STATES = HERE + "A conversation is active, then working, then completed"
GROWS = HERE + "Progress only grows"
AT_WORK = HERE + "The agent at work is shown with its tool"
CLEARED = HERE + "After the end nobody is shown at work"
SLOW = HERE + "A tab that reads nothing for a while gets everything afterwards, in order"
UNNOTICED = HERE + "Another customer does not notice a tab that reads nothing"
ARRIVED = "whatever was on its way to the first tab of Ana has arrived, in order"
AGREES = "each update was told and stored already when it reached Ana"
WHOLE = "tab of Ana shows the whole analysis, each update once and in order"


async def _held_up(sending: Awaitable[None]) -> bool:
    """Sends; whether that had to wait, as it never has for a tab that reads."""
    turns: list[int] = []
    asyncio.get_running_loop().call_soon(turns.append, 1)
    await sending
    return bool(turns)


@defect(
    "told-before-it-is-stored",
    says="The end of the first billing's work is told half a second before it is stored.",
    breaks="WS-3.not_behind",
    replaces="support.reference.app:Netra.of",
    caught_by={STORED: AGREES, FAILED: AGREES, EXPIRED: AGREES},
)
def told_before_it_is_stored(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_loose_tongue(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        store = netra.updates.store

        async def tell_and_store(*change: Any) -> Any:
            frames = await store(*change)
            for frame in frames:
                # Told long before: whoever asks at once on a busy machine must still come too early.
                if frame["type"] == "tool_completed" and frame["tool_name"] == "billing_aws":
                    deviate()
                    await netra.fanout.send(frame)
                    await asyncio.sleep(0.5)
            return frames

        netra.updates.store = tell_and_store
        return netra

    return of_loose_tongue


@defect(
    "other-servers-are-behind",
    says="A server that does not work for a customer tells for two seconds what it has told before.",
    breaks="WS-3.not_behind",
    replaces="support.reference.app:Netra.of",
    caught_by={STORED: AGREES, FAILED: AGREES, EXPIRED: AGREES},
    also_red=also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    ),
)
def other_servers_are_behind(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_long_memory(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        owned_by, told = netra.runs.owned_by, dict[str, tuple[float, Any]]()

        async def remember(caller: Any, run_id: str, action: str, origin: str) -> Any:
            row = await owned_by(caller, run_id, action, origin)
            if any(worker.hold.run_id == run_id for worker in netra.crew._at_work):
                return row
            at, known = told.setdefault(run_id, (time.monotonic(), row))
            if time.monotonic() - at > 2:
                told[run_id] = time.monotonic(), row
                return row
            if known != row:
                deviate()
            return known

        netra.runs.owned_by = remember
        return netra

    return of_long_memory


@defect(
    "asked-again-answered-from-memory",
    says="Whoever has asked for an analysis under way is told the same for seconds, whatever happens meanwhile.",
    breaks="WS-3.readable",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={
        STORED: AGREES,
        FAILED: AGREES,
        READABLE: "the answer was there for Ana in every place the moment it was announced",
        STATES: "Ana found the conversation active, then working, then completed",
        GROWS: "the progress that Ana found only grew, up to the whole",
    },
    also_red=also(
        "live_updates/agreement",
        "each update is looked up there, too",
        "That time has run out can be looked up the moment it is announced",
    ),
)
def asked_again_answered_from_memory(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    told: dict[str, tuple[float, Any]] = {}

    async def remember(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        row = await owned_by(self, caller, run_id, action, origin)
        if action != "read_run":
            return row
        at, known = told.get(run_id, (0.0, row))
        if time.monotonic() - at < 3.5:
            deviate()
            return known
        if row["status"] == "running":
            told[run_id] = (time.monotonic(), row)
        return row

    return remember


@defect(
    "progress-shown-at-the-end-only",
    says="As long as an analysis is under way none of its steps is shown as done.",
    breaks="WS-3.not_behind",
    replaces="support.reference.runs:Runs.owned_by",
    caught_by={
        GROWS: "the progress that Ana found only grew, up to the whole",
        STORED: AGREES,
        FAILED: AGREES,
    },
    also_red=also(
        "live_updates/agreement",
        "each update is looked up there, too",
        "That time has run out can be looked up the moment it is announced",
    ),
    at_night=True,
)
def progress_shown_at_the_end_only(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def hide(self: Any, caller: Any, run_id: str, action: str, origin: str) -> Any:
        row = await owned_by(self, caller, run_id, action, origin)
        if action == "read_run" and row["status"] == "running" and row["done"]:
            deviate()
            return {**row, "done": None}
        return row

    return hide


@defect(
    "tool-shown-when-it-has-ended",
    says="The last billing is shown as the tool in use while the AI model already thinks.",
    breaks="WS-3.not_behind",
    replaces="support.reference.runs:at_work",
    caught_by={f"{AT_WORK}[the AI model-optimisation-no tool]": "Ana finds the <agent> agent at work with <tool>"},
)
def tool_shown_when_it_has_ended(at_work: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def hold_on(row: Any) -> Any:
        agent, tool = at_work(row)
        if agent == "optimisation":
            deviate()
            return agent, "billing_gcp"
        return agent, tool

    return hold_on


@defect(
    "shown-at-work-after-the-end",
    says="Whoever worked last on an analysis is shown at work after its end.",
    breaks="WS-3.cleared",
    replaces="support.reference.runs:at_work",
    caught_by={CLEARED: "no agent and no tool is shown at work for Ana"},
)
def shown_at_work_after_the_end(at_work: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def hold_on(row: Any) -> Any:
        if row["status"] in ("completed", "failed") and row["latest"]:
            deviate()
            return json.loads(row["latest"])["agent"], None
        return at_work(row)

    return hold_on


@defect(
    "slow-tab-starves-the-other",
    says="While one tab does not take what comes, the beginning of a report is not shown on any other.",
    breaks="WS-3.slow_reader",
    replaces="support.reference.sockets:Socket.send_update",
    caught_by={
        SLOW: f"the second {WHOLE}",
        UNNOTICED: "the first tab of Ben shows the whole analysis, each update once and in order",
    },
)
def slow_tab_starves_the_other(send_update: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    sending: set[Any] = set()

    async def starve(self: Any, cursor: Any, frame: Any) -> None:
        # Nothing comes between the beginning and the end of what a tab takes that reads.
        if frame["agent_name"] == "report" and sending - {self}:
            deviate()
            cursor.advance(frame["sequence"])
            return
        sending.add(self)
        try:
            await send_update(self, cursor, frame)
        finally:
            sending.discard(self)

    return starve


@defect(
    "slow-tab-spared-the-details",
    says="A tab that did not take what came is afterwards not shown who thought meanwhile.",
    breaks="WS-3.slow_reader",
    replaces="support.reference.sockets:Socket.send_update",
    caught_by={SLOW: f"the first {WHOLE}"},
)
def slow_tab_spared_the_details(send_update: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def spare(self: Any, cursor: Any, frame: Any) -> None:
        if frame["type"] == "agent_thinking" and getattr(self, "was_stuck", False):
            deviate()
            cursor.advance(frame["sequence"])
            return
        if await _held_up(send_update(self, cursor, frame)):
            self.was_stuck = True

    return spare


@defect(
    "answer-to-a-slow-tab-lost",
    says="The next answer after one that a tab did not take for a while is lost.",
    breaks="WS-3.slow_reader",
    replaces="support.reference.sockets:Socket.say",
    caught_by={SLOW: ARRIVED, UNNOTICED: ARRIVED},
)
def answer_to_a_slow_tab_lost(say: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def lose_one(self: Any, frame: Any) -> None:
        if frame["type"] != "error_message":
            await say(self, frame)
        elif getattr(self, "loses_next", False):
            deviate()
            self.loses_next = False
        else:
            self.loses_next = await _held_up(say(self, frame))

    return lose_one


@defect(
    "time-told-before-it-has-run-out",
    says="That time has run out is told half a second before it is stored.",
    breaks="WS-3.not_behind",
    replaces="support.reference.endings:Endings.expire",
    caught_by={EXPIRED: AGREES},
)
def time_told_before_it_has_run_out(expire: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def tell_and_store(self: Any, hold: Any, brief: Any) -> None:
        store = self._updates.store

        async def told_first(*change: Any) -> Any:
            frames = await store(*change)
            for frame in frames:
                deviate()
                await self._fanout.send(frame)
                await asyncio.sleep(0.5)
            return frames

        self._updates.store = told_first
        try:
            await expire(self, hold, brief)
        finally:
            self._updates.store = store

    return tell_and_store
