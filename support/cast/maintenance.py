"""Maintenance of Netra: announced, carried out, and watched from outside."""

import asyncio
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.cast.netra import Netra
from support.cast.notices import is_as_announced, is_soon
from support.cast.stage import Stage, cannot, demand
from support.cast.workload import Control, Request, Workload, excused, not_answered, unevenness
from support.facts.frame import FrameKind
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.verdict import Broken, Inconclusive

if TYPE_CHECKING:
    from support.cast.person import Person

UNEVEN_MARGIN = 1.0
"""Percent; where so much more is missing than is permitted, the promise is broken however requests were spaced."""
LOOK_EVERY = 0.05
QUESTIONS = 20
"""Questions after which nobody believes any more that one will be refused."""


class Maintenance:
    """One maintenance.

    Attributes:
        announced: when it was announced, and for how long; it began with that.
        refused: when the first question was refused.
        replaced: from when until when the servers were stopped and started anew.
        looks: how each look from outside went, for as long as Netra was looked at.
        requests: what became of the requests of those who worked meanwhile.
    """

    def __init__(self, stage: Stage, netra: Netra, people: "dict[str, Person]") -> None:
        self.stage, self._netra, self._people = stage, netra, people
        self._operator: Person | None = None
        self.announced: tuple[Moment, Limit] | None = None
        self.refused: Moment | None = None
        self.replaced: tuple[Moment, Moment] | None = None
        self.looks: list[tuple[Moment, bool]] = []
        self.requests: list[Request] = []
        self.controls: list[Control] = []

    # Verbs

    def announce(self, operator: "Person", limit: Limit) -> None:
        """Announces that Netra will be back after so long; demands success."""
        self._netra.interrupted = True
        body = {"return_in_seconds": limit.seconds}
        self.announced = Moment.now(), limit
        for person in self._people.values():
            person.notices.announced = self.announced
        said = demand(
            self.stage.do(
                lambda: operator.request("POST", "/api/maintenance", "announces maintenance", body), "an announcement"
            )
        )
        self._operator = operator
        self.stage.story.tell(operator.name, f"announces maintenance of {limit}", said.raw)

    def announce_and_wait(self, operator: "Person", limit: Limit) -> None:
        """The same, and waits until refusing has begun, by the time that Netra itself has named."""
        self.announce(operator, limit)

        async def wait() -> None:
            rows = await self.stage.rows.select("select refuses_from from maintenance")
            # Where none is stored there is nothing to wait for; the Thens find what was announced, or find it missing.
            begins: datetime = rows[0]["refuses_from"] if rows else datetime.now(UTC)
            await asyncio.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()) + LOOK_EVERY)

        self.stage.do(wait, "the maintenance to begin")

    async def close(self) -> None:
        """Ends an announced maintenance at every server, so that each takes new work again."""
        if self._operator is None:
            return
        for server in range(len(self.stage.deployment.doors.rest)):
            said = await self._operator.request("DELETE", "/api/maintenance", "ends the maintenance", server=server)
            self.stage.story.tell(self._operator.name, str(said), said.raw, said.moment)

    def ask_until_refused(self, person: "Person") -> None:
        """Asks one question after the other until Netra refuses one, or has answered too many."""
        for _ in range(QUESTIONS):
            person.ask()
            last = person.last.outcome if person.last else None
            if last is None or not last.accepted:
                self.refused = last.moment if last else None
                return
            person.conversation.analysis.await_completion()
            self.stage.do(_a_moment, "the next question")

    def carry_out(self, operator: "Person", limit: Limit, person: "Person") -> None:
        """The whole of it: announced, every server shut down and started anew, and ended.

        All the while a person looks at a conversation again and again; what is said in it must be known beforehand.
        """
        person.records.remember()
        if not person.records.told:
            cannot(f"nothing is said in the conversation that {person.name} looks at")
        self.announce(operator, limit)
        self._netra.excuse()

        async def change() -> None:
            looking = asyncio.create_task(self._look_on(person))
            pids = [instance.pid for instance in self.stage.deployment.instances]
            try:
                await self._look_once_more()
                began = Moment.now()
                for verb in ("stop", "start"):
                    for witness in await asyncio.gather(
                        *(getattr(instance, verb)() for instance in self.stage.deployment.instances)
                    ):
                        self.stage.story.tell("Netra", str(witness))
                self.replaced = began, Moment.now()
                self._expect_replaced(pids)
                await self.close()
                await self._look_once_more()
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)

        self.stage.do(change, "Netra to be updated")

    def replace_one_by_one(self, people: "Iterable[Person]", limit: Limit) -> None:
        """One server after the other is replaced while people work, evenly, for so long."""
        self._netra.excuse()
        people = list(people)
        analyses, written = {}, {}
        for person in people:
            person.analysing.finish()
            analyses[person.name] = person.conversation.analysis
            person.start_conversation()
            first = demand(self.stage.do(person.conversation.write, f"{person.name} writes"))
            written[person.name] = str(first.field("content"))
        world = self.stage.deployment.world or cannot("nothing but Netra could be asked how busy the machine is")
        workload = Workload(people, analyses, written, world.pulse)

        async def replace() -> None:
            working = asyncio.create_task(workload.work(limit.seconds))
            pids = [instance.pid for instance in self.stage.deployment.instances]
            for instance in self.stage.deployment.instances:
                await asyncio.sleep(limit.seconds / 8)
                for witness in (await instance.stop(), await instance.start()):
                    self.stage.story.tell("Netra", str(witness))
            self._expect_replaced(pids)
            self.requests, self.controls = await working, workload.controls

        self.stage.do(replace, "the servers to be replaced")

    def _expect_replaced(self, before: list[int]) -> None:
        after = [instance.pid for instance in self.stage.deployment.instances]
        if set(before) & set(after) or not all(after):
            raise Inconclusive(f"the servers of Netra were not replaced: processes {before} and then {after}")

    async def _look_on(self, person: "Person") -> None:
        wanted = [row["content"] for row in person.records.told]
        path = f"/api/threads/{person.conversation.thread}/messages?limit=1000"
        while True:
            right = False
            for server in range(len(self.stage.deployment.doors.rest)):
                person.server = server
                outcome = await person.request("GET", path, "looks at the conversation")
                shown = outcome.body.get("messages", []) if isinstance(outcome.body, dict) else []
                if right := outcome.accepted and [one.get("content") for one in shown] == wanted:
                    break
            self.looks.append((Moment.now(), right))
            await asyncio.sleep(LOOK_EVERY)

    async def _look_once_more(self) -> None:
        """Until one more look has begun and ended."""
        seen, deadline = len(self.looks), self.stage.clock.deadline()
        while len(self.looks) < seen + 2 and deadline.left:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)

    # Judgements

    def expect_told_before_refusal(self, people: "Iterable[Person]") -> None:
        """On each tab came one notice, with words and when to return, before any question of anybody was refused."""
        refused, wrong, count = self.refused, [], 0
        for person, tab in ((one, tab.number) for one in people for tab in one.tabs):
            shown = [seen for seen in person.transcript.entries if seen.tab == tab]
            notices = [seen for seen in shown if seen.frame and seen.frame.kind is FrameKind.NOTICE]
            person.transcript.read(lambda seen, notices=notices: seen in notices)  # type: ignore[misc]
            count += len(notices)
            body: Any = notices[0].frame.body if notices and notices[0].frame else {}
            returns = body.get("return_in_seconds")
            if (
                len(notices) != 1
                or not body.get("message")
                or not is_as_announced(returns, notices[0].moment, self.announced)
            ):
                wrong.append(f"{person.name} was told {len(notices)} times on tab {tab}: {dict(body)}")
            elif refused is not None and refused < notices[0].moment:
                late = notices[0].moment.seconds_since(refused)
                wrong.append(f"{person.name} was told {late:.2f} s after the first refusal")
        self.stage.story.observed("notices of maintenance", count)
        if wrong or refused is None:
            words = "; ".join(wrong) or "nothing was refused"
            raise Broken("everybody is told, and when to return, before anything is refused", words, wrong)

    def expect_away_at_most(self, limit: Limit) -> None:
        """Netra answered rightly before and after, and between any two right answers lies no more than the limit."""
        began, ended = self.replaced or cannot("the servers of Netra were not replaced")
        right = [at for at, answered in self.looks if answered]
        gaps = [later.seconds_since(earlier) for earlier, later in itertools.pairwise(right)]
        self.stage.story.observed("looks from outside", len(self.looks), f"{len(self.looks) - len(right)} in vain")
        self.stage.story.measured("seconds in which Netra was away", max(gaps, default=-1.0))
        expected = f"Netra is away for at most {limit}"
        if not right or right[0] > began:
            raise Broken(expected, "Netra did not answer rightly even before the update")
        if not self.looks[-1][1] or right[-1] < ended:
            raise Broken(expected, "Netra does not answer rightly at the end")
        if max(gaps) > limit.seconds:
            raise Broken(expected, f"it was away for {max(gaps):.1f} s")

    def expect_going_on(self, person: "Person", limit: Limit) -> None:
        """A person's question was taken after the end, and the answer came so soon after the announcement."""
        announced, _ = self.announced or cannot("nobody has announced maintenance")
        last = person.last.look() if person.last else None
        self.stage.story.observed("questions after the maintenance", 1, str(last))
        if last is None or not last.accepted:
            raise Broken(f"{person.name} is answered at most {limit} after the announcement", f"{last}")
        analysis = person.conversation.analysis
        analysis.exit.expect_completed(limit, announced)
        ending = analysis.ending()
        if ending is not None:
            whole = ending.moment.seconds_since(announced)
            self.stage.story.measured("seconds from the announcement to the first answer after the maintenance", whole)

    def expect_answered(self, share: float, number: int, limit: Limit) -> None:
        """So many percent of the requests were answered rightly in time, and what was written is stored once.

        Fewer requests than `number` say nothing, unless so many were wrong that the others could not make up for them.
        """
        stored = self.stage.do(
            lambda: self.stage.rows.select("select content, count(*) as number from messages group by content"),
            "what was written",
        )
        kept = {row["content"]: row["number"] for row in stored}
        failed = not_answered(self.requests, kept, limit)
        reached = 100.0 * (1 - len(failed) / max(len(self.requests), number))
        if len(self.requests) < number and reached >= share:
            raise Inconclusive(f"{len(self.requests)} requests cannot show {share} percent; {number} can")
        kinds = sorted({request.kind for request in self.requests})
        self.stage.story.observed("requests of those who worked", len(self.requests), f"{len(failed)} not answered")
        self.stage.story.measured("percent of requests answered rightly", reached)
        self.stage.story.compared(
            "Requests while servers were replaced",
            ("kind", "requests", "answered rightly in time", "at another server", "longest, seconds"),
            [
                (
                    kind,
                    len(of_kind := [request for request in self.requests if request.kind == kind]),
                    sum(request.right_within(limit) for request in of_kind),
                    sum(request.tries > 1 for request in of_kind),
                    f"{max(request.seconds for request in of_kind):.2f}",
                )
                for kind in kinds
            ],
        )
        uneven = unevenness(self.requests)
        if uneven and reached > share - UNEVEN_MARGIN:
            raise Inconclusive(f"the requests were not evenly spaced: {uneven}")
        busy = excused(failed, kept, self.controls, limit)
        if busy and reached < share <= 100.0 * (1 - (len(failed) - len(busy)) / max(len(self.requests), number)):
            longest = max(control.seconds for control in self.controls)
            raise Inconclusive(f"the machine was busy: {len(busy)} requests took long, and a control {longest:.1f} s")
        if reached < share or len(kinds) < len(Workload.KINDS):
            evidence = [str(request) for request in failed[:20]]
            expected = f"{share} percent of requests are answered rightly within {limit}"
            raise Broken(expected, f"{reached:.2f} percent were", evidence)

    def expect_told_to_return(self, person: "Person", limit: Limit) -> None:
        """The last question was refused in plain words, to be asked again within the limit."""
        last: Outcome | None = person.last.look() if person.last else None
        body = last.body if last is not None and isinstance(last.body, dict) else {}
        words, returns = str(body.get("error_message", "")), body.get("return_in_seconds")
        self.stage.story.observed("questions while storage is away", 1, str(last))
        if last is None or last.accepted or "try again" not in words or not is_soon(returns, limit):
            observed = f"{last}: {words or 'no words'}; return in {returns}"
            raise Broken(f"the question is refused in plain words, to try again within {limit}", observed)

    def expect_still_read(self, person: "Person") -> None:
        """What was kept ready was read although storage is away, and tells the figures of the answer."""
        opened = person.opened.get("recommendations")
        told = opened.field("monthly_savings") if opened is not None else None
        wanted = f"{person.advice.monthly_savings:.2f}"
        self.stage.story.observed("readings while storage is away", 1, str(opened))
        if opened is None or not opened.accepted or told != wanted:
            raise Broken(f"the recommendations tell savings of {wanted}", f"{opened}: {told}")


async def _a_moment() -> None:
    await asyncio.sleep(2 * LOOK_EVERY)
