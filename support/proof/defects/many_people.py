"""Breaks what many people find who work or are connected at the same time: failures, delays, cut connections."""

import asyncio
import itertools
from collections.abc import Callable
from decimal import Decimal
from time import monotonic
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.reference.trouble import Unavailable

Method = Callable[..., Any]

HERE = "features/growth/many_people.feature::"
WORK = HERE + "When a few become many, all of them get their work done"
CONNECTED = HERE + "With many people connected every one of them is answered and sees all updates"
RARELY = "less than 5 percent of what they ask for fails, and nineteen of twenty answers come within 2 seconds"

TWENTY = also(
    "responsiveness/together",
    "twenty who come so fast are many, too",
    "Listing, opening, changing and writing each stay within their limit",
    "Nobody is served much worse than the others, and nothing gets lost",
)


class _Rush:
    """Tells whether many people come to a server in a short time: more than anywhere else at work in turn."""

    SECONDS, PEOPLE = 0.5, 7

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def came(self, user: str) -> bool:
        """Notes a request; whether many have come right before it."""
        now = self._last[user] = monotonic()
        return sum(now - moment < self.SECONDS for moment in self._last.values()) >= self.PEOPLE

    def place(self, user: str) -> int:
        """When this person came for the first time, counted from 1."""
        return list(self._last).index(user) + 1


def _in_a_rush(owned_by: Method, act: Callable[[_Rush, str], Any]) -> Method:
    rush = _Rush()

    async def hurried(self: Any, caller: Any, *details: Any) -> Any:
        if rush.came(caller.user_id):
            await act(rush, caller.user_id)
        return await owned_by(self, caller, *details)

    return hurried


@defect(
    "every-third-is-refused-in-a-rush",
    says="When many come within a moment, every third is told that Netra cannot do it now.",
    breaks="SC-1.working",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={WORK: RARELY},
    also_red=also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
    at_times=TWENTY
    | also(
        "growth/memory",
        "a wave of customers writes as fast",
        "Waves of customers take as much each, and coming back takes no more each time",
    )
    | also(
        "conversations/order",
        "whoever comes right after many meets it, too",
        "A message to a conversation that does not exist is refused",
    ),
    at_night=True,
)
def every_third_is_refused_in_a_rush(owned_by: Method, deviate: Deviate) -> Method:
    numbers = itertools.count(1)

    async def refuse(rush: _Rush, user: str) -> None:
        if next(numbers) % 3 == 0:
            deviate()
            raise Unavailable

    return _in_a_rush(owned_by, refuse)


@defect(
    "every-fifth-waits-long-in-a-rush",
    says="When many come within a moment, every fifth waits for more than two seconds.",
    breaks="SC-1.working",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={WORK: RARELY},
    at_times=TWENTY,
    at_night=True,
)
def every_fifth_waits_long_in_a_rush(owned_by: Method, deviate: Deviate) -> Method:
    numbers = itertools.count(1)

    async def wait(rush: _Rush, user: str) -> None:
        if next(numbers) % 5 == 0:
            deviate()
            await asyncio.sleep(2.2)

    return _in_a_rush(owned_by, wait)


@defect(
    "many-wait-longer-than-few",
    says="When many come within a moment, each waits a little, which nobody would notice alone.",
    breaks="SC-1.slow_down",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={WORK: "all of them together do not wait 3 times as long as the few"},
    at_times=TWENTY,
    at_night=True,
)
def many_wait_longer_than_few(owned_by: Method, deviate: Deviate) -> Method:
    async def wait(rush: _Rush, user: str) -> None:
        deviate()
        await asyncio.sleep(0.2)

    return _in_a_rush(owned_by, wait)


@defect(
    "many-write-slowly",
    says="When many come within a moment, each message takes most of a second, and nothing else takes any longer.",
    breaks="SC-1.slow_down",
    replaces="support.reference.messages:Messages.say",
    caught_by={WORK: "all of them together do not wait 3 times as long as the few"},
    at_times=TWENTY,
)
def many_write_slowly(say: Method, deviate: Deviate) -> Method:
    rush = _Rush()

    async def slow(self: Any, connection: Any, thread: str, *message: Any) -> Any:
        if rush.came(thread):
            deviate()
            await asyncio.sleep(0.7)
        return await say(self, connection, thread, *message)

    return slow


@defect(
    "one-of-many-gets-little-done",
    says="When many come within a moment, one of them has to wait for three seconds each time.",
    breaks="SC-1.working",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={WORK: "each of them keeps more than 50 percent of the own pace"},
    at_times=TWENTY,
)
def one_of_many_gets_little_done(owned_by: Method, deviate: Deviate) -> Method:
    async def wait(rush: _Rush, user: str) -> None:
        if rush.place(user) == 18:
            deviate()
            await asyncio.sleep(3.0)

    return _in_a_rush(owned_by, wait)


def _for_one_of_many(say: Method, act: Callable[[Any, Any], Any]) -> Method:
    """`act` takes the place of what is said of their analyses to the eleventh who asks a server within seconds."""
    seconds, place = 10.0, 11
    asked: dict[str, float] = {}

    async def said(self: Any, frame: Any) -> None:
        user = self.caller.user_id
        if frame["type"] == "agent_started":
            asked.pop(user, None)
            asked[user] = monotonic()
        latest = [one for one, moment in asked.items() if monotonic() - moment < seconds]
        if len(latest) >= place and latest[place - 1] == user:
            await act(self, frame)
        else:
            await say(self, frame)

    return said


@defect(
    "one-of-many-is-cut-off",
    says="Of many who ask within seconds, one loses the connection as soon as the answer has come.",
    breaks="SC-1.connected",
    replaces="support.reference.sockets:Socket.say",
    caught_by={CONNECTED: "nobody of them has lost the connection"},
)
def one_of_many_is_cut_off(say: Method, deviate: Deviate) -> Method:
    async def cut_off(self: Any, frame: Any) -> None:
        await say(self, frame)
        if frame["type"] == "agent_completed":
            deviate()
            await self.close(1001, "too many")

    return _for_one_of_many(say, cut_off)


@defect(
    "one-of-many-misses-an-update",
    says="Of many who ask within seconds, one is not shown the end of the work on one bill.",
    breaks="SC-1.connected",
    replaces="support.reference.sockets:Socket.say",
    caught_by={CONNECTED: "each of them sees every update of each own analysis, once and in order"},
)
def one_of_many_misses_an_update(say: Method, deviate: Deviate) -> Method:
    async def leave_out(self: Any, frame: Any) -> None:
        if frame["type"] == "tool_completed" and "gcp" in str(frame):
            deviate()
        else:
            await say(self, frame)

    return _for_one_of_many(say, leave_out)


@defect(
    "one-of-many-is-told-too-much",
    says="Of many who ask within seconds, one is told twice the savings.",
    breaks="SC-1.connected",
    replaces="support.reference.sockets:Socket.say",
    caught_by={CONNECTED: "each of them is told the savings that are in the own bills"},
)
def one_of_many_is_told_too_much(say: Method, deviate: Deviate) -> Method:
    async def exaggerate(self: Any, frame: Any) -> None:
        if frame["type"] == "agent_completed":
            deviate()
            result = frame["payload"]["result"]
            told = {**result, "monthly_savings": str(2 * Decimal(result["monthly_savings"]))}
            frame = {**frame, "payload": {**frame["payload"], "result": told}}
        await say(self, frame)

    return _for_one_of_many(say, exaggerate)
