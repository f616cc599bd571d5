"""Shutdown and crash: customers who are not told, work that is cut off, lost, repeated or not gone on with."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

SHUTDOWN = "features/golden_path/service_shutdown.feature::"
TAKEOVER = "features/live_updates/takeover.feature::"
MEETING = "features/golden_path/exits_that_meet.feature::"
TOLD = SHUTDOWN + "Everyone is told first, and everyone's progress is kept"
RESTARTED = SHUTDOWN + "Everyone's analysis is finished after the restart, and nothing is asked twice"
RECORDED = SHUTDOWN + "The shutdown and the end after it are each recorded once"
PLAIN = SHUTDOWN + "New questions are refused in plain words while Netra goes down"
MOVED = SHUTDOWN + "Another server carries on when only one is shut down"
CRASHED = SHUTDOWN + "Another server takes over when one dies"
RESTARTED_WHOLE = SHUTDOWN + "The answer after a restart counts everything that was found before it"
NOTICED = "Ana, Ben and Chen are told, before the connection ends, to return within 2 minutes"
COMPLETED = "Ana sees the analysis completed within 10 seconds"
ASKED_ONCE = "every billing was asked once for Ana"
TWO_EXITS = "the analysis of Ana is recorded with two exits, service shutdown and normal completion"


@defect(
    "retry-is-taken-while-going-down",
    says="While Netra goes down new questions are refused, and whoever retries an analysis is let in.",
    breaks="P08.notice",
    replaces="support.reference.drain:Drain.expect_work",
    caught_by={
        PLAIN:
            "Ben is told that Netra is in maintenance and to return within 2 minutes",
    },
)  # fmt: skip
def retry_is_taken_while_going_down(expect_work: Method, deviate: Deviate) -> Method:
    def unless_it_is_a_retry(self: Any) -> None:
        if self.begun and sys._getframe(1).f_code.co_name == "retry":
            deviate()
        else:
            expect_work(self)

    return unless_it_is_a_retry


@defect(
    "drain-forgets-one-customer",
    says="Of several customers who are connected, one is not told of the maintenance.",
    breaks="P08.notice",
    replaces="support.reference.drain:Drain.notify",
    caught_by={TOLD: NOTICED},
    at_times={PLAIN: "whoever is not told may be the one who asks"},
)
def drain_forgets_one_customer(notify: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any) -> None:
        sockets = self._connections.all()
        if len(sockets) > 1:
            deviate()
            sockets[-1].notify = _nothing
        await notify(self)

    return forgetful


@defect(
    "no-time-to-return",
    says="Neither the notice of the maintenance nor a refusal during it says when to return.",
    breaks="P08.notice",
    replaces="support.reference.drain:Drain.stop_claiming",
    caught_by={
        TOLD: NOTICED,
        PLAIN:
            "Ana is told that Netra is in maintenance and to return within 2 minutes",
    },
    at_night=True,
)  # fmt: skip
def no_time_to_return(stop_claiming: Method, deviate: Deviate) -> Method:
    def silent_about_it(self: Any) -> None:
        # A class of the platform, to be had only inside its process.
        from support.reference.trouble import Maintenance

        deviate()
        self.RETURN_SECONDS = None
        Maintenance.return_in = None  # type: ignore[assignment]
        stop_claiming(self)

    return silent_about_it


@defect(
    "shutdown-until-tomorrow",
    says="Both the notice of a shutdown of seconds and a refusal during it say to come back in a day.",
    breaks="P08.notice",
    replaces="support.reference.drain:Drain.stop_claiming",
    caught_by={
        TOLD: NOTICED,
        PLAIN:
            "Ana is told that Netra is in maintenance and to return within 2 minutes",
    },
)  # fmt: skip
def shutdown_until_tomorrow(stop_claiming: Method, deviate: Deviate) -> Method:
    def discouraging(self: Any) -> None:
        from support.reference.trouble import Maintenance

        deviate()
        self.RETURN_SECONDS = Maintenance.return_in = 86_400.0
        stop_claiming(self)

    return discouraging


@defect(
    "connections-end-as-if-broken",
    says="At the shutdown connections end as if the server had failed.",
    breaks="P08.notice",
    replaces="support.reference.sockets:Socket.close",
    caught_by={TOLD: NOTICED},
    at_night=True,
)
def connections_end_as_if_broken(close: Method, deviate: Deviate) -> Method:
    async def failing(self: Any, code: int, reason: str) -> None:
        if code == 1012:
            deviate()
            code = 1011
        await close(self, code, reason)

    return failing


@defect(
    "parking-loses-one-step",
    says="Of an analysis that a shutdown interrupts, the bill that was read last is lost and asked for again.",
    breaks="P08.kept",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={
        TOLD: "the progress of Ana, Ben and Chen is kept",
        RESTARTED: "every billing was asked once for Ana, Ben and Chen",
        MOVED: ASKED_ONCE,
    },
    also_red={RECORDED: "what was read before the shutdown is asked again"},
)
def parking_loses_one_step(set_status: Method, deviate: Deviate) -> Method:
    async def careless(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await set_status(self, connection, hold, ending)
        if ending.status == "preserved":
            deviate()
            await connection.execute("DELETE FROM run_steps WHERE run_id = $1 AND step = 'collect_gcp'", hold.run_id)

    return careless


@defect(
    "parking-keeps-the-wrong-step",
    says="Of an analysis that a shutdown interrupts, the bill that was read last is kept as another step.",
    breaks="P08.kept",
    replaces="support.reference.endings:Endings.set_status",
    caught_by={
        TOLD: "the progress of Ana, Ben and Chen is kept",
        RESTARTED: "every billing was asked once for Ana, Ben and Chen",
        MOVED: ASKED_ONCE,
    },
    also_red={RECORDED: "what was read before the shutdown is asked again"},
    at_night=True,
)
def parking_keeps_the_wrong_step(set_status: Method, deviate: Deviate) -> Method:
    async def mistaken(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await set_status(self, connection, hold, ending)
        if ending.status == "preserved":
            deviate()
            await connection.execute(
                "UPDATE run_steps SET step = 'collect_last' WHERE run_id = $1 AND step = 'collect_gcp'", hold.run_id
            )

    return mistaken


@defect(
    "nearly-done-work-is-cut-off",
    says="A shutdown cuts off an analysis whose answer comes in time, instead of letting it finish.",
    breaks="P08.drain",
    replaces="support.reference.crew:Crew.finish",
    caught_by={
        SHUTDOWN + "Work that is nearly done is finished before the connection ends":
            "Ana saw the analysis completed before the connection ended",
    },
    also_red={MEETING + "The work fails while Netra shuts down": "the step that would fail is cut off too"},
)  # fmt: skip
def nearly_done_work_is_cut_off(finish: Method, deviate: Deviate) -> Method:
    async def impatient(self: Any, seconds: float) -> bool:
        for worker in list(self._at_work):
            worker.begin = _stop_and_park(worker, deviate)
        return bool(await finish(self, seconds))

    return impatient


@defect(
    "orderly-end-reported-as-failure",
    says="A server that ended in good order reports that it failed.",
    breaks="P08.clean",
    replaces="support.reference.__main__:main",
    caught_by={
        SHUTDOWN + "Netra goes down in time and in good order": "Netra is down within 10 seconds, in good order"
    },
)
def orderly_end_reported_as_failure(main: Method, deviate: Deviate) -> Method:
    def pessimistic(argv: list[str]) -> int:
        code = int(main(argv))
        if "serve" in argv:
            deviate()
            return 1
        return code

    return pessimistic


@defect(
    "shutdown-is-not-recorded",
    says="That a shutdown interrupted an analysis is not recorded.",
    breaks="P08.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={RECORDED: TWO_EXITS},
    at_night=True,
)
def shutdown_is_not_recorded(record_exit: Method, deviate: Deviate) -> Method:
    async def silent(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if ending.exit == "service_shutdown":
            deviate()
        else:
            await record_exit(self, connection, hold, ending)

    return silent


@defect(
    "whoever-goes-on-has-no-time-left",
    says="Work that another server goes on with counts as out of time at once.",
    breaks="P08.continues",
    replaces="support.reference.crew:Crew.pick_up",
    caught_by={
        RESTARTED: "Ana, Ben and Chen see the analysis completed within 10 seconds",
        RESTARTED_WHOLE: COMPLETED,
        RECORDED: TWO_EXITS,
        MOVED: COMPLETED,
        CRASHED: COMPLETED,
        TAKEOVER + "The step that was reached and what was found are still there after a crash": (
            "another server works on the analysis of Ana within 10 seconds"
        ),
        TAKEOVER + "A server that dies while it reads a bill leaves only that bill to be read again": COMPLETED,
        TAKEOVER + "A takeover announces nothing twice, and the answer is whole": (
            "the answer to Ana names the savings that are in Acme's bills"
        ),
        TAKEOVER + "When every server dies, the work goes on as soon as Netra is up again": COMPLETED,
        TAKEOVER + "A server that froze and wakes up late changes nothing": (
            "the analysis of Ana is recorded with one exit, normal completion"
        ),
    },
    also_red={MEETING + "The server dies and another one finishes": "the other server does not finish"}
    | also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "What was under way when everything was lost is finished",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "persistence/outage",
        "the same is kept or made ready there, too",
        "After one failure Netra is ready for the next",
    ),
)
def whoever_goes_on_has_no_time_left(pick_up: Method, deviate: Deviate) -> Method:
    async def too_late(self: Any, find: Any) -> None:
        if find.kind == "parked":
            hold, updates = await self._claims.resume(find.run_id) or (None, [])
            await self._tools.fanout.publish(updates)
        else:
            hold = await self._claims.take_over(find.run_id)
        if hold is not None:
            deviate()
            self.take(replace(hold, limit=type(hold.limit)(0.0)))

    return too_late


@defect(
    "takeover-repeats-a-finished-step",
    says="After a crash the other server asks once more for a bill that was read already.",
    breaks="TL-7.takeover",
    replaces="support.reference.claims:Claims.take_over",
    caught_by={
        CRASHED: ASKED_ONCE,
        TAKEOVER + "The step that was reached and what was found are still there after a crash": (
            "what was found for Ana is as it was before the crash"
        ),
        TAKEOVER + "A takeover announces nothing twice, and the answer is whole": ASKED_ONCE,
        TAKEOVER + "When every server dies, the work goes on as soon as Netra is up again": ASKED_ONCE,
    },
    also_red=also(
        "live_updates/takeover",
        "the bill that was read is asked for once more there, too",
        "A server that dies while it reads a bill leaves only that bill to be read again",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
)
def takeover_repeats_a_finished_step(take_over: Method, deviate: Deviate) -> Method:
    async def repeating(self: Any, run_id: str) -> Any:
        hold = await take_over(self, run_id)
        if hold is not None:
            deviate()
            await self._storage.execute("DELETE FROM run_steps WHERE run_id = $1 AND step = 'collect_gcp'", run_id)
        return hold

    return repeating


async def _nothing(frame: Any) -> None:
    """Tells nobody."""


def _stop_and_park(worker: Any, deviate: Deviate) -> Method:
    async def begin(step: str, drafts: Any) -> None:
        from support.reference.trouble import Stopped

        deviate()
        worker.stop(park=True)
        raise Stopped

    return begin
