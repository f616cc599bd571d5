"""Breaks what a customer sees of the work: its kinds, its pairs, its promptness and where it belongs."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/golden_path/live_updates.feature::"
APART = HERE + "Two questions at once keep their own updates"
GOLDEN = "features/golden_path/"
TWO_CLOUDS = "Two clouds that fail in two ways are both named, and the third one is read all the same"
AWAY = "features/golden_path/user_disconnect.feature::"
MISSED = "the tools of what was seen before are counted too"
WHOLE = "what is whole has the tools that were asked"
NOBODYS = "an update of no conversation of one's own is not one's own"


@defect(
    "second-agent-keeps-silent",
    says="Nobody is told when the agent that looks for savings begins to think.",
    breaks="WS-1.complete",
    replaces="support.reference.worker:Worker.begin",
    caught_by={
        HERE
        + "All five kinds of update arrive in order": "Ana sees all five kinds of update, in order, within 10 seconds"
    },
)
def second_agent_keeps_silent(begin: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def begin_in_silence(self: Any, step: str, drafts: Any) -> None:
        if step == "find_savings":
            deviate()
            drafts = []
        await begin(self, step, drafts)

    return begin_in_silence


@defect(
    "tool-under-another-name",
    says="The start of reading Google Cloud's bill is shown as one more start at Azure.",
    breaks="WS-1.paired",
    replaces="support.reference.plan:executing",
    caught_by={
        HERE + "Every tool that starts is seen to end, once for each billing that was asked": (
            "Ana saw each tool start and end, once for each billing that was asked"
        ),
        HERE
        + "All five kinds of update arrive in order": "Ana sees all five kinds of update, in order, within 10 seconds",
        APART: "each conversation of Ana shows its own analysis, whole, within 10 seconds",
    },
    also_red={
        f"{GOLDEN}error_termination.feature::{TWO_CLOUDS}": WHOLE,
        f"{GOLDEN}timeout.feature::A retry goes on from what was found": WHOLE,
        "features/isolation/live_updates.feature::Three customers at once each see exactly their own analysis": WHOLE,
        f"{AWAY}The answer waits for a customer who comes back": MISSED,
        f"{AWAY}A customer who closes the page finds the answer later": MISSED,
        f"{AWAY}A customer who is back in time sees the analysis end": MISSED,
        f"{AWAY}The way back may lead through another server": MISSED,
        f"{AWAY}A second tab goes on when the first one breaks": WHOLE,
        "features/live_updates/coming_back.feature::A line that breaks while a bill is read loses nothing": MISSED,
    }
    | also(
        "live_updates/coming_back",
        "two tabs show the same updates",
        "A further tab that asks for nothing is shown how the work goes on",
    )
    | also(
        "live_updates/coming_back",
        "several conversations have to be caught up",
        "Whoever comes back is caught up in every conversation",
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
        "A tab that reads nothing for a while gets everything afterwards, in order",
        "Another customer does not notice a tab that reads nothing",
    )
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "A line that breaks again in the middle of catching up loses nothing",
        "Another server goes on with a customer's updates while the work goes on",
        "Asking twice for what was missed shows it once",
        "A new device is shown everything from the beginning",
        "Whoever asks for what comes after a number from the future is told how far Netra really is",
    )
    | also(
        "live_updates/many_active",
        "the same update is met there, too",
        "Ten customers who ask again and again all see their updates, promptly and equally",
    )
    | also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A takeover announces nothing twice, and the answer is whole",
    ),
    at_night=True,
)
def tool_under_another_name(executing: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def mistake_the_cloud(run_id: str, attempt: int, cloud: str) -> Any:
        draft = executing(run_id, attempt, cloud)
        if cloud != "gcp":
            return draft
        deviate()
        return replace(draft, tool="billing_azure", payload={"cloud": "azure"})

    return mistake_the_cloud


@defect(
    "updates-in-one-burst",
    says="The end of a billing's work is held back until the analysis ends, or a good second has passed.",
    breaks="WS-1.prompt",
    replaces="support.reference.sockets:Socket.deliver",
    caught_by={
        HERE + "Findings are shown while the work goes on": "Ana saw the end of each billing's work within 1 second"
    },
)
def updates_in_one_burst(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def gather_first(self: Any, frame: Any) -> None:
        if frame["type"] == "tool_completed" and not hasattr(self, "has_gathered"):
            self.has_gathered = True
            deviate()
            for _ in range(14):
                waiting = [entry for entry in self._inbox._queue if isinstance(entry, dict)]
                if any(entry["type"] in ("agent_completed", "agent_error") for entry in waiting):
                    break
                await asyncio.sleep(0.1)
        await deliver(self, frame)

    return gather_first


@defect(
    "update-names-the-connection",
    says="The update that a report is being written names the connection where it should name the conversation.",
    breaks="WS-1.named",
    replaces="support.reference.sockets:Socket.say",
    caught_by={
        HERE + "Each update names the conversation, the analysis and the customer": (
            "every update to Ana names the conversation, the analysis and Ana"
        )
    },
    also_red={
        "features/isolation/live_updates.feature::Three customers at once each see exactly their own analysis": NOBODYS,
        "features/isolation/live_updates.feature::A stranger who listens hears nothing": NOBODYS,
        f"{AWAY}Nobody else receives what waits for an absent customer": NOBODYS,
    }
    | also(
        "golden_path/service_shutdown",
        "the same update comes again through another connection, and names that one",
        "The shutdown and the end after it are each recorded once",
    )
    | also(
        "continuity/maintenance",
        "one of the customers has two tabs open there",
        "New questions are refused only after everyone has been told",
    )
    | also(
        "live_updates/agreement",
        "every update is looked up through another server, too",
        "Every update is told and stored already when it arrives",
    )
    | also(
        "live_updates/coming_back",
        "two tabs show the same updates",
        "A further tab that asks for nothing is shown how the work goes on",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "conversations/order",
        "the same stands in that conversation, too",
        "Each of two answers stays with its own question",
    )
    | also(
        "isolation/live_updates",
        "the same is met there among several, too",
        "Whoever connects last takes over nobody's updates",
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
        "A tab that reads nothing for a while gets everything afterwards, in order",
        "Another customer does not notice a tab that reads nothing",
    )
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "Another server goes on with a customer's updates while the work goes on",
        "A new device is shown everything from the beginning",
    )
    | also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A server that froze and wakes up late changes nothing",
    )
    | also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "Of two analyses that are under way at once the one that is confirmed last counts",
    ),
)
def update_names_the_connection(say: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def misname(self: Any, frame: Any) -> None:
        if frame["type"] == "agent_thinking" and frame["agent_name"] == "report":
            deviate()
            frame = {**frame, "thread_id": self.id}
        await say(self, frame)

    return misname


@defect(
    "two-conversations-mixed",
    says="While two analyses of a customer are under way, the thoughts of one are shown in the other's conversation.",
    breaks="WS-1.apart",
    replaces="support.reference.sockets:Socket.say",
    caught_by={APART: "each conversation of Ana shows its own analysis, whole, within 10 seconds"},
    also_red=also(
        "live_updates/coming_back",
        "several conversations have to be caught up",
        "Whoever comes back is caught up in every conversation",
    ),
)
def two_conversations_mixed(say: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def mix(self: Any, frame: Any) -> None:
        under_way = self.__dict__.setdefault("under_way", {})
        if frame["type"] == "agent_started":
            under_way[frame["thread_id"]] = True
        others = [thread for thread in under_way if thread != frame.get("thread_id")]
        if frame["type"] == "agent_thinking" and others:
            deviate()
            frame = {**frame, "thread_id": others[0]}
        await say(self, frame)
        if frame["type"] in ("agent_completed", "agent_error"):
            under_way.pop(frame["thread_id"], None)

    return mix
