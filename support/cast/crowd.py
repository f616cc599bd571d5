"""Many customers at once, each with data that nobody else has: searched for in everything that anybody got."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

from support.cast.busy_hour import BusyHour
from support.cast.morning import Morning
from support.cast.rise import Rise
from support.cast.scarcity import Scarcity
from support.cast.stage import Stage, cannot
from support.cast.waves import Waves
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.verdict import Broken, hurts
from support.outside import modes

if TYPE_CHECKING:
    from support.cast.netra import Netra
    from support.cast.person import Person

_ROUNDS = (
    (
        "/api/threads?limit=100&offset=0",
        "/api/search?query=canary",
        "/api/memory?history=true",
        "/api/session",
        "/api/profile",
    ),
    (
        "/api/threads/{thread}",
        "/api/threads/{thread}/messages?limit=100&offset=0",
        "/api/threads/{thread}/updates?after=0",
        "/api/threads/{thread}/runs",
    ),
    (
        "/api/threads/{thread}/result",
        "/api/threads/{thread}/recommendations",
        "/api/runs/{run}",
        "/api/runs/{run}/report",
    ),
)
"""Every door behind which there is something of a customer's."""
SEGMENTS = ("free", "early", "mid", "enterprise")
_LONGEST_EVIDENCE = 20


