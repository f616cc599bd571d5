"""Many customers who ask again and again, all at the same moment each time, and how they fare beside each other."""

import asyncio
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from support.cast.kept import Figures
from support.cast.stage import Stage, cannot
from support.cast.stopwatch import expect_fair
from support.cast.together import all_done, demand_together, few_at_once
from support.cast.wholeness import flaws
from support.facts import update as kinds
from support.facts.limit import Limit
from support.facts.verdict import Broken, hurts
from support.outside.bills import CLOUDS

if TYPE_CHECKING:
    from support.cast.analysis import Analysis
    from support.cast.person import Person


class BusyHour:
    """Rounds of questions; a round ends when everybody has seen the answer."""

    def __init__(self, people: "Sequence[Person]", stage: Stage) -> None:
        self.people = tuple(people)
        self.stage = stage
        self._rounds: list[dict[str, float]] = []

    # Verbs

    def connect(self) -> None:
        """Everybody connects, spread over all servers, and begins a conversation."""
        servers = len(self.stage.deployment.doors.rest)

        async def begin(numbered: "tuple[int, Person]") -> None:
            number, person = numbered
            person.server = number % servers
            await person.presence.enter()
            await person.begin_conversation()

        async def all_of_them() -> None:
            await few_at_once(begin, enumerate(self.people))

        self.stage.do(all_of_them, "everybody to connect")

    def ask(self, rounds: int) -> None:
        """Everybody asks, so many times, each time at the same moment; demands that each analysis comes to an end."""

        async def one_round() -> None:
            done = await asyncio.gather(*(self._be_answered(person) for person in self.people))
            endings = [ending.moment for one in done if (ending := one.ending())]
            demand_together([analysis.asked for analysis in done], endings)
            waits = zip(done, endings, strict=True)
            self._rounds.append({one.person.name: moment.seconds_since(one.asked) for one, moment in waits})

        for number in range(rounds):
            self.stage.do(one_round, f"round {number + 1} of the questions")
            longest = max(self._rounds[-1].values())
            self.stage.story.tell("scenario", f"round {number + 1}: all have the answer after {longest:.2f} s")

    def ask_spread_over(self, time: Limit) -> None:
        """Everybody asks once, evenly spread over so much time, while all are connected; as `ask` otherwise."""

        async def ask_at(begin: float, person: "Person") -> "Analysis":
            await asyncio.sleep(max(0.0, begin - asyncio.get_running_loop().time()))
            return await self._be_answered(person)

        async def all_of_them() -> None:
            pause, now = time.seconds / len(self.people), asyncio.get_running_loop().time()
            asking = (ask_at(now + number * pause, person) for number, person in enumerate(self.people))
            done = await all_done(asking)
            endings = [(one, ending.moment) for one in done if (ending := one.ending())]
            self._rounds.append({one.person.name: moment.seconds_since(one.asked) for one, moment in endings})

        self.stage.do(all_of_them, "everybody to ask and to be answered")
        longest = max(self._rounds[-1].values())
        self.stage.story.tell("scenario", f"{len(self.people)} people were answered, within {longest:.2f} s each")

    async def _be_answered(self, person: "Person") -> "Analysis":
        await person.conversation.ask()
        analysis = person.conversation.analysis
        await person.transcript.until(analysis.ending, self.stage.clock.deadline(), f"the answer to {person.name}")
        return analysis

    # Judgements

    def expect_connected(self) -> None:
        """Nobody's connection, the one that was opened at first, has ended."""
        lost = [one for one in self.people if len(one.tabs) != 1 or not one.tab.open]
        self.stage.story.observed("connections that lasted", len(self.people) - len(lost))
        if lost:
            names = [one.name for one in lost]
            raise Broken("nobody loses the connection", f"lost by {', '.join(names[:5])}", hurt=names)

    def expect_all_delivered(self) -> None:
        """Everybody saw each of the own analyses whole, on the one connection that was opened at first."""
        for person in self.people:
            with hurts(person.name):
                self._expect_delivered(person)

    def _expect_delivered(self, person: "Person") -> None:
        analyses = person.conversation.analyses
        numbers = {one.run: {update.sequence for update in one.updates()} for one in analyses}
        wrong = [] if len(person.tabs) == 1 and person.tab.open else ["the connection was lost"]
        for one in analyses:
            others = [n for run, found in numbers.items() if run != one.run for n in found]
            wrong += flaws(one.updates(), tools=CLOUDS, elsewhere=others)
        self.stage.story.observed(f"live updates shown to {person.name}", sum(map(len, numbers.values())))
        if wrong or len(analyses) != len(self._rounds) or not analyses:
            raise Broken(
                f"{len(self._rounds)} whole analyses, each update once and in order",
                "; ".join(wrong) or f"{len(analyses)} analyses",
                [str(update) for one in analyses for update in one.updates()],
            )

    def expect_right(self) -> None:
        """The answers that everybody was shown tell the savings that are in the own bills."""
        wrong, number = {}, 0
        for person in self.people:
            told = [Figures.of(one.shown_result()).monthly for one in person.conversation.analyses]
            number += len(told)
            if set(told) != {person.advice.monthly_savings}:
                wrong[person.name] = f"{person.name} was told {told}, and can save {person.advice.monthly_savings}"
        self.stage.story.observed("answers that were compared with the bills", number)
        if wrong:
            raise Broken(
                "everybody is told the savings that are in the own bills", "; ".join(wrong.values()), hurt=[*wrong]
            )

    def expect_rounds(self, limit: Limit) -> None:
        """In each round everybody had the answer within the limit."""
        longest = [max(waits.values()) for waits in self._rounds]
        self.stage.story.observed("rounds of questions", len(longest))
        if longest:
            self.stage.story.measured("seconds until everybody had the answer, longest round", max(longest))
        if not longest or max(longest) > limit.seconds:
            raise Broken(f"a round is answered within {limit}", f"the rounds took {_seconds(longest)}")

    def expect_prompt(self, limit: Limit) -> None:
        """What the outside world answered is shown within the limit on average, by the suite's own clock."""
        delays = [delay for person in self.people for delay in self._delays(person)]
        self.stage.story.observed("ends of a billing's work that were shown", len(delays))
        wanted = len(CLOUDS) * len(self._rounds) * len(self.people)
        if len(delays) != wanted:
            cannot(f"of {wanted} ends of a billing's work {len(delays)} can be compared")
        average = statistics.mean(delays)
        self.stage.story.measured("seconds until an update was shown, average", average)
        if average > limit.seconds:
            raise Broken(
                f"an update is shown within {limit} on average",
                f"the average of {len(delays)} is {average:.2f} s, the longest {max(delays):.2f} s",
            )

    def _delays(self, person: "Person") -> list[float]:
        """For each billing call the seconds from its answer to the update that told of it, in their order."""
        calls = self.stage.do(lambda: person.sources.world.calls(person.identity.user), "what was asked")
        found = []
        for cloud in CLOUDS:
            answered = [call.ended_at for call in calls if call.what == cloud and call.ended_at]
            shown = [
                update.moment
                for one in person.conversation.analyses
                for update in one.updates()
                if update.kind == kinds.TOOL_ENDED and cloud in update.tool
            ]
            found += [late.seconds_since(early) for early, late in zip(answered, shown, strict=False)]
        return found

    def expect_fair(self, times: int) -> None:
        """By the middle of the rounds nobody waits so many times as long as somebody else."""
        waits = {person.name: [one[person.name] for one in self._rounds] for person in self.people}
        expect_fair(self.stage, waits, times)


def _seconds(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.2f} s" for number in numbers) or "no time at all"
