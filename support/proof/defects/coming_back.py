"""Breaks what somebody who comes back is shown and told, and what a server that was taken for dead may do."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/live_updates/coming_back.feature::"
BILL = HERE + "A line that breaks while a bill is read loses nothing"
MIDDLE = HERE + "A line that breaks again in the middle of catching up loses nothing"
ELSEWHERE = HERE + "Another server goes on with a customer's updates while the work goes on"
TWICE = HERE + "Asking twice for what was missed shows it once"
DEVICE = HERE + "A new device is shown everything from the beginning"
FUTURE = HERE + "Whoever asks for what comes after a number from the future is told how far Netra really is"
TAKEOVER = "features/live_updates/takeover.feature::"
ONE_BILL = TAKEOVER + "A server that dies while it reads a bill leaves only that bill to be read again"
FROZEN = TAKEOVER + "A server that froze and wakes up late changes nothing"
MISSED = "Ana sees every missed update once and in order, within 10 seconds"
TOLD = "Ana is told within 10 seconds of coming back to be up to date"
WHOLE = "the second tab of Ana shows the whole analysis, each update once and in order"


@defect(
    "told-to-be-further-back",
    says="Whoever has caught up is told to be one update further back.",
    breaks="WS-4.back",
    replaces="support.reference.frames:resumed",
    caught_by={BILL: TOLD, ELSEWHERE: TOLD, DEVICE: TOLD, FUTURE: TOLD},
    also_red=also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    ),
)
def told_to_be_further_back(resumed: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def one_less(thread_id: str, up_to: int) -> Any:
        deviate()
        return resumed(thread_id, up_to - 1)

    return one_less


@defect(
    "future-number-believed",
    says="Whoever claims to know what has not happened yet is told to be as far as that.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={FUTURE: TOLD},
)
def future_number_believed(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def believe(self: Any, thread_id: str, after: int) -> Any:
        up_to = await resume(self, thread_id, after)
        if after > up_to:
            deviate()
        return max(after, up_to)

    return believe


@defect(
    "future-number-spares-details",
    says="Whoever claims to know what has not happened yet is shown beginnings and ends only.",
    breaks="WS-4.back",
    replaces="support.reference.app:Netra.of",
    caught_by={FUTURE: WHOLE},
)
def future_number_spares_details(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.sockets import Socket

    resume, send_update = Socket.resume, Socket.send_update

    async def noted(self: Any, thread_id: str, after: int) -> Any:
        up_to = await resume(self, thread_id, after)
        if after > up_to:
            self.spared = True
        return up_to

    async def spare(self: Any, cursor: Any, frame: Any) -> None:
        if getattr(self, "spared", False) and frame["type"] == "agent_thinking":
            deviate()
            cursor.advance(frame["sequence"])
            return
        await send_update(self, cursor, frame)

    def of_brevity(cls: Any, settings: Any) -> Any:
        Socket.resume, Socket.send_update = noted, spare  # type: ignore[method-assign]
        return of(cls, settings)

    return of_brevity


@defect(
    "begun-counts-as-shown",
    says="Whoever catches up a second time, having seen part of it, is not shown the next update.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={MIDDLE: MISSED},
)
def begun_counts_as_shown(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    reached: dict[str, tuple[int, int]] = {}

    async def go_on(self: Any, thread_id: str, after: int) -> Any:
        began, ended = reached.get(thread_id, (after, after))
        if began < after < ended:
            deviate()
            after += 1
        up_to = await resume(self, thread_id, after)
        reached[thread_id] = (after, up_to)
        return up_to

    return go_on


@defect(
    "asked-again-shown-again",
    says="Whoever asks a second time on the same connection for what was missed is shown it a second time.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={TWICE: MISSED},
)
def asked_again_shown_again(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def again(self: Any, thread_id: str, after: int) -> Any:
        asked = self.__dict__.setdefault("asked_after", {})
        if asked.get(thread_id) == after:
            for frame in await self._updates.replay(thread_id, after):
                deviate()
                await self.say(frame)
        asked[thread_id] = after
        return await resume(self, thread_id, after)

    return again


@defect(
    "new-device-misses-the-beginning",
    says="A new device is shown everything but the very first update.",
    breaks="WS-4.back",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={DEVICE: WHOLE},
)
def new_device_misses_the_beginning(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def from_the_second(self: Any, thread_id: str, after: int) -> Any:
        if after == 0:
            deviate()
        return await resume(self, thread_id, max(after, 1))

    return from_the_second


@defect(
    "takeover-begins-with-the-first-bill",
    says="When a server dies while it reads the last bill, the other one reads the first one again, too.",
    breaks="TL-7.takeover",
    replaces="support.reference.claims:Claims.take_over",
    caught_by={ONE_BILL: "AWS billing and Azure billing were asked once for Ana"},
)
def takeover_begins_with_the_first_bill(take_over: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def begin_anew(self: Any, run_id: str) -> Any:
        hold = await take_over(self, run_id)
        if hold is not None:
            gone = await self._storage.row(
                "DELETE FROM run_steps WHERE run_id = $1 AND step = 'collect_aws' AND EXISTS "
                "(SELECT FROM run_steps WHERE run_id = $1 AND step = 'collect_gcp' AND state = 'open') RETURNING step",
                run_id,
            )
            if gone is not None:
                deviate()
        return hold

    return begin_anew


@defect(
    "takeover-asks-to-be-sure",
    says="After a takeover the bill that was being read is read twice, to be sure.",
    breaks="TL-7.takeover",
    replaces="support.reference.worker:Worker.collect_bill",
    caught_by={ONE_BILL: "Google Cloud billing was asked twice for Ana"},
)
def takeover_asks_to_be_sure(collect_bill: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def twice(self: Any, cloud: str) -> Any:
        if self.hold.epoch > 1 and self.hold.attempt == 1:
            deviate()
            await self._tools.bills.fetch(cloud, self._brief.accounts[cloud])
        return await collect_bill(self, cloud)

    return twice


@defect(
    "late-riser-has-the-last-word",
    says="A server that finds its work taken over sets down the end of it once more.",
    breaks="TL-7.takeover",
    replaces="support.reference.worker:Worker._work",
    caught_by={FROZEN: "the analysis of Ana is as it was at its end"},
)
def late_riser_has_the_last_word(work: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def and_sign(self: Any) -> None:
        try:
            await work(self)
        finally:
            late = await self._tools.analyses._storage.row(
                "UPDATE runs SET ended_at = clock_timestamp() WHERE id = $1 AND epoch > $2 AND ended_at IS NOT NULL "
                "RETURNING id",
                self.hold.run_id,
                self.hold.epoch,
            )
            if late is not None:
                deviate()

    return and_sign
