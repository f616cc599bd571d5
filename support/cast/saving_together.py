"""Many conversations that several people save at the same moment, over connections that are fewer than these."""

import asyncio
import statistics
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from support.cast.netra import Netra
from support.cast.stage import Stage, cannot
from support.cast.stopwatch import control, decide, wait_for
from support.cast.together import at_once
from support.facts.limit import Limit
from support.facts.outcome import Outcome
from support.facts.verdict import Broken
from support.facts.waits import Wait, judge, judge_average

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.person import Person

LOOK_SECONDS = 0.005
ANSWER_SECONDS = 10.0
"""How long anybody waits for an answer: longer than any limit on it."""


@dataclass(frozen=True)
class Wanted:
    """One conversation that somebody saves."""

    person: "Person"
    title: str
    texts: tuple[str, ...]
    server: int


class SavingTogether:
    """What was saved at the same moment, what came of it, and how many connections to storage that took."""

    def __init__(self, stage: Stage, netra: Netra) -> None:
        self.stage, self._netra = stage, netra
        self._most = 0
        self._wanted: list[Wanted] = []
        self._outcomes: list[Outcome] = []
        self._waits: list[Wait] = []
        self._used: dict[str, int] = {}

    # Verbs

    def over_few(self, most: Limit) -> None:
        """Each server has so many connections to its storage, by the setting of this deployment."""
        self._netra.demand_setting("connections", most)
        self._most = int(most.seconds)

    def save(self, group: "Group", number: int, messages: int) -> None:
        """Everyone saves so many conversations, all released at once; as many as there are must be under way."""
        servers = len(self.stage.deployment.doors.rest)
        for count in range(number):
            for place, person in enumerate(group):
                title = f"Number {count + 1} of {person.traits.company} {person.identity.marker}"
                texts = tuple(f"Part {n} of {title}" for n in range(1, messages + 1))
                self._wanted.append(Wanted(person, title, texts, (place + count) % servers))
        if self._most and len(self._wanted) < 2 * self._most * servers:
            cannot(f"{len(self._wanted)} conversations are not twice as many as the connections of {servers} servers")
        over = asyncio.Event()
        looking = self.stage.do(lambda: self._begin_to_look(over), "a look at the connections")
        before = self.stage.do(self._control, "a control")
        what = f"{len(self._wanted)} conversations are saved"
        saving = [partial(self._save, one) for one in self._wanted]
        self._outcomes = at_once(self.stage, saving, what, least=len(saving))
        beside = max(before, self.stage.do(self._control, "a control"))
        self.stage.do(lambda: self._end_to_look(looking, over), "the look at the connections to end")
        self._waits = [Wait(wait_for(outcome), beside) for outcome in self._outcomes]

    async def _save(self, wanted: Wanted) -> Outcome:
        return await self.stage.rest.ask(
            "POST",
            f"{self.stage.deployment.doors.rest[wanted.server]}/api/threads",
            asked=f"{wanted.person.name} saves a conversation",
            seconds=ANSWER_SECONDS,
            token=wanted.person.token,
            body={"title": wanted.title, "messages": list(wanted.texts)},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )

    async def _control(self) -> float:
        servers = range(len(self.stage.deployment.doors.rest))
        return statistics.mean([await control(self.stage, server) for server in servers])

    async def _begin_to_look(self, over: asyncio.Event) -> "asyncio.Task[None]":
        return asyncio.create_task(self._look(over))

    async def _look(self, over: asyncio.Event) -> None:
        last = False
        while not last:
            # Whatever was opened meanwhile is still open at the last look, which begins after everything was answered.
            last = over.is_set()
            for server, number in (await self.stage.rows.connections()).items():
                self._used[server] = max(self._used.get(server, 0), number)
            await asyncio.sleep(LOOK_SECONDS)

    async def _end_to_look(self, looking: "asyncio.Task[None]", over: asyncio.Event) -> None:
        over.set()
        await looking

    # Judgements

    def expect_whole(self, group: "Group") -> None:
        """Every one was confirmed, every server tells it once with its messages, and it is stored so for its owner."""
        wrong = [str(outcome) for outcome in self._outcomes if not outcome.accepted]
        rows = []
        for person in group:
            wanted = sorted((one.title, one.texts) for one in self._wanted if one.person is person)
            told = self.stage.do(lambda: self._told(person), f"what is told to {person.name}")  # noqa: B023
            stored = self.stage.do(lambda: self._stored(person), f"what is stored for {person.name}")  # noqa: B023
            rows.append((person.name, len(wanted), *map(len, told), len(stored)))
            if any(one != wanted for one in (*told, stored)):
                wrong.append(f"{person.name}: {len(wanted)} were saved, told {told}, stored {stored}"[:400])
        servers = [f"told by server {number + 1}" for number in range(len(self.stage.deployment.doors.rest))]
        self.stage.story.observed("conversations that were saved at once", len(self._wanted))
        self.stage.story.compared(
            "Conversations saved at the same moment", ("customer", "saved", *servers, "stored"), rows
        )
        if wrong or not self._wanted:
            raise Broken("everything that was saved is there once, whole, with whoever saved it", wrong[0], wrong)

    async def _told(self, person: "Person") -> list[list[tuple[str, tuple[str, ...]]]]:
        found = []
        for server in range(len(self.stage.deployment.doors.rest)):
            listed = await person.request("GET", "/api/threads?limit=1000", "looks at the list", server=server)
            threads: list[dict[str, Any]] = listed.body if isinstance(listed.body, list) else []
            pages = [
                await person.request("GET", f"/api/threads/{one['id']}/messages?limit=1000", "reads", server=server)
                for one in threads
            ]
            texts = [tuple(str(said.get("content")) for said in page.field("messages") or []) for page in pages]
            found.append(sorted(zip((str(one.get("title")) for one in threads), texts, strict=True)))
        return found

    async def _stored(self, person: "Person") -> list[tuple[str, tuple[str, ...]]]:
        threads = await self.stage.rows.of("threads", "user_id", person.identity.user)
        found = []
        for row in threads:
            texts = tuple(said["content"] for said in await self.stage.rows.messages(row["id"]))
            found.append((str(row["metadata_"].get("title")), texts))
        return sorted(found)

    def expect_average(self, limit: Limit) -> None:
        """Saving takes no longer than this on average."""
        self._observe()
        decide(*judge_average(self._waits, limit.seconds), f"saving takes less than {limit} on average")

    def expect_slowest(self, limit: Limit) -> None:
        """Nobody waits longer than this."""
        self._observe()
        slowest = max(self._waits, key=lambda one: one.seconds, default=None)
        decide(*judge([slowest] if slowest else [], limit.seconds), f"no saving takes longer than {limit}")

    def _observe(self) -> None:
        self.stage.story.observed("waits for what was saved at once", len(self._waits))
        if self._waits:
            self.stage.story.measured("seconds until it was saved, longest", max(one.seconds for one in self._waits))

    def expect_frugal(self) -> None:
        """No server had more connections to storage at any time than it allows itself; each had some."""
        servers = {f"netra-{instance.name}" for instance in self.stage.deployment.instances}
        used = {server: number for server, number in self._used.items() if server in servers}
        self.stage.story.observed("servers whose connections were counted", len(used), str(used))
        if set(used) != servers or not self._most:
            cannot(f"the connections of {len(servers)} servers were to be counted, and those of {len(used)} were seen")
        if max(used.values()) > self._most:
            raise Broken(f"no server has more than {self._most} connections to its storage", f"they had {used}")
