"""Announced maintenance: told too late, to too few or without an end, work cut off, things lost, passes refused."""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._easily_discouraged import easily_discouraged

Method = Callable[..., Any]

MAINTENANCE = "features/continuity/maintenance.feature::"
FIRST = MAINTENANCE + "New questions are refused only after everyone has been told"
LATE = MAINTENANCE + "Whoever connects after the announcement is told, too"
AFTER_OUTAGE = MAINTENANCE + "After an outage maintenance can be announced as before"
FINISHED = MAINTENANCE + "Work in progress is finished during maintenance"
READ_ON = MAINTENANCE + "While storage is away customers read on, and learn when to ask again"
READ_MEANWHILE = MAINTENANCE + "During maintenance customers read on, and only new work waits"
BACK = MAINTENANCE + "Netra is back within two minutes with everything as it was"
ONE_BY_ONE = MAINTENANCE + "Servers are replaced one by one and hardly anybody notices"
SAME = "everybody has to be told there, too"
TOLD = "Ana, Ben and Chen are told before anything is refused"


@defect(
    "announcement-after-the-refusal",
    says="Customers are told of a maintenance after their questions are refused already.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FIRST: TOLD},
    also_red={AFTER_OUTAGE: SAME, LATE: SAME},
    at_night=True,
)
def announcement_after_the_refusal(tell: Method, deviate: Deviate) -> Method:
    async def late(self: Any, return_in: float) -> None:
        async def wait() -> None:
            await asyncio.sleep(2 * self.NOTICE_SECONDS)
            await tell(self, return_in)

        deviate()
        self.telling = asyncio.create_task(wait())

    return late


@defect(
    "announcement-forgets-one-customer",
    says="Of several customers who are connected, one is not told of the announced maintenance.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FIRST: TOLD},
    also_red={AFTER_OUTAGE: SAME, LATE: SAME},
    at_night=True,
)
def announcement_forgets_one_customer(tell: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, return_in: float) -> None:
        sockets = self._connections.all()
        if len(sockets) > 1:
            deviate()
            sockets[0].notify = _nothing
        await tell(self, return_in)

    return forgetful


@defect(
    "announcement-stays-at-one-server",
    says="Of an announced maintenance only those are told who are connected to the first server.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FIRST: TOLD},
    also_red={AFTER_OUTAGE: SAME, LATE: SAME},
    at_night=True,
)
def announcement_stays_at_one_server(tell: Method, deviate: Deviate) -> Method:
    async def at_the_first(self: Any, return_in: float) -> None:
        if self._storage._instance != "two":
            await tell(self, return_in)
        elif self._connections.all():
            deviate()

    return at_the_first


@defect(
    "announcement-names-another-end",
    says="Whoever is told of a maintenance is told of another time to return than was announced.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FIRST: TOLD},
    also_red={AFTER_OUTAGE: SAME, LATE: SAME},
)
def announcement_names_another_end(tell: Method, deviate: Deviate) -> Method:
    async def guessing(self: Any, return_in: float) -> None:
        deviate()
        await tell(self, 30.0)

    return guessing


@defect(
    "maintenance-goes-unnoticed-after-an-outage",
    says="A server that was once without storage never learns again of a maintenance.",
    breaks="BC-1.recovery",
    replaces="support.reference.maintenance:MaintenanceMode.look",
    caught_by={AFTER_OUTAGE: TOLD},
)
def maintenance_goes_unnoticed_after_an_outage(look: Method, deviate: Deviate) -> Method:
    return easily_discouraged(look, deviate)


async def _nothing(frame: Any) -> None:
    """Tells nobody."""


@defect(
    "refused-without-an-end",
    says="During an announced maintenance questions are refused without a word of when to return.",
    breaks="BC-3.hint",
    replaces="support.reference.maintenance:MaintenanceMode.expect_open",
    caught_by={
        FIRST: "Ana is told that Netra is in maintenance and when to return",
        AFTER_OUTAGE: "Ana is told that Netra is in maintenance and when to return",
        LATE: "Ana is told that Netra is in maintenance and when to return",
        READ_MEANWHILE: "Ben is told that Netra is in maintenance and when to return",
    },
    at_night=True,
)
def refused_without_an_end(expect_open: Method, deviate: Deviate) -> Method:
    def curt(self: Any) -> None:
        from support.reference.trouble import Maintenance

        try:
            expect_open(self)
        except Maintenance as refusal:
            deviate()
            refusal.return_in = None  # type: ignore[assignment]
            raise

    return curt


