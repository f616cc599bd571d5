"""What is missed and what is recorded of a customer who was away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

AWAY = "features/golden_path/user_disconnect.feature::"
BACK = "features/live_updates/coming_back.feature::"
WAITS = AWAY + "The answer waits for a customer who comes back"
CLOSED = AWAY + "A customer who closes the page finds the answer later"
IN_TIME = AWAY + "A customer who is back in time sees the analysis end"
ELSEWHERE = AWAY + "The way back may lead through another server"
TABS = AWAY + "A second tab goes on when the first one breaks"
AGAIN = AWAY + "Coming back once more repeats nothing"
RECORDED = AWAY + "An analysis that ended while its customer was away is recorded so, once"
MISSED = "Ana sees every missed update once and in order, within 10 seconds"
LEFT = "the analysis of Ana is recorded with one exit, user disconnect"
COMES_BACK_TOO = {AGAIN: "its first return is the same, and the guard sees what is wrong with it"}


@defect(
    "first-missed-update-forgotten",
    says="Whoever comes back after the end is not shown the first of the missed updates.",
    breaks="P05.waits",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={WAITS: MISSED, CLOSED: MISSED, ELSEWHERE: MISSED},
    also_red=COMES_BACK_TOO
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "A line that breaks again in the middle of catching up loses nothing",
        "Asking twice for what was missed shows it once",
        "Whoever comes back is caught up in every conversation",
        "A new device is shown everything from the beginning",
    ),
    at_night=True,
)
def first_missed_update_forgotten(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def one_too_few(self: Any, thread_id: str, after: int) -> Any:
        up_to, said = await _collected(resume, self, thread_id, after)
        if _completed(said):
            deviate()
            del said[0]
        for frame in said:
            await self.say(frame)
        return up_to

    return one_too_few


@defect(
    "last-known-update-repeated",
    says="Whoever comes back is shown the last update that was known once more.",
    breaks="P05.no_repeat",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={
        WAITS: MISSED,
        CLOSED: MISSED,
        IN_TIME: MISSED,
        ELSEWHERE: MISSED,
        AGAIN: "nothing is shown to Ana a second time",
        f"{BACK}A line that breaks while a bill is read loses nothing": MISSED,
        f"{BACK}A line that breaks again in the middle of catching up loses nothing": MISSED,
        f"{BACK}Another server goes on with a customer's updates while the work goes on": MISSED,
        f"{BACK}Asking twice for what was missed shows it once": MISSED,
        "features/live_updates/takeover.feature::A takeover announces nothing twice, and the answer is whole": MISSED,
    },
    also_red=also(
        "live_updates/trouble_on_the_line",
        "whoever is cut off comes back, too",
        "Far too much for a message ends the connection that it came on, and no other",
    )
    | also(
        "live_updates/coming_back",
        "several conversations have to be caught up",
        "Whoever comes back is caught up in every conversation",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
)
def last_known_update_repeated(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def from_the_known_one(self: Any, thread_id: str, after: int) -> Any:
        if after:
            deviate()
        return await resume(self, thread_id, max(0, after - 1))

    return from_the_known_one


@defect(
    "missed-updates-newest-first",
    says="Whoever comes back after the end is shown the newest of the missed updates first.",
    breaks="P05.waits",
    replaces="support.reference.sockets:Socket.resume",
    caught_by={WAITS: MISSED, CLOSED: MISSED, ELSEWHERE: MISSED},
    also_red=COMES_BACK_TOO
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "A line that breaks again in the middle of catching up loses nothing",
        "Asking twice for what was missed shows it once",
        "Whoever comes back is caught up in every conversation",
        "A new device is shown everything from the beginning",
    ),
)
def missed_updates_newest_first(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def backwards(self: Any, thread_id: str, after: int) -> Any:
        up_to, said = await _collected(resume, self, thread_id, after)
        if _completed(said):
            deviate()
            said.reverse()
        for frame in said:
            await self.say(frame)
        return up_to

    return backwards


@defect(
    "missed-updates-only-at-home",
    says="Another server than the one that did the work shows only the last of the missed updates.",
    breaks="P05.elsewhere",
    replaces="support.reference.app:Netra.of",
    caught_by={ELSEWHERE: MISSED},
    also_red=also(
        "live_updates/agreement",
        "every update is looked up through another server, too",
        "Every update is told and stored already when it arrives",
    )
    | also(
        "live_updates/agreement",
        "each update is looked up there, too",
        "That time has run out can be looked up the moment it is announced",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction[Netra's quick store crashes]",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "live_updates/agreement",
        "the same update is met there, too",
        "A failure can be looked up the moment it is announced",
    )
    | also(
        "persistence/agree",
        "the same is kept or made ready there, too",
        "An analysis that a failure interrupted leaves no contradiction",
    ),
)
def missed_updates_only_at_home(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_forgetful_neighbours(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        store, replay = netra.updates.store, netra.updates.replay
        at_home: set[str] = set()

        async def noted(connection: Any, run_id: str, thread_id: str, *rest: Any) -> Any:
            at_home.add(thread_id)
            return await store(connection, run_id, thread_id, *rest)

        async def replayed(thread_id: str, after: int, up_to: int | None = None) -> Any:
            found = await replay(thread_id, after, up_to)
            if thread_id in at_home or len(found) < 2:
                return found
            deviate()
            return found[-1:]

        netra.updates.store, netra.updates.replay = noted, replayed
        return netra

    return of_forgetful_neighbours


@defect(
    "once-away-always-away",
    says="A customer who was away for a moment is recorded as one who never came back.",
    breaks="P05.exit",
    replaces="support.reference.app:Netra.of",
    caught_by={IN_TIME: "the analysis of Ana is recorded with one exit, normal completion"},
    also_red={
        f"{BACK}Another server goes on with a customer's updates while the work goes on": "the same way back",
    }
    | also("golden_path/user_disconnect", "its end is recorded, too", "A second tab goes on when the first one breaks"),
)
def once_away_always_away(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_long_memory(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        unfollow, exit_of_completion = netra.fanout.unfollow, netra.endings.exit_of_completion
        left: set[str] = set()

        async def noted(user_id: str) -> None:
            left.add(user_id)
            await unfollow(user_id)

        async def remembered(hold: Any) -> Any:
            found = await exit_of_completion(hold)
            if found == "normal_completion" and hold.user_id in left:
                deviate()
                return "user_disconnect"
            return found

        netra.fanout.unfollow, netra.endings.exit_of_completion = noted, remembered
        return netra

    return of_long_memory


@defect(
    "second-tab-shown-twice",
    says="Of two tabs that saw an analysis begin, the one that stays is shown the next agent's thinking twice.",
    breaks="P05.tabs",
    replaces="support.reference.sockets:Socket.send_update",
    caught_by={TABS: "the second tab of Ana shows the whole analysis, each update once and in order"},
    also_red=also(
        "continuity/maintenance",
        "one of the customers has two tabs open there",
        "New questions are refused only after everyone has been told",
    )
    | also(
        "live_updates/agreement",
        "the same update is met there, too",
        "A tab that reads nothing for a while gets everything afterwards, in order",
        "Another customer does not notice a tab that reads nothing",
    )
    | also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A server that froze and wakes up late changes nothing",
    ),
)
def second_tab_shown_twice(send_update: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    began: dict[tuple[str, int], int] = {}

    async def twice(self: Any, cursor: Any, frame: Any) -> None:
        attempt = frame["run_id"], frame["attempt"]
        if frame["type"] == "agent_started":
            began[attempt] = began.get(attempt, 0) + 1
        await send_update(self, cursor, frame)
        if frame["agent_name"] == "report" and began.get(attempt, 0) > 1:
            deviate()
            await self.say(frame)

    return twice


@defect(
    "leaving-recorded-as-normal",
    says="An analysis that ended while its customer was away is recorded as a normal completion.",
    breaks="P05.exit",
    replaces="support.reference.endings:Endings.exit_of_completion",
    caught_by={RECORDED: LEFT},
    also_red={
        WAITS: "the same record of an absence",
    },
    at_night=True,
)
def leaving_recorded_as_normal(exit_of_completion: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def always_normal(self: Any, hold: Any) -> str:
        if await exit_of_completion(self, hold) != "normal_completion":
            deviate()
        return "normal_completion"

    return always_normal


@defect(
    "leaving-recorded-twice",
    says="An analysis that ended while its customer was away is recorded as that, and as a normal completion too.",
    breaks="P05.exit",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={RECORDED: LEFT},
    also_red={
        WAITS: "the same record of an absence",
    },
)
def leaving_recorded_twice(record_exit: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def both(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await record_exit(self, connection, hold, ending)
        if ending.exit == "user_disconnect":
            deviate()
            second = replace(ending, exit="normal_completion", reason=None)
            await record_exit(self, connection, replace(hold, attempt=hold.attempt + 1), second)

    return both


async def _collected(resume: Callable[..., Any], socket: Any, thread_id: str, after: int) -> tuple[Any, list[Any]]:
    """What `resume` answers, and what it would have sent."""
    said: list[Any] = []

    async def keep(frame: Any) -> None:
        said.append(frame)

    socket.say = keep
    try:
        return await resume(socket, thread_id, after), said
    finally:
        del socket.say


def _completed(said: list[Any]) -> bool:
    return len(said) > 1 and said[-1]["type"] == "agent_completed"
