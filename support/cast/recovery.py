"""The loss of everything, and the way back by Netra's own written procedure."""

import asyncio
import dataclasses
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from support.cast.backups import POLL_SECONDS, SAFE, Backups
from support.cast.netra import Netra
from support.cast.stage import cannot
from support.cast.transcript import WaitEnded
from support.drivers import prints
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind
from support.facts.verdict import Broken, Inconclusive, TimeUp

if TYPE_CHECKING:
    from support.cast.person import Person

ORPHANS = {
    "messages without their conversation": "messages where thread_id not in (select id from threads)",
    "messages without their analysis": "messages where metadata_->>'run_id' not in (select id from runs)",
    "analyses without their conversation": "runs where thread_id not in (select id from threads)",
    "updates without their analysis": "updates where run_id not in (select id from runs)",
    "reports without their analysis": "reports where run_id not in (select id from runs)",
    "finished analyses without a recorded end": "runs where ended_at is not null "
    "and id not in (select run_id from run_exits)",
    "completed analyses without a report": "runs where status = 'completed' and id not in (select run_id from reports)",
    "conversations without their customer": "threads where user_id not in (select id from users)",
}
"""What must never be stored alone, as the conditions of rows."""


class Recovery:
    """One loss of everything, and one way back.

    Attributes:
        lost: when everything was lost.
        back: when the last step of the procedure was done.
        steps: the steps that were taken, each with whether it succeeded.
    """

    def __init__(self, backups: Backups, netra: Netra, people: "dict[str, Person]") -> None:
        self.backups, self._netra, self._people = backups, netra, people
        self.stage = backups.stage
        self.lost: Moment | None = None
        self.back: Moment | None = None
        self.steps: list[tuple[str, bool]] = []
        self.reason = ""

    def lose_everything(self) -> None:
        """Storage, what is kept ready, and every server of Netra are gone at once, with their data."""
        deployment = self.stage.deployment
        self._netra.excuse()
        if not self.backups.writing.pens and self.backups.damage is None:
            for person in self._people.values():
                person.records.remember()

        async def lose() -> list[Any]:
            await self.stage.rows.close()
            self.lost = Moment.now()
            verbs = [instance.kill() for instance in deployment.instances]
            if self.backups.keeper is not None:
                verbs.append(self.backups.keeper.kill())
            verbs += [deployment.postgres.destroy(), deployment.redis.destroy()]
            return list(await asyncio.gather(*verbs))

        for witness in self.stage.do(lose, "the loss of everything"):
            self.stage.story.tell("Netra", str(witness))
        self.backups.keeper = None
        self.stage.do(self.backups.writing.stop, "the customers to stop writing")

    def lose_when_safe(self, limit: Limit) -> None:
        """Everything is lost as soon as what was said is safe, or when the limit has passed."""
        self.backups.be_safe(limit)
        self.lose_everything()

    def rebuild(self, until: datetime | None = None) -> None:
        """Takes the steps of Netra's written procedure, one after the other; each outcome is recorded."""
        self.stage.do(lambda: self._rebuild(until), "Netra to be rebuilt")

    async def _rebuild(self, until: datetime | None) -> None:
        written = (await self.backups.run("procedure")).get("steps") or []
        for step in written:
            done = await self._step(step, until)
            self.steps.append((str(step.get("does")), done))
            if not done:
                break
            if step.get("start") == "postgres":
                await self.stage.rows.open()
        self.back = Moment.now()

    async def _step(self, step: dict[str, Any], until: datetime | None) -> bool:
        if words := step.get("command"):
            given = [str(word).replace("{backups}", self.backups.where[1]) for word in words]
            if until is not None and "--to" in given:
                given += ["--until", until.isoformat()]
            return bool((await self.backups.run(*given)).get("done"))
        deployment = self.stage.deployment
        parts = {"postgres": [deployment.postgres], "redis": [deployment.redis], "instances": deployment.instances}
        try:
            # As long as the scenario has: a server that recovers is not one that failed.
            left = max(1.0, self.stage.clock.left)
            for witness in await asyncio.gather(*(part.start(left) for part in parts[str(step.get("start"))])):
                self.stage.story.tell("Netra", str(witness))
        except TimeUp:
            raise
        except (Inconclusive, KeyError) as failed:
            self.stage.story.tell("Netra", f"could not be started: {failed}")
            self.reason = str(failed)
            return False
        return True

    def go_back(self) -> None:
        """Everything is lost as soon as it is safe, and rebuilt as it was before the damage."""
        self.backups.be_safe(SAFE)
        self.lose_everything()
        self.rebuild_before_damage()

    def rebuild_before_damage(self) -> None:
        """The same, to the moment before the damage."""
        self.rebuild(self.backups.damage or cannot("nothing was damaged"))

    def expect_little_missing(self, people: Iterable["Person"], limit: Limit) -> None:
        """What was safe is there, of the rest nothing older than the limit is missing; all else is as it was said.

        Nothing is there twice, in another order or with a hole, and nothing that nobody said.
        """
        lost, said = self.lost or cannot("nothing was lost"), self.backups.said or cannot("nobody waited for safety")
        self.expect_back()
        writing, wrong, confirmed, ages = self.backups.writing, [], 0, []
        for person in people:
            history = writing.history.of(person.name)
            found = self.stage.do(lambda one=person: writing.stored(one), "the messages that came back")  # type: ignore[misc]
            told = self.stage.do(lambda one=person: writing.told(one, 0), "the messages that are told")  # type: ignore[misc]
            findings, kept, there = history.compare(found), history.confirmed(), set(found)
            confirmed += findings.acknowledged
            ages += [lost.seconds_since(kept[thing]) for thing in findings.lost]
            wrong += dataclasses.replace(findings, lost=()).wrong
            here = [thing in there for thing in history.fates() if thing in kept or thing in there]
            if any(later and not earlier for earlier, later in itertools.pairwise(here)):
                wrong.append(f"in the middle of what {person.name} wrote messages are missing")
            if early := [t for t in findings.lost if kept[t] < said or lost.seconds_since(kept[t]) > limit.seconds]:
                wrong.append(f"{len(early)} messages of {person.name} are missing that were safe")
            if told != found:
                wrong.append(f"{person.name} is told {len(told)} messages, which are not the {len(found)} stored ones")
        self.stage.story.observed("messages that were confirmed", confirmed, f"{len(ages)} missing")
        self.stage.story.measured("seconds of work that were lost", max(ages, default=0.0))
        if not confirmed:
            cannot("nothing was confirmed, so nothing could be lost")
        if wrong:
            raise Broken(f"at most the last {limit} of work are missing, and all else is as it was", wrong[0], wrong)

    def expect_back(self) -> None:
        """Every step of the way back was taken; what follows can be looked at."""
        if not self.steps or not all(done for _, done in self.steps):
            failed = next((step for step, done in self.steps if not done), "there is no procedure")
            evidence = [*(f"{step}: {'done' if done else 'failed'}" for step, done in self.steps), self.reason]
            raise Broken("Netra comes back", f"it does not: {failed}", evidence)

    def expect_no_orphans(self) -> None:
        """No message, update or report of an analysis that there is not; no finished analysis without its end."""
        self.expect_back()
        parts = [f"select '{what}' as what, count(*) as number from {rows}" for what, rows in ORPHANS.items()]
        found = self.stage.do(lambda: self.stage.rows.select(" union all ".join(parts)), "what belongs to nothing")
        whole = self.stage.do(self.stage.rows.counts, "what is stored")
        self.stage.story.observed("rows that must belong to something", sum(whole.values()))
        self.stage.story.compared(
            "What is stored without that to which it belongs",
            ("what", "number"),
            [(row["what"], row["number"]) for row in found],
        )
        if wrong := [f"{row['number']} {row['what']}" for row in found if row["number"]]:
            raise Broken("everything that is stored belongs to something that exists", wrong[0], wrong)
        if not whole.get("messages") or not whole.get("runs"):
            raise Broken("conversations and analyses are stored again", f"{whole}")

    def expect_figures_again(self, person: "Person") -> None:
        """What was lost with Redis is made again when it is asked for, and every place tells the answer's figures."""
        person.open_kept("result", "report", "recommendations")
        person.conversation.analysis.result.expect_figures_everywhere()

    def expect_procedure_enough(self) -> None:
        """Every step of the written procedure was taken, in order, and nothing else."""
        taken = [f"{'done' if done else 'failed'}: {step}" for step, done in self.steps]
        self.stage.story.observed("steps of the written procedure", len(taken), "; ".join(taken))
        if not self.steps or not all(done for _, done in self.steps):
            raise Broken("every step of the written procedure can be taken", "; ".join(taken[-1:]) or "none", taken)

    def expect_answer_since_loss(self, person: "Person", limit: Limit) -> None:
        """The person reads the conversation as it was, within the limit since everything was lost."""
        lost = self.lost or cannot("nothing was lost")
        wanted = [row["content"] for row in person.records.told]

        async def right_answer() -> float:
            deadline = self.stage.clock.deadline(limit, lost)
            while True:
                path = f"/api/threads/{person.conversation.thread}/messages?limit=1000"
                outcome = await person.request("GET", path, "reads the conversation")
                shown = outcome.body.get("messages", []) if isinstance(outcome.body, dict) else []
                if outcome.accepted and [one.get("content") for one in shown] == wanted:
                    return Moment.now().seconds_since(lost)
                if outcome.accepted:
                    return -1.0
                if deadline.left == 0:
                    raise WaitEnded("a right answer", deadline, [str(outcome)])
                await asyncio.sleep(POLL_SECONDS)

        seconds = self.stage.judge(
            right_answer, f"{person.name} reads the conversation, at most {limit} after the loss"
        )
        self.stage.story.observed("messages that were read after the loss", len(wanted))
        self.stage.story.measured("seconds from the loss to the first right answer", seconds)
        if seconds < 0 or seconds > limit.seconds:
            raise Broken(f"{person.name} reads the conversation as it was, at most {limit} after the loss", "not so")

    def expect_not_back(self, person: "Person") -> None:
        """Nothing of a person who was erased is stored again, and the person's pass opens nothing."""
        self.expect_back()
        user, before = person.identity.user, person.records.before
        now = self.stage.do(lambda: prints.take(self.stage.rows, [user]), "what came back")
        reading = self.stage.do(lambda: person.request("GET", "/api/threads", "knocks again"), "a knock")
        self.stage.story.observed(f"rows of {person.name} before the erasure", len(before or ()), str(reading))
        if now or reading.kind is not Kind.REFUSED:
            held = [f"{table}: {text}" for (table, _), text in now.rows.items()]
            raise Broken(f"nothing of {person.name}'s comes back", f"{len(now)} rows did; {reading}", held)