@defect(
    "refused-by-one-door-with-another-end",
    says="Over HTTP whoever is refused during a maintenance is always told to come back in two seconds.",
    breaks="BC-3.hint",
    replaces="support.reference.doors:answer",
    caught_by={READ_MEANWHILE: "Ben is told that Netra is in maintenance and when to return"},
    at_night=True,
)
def refused_by_one_door_with_another_end(answer: Method, deviate: Deviate) -> Method:
    def hasty(refusal: Any) -> Any:
        response = answer(refusal)
        if refusal.code == "MAINTENANCE":
            deviate()
            response.headers["retry-after"] = "2"
        return response

    return hasty


@defect(
    "refused-until-tomorrow",
    says="During an announced maintenance of minutes whoever is refused is told to come back in a day.",
    breaks="BC-3.hint",
    replaces="support.reference.maintenance:MaintenanceMode.expect_open",
    caught_by={
        FIRST: "Ana is told that Netra is in maintenance and when to return",
        AFTER_OUTAGE: "Ana is told that Netra is in maintenance and when to return",
        LATE: "Ana is told that Netra is in maintenance and when to return",
        READ_MEANWHILE: "Ben is told that Netra is in maintenance and when to return",
    },
)
def refused_until_tomorrow(expect_open: Method, deviate: Deviate) -> Method:
    def discouraging(self: Any) -> None:
        from support.reference.trouble import Maintenance

        try:
            expect_open(self)
        except Maintenance as refusal:
            deviate()
            refusal.return_in = 86_400.0
            raise

    return discouraging


@defect(
    "nothing-is-read-during-maintenance",
    says="During an announced maintenance not even a report that was finished long before can be read.",
    breaks="BC-3.hint",
    replaces="support.reference.runs:Runs.report",
    caught_by={READ_MEANWHILE: "Ana reads the figures of the answer in each of them"},
)
def nothing_is_read_during_maintenance(report: Method, deviate: Deviate) -> Method:
    async def closed(self: Any, *which: Any) -> Any:
        from support.reference.trouble import Maintenance

        if await self._storage.row("SELECT FROM maintenance WHERE refuses_from < clock_timestamp()") is not None:
            deviate()
            raise Maintenance
        return await report(self, *which)

    return closed


@defect(
    "retries-are-taken-during-maintenance",
    says="During an announced maintenance new questions are refused, but new attempts are begun.",
    breaks="BC-3.hint",
    replaces="support.reference.drain:Drain.expect_work",
    caught_by={READ_MEANWHILE: "Ben is told that Netra is in maintenance and when to return"},
    at_night=True,
)
def retries_are_taken_during_maintenance(expect_work: Method, deviate: Deviate) -> Method:
    def by_the_other_door(self: Any) -> None:
        from support.reference.trouble import Maintenance

        try:
            expect_work(self)
        except Maintenance:
            if self.begun or sys._getframe(1).f_code.co_name != "retry":
                raise
            deviate()

    return by_the_other_door


@defect(
    "maintenance-cuts-work-off",
    says="With the announcement of a maintenance all analyses are given up.",
    breaks="BC-3.drain",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FINISHED: "Ana sees the analysis completed within 10 seconds"},
    never=True,
    at_times=also(
        "continuity/maintenance",
        "the analysis that is waited for first has been given up",
        "New questions are refused only after everyone has been told",
        "After an outage maintenance can be announced as before",
    ),
)
def maintenance_cuts_work_off(tell: Method, deviate: Deviate) -> Method:
    async def harsh(self: Any, return_in: float) -> None:
        await tell(self, return_in)
        deviate()
        await self._storage.execute("UPDATE runs SET status = 'failed', holder = NULL WHERE status = 'running'")

    return harsh


@defect(
    "nothing-is-read-without-storage",
    says="While storage is away, not even what is kept ready can be read.",
    breaks="BC-3.hint",
    replaces="support.reference.ready:Ready.recommendations",
    caught_by={READ_ON: "Ana still reads the recommendations"},
    also_red=also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "Session, answer and recommendations can be read while storage is away",
    ),
)
def nothing_is_read_without_storage(recommendations: Method, deviate: Deviate) -> Method:
    async def dependent(self: Any, user_id: str, thread_id: str) -> Any:
        if not await self._runs._storage.answers():
            from support.reference.trouble import Unavailable

            deviate()
            raise Unavailable
        return await recommendations(self, user_id, thread_id)

    return dependent


