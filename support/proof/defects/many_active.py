"""Breaks what many see who ask at the same moment: patchy, slow, late, or worse for one than for the others."""

import asyncio
import collections
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

TEN = (
    "features/live_updates/many_active.feature::"
    "Ten customers who ask again and again all see their updates, promptly and equally"
)


@defect(
    "third-analysis-shows-a-tool-less",
    says="Of the third analysis of a conversation, the end of the work on one bill is not shown.",
    breaks="WS-5.all_delivered",
    replaces="support.reference.sockets:Socket.say",
    caught_by={TEN: "each of them sees every update of each own analysis, once and in order"},
)
def third_analysis_shows_a_tool_less(say: Method, deviate: Deviate) -> Method:
    async def leave_out(self: Any, frame: Any) -> None:
        begun = self.__dict__.setdefault("begun", collections.Counter())
        begun[frame.get("thread_id")] += frame["type"] == "agent_started"
        if frame["type"] == "tool_completed" and "gcp" in str(frame) and begun[frame.get("thread_id")] == 3:
            deviate()
            return
        await say(self, frame)

    return leave_out


@defect(
    "third-answer-ends-the-connection",
    says="After the third analysis of a conversation the connection on which it was shown is closed.",
    breaks="WS-5.connected",
    replaces="support.reference.sockets:Socket.say",
    caught_by={TEN: "nobody of them has lost the connection"},
)
def third_answer_ends_the_connection(say: Method, deviate: Deviate) -> Method:
    async def close(self: Any, frame: Any) -> None:
        done = self.__dict__.setdefault("done", collections.Counter())
        await say(self, frame)
        done[frame.get("thread_id")] += frame["type"] == "agent_completed"
        if frame["type"] == "agent_completed" and done[frame["thread_id"]] == 3:
            deviate()
            await self.close(1001, "that was enough")

    return close


@defect(
    "third-round-takes-long",
    says="The third question on a connection is taken up late, and its answer comes late, too.",
    breaks="WS-5.prompt",
    replaces="support.reference.app:Netra.of",
    caught_by={TEN: "each time all of them have the answer within 5 seconds"},
    also_red=also(
        "golden_path/exits_that_meet",
        "the same update or end is met there, too",
        "The answer comes in the instant of the limit",
    ),
)
def third_round_takes_long(of: Method, deviate: Deviate) -> Method:
    def of_slow_thirds(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        ask, find_savings = netra.exchange.ask, netra.model.find_savings
        asked: collections.Counter[str] = collections.Counter()

        async def taken_up_late(socket: Any, *question: Any) -> None:
            asked[socket.caller.user_id] += 1
            if asked[socket.caller.user_id] == 3:
                deviate()
                await asyncio.sleep(2.8)
            await ask(socket, *question)

        async def found_late(user_id: str, *details: Any) -> Any:
            if asked[user_id] == 3:
                await asyncio.sleep(2.8)
            return await find_savings(user_id, *details)

        netra.exchange.ask, netra.model.find_savings = taken_up_late, found_late
        return netra

    return of_slow_thirds


@defect(
    "later-findings-are-held-back",
    says="From the second analysis on a connection on, what was found first is held back for two seconds.",
    breaks="WS-5.prompt",
    replaces="support.reference.sockets:Socket.deliver",
    caught_by={TEN: "what Netra finds is shown to them within 1 second on average"},
)
def later_findings_are_held_back(deliver: Method, deviate: Deviate) -> Method:
    async def hold_back(self: Any, frame: Any) -> None:
        found = self.__dict__.setdefault("found", [])
        if frame["type"] == "tool_completed" and frame["run_id"] not in found:
            found.append(frame["run_id"])
            if len(found) > 1:
                deviate()
                await asyncio.sleep(2.2)
        await deliver(self, frame)

    return hold_back


@defect(
    "second-customer-is-served-last",
    says="Whoever is the second customer to ask a server has to wait with every further question.",
    breaks="WS-5.fair",
    replaces="support.reference.exchange:Exchange.ask",
    caught_by={TEN: "nobody of them waits 3 times as long as somebody else"},
    also_red=also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "After an outage maintenance can be announced as before",
    )
    | also(
        "golden_path/exits_that_meet",
        "the same update or end is met there, too",
        "The answer comes in the instant of the limit",
    )
    | also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "Of two analyses that are under way at once the one that is confirmed last counts",
    ),
    at_times=also(
        "live_updates/coming_back",
        "whoever was the second to ask a server of the scenario before waits there, too",
        "Whoever comes back is caught up in every conversation",
    )
    | also(
        "live_updates/takeover",
        "whoever was the second to ask a server of the scenario before waits there, too",
        "A server that froze and wakes up late changes nothing",
    ),
)
def second_customer_is_served_last(ask: Method, deviate: Deviate) -> Method:
    asked: collections.Counter[str] = collections.Counter()

    async def unfair(self: Any, socket: Any, *question: Any) -> None:
        user = socket.caller.user_id
        asked[user] += 1
        if asked[user] > 1 and list(asked)[1] == user:
            deviate()
            await asyncio.sleep(4.2)
        await ask(self, socket, *question)

    return unfair
