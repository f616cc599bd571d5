"""What is kept ready, while it changes and when it is gone: never the state before a confirmed change, made once."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.cast.kept import Figures
from support.cast.outage import Outage
from support.cast.stage import Stage, cannot
from support.cast.together import Asking, at_once
from support.facts.moment import Moment
from support.facts.money import dollars
from support.facts.outcome import Outcome
from support.facts.verdict import Broken
from support.targets.overheard import Overheard

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person

THINGS = ("result", "recommendations")
"""What is kept ready of a conversation, by the name of its door."""
SLOW_SECONDS = 0.05
"""How much later each answer of storage comes while many ask at once."""
KEPT_READY_SECONDS = 5.0
"""Within which something is kept ready that was told a moment ago."""
ENOUGH, MANY = 2, 30
"""Readings that each reader must have made before what happens, and after it."""


@dataclass(frozen=True)
class Reading:
    """What one reader was told: by which server, of which thing, of which analysis ("" when of none)."""

    asked: Moment
    ended: Moment
    server: int
    thing: str
    run: str

    def __str__(self) -> str:
        return f"{self.asked} to {self.ended}, server {self.server + 1}, {self.thing}: {self.run or 'nothing'}"


@dataclass
class Freshness:
    """Readers of what is kept ready in a scenario, and what storage was asked meanwhile."""

    stage: Stage
    outage: Outage
    readings: list[Reading] = field(default_factory=list)
    answers: dict[str, list[Outcome]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    _readers: list["asyncio.Task[None]"] = field(default_factory=list)
    _asked_for_one: int = 0
    _asked_for_all: int = 0

    # Verbs

    def keep_opening(self, person: "Person") -> None:
        """The person opens what is kept ready again and again, through every server."""
        thread, servers = person.conversation.thread, range(len(self.stage.deployment.doors.rest))

        async def begin() -> None:
            for server in servers:
                self._readers += [asyncio.create_task(self._read(person, thread, server, thing)) for thing in THINGS]
            await self._until_read(Moment.now())

        self.stage.do(begin, "what is kept ready to be read")

    async def _read(self, person: "Person", thread: str, server: int, thing: str) -> None:
        while True:
            asked = Moment.now()
            outcome = await self._open(person, thread, server, thing)
            if outcome.accepted:
                run = str(outcome.field("run_id") or "")
                self.readings.append(Reading(asked, Moment.now(), server, thing, run))
            await asyncio.sleep(0.003)

    async def _open(self, person: "Person", thread: str, server: int, thing: str) -> Outcome:
        return await self.stage.rest.ask(
            "GET",
            f"{self.stage.deployment.doors.rest[server]}/api/threads/{thread}/{thing}",
            asked=f"{person.name} opens the {thing}",
            seconds=10.0,
            token=person.token,
        )

    async def _until_read_again(self, confirmed: Moment) -> None:
        """Returns when every reader has read many times after this moment, from servers that use the quick store."""
        if not self.stage.deployment.shared:
            # A server may go on for a while without a quick store that is back; not after it has said that it is ready.
            await self.outage.readiness.again()
        await self._until_read(max(confirmed, Moment.now()), MANY)

    async def _until_read(self, since: Moment, times: int = ENOUGH) -> None:
        """Returns when every reader has read so often after this moment."""
        deadline = self.stage.clock.deadline()
        while deadline.left:
            late = [(one.server, one.thing) for one in self.readings if one.asked > since]
            if all(late.count(reader) >= times for reader in self._all_readers()):
                return
            await asyncio.sleep(0.005)
        cannot("what is kept ready cannot be read")

    def _all_readers(self) -> list[tuple[int, str]]:
        return [(server, thing) for server in range(len(self.stage.deployment.doors.rest)) for thing in THINGS]

    def let_expire(self, person: "Person") -> None:
        """The lifetime of whatever is kept ready of the person's conversation is over now."""
        self.stage.do(lambda: self._let_expire(person), "what is kept ready to expire")

    async def _let_expire(self, person: "Person", number: int = len(THINGS)) -> None:
        ready, thread = self.stage.ready, person.conversation.thread
        began, keys = Moment.now(), list[str]()
        while len(keys) < number and Moment.now().seconds_since(began) < KEPT_READY_SECONDS:
            # What was told a moment ago is kept ready a moment later.
            keys = [key for key in await ready.keys_about(person.identity.user) if thread in key]
            await asyncio.sleep(0 if len(keys) >= number else 0.01)
        if not keys:
            cannot(f"nothing is kept ready for {person.name}")
        await ready.expire(keys)
        deadline = self.stage.clock.deadline()
        while any([await ready.seconds_left(key) != -2 for key in keys]):
            if deadline.left == 0:
                cannot("what is kept ready does not expire")
            await asyncio.sleep(0.002)
        self.stage.story.tell("scenario", f"{len(keys)} things that were kept ready for {person.name} have expired")

    def open_at_once(self, person: "Person", thing: str, times: int) -> None:
        """First once, then so many times at once through every server; each time after it has expired."""
        self.stage.do(lambda: self._open_at_once(person, thing, times), f"the {thing} to be opened at once")

    async def _open_at_once(self, person: "Person", thing: str, times: int) -> None:
        thread, servers = person.conversation.thread, len(self.stage.deployment.doors.rest)
        overheard = Overheard(self.stage.deployment.postgres)
        ways = [self.stage.deployment.way(one.name, "postgres") for one in self.stage.deployment.instances]
        await overheard.begin()
        try:
            place = overheard.place()
            alone = await self._open(person, thread, 0, thing)
            self._asked_for_one = len(overheard.about(thread, place))
            await self._let_expire(person, number=1)
            place = overheard.place()
            # Storage takes its time, so that all of them have arrived before the first is made.
            for way in ways:
                await way.slow(SLOW_SECONDS)
            together = await asyncio.gather(
                *(self._open(person, thread, number % servers, thing) for number in range(times))
            )
            self._asked_for_all = len(overheard.about(thread, place))
        finally:
            await overheard.end()
            for way in ways:
                await way.restore()
        starts = sorted(one.moment.ns - int(one.seconds * 1e9) for one in together)
        if starts[1] >= min(one.moment.ns for one in together):
            cannot("the requests followed each other instead of being under way at once")
        self.answers[person.name] = [alone, *together]

    def open_together(self, group: "Group", thing: str, times: int) -> None:
        """Everyone opens this so many times, all at the same time, through every server."""
        servers = len(self.stage.deployment.doors.rest)
        asking: list[Asking] = [
            lambda person=person, number=number: self._open(  # type: ignore[misc]
                person, person.conversation.thread, number % servers, thing
            )
            for number in range(times)
            for person in group
        ]
        found = at_once(self.stage, asking, f"everybody opens the {thing}")
        for place, person in enumerate(group):
            self.answers[person.name] = found[place :: len(group.people)]

    def rename_at_once(self, person: "Person", times: int) -> None:
        """The person gives the conversation so many names, all at once, through every server."""
        thread, servers = person.conversation.thread, self.stage.deployment.doors.rest
        self.names = [f"Name {number} {person.identity.marker}" for number in range(1, times + 1)]

        async def rename(number: int, name: str) -> Outcome:
            return await self.stage.rest.ask(
                "PUT",
                f"{servers[number % len(servers)]}/api/threads/{thread}",
                asked=f"{person.name} renames the conversation",
                seconds=10.0,
                token=person.token,
                body={"title": name},
            )

        asking: list[Asking] = [
            lambda number=number, name=name: rename(number, name)  # type: ignore[misc]
            for number, name in enumerate(self.names)
        ]
        self.answers[person.name] = at_once(self.stage, asking, "the names are given")

    async def close(self) -> None:
        """Nobody reads any more; for the end of a scenario."""
        for task in self._readers:
            task.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    # Judgements

    def expect_nothing_old(self, person: "Person") -> None:
        """Whoever asks after the last result was confirmed, or was seen by anybody, is told of no other one."""
        last = person.conversation.analyses[-1]
        ending = last.ending()
        if ending is None or len(person.conversation.analyses) < 2:
            cannot(f"no second result was confirmed to {person.name}")
        self.stage.do(lambda: self._until_read_again(ending.moment), "what is kept ready to be read")
        readings = list(self.readings)
        new = sorted((one for one in readings if one.run == last.run), key=lambda one: one.ended)
        since = min([ending.moment, *(one.ended for one in new[:1])])
        old = [one for one in readings if one.asked > since and one.run != last.run]
        before = [one for one in readings if one.run == person.conversation.analyses[0].run]
        if not before:
            cannot("nobody read the first result before it was replaced")
        self.stage.story.observed("readings after the confirmation", len(new), f"{len(before)} before")
        if old:
            raise Broken(
                f"nobody sees what was before, once the last result of {person.name} is confirmed",
                f"{len(old)} of {len(new) + len(old)} readings tell of another result",
                [f"confirmed at {since}", *(str(one) for one in old[:20])],
            )

    def expect_right_figures(self, group: "Group") -> None:
        """Every answer to each of these people tells the figures of that person's own result, and no other's."""
        everybody = {person.name: Figures.of(person.conversation.analysis.shown_result()) for person in group}
        stored = {person.name: Figures.of(person.conversation.analysis.stored().get("result")) for person in group}
        rows: list[tuple[str, int, str]] = []
        wrong: list[str] = []
        for person in group:
            answers = self.answers.get(person.name, [])
            if not answers:
                cannot(f"{person.name} has not opened anything")
            told = [figures_in(one) for one in answers]
            rows.append((person.name, len(told), dollars(everybody[person.name].monthly)))
            if stored[person.name] != everybody[person.name]:
                wrong.append(f"what is stored for {person.name} tells {stored[person.name]}")
            wrong += [
                f"{one}: {figures}"
                for one, figures in zip(answers, told, strict=True)
                if not one.accepted or figures != everybody[person.name] or not figures.parts
            ]
        self.stage.story.observed("answers that were compared", sum(row[1] for row in rows))
        self.stage.story.compared("What was told", ("person", "answers", "savings a month"), rows)
        if wrong:
            raise Broken(
                "every answer tells the figures of the person's own result",
                f"{len(wrong)} do not: {wrong[0][:160]}",
                wrong[:20],
            )

    def expect_one_name(self, person: "Person") -> None:
        """Every change was confirmed, and one of the names is the name, wherever one looks."""
        thread = person.conversation.thread

        async def look() -> dict[str, str]:
            found = {}
            for number, base in enumerate(self.stage.deployment.doors.rest, start=1):
                for place, path in (("conversation", f"/api/threads/{thread}"), ("list", "/api/threads?limit=100")):
                    outcome = await self.stage.rest.ask(
                        "GET", base + path, asked=f"{person.name} looks", seconds=10.0, token=person.token
                    )
                    listed = outcome.body if isinstance(outcome.body, list) else [outcome.body]
                    title = next((one.get("title") for one in listed if one.get("id") == thread), None)
                    found[f"{place}, server {number}"] = str(title)
            rows = await self.stage.rows.of("threads", "id", thread)
            return found | {"stored": str(rows[0]["metadata_"].get("title")) if rows else "nothing"}

        found = self.stage.do(look, "the name of the conversation")
        refused = [one for one in self.answers.get(person.name, []) if not one.accepted]
        self.stage.story.observed("places that tell the name", len(found), next(iter(found.values())))
        self.stage.story.compared("The name of the conversation", ("place", "name"), list(found.items()))
        if refused or len(set(found.values())) != 1 or found["stored"] not in self.names:
            raise Broken(
                "one of the names that were confirmed is the name, everywhere",
                f"{len(refused)} were not confirmed; the places tell {', '.join(sorted(set(found.values())))}",
                [f"{place}: {name}" for place, name in found.items()],
            )

    def expect_asked_once(self, thing: str) -> None:
        """For all requests together storage was asked what it is asked for one."""
        if not self._asked_for_one:
            cannot("nobody listened to what storage was asked")
        detail = f"{self._asked_for_one} questions for one request, {self._asked_for_all} for all"
        self.stage.story.observed("questions to storage", self._asked_for_all, detail)
        if self._asked_for_all != self._asked_for_one:
            raise Broken(
                f"storage is asked for the {thing} once, however many want them",
                f"{self._asked_for_all} questions instead of {self._asked_for_one}",
            )


def figures_in(outcome: Outcome) -> Figures:
    """The figures that an answer tells; those of a compiled answer stand in its result."""
    body: Any = outcome.body if isinstance(outcome.body, dict) else {}
    return Figures.of(body.get("result") or body)
