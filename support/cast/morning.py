"""Many customers at work at the same time, as in the morning: each lists, opens, changes and writes in turn.

Requests are begun at an even pace, each at its own time, whatever became of those before it. Meanwhile controls are
taken all the while, which tell how busy the machine is.
"""

import asyncio
import itertools
import statistics
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.cast.stage import Stage, demand
from support.cast.stopwatch import FOREVER, control, decide, expect_fair, wait_for
from support.facts.limit import Limit
from support.facts.outcome import Outcome
from support.facts.verdict import Broken, Inconclusive, hurts
from support.facts.waits import QUIET_CONTROL, Wait, judge_average

if TYPE_CHECKING:
    from support.cast.person import Person

PACE = 30
"""Requests a second: what two cores carry although other scenarios run beside this one."""
CONTROL_EVERY = 0.1
SLOW_SHARE = 0.05
"""Nineteen of twenty answers must not be slow."""
ACTIONS = ("list", "open", "change", "write")
ANSWER_SECONDS = 10.0
FELT_SECONDS = 0.3
"""Where only a few waits are compared, a difference counts from here on: less comes by chance."""


@dataclass(frozen=True)
class Done:
    """One request.

    Attributes:
        person, action, outcome: who made it, what it was, and what came of it.
        text: the message or the name that was sent with it.
        wrong: what is wrong with the answer; "" for nothing.
    """

    person: "Person"
    action: str
    outcome: Outcome
    text: str = ""
    wrong: str = ""

    @property
    def served(self) -> bool:
        """Whether it was answered, and rightly: whoever is told something else soon has not been served."""
        return self.outcome.accepted and not self.wrong

    @property
    def seconds(self) -> float:
        """How long the right answer took; for ever where none came."""
        return wait_for(self.outcome) if self.served else FOREVER

    @property
    def began(self) -> int:
        """When it was sent, on the clock of moments."""
        return self.outcome.moment.ns - int(self.outcome.seconds * 1e9)

    def __str__(self) -> str:
        return f"{self.outcome}" + (f", {self.wrong}" if self.wrong else "")