@defect(
    "away-without-an-end",
    says="While storage is away, questions are refused without a word of when to try again.",
    breaks="BC-3.hint",
    replaces="support.reference.frames:error",
    caught_by={READ_ON: "Ana is told to try again within 2 minutes"},
    at_night=True,
)
def away_without_an_end(error: Method, deviate: Deviate) -> Method:
    def curt(refusal: Any, *names: Any) -> Any:
        frame = error(refusal, *names)
        if frame["error_code"] == "UNAVAILABLE":
            deviate()
            frame.pop("return_in_seconds", None)
        return frame

    return curt


@defect(
    "away-until-tomorrow",
    says="While storage is away for a moment, whoever asks is told to try again in a day.",
    breaks="BC-3.hint",
    replaces="support.reference.frames:error",
    caught_by={READ_ON: "Ana is told to try again within 2 minutes"},
)
def away_until_tomorrow(error: Method, deviate: Deviate) -> Method:
    def discouraging(refusal: Any, *names: Any) -> Any:
        frame = error(refusal, *names)
        if frame["error_code"] == "UNAVAILABLE":
            deviate()
            frame["return_in_seconds"] = 86_400.0
        return frame

    return discouraging


@defect(
    "updated-server-shows-half",
    says="A server that was updated shows only part of the conversations from before.",
    breaks="BC-3.downtime",
    replaces="support.reference.messages:Messages.page",
    caught_by={BACK: "Netra was away for at most 2 minutes"},
    also_red=also(
        "continuity/deletion",
        "a server has been started since the conversation began",
        "Nothing is deleted as long as something stands in the way",
    )
    | also(
        "continuity/disaster",
        "a server has been started since the conversation began",
        "Customers find their conversations within minutes",
        "Netra goes back to the moment before a damage",
        "Only work of the last seconds can be lost",
    )
    | also(
        "continuity/maintenance",
        "a server has been started since the conversation began",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "continuity/retention",
        "a server has been started since the conversation began",
        "An archived conversation can still be read",
    )
    | also(
        "continuity/deletion",
        "what is due for deletion is judged there, too",
        "A hold that comes while Netra tidies up still counts",
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "A conversation and its facts outlive a crash right after the last word",
    )
    | also(
        "conversations/order",
        "the same stands in that conversation, too",
        "The order is the same after a crash, however fast and through however many connections it came about",
    )
    | also("memory/weeks_later", "the same is told and read there, too", "The conversation goes on where it was left")
    | also(
        "persistence/outage",
        "the same is kept or made ready there, too",
        "A failure during the recovery from another is overcome",
    ),
)
def updated_server_shows_half(page: Method, deviate: Deviate) -> Method:
    began = time.time()

    async def half(self: Any, thread_id: str, *more: Any) -> Any:
        told = await page(self, thread_id, *more)
        older = "SELECT FROM threads WHERE id = $1 AND extract(epoch FROM created_at) < $2"
        if await self._storage.row(older, thread_id, began) is not None:
            deviate()
            told["messages"] = told["messages"][:-1]
        return told

    return half


@defect(
    "update-tidies-too-much",
    says="A server that starts throws away what analyses found on their way.",
    breaks="BC-3.continues",
    replaces="support.reference.storage:Storage.warm",
    caught_by={BACK: "everything of Ana's is exactly as it was"},
    also_red=also(
        "continuity/disaster",
        "the servers are started anew after the restore",
        "Netra goes back to the moment before a damage",
    ),
)
def update_tidies_too_much(warm: Method, deviate: Deviate) -> Method:
    async def zealous(self: Any) -> None:
        gone = await self.rows(
            "DELETE FROM run_steps USING runs WHERE runs.id = run_id AND runs.status = 'completed' RETURNING step"
        )
        if gone:
            deviate()
        await warm(self)

    return zealous


