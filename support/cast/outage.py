"""How Netra goes through a failure: noticed, told honestly, overcome by itself, and nothing lost by it."""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from support.cast.failures import Failures
from support.cast.faults import Fault
from support.cast.picture import chart
from support.cast.readiness import Look, Readiness
from support.cast.stage import Stage, cannot
from support.cast.writing import Writing
from support.facts.history import Attempt, Fate
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.group import Group
    from support.cast.netra import Netra
    from support.cast.person import Person

OVERCOME_AFTER = Limit.parse("1 second")
"""How long a failure lasts that a Given says was overcome; whatever Netra does again and again fails meanwhile."""
WORKED_ON = "seconds until everybody worked on in spite of the failure"
WORKED_AGAIN = "seconds until everybody could work again"


P = ParamSpec("P")


def _pictured(judgement: "Callable[Concatenate[Outage, P], None]") -> "Callable[Concatenate[Outage, P], None]":
    """A judgement after which, however it ends, the report holds a picture of what has happened so far."""

    @wraps(judgement)
    def judge(outage: "Outage", /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            judgement(outage, *args, **kwargs)
        finally:
            outage.stage.story.charted(chart(outage))

    return judge


class Outage:
    """The failures of a scenario, what Netra says of itself meanwhile, and what people meet."""

    def __init__(self, stage: Stage, netra: "Netra") -> None:
        self.stage = stage
        self._netra = netra
        self.failures = Failures(stage)
        self.writing = Writing(stage)
        self.readiness = Readiness(stage)

    # Verbs

    def keep_writing(self, group: "Group") -> None:
        """Everyone keeps writing from now on."""
        self.writing.begin(list(group.people))

    def begin(self, fault: Fault) -> None:
        """Something goes wrong; from now on Netra is asked again and again whether it can serve."""
        self.stage.do(self.readiness.begin, "whether Netra says that it can serve")
        self._excuse(fault)
        self.failures.begin(fault)

    def have_overcome(self, fault: Fault) -> None:
        """Something goes wrong until every server says that it cannot serve; then it is over, and each can again.

        Lacking where none says so, as long as one has the patience to wait for it.
        """
        self.begin(fault)

        async def wait(servers: Callable[[], object], words: str) -> None:
            await self.readiness.until(servers, self.stage.clock.deadline(), words)

        began = self.failures.last.began
        no, yes = "that no server of Netra can serve", "that every server of Netra can serve again"
        with self.stage.or_lacking():
            self.stage.do(lambda: wait(lambda: all(self.readiness.refusals(began)), no), no)
        self.end(OVERCOME_AFTER)
        ended, servers = self.failures.last.ended or Moment.now(), set(range(len(self.stage.deployment.doors.rest)))
        self.stage.do(lambda: wait(lambda: servers <= self.readiness.ready_since(ended), yes), yes)

    def _excuse(self, fault: Fault) -> None:
        instances = list(self.stage.deployment.instances)
        for part in fault.parts(self.stage.deployment):
            if part in instances:
                self._netra.excuse(instances.index(part))

    def begin_during_recovery(self, fault: Fault, limit: Limit) -> None:
        """The last failure is undone when it has lasted so long, and something else goes wrong before that is done.

        Inconclusive when what failed first was back before: nothing was left to recover from then.
        """
        self._excuse(fault)
        what = f"that {fault} meanwhile"
        first = self.stage.do(lambda: self.failures.strike_while_undoing(fault, limit.seconds), what)
        struck, back = self.failures.last.began, first.ended
        if back is None or struck.seconds_since(back) >= 0:
            cannot(f"{first.fault.struck} was back before {fault}")
        self.stage.story.tell("failure", f"{back.seconds_since(struck):.3f} s later {first.fault.struck} was back")

    def begin_at_confirmation(self, fault: Fault, person: "Person") -> None:
        """Something goes wrong at the instant at which a message of a person's is confirmed."""

        async def strike() -> None:
            await self.readiness.begin()
            confirmed: asyncio.Future[Attempt] = asyncio.get_running_loop().create_future()
            striking: list[asyncio.Task[None]] = []

            def at_once(attempt: Attempt) -> None:
                if attempt.who == person.name and not confirmed.done():
                    confirmed.set_result(attempt)
                    striking.append(asyncio.create_task(self.failures.strike(fault)))

            self.writing.on_confirmed = at_once
            attempt = await confirmed
            await striking[0]
            self.stage.story.tell(person.name, f"was told: {attempt.words}", moment=attempt.ended)

        self.stage.do(strike, f"that {fault}")

    def end(self, limit: Limit) -> None:
        """The failures are over when the last of them has lasted so long; nobody does anything to Netra itself."""
        self.failures.end(limit)

    def end_and_be_noticed(self, limit: Limit) -> None:
        """The same; returns when every server says that it is ready again."""
        self.end(limit)
        self.stage.do(self.readiness.again, "every server to be ready again")

    async def close(self) -> None:
        """Ends whatever still goes on; for the end of a scenario."""
        await self.readiness.close()
        for pen in self.writing.pens.values():
            pen.task.cancel()
        await asyncio.gather(*(pen.task for pen in self.writing.pens.values()), return_exceptions=True)
        await self.failures.heal()

    # Judgements

    @_pictured
    def expect_noticed(self, limit: Limit) -> None:
        """Every server answers, soon enough, that it cannot serve; silence is no answer."""
        began = self.failures.last.began
        deadline, words = (
            self.stage.clock.deadline(limit, since=began),
            f"Netra says within {limit} that it cannot serve",
        )

        async def wait() -> list[Look]:
            await self.readiness.until(lambda: all(self.readiness.refusals(began)), deadline, "that Netra cannot serve")
            return [look for look in self.readiness.refusals(began) if look]

        noticed = self.stage.judge(wait, words)
        for look in noticed:
            deadline.expect_met(look.answered, words, look.words)
        seconds = max(look.answered.seconds_since(began) for look in noticed)
        self.stage.story.measured("seconds until Netra had noticed", seconds)
        self.stage.story.observed("servers that say they cannot serve", len(noticed), noticed[0].words)

    @_pictured
    def expect_told(self, group: "Group", limit: Limit) -> None:
        """Everyone is told in plain words to try again, and nobody that something was kept which cannot be."""
        began = self.failures.last.began
        if not self.failures.last.fault.keeps_nothing:
            cannot(f"while {self.failures.last.fault} something can be kept, and be confirmed with right")

        deadline, words = self.stage.clock.deadline(limit, since=began), f"everyone is told within {limit}"

        async def wait() -> list[list[Attempt]]:
            return [
                await self.writing.until(
                    lambda one=person: [  # type: ignore[misc]
                        a for a in self._meanwhile(began) if a.who == one.name and a.fate is not Fate.UNKNOWN
                    ],
                    deadline,
                    f"a word to {person.name}",
                )
                for person in group
            ]

        for first, *_ in self.stage.judge(wait, words):
            deadline.expect_met(first.ended, words, str(first))
        met = self._meanwhile(began)
        self.stage.story.observed("answers during the failure", len(met), met[-1].words)
        self._expect_honest(met)

    def _expect_honest(self, met: list[Attempt]) -> None:
        """Of what was answered while nothing could be kept nothing was confirmed; each refusal said to try again."""
        if false := [one for one in met if one.fate is Fate.ACKNOWLEDGED]:
            raise Broken(
                "nothing is confirmed that cannot be kept",
                f"{len(false)} confirmations while nothing could be kept",
                [str(one) for one in false[:10]],
            )
        if curt := [one for one in met if one.fate is Fate.REFUSED and not one.hint]:
            raise Broken(
                "whoever is refused is told in plain words to try again",
                f"{len(curt)} refusals do not say so: {curt[0].words}",
                [str(one) for one in curt[:10]],
            )

    def _meanwhile(self, began: Moment) -> list[Attempt]:
        return self.writing.history.between(began)

    @_pictured
    def expect_work_again(self, group: "Group", limit: Limit) -> None:
        """Everyone's writing is confirmed again, soon enough, and nobody had to start a server for it.

        As far as there are servers that nothing has befallen, each of them serves its own people again, and, once
        the failures are over, says so of itself.
        """
        if not self.failures.begun:
            cannot("nothing has gone wrong yet")
        last = self.failures.last
        since = last.ending or last.began
        serving = {n for n, one in enumerate(self.stage.deployment.instances) if one.exit is None and not one.fault}

        def again_for(person: "Person") -> Attempt | None:
            self._expect_no_server_lost()
            home = self.writing.home_of(person)
            return self.writing.confirmed_since(person.name, since, home if home in serving else None)

        deadline, words = self.stage.clock.deadline(limit, since=since), f"everyone can work again within {limit}"

        async def wait() -> list[Attempt]:
            found = [
                await self.writing.until(lambda one=person: again_for(one), deadline, f"a word to {person.name}")  # type: ignore[misc]
                for person in group
            ]
            if last.ended is not None:
                again = "that Netra can serve again"
                await self.readiness.until(lambda: serving <= self.readiness.ready_since(since), deadline, again)
            return found

        again = self.stage.judge(wait, words)
        for attempt in again:
            deadline.expect_met(attempt.ended, words, str(attempt))
        self._expect_no_server_lost()
        for entry in (one for one in self.failures.begun if one.fault.keeps_nothing and one.ending):
            self.readiness.expect_no_false_yes(entry)
        seconds = max(attempt.ended.seconds_since(since) for attempt in again)
        self.stage.story.measured(WORKED_AGAIN if last.ended is not None else WORKED_ON, seconds)
        self.stage.story.observed("people who work again", len(again), f"after {seconds:.2f} s")

    def _expect_no_server_lost(self) -> None:
        """Nobody has to restart a server that nobody has ended."""
        deployment = self.stage.deployment
        ended = [one for one in deployment.instances if one.exit is not None and not one.fault]
        if ended:
            raise Broken(
                "Netra comes through by itself",
                f"{len(ended)} of its servers ended by themselves",
                [f"{one.sentence}: exit code {one.exit.code}" for one in ended],
            )

    @_pictured
    def expect_all_there(self, group: "Group") -> None:
        """Whatever was confirmed is there once and in order, as every server tells it and as it is stored."""
        self.stage.do(self.writing.stop, "everybody to have stopped writing")
        for entry in self.failures.begun:
            if entry.fault.keeps_nothing and entry.ending:
                self._expect_honest(self.writing.history.between(entry.began, entry.ending))
        for person in group:
            self._expect_all_there(person)

    def _expect_all_there(self, person: "Person") -> None:
        history = self.writing.history.of(person.name)
        sources = self.stage.do(lambda: self._sources(person), f"what {person.name} wrote")
        findings = {name: history.compare(texts) for name, texts in sources.items()}
        first = next(iter(findings.values()))
        self.stage.story.compared(
            f"What {person.name} was told and what is there",
            ("source", "messages", "confirmed", "unknown", "wrong"),
            [
                (name, len(sources[name]), one.acknowledged, len(one.unknown), len(one.wrong))
                for name, one in findings.items()
            ],
        )
        if not first.proves:
            cannot(f"nothing was confirmed to {person.name}, so nothing could be lost")
        detail = f"{len(history.attempts)} attempts, {len(first.unknown)} of unknown outcome"
        self.stage.story.observed(f"confirmed messages of {person.name}", first.acknowledged, detail)
        self.stage.story.measured(f"confirmed messages of {person.name} that are missing", len(first.lost))
        wrong = [f"{name}: {words}" for name, one in findings.items() for words in one.wrong]
        if wrong or len({tuple(texts) for texts in sources.values()}) > 1:
            raise Broken(
                f"the {first.acknowledged} confirmed messages of {person.name} are there, once and in order",
                "; ".join(wrong[:3]) or "every source tells something else",
                [*wrong[:20], *(str(one) for one in history.attempts[-40:])],
            )

    async def _sources(self, person: "Person") -> dict[str, list[str]]:
        servers = range(len(self.stage.deployment.doors.rest))
        told = {f"told by server {n + 1}": await self.writing.told(person, n) for n in servers}
        return told | {"stored": await self.writing.stored(person)}