class Morning:
    """What many do at the same time, and how they fare."""

    def __init__(self, people: "Sequence[Person]", stage: Stage) -> None:
        self.people = tuple(people)
        self.stage = stage
        self._done: list[Done] = []
        self._numbers = itertools.count(1)
        self.beside = 0.0
        """Seconds that a control took on average meanwhile."""

    # Verbs

    def begin(self) -> None:
        """Everybody has a conversation; a customer comes through one server or the other."""
        servers = len(self.stage.deployment.doors.rest)

        async def begin() -> None:
            for number, person in enumerate(self.people):
                person.server = number % servers
                demand(await self._ask(person, "list"))
                await person.begin_conversation()

        self.stage.do(begin, "everybody to begin a conversation")

    def work(self, times: int) -> None:
        """Everybody does each of the four things, so many times."""

        async def work() -> None:
            async with self.beside_controls():
                now = asyncio.get_running_loop().time()
                turns = enumerate(itertools.product(range(times), ACTIONS, self.people))
                doing = (self.act(person, action, now + number / PACE) for number, (_, action, person) in turns)
                await asyncio.gather(*doing)

        self.stage.do(work, "everybody to work")
        words = f"{len(self._done)} requests of {len(self.people)} customers, {PACE} a second"
        self.stage.story.tell("scenario", f"{words}; controls took {self.beside * 1000:.0f} ms on average")

    @asynccontextmanager
    async def beside_controls(self) -> AsyncIterator[None]:
        """Takes controls for as long as the block works."""
        beside: list[float] = []
        looking = asyncio.create_task(self._take_controls(beside))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        self.beside = statistics.mean(beside) if beside else float("inf")

    async def act(self, person: "Person", action: str, begin: float) -> Done:
        """One of the four things, begun at its time by the loop's clock, whatever became of those before it."""
        await asyncio.sleep(max(0.0, begin - asyncio.get_running_loop().time()))
        number = next(self._numbers)
        thing = {"write": "Note", "change": "Name"}.get(action, "")
        text = f"{thing} {number} of {person.name} {person.identity.marker}" if thing else ""
        known = [one.text for one in self._done if one.person is person and one.action == "write" and one.served]
        outcome = await self._ask(person, action, text)
        done = Done(person, action, outcome, text, wrong_with(person, action, outcome, text, known))
        self._done.append(done)
        return done

    async def _take_controls(self, beside: list[float]) -> None:
        for server in itertools.cycle(range(len(self.stage.deployment.doors.rest))):
            beside.append(await control(self.stage, server))
            await asyncio.sleep(CONTROL_EVERY)

    async def _ask(self, person: "Person", action: str, text: str = "") -> Outcome:
        path = "/api/threads"
        if action != "list":
            path += f"/{person.conversation.thread}"
        method, path, body = {
            "list": ("GET", f"{path}?limit=50", None),
            "open": ("GET", f"{path}/messages?limit=50", None),
            "change": ("PUT", path, {"title": text}),
            "write": ("POST", f"{path}/messages", {"message": text}),
        }[action]
        return await self.stage.rest.ask(
            method,
            self.stage.deployment.doors.rest[person.server] + path,
            asked=f"{person.name}: {action}",
            seconds=ANSWER_SECONDS,
            token=person.token,
            body=body,
        )

    # Judgements

    def expect_average(self, limit: Limit, action: str = "") -> None:
        """A request, or one of this kind, is answered within the limit on average."""
        what = f"{action or 'any request'} is answered within {limit} on average"
        decide(*judge_average(self._waits(action), limit.seconds), what)

    def _waits(self, action: str) -> list[Wait]:
        waits = [Wait(one.seconds, self.beside) for one in self._done if action in ("", one.action)]
        self.stage.story.observed(f"requests: {action or 'all kinds'}", len(waits))
        if waits:
            self.stage.story.measured(f"seconds, {action or 'any request'}, average", _mean(waits))
        return waits

    def expect_steady(self, action: str, limit: Limit) -> None:
        """Of the requests of this kind at most one in twenty takes longer than the limit, and none fails at all."""
        waits = self._waits(action)
        failed = [str(one) for one in self._done if not one.served]
        slow = sum(one.seconds > limit.seconds for one in waits)
        words = f"{slow} of {len(waits)} took longer than {limit}, {len(failed)} of all requests failed"
        if failed or not waits:
            raise Broken("no request fails", words, failed[:20])
        self.demand_few_slow(slow, len(waits), limit, words)

    def demand_few_slow(self, slow: int, asked: int, limit: Limit, words: str) -> None:
        """Broken when more than one request in twenty is slow; Inconclusive when the machine was, too."""
        if slow > asked * SLOW_SHARE:
            if self.beside > limit.seconds * QUIET_CONTROL:
                raise Inconclusive(f"the machine was busy: {words}; controls took {self.beside * 1000:.0f} ms")
            raise Broken(f"nineteen of twenty are answered within {limit}", words)

    def expect_fair(self, times: int) -> None:
        """By the middle of each one's waits nobody waits so many times as long as somebody else, for nothing at all."""
        waits = {person.name: [one.seconds for one in self._done if one.person is person] for person in self.people}
        expect_fair(self.stage, waits, times)
        for action in ACTIONS:
            self._expect_fair_at(action, times)

    def _expect_fair_at(self, action: str, times: int) -> None:
        """Nobody waits so many times as long as most do whenever this is done, and for so long that it is felt.

        Of one thing everybody does little: what came to somebody soon a single time was no rule.
        """
        waits = {
            person.name: min(one.seconds for one in self._done if one.person is person and one.action == action)
            for person in self.people
        }
        middle = statistics.median(one.seconds for one in self._done if one.action == action)
        slowest = max(waits, key=lambda name: waits[name])
        if waits[slowest] >= max(times * middle, FELT_SECONDS):
            words = f"to {action} takes {slowest} {waits[slowest]:.3f} s at best, and everybody {middle:.3f} s"
            self.demand_quiet(words)
            with hurts(slowest):
                raise Broken(f"nobody waits {times} times as long as somebody else for anything", words)

    def demand_quiet(self, words: str) -> None:
        """Inconclusive where the machine was so busy that waits which are felt say nothing of Netra."""
        if self.beside > FELT_SECONDS * QUIET_CONTROL:
            raise Inconclusive(f"the machine was busy: {words}; controls took {self.beside * 1000:.0f} ms")

    def expect_kept(self) -> None:
        """What was confirmed to everybody is stored and told, once, in the own conversation, under its last name.

        What was not confirmed may be there or not, but not twice: whoever wrote it does not know.
        """
        rows = []
        for person in self.people:
            written = [one for one in self._done if one.person is person and one.action == "write"]
            wanted = sorted(one.text for one in written if one.outcome.accepted)
            unclear = {one.text for one in written if not one.outcome.accepted}
            outcome = self.stage.do(lambda: self._ask(person, "open"), f"what {person.name} wrote")  # noqa: B023
            thread = person.conversation.thread
            kept = self.stage.do(lambda: self.stage.rows.messages(thread), "what is stored")  # noqa: B023
            told = but_one_of_each(unclear, (said.get("content") for said in outcome.field("messages") or []))
            stored = but_one_of_each(unclear, (row["content"] for row in kept))
            named = self.stage.do(lambda: self.stage.rows.of("threads", "id", thread), "the stored name")  # noqa: B023
            name = str(named[0]["metadata_"].get("title")) if named else ""
            names = may_be_last([one for one in self._done if one.person is person and one.action == "change"])
            rows.append((person.name, len(wanted), len(told), len(stored), name))
            if name not in names:
                with hurts(person.name):
                    raise Broken(f"the conversation of {person.name} is called {' or '.join(names)}", f"it is '{name}'")
            if not wanted or told != wanted or stored != wanted:
                with hurts(person.name):
                    raise Broken(
                        f"what {person.name} wrote is there, once",
                        f"{len(wanted)} were written, {len(told)} are told and {len(stored)} stored",
                    )
        self.stage.story.observed("customers whose messages were compared", len(rows))
        self.stage.story.compared(
            "What many wrote at the same time", ("customer", "wrote", "told", "stored", "name"), rows
        )