@defect(
    "updated-server-stays-closed",
    says="A server that was updated during a maintenance goes on refusing questions when it is told of the end.",
    breaks="BC-3.continues",
    replaces="support.reference.maintenance:MaintenanceMode.end",
    caught_by={BACK: "Ben has the next answer at most 150 seconds after the announcement"},
)
def updated_server_stays_closed(end: Method, deviate: Deviate) -> Method:
    began = time.time()

    async def blind() -> None:
        """Learns of no change any more."""

    async def deaf(self: Any, caller: Any) -> Any:
        vars(self).pop("look", None)
        announced = "SELECT FROM maintenance WHERE extract(epoch FROM announced_at) < $1"
        in_between = await self._storage.row(announced, began) is not None
        told = await end(self, caller)
        if in_between:
            deviate()
            self._refuses_from, self.look = 0.0, blind
        return told

    return deaf


@defect(
    "updated-server-tells-the-new-first",
    says="A server that was updated tells what was said since then before what was said earlier.",
    breaks="BC-3.continues",
    replaces="support.reference.messages:Messages.page",
    caught_by={BACK: "the conversation of Ben holds both questions with their answers, in order"},
    also_red=also(
        "memory/weeks_later",
        "what was said weeks ago is older than any server there",
        "The conversation goes on where it was left",
    )
    | also(
        "persistence/outage",
        "the same is kept or made ready there, too",
        "A failure during the recovery from another is overcome",
    ),
)
def updated_server_tells_the_new_first(page: Method, deviate: Deviate) -> Method:
    began = time.time()

    async def new_first(self: Any, thread_id: str, *more: Any) -> Any:
        told = await page(self, thread_id, *more)
        older = "SELECT count(*) FROM messages WHERE thread_id = $1 AND extract(epoch FROM created_at) < $2"
        row = await self._storage.row(older, thread_id, began)
        if 0 < row["count"] < len(told["messages"]):
            deviate()
            told["messages"] = told["messages"][row["count"] :] + told["messages"][: row["count"]]
        return told

    return new_first


@defect(
    "joining-server-knows-nobody",
    says="A server that joins the others knows nobody who signed in before it came, and lets none of them in.",
    breaks="BC-3.availability",
    replaces="support.reference.sessions:Sessions.enter",
    caught_by={ONE_BY_ONE: "99.9 percent of at least 3000 requests were answered rightly within 5 seconds"},
    also_red=also(
        "conversations/order",
        "the same stands in that conversation, too",
        "Messages that follow each other within a second keep their order",
        "The order is the same after a crash, however fast and through however many connections it came about",
    ),
)
def joining_server_knows_nobody(enter: Method, deviate: Deviate) -> Method:
    strangers: dict[str, bool] = {}
    much = "SELECT FROM messages JOIN threads ON threads.id = thread_id WHERE user_id = $1 OFFSET 20 LIMIT 1"

    async def strict(self: Any, caller: Any) -> None:
        from support.reference.trouble import Unauthorized

        # Only whoever has written much before they met this server can have signed in at another one.
        if caller.user_id not in strangers:
            strangers[caller.user_id] = await self._customers._storage.row(much, caller.user_id) is not None
        if strangers[caller.user_id]:
            deviate()
            raise Unauthorized
        await enter(self, caller)

    return strict


@defect(
    "whoever-comes-late-is-not-told",
    says="Whoever connects after the announcement of a maintenance is not told of it, and then refused.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.greet",
    caught_by={LATE: "Ana and Ben are told before anything is refused"},
)
def whoever_comes_late_is_not_told(greet: Method, deviate: Deviate) -> Method:
    async def say_nothing(self: Any, socket: Any) -> None:
        if self._announced is not None:
            deviate()

    return say_nothing


@defect(
    "one-tab-is-told-of-a-maintenance",
    says="Of a customer's tabs only one is told of an announced maintenance.",
    breaks="BC-3.notice",
    replaces="support.reference.maintenance:MaintenanceMode.tell",
    caught_by={FIRST: TOLD},
    at_night=True,
)
def one_tab_is_told_of_a_maintenance(tell: Method, deviate: Deviate) -> Method:
    async def one_each(self: Any, return_in: float) -> None:
        told: set[str] = set()
        for socket in self._connections.all():
            if socket.caller.user_id in told:
                deviate()
                socket.warned = True
            told.add(socket.caller.user_id)
        await tell(self, return_in)

    return one_each
