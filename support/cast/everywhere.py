"""Everything that Netra keeps of people, looked at in all places: before a failure, and after it."""

from typing import TYPE_CHECKING, Any

from support.cast.agreement import Row, Snapshot, contradictions
from support.cast.readiness import Readiness
from support.cast.stage import Stage, cannot
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.group import Group
    from support.cast.person import Person

DOORS = {
    "thread": "/api/threads/{thread}",
    "messages": "/api/threads/{thread}/messages?limit=1000&offset=0",
    "runs": "/api/threads/{thread}/runs",
    "updates": "/api/threads/{thread}/updates?after=0",
    "result": "/api/threads/{thread}/result",
    "recommendations": "/api/threads/{thread}/recommendations",
    "session": "/api/session",
}
LISTS = ("messages", "runs", "updates")
ORDERS = {"messages": "position", "runs": "started_at", "updates": "sequence", "run_exits": "run_id, attempt"}
ORPHANS = {
    "messages without their conversation": "select count(*) as number from messages m left join threads t"
    " on t.id = m.thread_id where t.id is null",
    "analyses without their conversation": "select count(*) as number from runs r left join threads t"
    " on t.id = r.thread_id where t.id is null",
    "updates without their analysis": "select count(*) as number from updates u left join runs r"
    " on r.id = u.run_id where r.id is null",
    "reports without their analysis": "select count(*) as number from reports p left join runs r"
    " on r.id = p.run_id where r.id is null",
    "exits without their analysis": "select count(*) as number from run_exits e left join runs r"
    " on r.id = e.run_id where r.id is null",
}


class Everywhere:
    """What is kept of people, for judging."""

    def __init__(self, stage: Stage, readiness: Readiness) -> None:
        self.stage, self._readiness = stage, readiness
        self._before: dict[str, list[Snapshot]] = {}

    def remember(self, group: "Group") -> None:
        """Looks at everything that these people have; demands that it agrees."""
        for person in group:
            snapshots = self._snapshots(person)
            if wrong := [words for one in snapshots for words in contradictions(one)]:
                cannot(f"what {person.name} has does not agree even before the failure: {wrong[0]}")
            self._before[person.name] = snapshots

    def _snapshots(self, person: "Person") -> list[Snapshot]:
        return [
            self.stage.do(lambda one=conversation: self._snapshot(person, one), f"what {person.name} has")  # type: ignore[misc]
            for conversation in person.conversations
        ]

    async def _snapshot(self, person: "Person", conversation: "Conversation") -> Snapshot:
        thread, user = conversation.thread, person.identity.user
        told = [await self._told(person, thread, base) for base in self.stage.deployment.doors.rest]
        base = self.stage.deployment.doors.rest[0]
        reports = {
            run["id"]: await self._ask(person, f"{base}/api/runs/{run['id']}/report")
            for run in told[0]["runs"]
            if run.get("status") == "completed"
        }
        stored: dict[str, list[Row]] = {"threads": [*await self.stage.rows.of("threads", "id", thread)]}
        for table in ("messages", "runs", "updates"):
            stored[table] = await self._rows(f"select * from {table} where thread_id = $1", table, thread)
        runs = [str(row["id"]) for row in stored["runs"]]
        for table in ("run_exits", "reports"):
            stored[table] = await self._rows(f"select * from {table} where run_id = any($1::text[])", table, runs)
        keys = {
            "agent_results": f"agent_results:{user}:{thread}",
            "optimization_results": f"optimization_results:{user}:{thread}",
            "session_state": f"session_state:{user}",
        }

        async def kept_ready() -> dict[str, Any]:
            return {name: await self.stage.ready.value(key) for name, key in keys.items()}

        answered = any(row["status"] == "completed" for row in stored["runs"])
        ready = await self.stage.soon(
            kept_ready,
            lambda found: None not in (found.values() if answered else [found["session_state"]]),
        )
        return Snapshot(user, thread, tuple(told), reports, stored, ready)

    async def _rows(self, statement: str, table: str, value: object) -> list[Row]:
        return [*await self.stage.rows.select(f"{statement} order by {ORDERS.get(table, 'run_id')}", value)]

    async def _told(self, person: "Person", thread: str, base: str) -> dict[str, Any]:
        told = {}
        for door, path in DOORS.items():
            body = await self._ask(person, base + path.format(thread=thread))
            told[door] = (body or {}).get(door) or [] if door in LISTS else body
        return told

    async def _ask(self, person: "Person", url: str) -> Any:
        """What a server answers; None when there is nothing, Broken when it does not answer at all."""
        outcome = await self.stage.rest.ask("GET", url, asked=f"{person.name} looks", seconds=10.0, token=person.token)
        if not outcome.accepted and outcome.status != 404:
            raise Broken(f"{person.name} can look at everything", str(outcome), [outcome.raw])
        return outcome.body if outcome.accepted else None

    # Judgements

    def expect_as_it_was(self, group: "Group") -> None:
        """Everything that was told and stored is exactly what it was."""
        for person in group:
            before = self._before.get(person.name)
            if not before:
                cannot(f"nobody looked at what {person.name} had before")
            after = self._snapshots(person)
            parts = sum(len(rows) for one in after for rows in one.stored.values())
            self.stage.story.observed(f"stored parts of what {person.name} has", parts)
            changed = [place for old, new in zip(before, after, strict=True) for place in _changes(old, new)]
            if changed:
                raise Broken(
                    f"everything that {person.name} has is exactly as it was",
                    f"{', '.join(place for place, _ in changed)} changed",
                    [f"{place}: {words}"[:2000] for place, words in changed],
                )

    def expect_agreement(self, group: "Group") -> None:
        """Every place tells the same of these people, and nothing is left without what it belongs to."""
        # A server may go on for a while without a quick store that is back; not after it has said that it is ready.
        self.stage.do(self._readiness.again, "every server to be ready")
        for person in group:
            snapshots = self._snapshots(person)
            places = sum(len(one.told) + len(one.stored) + len(one.ready) for one in snapshots)
            self.stage.story.observed(f"places that tell of {person.name}", places)
            if wrong := [words for one in snapshots for words in contradictions(one)]:
                raise Broken(f"every place tells the same of {person.name}", "; ".join(wrong[:4]), wrong)
        orphans = self.stage.do(self._orphans, "what belongs to nothing")
        if left := {name: number for name, number in orphans.items() if number}:
            raise Broken("nothing is left without what it belongs to", str(left))

    async def _orphans(self) -> dict[str, int]:
        return {
            name: int((await self.stage.rows.select(statement))[0]["number"]) for name, statement in ORPHANS.items()
        }


def _changes(old: Snapshot, new: Snapshot) -> list[tuple[str, str]]:
    """The places that tell something else than before, each with what it tells now."""
    changed = [
        (f"what server {number} tells of {door}", str(now.get(door)))
        for number, (was, now) in enumerate(zip(old.told, new.told, strict=True), start=1)
        for door in was
        # A session may end with what is kept ready; that it is the same everywhere is judged by its agreement.
        if door != "session" and was[door] != now.get(door)
    ]
    changed += [
        (f"stored {name}", str(new.stored[name])) for name in old.stored if old.stored[name] != new.stored[name]
    ]
    return changed + ([("the reports", str(new.reports))] if old.reports != new.reports else [])
