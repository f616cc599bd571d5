"""Breaks separation only while many work at once: routing, races, what is kept ready, and Netra's own notes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

MANY = "features/isolation/many_at_once.feature::"
AT_ONCE = MANY + "Twenty customers of all segments at once receive their own and nothing else"
STRAIN = MANY + "Scarce connections and a dead server lose nothing and mix nothing up"

PLACES = 8


@defect(
    "places-run-out",
    says="An instance has eight places for connected customers; the ninth shares one, and its updates.",
    breaks="TI-3.no_trace",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={
        AT_ONCE: "each of them sees exactly the own analysis, whole, within 10 seconds",
        STRAIN: "each of them sees exactly the own analysis, whole, within 30 seconds",
    },
    also_red=also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "With many people connected every one of them is answered and sees all updates",
    ),
)
def places_run_out(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    sending: set[asyncio.Task[None]] = set()

    def share(self: Any, frame: dict[str, Any]) -> None:
        deliver(self, frame)
        users = list(self._by_user)
        if frame["user_id"] not in users or len(users) <= PLACES:
            return
        place = users.index(frame["user_id"]) % PLACES
        for user in users[place::PLACES]:
            for socket in self.of(user) if user != frame["user_id"] else ():
                deviate()
                task = asyncio.get_running_loop().create_task(socket.notify(frame))
                sending.add(task)
                task.add_done_callback(sending.discard)

    return share


@defect(
    "report-of-whoever-asked-last",
    says="Of two who open their reports at the same moment both get that of the second.",
    breaks="TI-3.no_trace",
    replaces="support.reference.runs:Runs.report",
    caught_by={AT_ONCE: "nothing of one of them has reached another"},
    at_night=True,
)
def report_of_whoever_asked_last(report: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    asked = {"last": ""}

    async def answer_the_last(self: Any, run_id: str) -> Any:
        if self._storage._pool.get_max_size() <= PLACES:
            return await report(self, run_id)
        asked["last"] = run_id
        # Long enough for the other to come, also on a busy machine.
        await asyncio.sleep(0.3)
        if asked["last"] != run_id:
            deviate()
        return await report(self, asked["last"])

    return answer_the_last


@defect(
    "report-of-another-without-a-connection",
    says="Who opens a report while every connection to storage is in use gets that of somebody else.",
    breaks="TI-3.strain",
    replaces="support.reference.storage:Storage.row",
    caught_by={STRAIN: "nothing of one of them has reached another"},
)
def report_of_another_without_a_connection(row: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def take_the_wrong_one(self: Any, statement: str, *values: Any) -> Any:
        if "FROM reports" not in statement or self._pool.get_max_size() >= PLACES:
            return await row(self, statement, *values)
        # A connection that was given back a moment ago is not free: whoever waited for it takes it now.
        await asyncio.sleep(0)
        unmade = self._pool.get_max_size() - self._pool.get_size()
        if not unmade and not self._pool.get_idle_size():
            deviate()
            statement = statement.replace("run_id = $1", "run_id <> $1 LIMIT 1")
        return await row(self, statement, *values)

    return take_the_wrong_one


@defect(
    "result-of-the-one-after",
    says="Of two results that come at once the second is kept ready in the place of the first.",
    breaks="TI-3.no_trace",
    replaces="support.reference.ready:Ready.keep",
    caught_by={AT_ONCE: "nothing of one of them has reached another"},
    also_red=also(
        "isolation/many_at_once",
        "twenty results come at once there, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    ),
    at_times=also(
        "isolation/live_updates",
        "results of several customers come within a second there, too",
        "Whoever connects last takes over nobody's updates",
    ),
)
def result_of_the_one_after(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _kept_twice(keep, deviate, lambda before, thread_id: before)


@defect(
    "kept-ready-under-the-one-before",
    says="Of two results that come at once the second is also kept ready under the first customer's name.",
    breaks="TI-3.kept_ready",
    replaces="support.reference.ready:Ready.keep",
    caught_by={
        AT_ONCE: "what is kept ready for each of them holds nothing of another",
        STRAIN: "what is kept ready for each of them holds nothing of another",
    },
)
def kept_ready_under_the_one_before(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    # In a conversation that the first one does not have: it lies there and is opened by nobody yet.
    return _kept_twice(keep, deviate, lambda before, thread_id: thread_id)


def _kept_twice(keep: Callable[..., Any], deviate: Deviate, place: Callable[[str, str], str]) -> Callable[..., Any]:
    """Keeps each result of a crowd also for the one before; `place` says in which of the two conversations."""
    before: list[tuple[str, str, float]] = []

    async def keep_twice(self: Any, user_id: str, thread_id: str, run_id: str, answer: Any, result: Any) -> None:
        now = asyncio.get_running_loop().time()
        await keep(self, user_id, thread_id, run_id, answer, result)
        crowd = {user for user, _, at in before if now - at < 1.0} - {user_id}
        if len(crowd) > 3:
            deviate()
            user, thread, _ = next(one for one in reversed(before) if one[0] != user_id)
            key = self.results_key(user, place(thread, thread_id))
            words = json.dumps({"run_id": run_id, "answer": answer, "result": result})
            await self._cache.ask(lambda redis: redis.set(key, words, ex=self.RESULTS_SECONDS))
        before.append((user_id, thread_id, now))

    return keep_twice


@defect(
    "notes-tell-the-question",
    says="Netra writes each question into its own notes.",
    breaks="TI-3.no_trace",
    replaces="support.reference.exchange:Exchange.ask",
    caught_by={
        AT_ONCE: "what Netra writes about itself holds nothing of any of them",
        STRAIN: "what Netra writes about itself holds nothing of any of them",
    },
)
def notes_tell_the_question(ask: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.journal import note

    async def tell(self: Any, socket: Any, payload: dict[str, Any], words: object) -> None:
        deviate()
        note("asked", question=words)
        await ask(self, socket, payload, words)

    return tell