class Crowd:
    """Customers of all segments, over all servers; `netra` is what they are connected to."""

    def __init__(self, people: "Sequence[Person]", stage: Stage, netra: "Netra") -> None:
        self.people = tuple(people)
        self.stage = stage
        self.netra = netra
        self._notes_before: Counter[str] = Counter()
        self._scarcity: Scarcity | None = None
        self.busy_hour = BusyHour(people, stage)
        self.morning = Morning(people, stage)
        self.rise = Rise(self.morning)
        self.waves = Waves(people, stage)

    # Verbs

    def look_at_notes(self) -> None:
        """Looks at what Netra wrote about itself so far: others of the same names may have been on its servers."""
        self._notes_before = self._notes()

    def be_under_way_over_few(self, connections: Limit) -> None:
        """As `be_under_way`, on servers with so few connections to storage that somebody has to wait for one."""
        self.netra.demand_setting("connections", connections)
        self._scarcity = Scarcity(self.stage, int(connections.seconds))
        self.be_under_way()

    def be_under_way(self) -> None:
        """Everybody connects and asks at once; all analyses are under way, at the AI model, at the same time."""
        doors = len(self.stage.deployment.doors.rest)

        async def begin(number: int, person: "Person") -> None:
            person.server = number % doors
            await person.sources.world.model(person.identity.user, modes.hold())
            await person.presence.enter()
            await person.begin_conversation([f"Our note is {person.identity.marker}."])

        async def all_at_once() -> None:
            await asyncio.gather(*(begin(number, person) for number, person in enumerate(self.people)))
            async with self._strain("everybody asks"):
                await asyncio.gather(*(person.conversation.ask() for person in self.people))
            limit = max(0.1, self.stage.clock.deadline().seconds)
            asked = (
                person.sources.world.until_asked(person.identity.user, "model", limit=limit) for person in self.people
            )
            await asyncio.gather(*asked)

        self.stage.do(all_at_once, "every analysis to be under way")
        begun = sum(len(person.conversation.analyses) for person in self.people)
        if begun != len(self.people):
            cannot(f"{begun} of {len(self.people)} analyses are under way at the same time")
        self.stage.story.tell("scenario", f"{begun} analyses are under way at the same time")

    def _strain(self, what: str) -> AbstractAsyncContextManager[None]:
        """Where connections are to be scarce: makes them so while the block asks, and notes whether they were."""
        return self._scarcity.demanded(what) if self._scarcity else nullcontext()

    def lose_a_server(self) -> None:
        """The server of the first customer dies, with everybody's connections to it."""
        self.netra.kill_server_of(self.people[0])

    def come_back_and_be_answered(self) -> None:
        """Whoever lost the connection comes back through another server; then the AI model answers everybody."""
        dead, doors = self.people[0].tab.server, len(self.stage.deployment.doors.rest)

        async def come_back(person: "Person") -> None:
            if person.tab.server == dead:
                person.server = (dead + 1) % doors
                await person.presence.reopen()

        async def all_together() -> None:
            await asyncio.gather(*(come_back(person) for person in self.people))
            await self._be_answered()

        self.stage.do(all_together, "everybody to come back")

    def be_answered(self) -> None:
        """The AI model answers everybody at the same time."""
        self.stage.do(self._be_answered, "the AI model to answer")

    async def _be_answered(self) -> None:
        await asyncio.gather(*(person.sources.script_silently() for person in self.people))
        await asyncio.gather(*(person.sources.world.release(person.identity.user) for person in self.people))

    # Judgements

    def expect_own_analyses(self, limit: Limit) -> None:
        """Everybody sees exactly their own analysis, whole, within the limit, counted from now for all of them."""
        since = Moment.now()
        for person in self.people:
            with hurts(person.name):
                person.watching.expect_own_analysis_whole(limit, since)

    def expect_no_crossing(self) -> None:
        """In every byte that anybody received, asked for or not, there is nothing of anybody else."""

        async def read() -> list[str]:
            refused = []
            # A page opens several doors at once. All doors of everybody at once would measure how long Netra takes.
            for number in range(len(_ROUNDS)):
                async with self._strain("everybody reads"):
                    answers = await asyncio.gather(*(self._read(person, number) for person in self.people))
                refused += [str(answer) for found in answers for answer in found if not answer.accepted]
            return refused

        crossed = self.stage.do(read, "what everybody has")
        bytes_ = sum(len(person.transcript.text) for person in self.people)
        self.stage.story.observed("characters that the customers received on their connections", bytes_)
        crossed += [f"{person.name}: {trace}" for person in self.people for trace in person.privacy.traces()]
        if crossed or not bytes_:
            raise Broken(
                f"nothing of one of {len(self.people)} customers reaches another",
                "; ".join(crossed[:5]) or "nothing reached anybody",
                crossed[:_LONGEST_EVIDENCE],
                [one.name for one in self.people if any(f" of {one.name}" in words for words in crossed)],
            )
        for person in self.people:
            person.privacy.demand_findable()

    async def _read(self, person: "Person", number: int) -> list[Outcome]:
        """What Netra tells a customer at every door of one round."""
        thread, run = person.conversation.thread, person.conversation.analysis.run
        paths = [path.format(thread=thread, run=run) for path in _ROUNDS[number]]
        return await asyncio.gather(*(person.request("GET", path, f"asks for {path}") for path in paths))

    def expect_kept_ready_apart(self) -> None:
        """Whatever is kept ready under one customer's name holds nothing of another, and nothing hangs in between."""
        entries = self.stage.do(self.stage.ready.everything, "what is kept ready")
        mixed, hurt = [], []
        ready: Counter[str] = Counter()
        for key, value in entries:
            owners = [person for person in self.people if person.identity.user in key]
            reader = owners[0] if owners else None
            inside = [person for person in self.people if person.privacy.told_in(value, reader)]
            ready.update(person.name for person in inside if person in owners)
            if (inside and inside != owners) or len(owners) > 1:
                names = ", ".join(person.name for person in inside)
                hurt += [person.name for person in inside if len(owners) > 1 or person not in owners]
                mixed.append(f"{key.partition(':')[0]} of {reader.name if reader else 'nobody'} holds: {names}")
        self.stage.story.observed("things of these customers that are kept ready for them", ready.total())
        bare = [person.name for person in self.people if not ready[person.name]]
        if mixed or bare:
            raise Broken(
                "what is kept ready for a customer holds that customer's things alone",
                "; ".join(mixed[:5]) or f"nothing is kept ready for {', '.join(bare)}",
                mixed[:_LONGEST_EVIDENCE],
                hurt or bare,
            )

    def expect_silent_notes(self) -> None:
        """What Netra writes about itself holds nothing that a customer said, pays or has."""
        notes = self._notes()
        new = notes - self._notes_before
        detail = f"{new.total()} of them since these customers came"
        self.stage.story.observed("lines that Netra wrote about itself", notes.total(), detail)
        found = [(line, person.name) for line in new for person in self.people if person.privacy.told_in(line)]
        telling, hurt = [line for line, _ in found], [name for _, name in found]
        if telling:
            raise Broken(
                "Netra's own notes hold nothing of any customer",
                f"{len(telling)} lines do",
                telling[:_LONGEST_EVIDENCE],
                hurt,
            )

    def _notes(self) -> Counter[str]:
        """How often Netra wrote each line about itself."""
        return Counter(self.stage.do(self.stage.deployment.log_lines, "Netra's notes"))