def wrong_with(person: "Person", action: str, outcome: Outcome, text: str, known: Sequence[str]) -> str:
    """What is wrong with an answer, by what this person has and by what was confirmed before; "" for nothing."""
    if not outcome.accepted:
        return ""
    if action == "list":
        listed = [str(one.get("id")) for one in outcome.body or []] if isinstance(outcome.body, list) else []
        own = sorted(one.thread for one in person.conversations)
        return "" if sorted(listed) == own else f"{len(listed)} conversations are listed, and not the {len(own)} own"
    if action == "open":
        shown = [str(one.get("content")) for one in outcome.field("messages") or []]
        foreign = [words for words in shown if person.identity.marker not in words]
        missing = set(known) - set(shown)
        return f"{len(missing)} messages are missing, {len(foreign)} others are shown" if missing or foreign else ""
    told = outcome.field("content" if action == "write" else "title")
    return "" if told == text else f"'{told}' is confirmed for '{text}'"


def may_be_last(changes: Sequence[Done]) -> list[str]:
    """The names that a conversation may have: those after whose end no other one was sent that was confirmed."""
    confirmed = [one for one in changes if one.outcome.accepted]
    return [one.text for one in changes if not any(one.outcome.moment.ns < later.began for later in confirmed)]


def but_one_of_each(unclear: set[str], texts: Iterable[object]) -> list[str]:
    """The texts, sorted, but one of each of which nobody knows whether it is there."""
    left, found = set(unclear), list[str]()
    for text in map(str, texts):
        if text in left:
            left.remove(text)
        else:
            found.append(text)
    return sorted(found)


def _mean(waits: Sequence[Wait]) -> float:
    return statistics.mean(one.seconds for one in waits)
