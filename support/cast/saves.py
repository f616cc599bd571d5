"""Conversations that are saved as a whole, with their messages; and people who look on meanwhile."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.cast.outage import Outage
from support.cast.places import no_room
from support.cast.stage import Stage, cannot
from support.cast.writing import ANSWER_SECONDS, fate_of, hint_in, said
from support.facts.history import Attempt, Fate, History
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person

FIRST_LOOKS = 2
"""Readings that somebody who looks on must have made before anything happens."""


@dataclass(frozen=True)
class Reading:
    """What somebody saw of what a person saves: for each such conversation how many messages it had."""

    asked: Moment
    counts: tuple[int, ...]


@dataclass
class Saved:
    """What one person saves: always under the same title and the same mark."""

    person: "Person"
    title: str
    mark: str
    texts: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    looking: "asyncio.Task[None] | None" = None


class Saves:
    """What everybody saves in a scenario."""

    def __init__(self, stage: Stage, outage: Outage) -> None:
        self.stage = stage
        self.outage = outage
        self.history = History()
        self._saved: dict[str, Saved] = {}

    # Verbs

    def look_on(self, group: "Group") -> None:
        """Everyone looks at the own list of conversations all the while, through one server after the other."""

        async def begin() -> None:
            for person in group:
                saved = self.of(person)
                saved.looking = asyncio.create_task(self._look(saved))
            await self._until_looked(group, Moment.now())

        self.stage.do(begin, "everybody to look")

    async def _look(self, saved: Saved) -> None:
        server = 0
        while True:
            server = (server + 1) % len(self.stage.deployment.doors.rest)
            asked = Moment.now()
            counts = await self._counts(saved, server)
            if counts is not None:
                saved.readings.append(Reading(asked, counts))
            await asyncio.sleep(0.005)

    async def _counts(self, saved: Saved, server: int) -> tuple[int, ...] | None:
        """For each conversation of this title in the list, how many messages it has; None without an answer."""
        outcome = await self._ask(saved.person, server, "GET", "/api/threads?limit=100&offset=0")
        if not isinstance(outcome.body, list):
            return None
        found = [one for one in outcome.body if one.get("title") == saved.title]
        counts: list[int] = []
        for one in found:
            page = await self._ask(saved.person, server, "GET", f"/api/threads/{one['id']}/messages?limit=100&offset=0")
            counts += [int(one.get("message_count", -1)), len(page.field("messages") or [])]
        return tuple(counts)

    async def _until_looked(self, group: "Group", since: Moment) -> None:
        """Returns when everyone who looks on has looked again, after this moment."""
        for saved in map(self.of, group):
            deadline = self.stage.clock.deadline()
            while saved.looking and sum(one.asked > since for one in saved.readings) < FIRST_LOOKS:
                if deadline.left == 0 or saved.looking.done():
                    cannot(f"{saved.person.name} does not see the list of conversations")
                await asyncio.sleep(0.005)

    def take_room(self, place: str, person: "Person", *, once: bool = False) -> None:
        """Storage has no room at this place of what the person does, always or once."""
        self.outage.failures.begin(no_room(place, person, once=once))

    def save(self, group: "Group", number: int) -> None:
        """Everyone saves a conversation of so many messages, all at once; the outcomes are kept."""
        for person in group:
            self.of(person).texts = [
                f"Part {n} of {number} by {person.name} {person.identity.marker}" for n in range(1, number + 1)
            ]
        self.stage.do(lambda: self._save(group), "the saving")

    def save_again(self, group: "Group") -> None:
        """There is room again, and everyone saves the very same once more."""

        async def again() -> None:
            # Whoever looks on has the time to see what the failure left.
            await self._until_looked(group, Moment.now())
            await self.outage.failures.heal()
            await self._save(group)

        self.stage.do(again, "the saving")

    async def _save(self, group: "Group") -> None:
        await asyncio.gather(*(self._save_one(self.of(person)) for person in group))
        await self.outage.failures.demand_all_struck()

    async def _save_one(self, saved: Saved) -> None:
        invoked = Moment.now()
        body = {"title": saved.title, "messages": saved.texts}
        outcome = await self._ask(saved.person, saved.person.server, "POST", "/api/threads", body, saved.mark)
        saved.outcomes.append(outcome)
        self.stage.story.tell(saved.person.name, str(outcome), outcome.raw, outcome.moment)
        words = f"{outcome}{said(outcome)}"
        self.history.add(
            Attempt(saved.person.name, saved.title, invoked, Moment.now(), fate_of(outcome), hint_in(outcome), words)
        )

    async def _ask(
        self,
        person: "Person",
        server: int,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        mark: str = "",
    ) -> Outcome:
        return await self.stage.rest.ask(
            method,
            self.stage.deployment.doors.rest[server] + path,
            asked=f"{person.name} {'saves a conversation' if body else 'looks'}",
            seconds=ANSWER_SECONDS,
            token=person.token,
            body=body,
            headers={"Idempotency-Key": mark} if mark else None,
        )

    def of(self, person: "Person") -> Saved:
        """What this person saves."""
        if person.name not in self._saved:
            title = f"A whole conversation of {person.name} {person.identity.marker}"
            self._saved[person.name] = Saved(person, title, uuid.uuid4().hex)
        return self._saved[person.name]

    async def close(self) -> None:
        """Nobody looks on any more; for the end of a scenario."""
        looking = [saved.looking for saved in self._saved.values() if saved.looking]
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    # Judgements

    def expect_told(self, person: "Person") -> None:
        """What the person saved or asked last was refused, in plain words and with a hint to try again."""
        saved = self.of(person)
        last = saved.outcomes[-1] if saved.outcomes else person.last.look() if person.last else None
        if last is None:
            cannot(f"{person.name} has neither saved nor asked anything")
        self.stage.story.observed("answers to what was saved or asked", 1, f"{last}{said(last)}")
        if fate_of(last) is not Fate.REFUSED or not hint_in(last):
            raise Broken(f"{person.name} is told plainly to try again", f"{last}{said(last)}", [last.raw])

    def expect_nothing_there(self, person: "Person") -> None:
        """Nothing of what the person saved is there, told or stored, and nobody who looked on saw any of it."""
        saved = self.of(person)

        async def look() -> tuple[list[tuple[int, ...] | None], int]:
            await self._until_looked_alone(saved)
            told = [await self._counts(saved, server) for server in range(len(self.stage.deployment.doors.rest))]
            return told, await self._stored(saved)

        told, stored = self.stage.do(look, "what is left")
        seen = [reading for reading in saved.readings if reading.counts]
        self.stage.story.observed("readings of the list meanwhile", len(saved.readings), f"stored: {stored}")
        silent = [number for number, counts in enumerate(told, start=1) if counts is None]
        if any(told) or stored or seen or silent:
            raise Broken(
                f"nothing is there of what {person.name} could not save",
                f"told: {[counts for counts in told if counts]}, stored: {stored} rows, seen: {len(seen)} times, "
                f"no list at all from server: {', '.join(map(str, silent)) or 'none'}",
                [str(reading) for reading in seen[:10]],
            )

    async def _until_looked_alone(self, saved: Saved) -> None:
        from support.cast.group import Group

        await self._until_looked(Group([saved.person], self.stage), Moment.now())

    async def _stored(self, saved: Saved) -> int:
        """How many rows bear what was saved, as conversation or as message, whether or not they hang together."""
        rows = self.stage.rows
        threads = await rows.select("select 1 from threads where metadata_->>'title' = $1", saved.title)
        messages = await rows.select("select 1 from messages where content = any($1::text[])", saved.texts)
        return len(threads) + len(messages)

    def expect_whole(self, group: "Group", number: int) -> None:
        """Each conversation is there once, with all of its messages in order; nobody ever saw less of it."""
        for person in group:
            self._expect_whole(self.of(person), number)
        if len(group.people) > 1 and self.history.at_once() < 2:
            cannot("nobody saved at the same time as another")

    def _expect_whole(self, saved: Saved, number: int) -> None:
        name = saved.person.name
        last = saved.outcomes[-1] if saved.outcomes else None
        if last is None or last.kind is not Kind.ACCEPTED:
            raise Broken(f"what {name} saves is confirmed", str(last), [last.raw if last else ""])

        async def look() -> list[list[list[str]]]:
            await self._until_looked_alone(saved)
            servers = range(len(self.stage.deployment.doors.rest))
            return [await self._texts(saved, server) for server in servers]

        told = self.stage.do(look, f"what {name} saved")
        stored = self.stage.do(lambda: self._stored(saved), "what is stored")
        seen = {reading.counts for reading in saved.readings}
        self.stage.story.observed(f"messages of the conversation of {name}", number, f"{len(saved.readings)} readings")
        self.stage.story.compared(
            f"The conversation that {name} saved",
            ("source", "conversations", "messages"),
            [(f"told by server {n + 1}", len(one), sum(map(len, one))) for n, one in enumerate(told)]
            + [("stored", 1, stored - 1)],
        )
        partly = [counts for counts in seen if counts not in ((), (number, number))]
        if any(one != [saved.texts] for one in told) or stored != 1 + number or partly:
            raise Broken(
                f"the conversation of {name} is there once, with its {number} messages, and was never seen with fewer",
                f"told: {[[len(texts) for texts in one] for one in told]}, stored: {stored} rows, seen: {sorted(seen)}",
                [str(reading) for reading in saved.readings if reading.counts in partly][:10],
            )

    async def _texts(self, saved: Saved, server: int) -> list[list[str]]:
        """The texts of each conversation of this title, as one server tells them."""
        listed = await self._ask(saved.person, server, "GET", "/api/threads?limit=100&offset=0")
        found = [one for one in listed.body if one.get("title") == saved.title] if isinstance(listed.body, list) else []
        pages = [
            await self._ask(saved.person, server, "GET", f"/api/threads/{one['id']}/messages?limit=100&offset=0")
            for one in found
        ]
        return [[str(message.get("content")) for message in page.field("messages") or []] for page in pages]
