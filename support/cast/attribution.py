"""Something of one person's that has come under another by a fault: noticed, out of sight, and given back."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from support.cast.attempts import Attempts
from support.cast.clock import Ending
from support.cast.erasure import all_of, everything
from support.cast.stage import Recorded, Telling, as_told, cannot, inconclusive, told_before
from support.cast.transcript import WaitEnded
from support.drivers import prints
from support.drivers.prints import Prints
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, hurts

if TYPE_CHECKING:
    from support.cast.person import Person

# How the platform calls what a sentence speaks of; see its contract.
KINDS = {"conversation": "thread", "analysis": "run", "message": "message", "fact": "fact"}
# What can be tried under the thing's own name, beside following it on the live connection.
_DEEDS = {
    "conversation": ("open the conversation", "read the messages", "read the updates", "open the recommendations"),
    "analysis": ("open the result", "open the report"),
    "message": (),
    "fact": ("remove what is remembered",),
}
_FOLLOW = "follow the conversation"
# Where Netra keeps that something was wrong, which is the one thing that has changed.
_OF_THE_FAULT = ("alarms",)
_LOOK_EVERY = 0.05
# Long enough for a check that is due; what is promised is judged by the sentence's own limit.
_CHECKED = 10.0


class Attribution:
    """One thing of the owner's under somebody else; made in the rows of the scenario alone."""

    def __init__(self, owner: "Person", other: "Person", operator: "Person", thing: str) -> None:
        self.owner, self.other, self.operator, self.thing = owner, other, operator, thing
        self.stage = owner.stage
        self.target = ""
        self._alarm: dict[str, Any] | None = None
        self._mended: Recorded | None = None
        self._before: dict[str, list[str]] = {}
        self._rest_before: dict[str, list[str]] = {}
        self._stored_before: dict[str, Prints] = {}
        self._since = Moment.now()
        self._missing = False

    # Verbs

    def go_wrong(self) -> None:
        """Puts the thing under the other person, past Netra, in its storage; demands that it was done."""
        if not self.other.conversations:
            self.other.start_conversations(1)

        async def damage() -> int:
            for person in self._everybody:
                self._before[person.name] = await all_of(person)
                self._rest_before[person.name] = await self._rest(person, told_before)
            for person in (self.owner, self.other):
                self._stored_before[person.name] = await self._stored(person)
            self._since = Moment.now()
            return await self._damage()

        changed = self.stage.do(damage, f"the {self.thing} of {self.owner.name} to come under {self.other.name}")
        if changed == 0:
            # For the Thens to judge: Netra has confirmed it, and there is nothing of it that could be checked.
            self._missing = True
            self.stage.story.tell("storage", f"the {self.thing} of {self.owner.name} is not there")
            return
        if changed != 1:
            cannot(f"{changed} rows instead of one came under {self.other.name}")
        self.stage.story.tell("storage", f"the {self.thing} of {self.owner.name} is under {self.other.name} by a fault")

    async def _damage(self) -> int:
        rows, conversation = self.stage.rows, self.owner.conversation
        if self.thing == "conversation":
            # Whose it is stands in two places; the one that opens it is changed alone, and nothing else gives it away.
            self.target = conversation.thread
            return await rows.change(
                "update threads set user_id = $2 where id::text = $1", self.target, self.other.identity.user
            )
        if self.thing == "analysis":
            self.target = conversation.analysis.run
            return await rows.change(
                "update runs set user_id = $2 where id::text = $1", self.target, self.other.identity.user
            )
        if self.thing == "fact":
            self.target = await self.owner.memory.some_fact()
            return await rows.change(
                "update facts set user_id = $2 where id::text = $1", self.target, self.other.identity.user
            )
        # Of somebody who has told something it is the message that told it, else the answer.
        role = "user" if self.owner.memory.said.get(conversation.thread) else "assistant"
        found = [row for row in await rows.messages(conversation.thread) if row["role"] == role]
        self.target = str(found[0]["id"]) if found else ""
        return await rows.change(
            "update messages set thread_id = $2, position = position + 1000 where id::text = $1",
            self.target,
            self.other.conversation.thread,
        )

    def be_checked(self) -> None:
        """Waits until Netra has had the time to notice; what it noticed is for a Then to judge."""

        if self._missing:
            return
        limit = Limit(_CHECKED, f"{_CHECKED:g} seconds")
        self._alarm = self.stage.do(lambda: self._until_found(limit), "Netra to check whose everything is")

    def be_hidden(self) -> None:
        """It goes wrong, and Netra has noticed and hidden it; demands both."""
        self.go_wrong()
        self.be_checked()
        if self._alarm is None:
            self.stage.lack(
                f"Netra has not noticed that the {self.thing} of {self.owner.name} came under {self.other.name}"
            )
        self.owner.erasure.also_in.add("alarms")

    def be_mended(self, by: "Person") -> None:
        """The operator, or somebody else, asks to have it mended; the outcome is recorded."""
        alarm = {"id": "none"} if self._missing else self._alarm
        if alarm is None:
            cannot(f"{by.name} has not been alarmed, and has nothing to mend")

        async def mend() -> Outcome:
            return await by.request("POST", f"/api/alarms/{alarm['id']}/mend", "asks to have it mended")

        self._mended = by.attempt(self.stage.do(mend, f"{by.name} asks to have it mended"))

    async def _alarms(self, person: "Person") -> Outcome:
        return await person.request("GET", "/api/alarms", "looks at the alarms")

    async def _until_found(self, limit: Limit) -> dict[str, Any] | None:
        """The alarm about the thing, as soon as there is one; None when there is none at the limit."""
        deadline = self.stage.clock.deadline(limit, self._since)
        alarm = await self._find()
        while alarm is None and deadline.left:
            await asyncio.sleep(_LOOK_EVERY)
            alarm = await self._find()
        return alarm

    async def _checked_once_more(self, operator: "Person") -> Outcome:
        """The alarms when each server has checked once more since then, or there is another one already."""
        pause = self.stage.deployment.settings.check_interval
        deadline = self.stage.clock.deadline(Limit(pause, f"{pause:g} seconds"))
        answer = await self._alarms(operator)
        while deadline.left and len(self._about_it(answer)) == 1:
            await asyncio.sleep(_LOOK_EVERY)
            answer = await self._alarms(operator)
        if deadline.ending is not Ending.PROMISE and len(self._about_it(answer)) == 1:
            raise inconclusive(WaitEnded("the next check of each server", deadline, []))
        return answer

    def _about_it(self, answer: Outcome) -> list[dict[str, Any]]:
        return [dict(alarm) for alarm in answer.field("alarms") or [] if alarm.get("target_id") == self.target]

    async def _find(self) -> dict[str, Any] | None:
        return next(iter(self._about_it(await self._alarms(self.operator))), None)

    # Judgements

    def _expect_stored(self) -> None:
        """What Netra has confirmed to the owner is stored: else nothing that is said of it has any meaning."""
        if self._missing:
            words = f"the {self.thing} of {self.owner.name}, which Netra has confirmed, is stored"
            raise Broken(words, f"no {self.thing} of {self.owner.name} is stored", hurt=[self.owner.name])

    def expect_alarm(self, operator: "Person", limit: Limit) -> None:
        """This operator is alarmed within the limit, once, at the highest level, without a word of what it is about."""
        self._expect_stored()

        async def look() -> tuple[Outcome, float]:
            found = await self._until_found(limit)
            seconds = Moment.now().seconds_since(self._since)
            return await (self._checked_once_more(operator) if found else self._alarms(operator)), seconds

        answer, seconds = self.stage.do(look, "the alarm")
        alarms = self._about_it(answer)
        self.stage.story.observed(f"alarms about the {self.thing}", len(alarms), f"after {seconds:.2f} s")
        wanted = [("critical", KINDS[self.thing])]
        told = [(alarm.get("severity"), alarm.get("target_kind")) for alarm in alarms]
        secrets = [one.name for one in (self.owner, self.other) if one.identity.marker in answer.raw]
        if told != wanted or secrets or seconds > limit.seconds:
            raise Broken(
                f"one alarm of the highest level about the {self.thing} within {limit}, and nothing of what it holds",
                f"{answer.kind} after {seconds:.1f} s: {told or 'no alarm'}; "
                f"words of: {', '.join(secrets) or 'nobody'}",
                [answer.raw],
                [self.owner.name],
            )

    def expect_hidden(self, thing: str, people: "Iterable[Person]") -> None:
        """None of these people, of whom two are the owners, meets it in any answer, or under its name at any door."""
        self._expect_stored()
        people = list(people)
        if thing != self.thing or not {self.owner, self.other} <= set(people):
            cannot(f"the {self.thing} of {self.owner.name} has come under {self.other.name}, and nothing else has")
        seen = []
        for person in people:
            answers = self.stage.do(lambda person=person: self._meet(person), f"what {person.name} meets")  # type: ignore[misc]
            self.stage.story.observed(f"answers to {person.name}", len(answers))
            seen += [f"{person.name}: {one.asked}" for one in answers if self._shows(one)]
            if not answers or not answers[0].accepted:
                seen.append(f"{person.name} is refused the rest, too")
        if seen:
            raise Broken(
                f"nobody sees the {self.thing} of {self.owner.name} until it is mended",
                "; ".join(seen),
                [str(self._alarm)],
                [self.owner.name],
            )
        for person in people:
            Attempts(person, self.owner).reach_by_name(self.target, (*_DEEDS[self.thing], _FOLLOW))
            person.privacy.expect_refused_as_nonexistent()

    def expect_unheard(self, value: str, people: "Iterable[Person]") -> None:
        """With the last question of each of these people the AI model was told nothing that holds these words."""
        self._expect_stored()
        for person in people:
            with hurts(self.owner.name):
                person.hearing.expect_unheard(value)

    async def _meet(self, person: "Person") -> list[Outcome]:
        """Every way in which a person could meet the thing, the list of conversations first."""
        conversation = self.owner.conversation
        own = person.conversation.thread if person is not self.owner and person.conversations else conversation.thread
        paths = [
            "/api/threads?limit=100&offset=0",
            f"/api/search?query={self.owner.identity.marker}",
            "/api/memory?history=true",
            f"/api/threads/{own}/messages?limit=100&offset=0",
            f"/api/threads/{own}/runs",
            f"/api/threads/{own}/result",
            f"/api/threads/{own}/recommendations",
            f"/api/threads/{conversation.thread}",
            f"/api/threads/{conversation.thread}/messages?limit=100&offset=0",
            f"/api/threads/{conversation.thread}/updates?after=0",
            f"/api/runs/{conversation.analysis.run}",
            f"/api/runs/{conversation.analysis.run}/report",
        ]
        return list(await asyncio.gather(*(person.request("GET", path, f"asks for {path}") for path in paths)))

    def _shows(self, answer: Outcome) -> bool:
        """Whether an answer shows the thing; an analysis may still be named by what was said about it."""
        if answer.kind is Kind.REFUSED:
            return False
        if self.thing != "analysis":
            return self.target in answer.raw
        path = answer.asked.rpartition(" ")[2]
        return self.target in path or (self.target in answer.raw and "/messages" not in path and "/updates" not in path)

    def expect_others_available(self) -> None:
        """Whatever else the two have, and everything of everybody else's, is as it was."""
        self._expect_stored()
        changed = []
        for person in self._everybody:
            now = self.stage.do(lambda person=person: self._rest(person), f"what {person.name} has")  # type: ignore[misc]
            self.stage.story.observed(f"things of {person.name}", len(now))
            before = self._rest_before[person.name]
            missing = [one for one in before if one not in now]
            changed += [f"{person.name}: {one[:160]}" for one in (*missing, *(one for one in now if one not in before))]
        if changed:
            hurt = [words.partition(":")[0] for words in changed]
            raise Broken("whatever is in order stays available", "; ".join(changed), changed, hurt)

    @property
    def _everybody(self) -> "list[Person]":
        """The owner, and everybody else but the operator."""
        return [self.owner, *(one for one in self.owner.privacy.others if one is not self.operator)]

    async def _rest(self, person: "Person", told: Telling = as_told) -> list[str]:
        """What a person has beside the conversation in which something is wrong, and the list without it."""
        hidden = self.owner.conversation.thread
        listed = await person.request("GET", "/api/threads?limit=100&offset=0", "looks at the list")
        whole = told([listed])
        rows = listed.body if listed.accepted and isinstance(listed.body, list) else whole
        rest = [str(row) for row in rows if not isinstance(row, dict) or row.get("id") != hidden]
        return [f"{len(rest)} conversations", *rest, *told(await everything(person, but=hidden))]

    def expect_mended(self) -> None:
        """The owner has everything back as it was before the fault, and so has the other person; so it is stored."""
        self._expect_stored()
        mended = self._mended.look() if self._mended else None
        changed = []
        for person in (self.owner, self.other):
            now = as_told(self.stage.do(lambda person=person: everything(person), f"what {person.name} has"))  # type: ignore[misc]
            self.stage.story.observed(f"things of {person.name} that were compared", len(now))
            pairs = zip(self._before[person.name], now, strict=True)
            changed += [f"{person.name}: {after[:160]}" for was, after in pairs if was != after]
        if changed or mended is None or not mended.accepted:
            raise Broken(
                f"{self.owner.name} has the {self.thing} back as it was, and {self.other.name} has none of it",
                f"{mended}; {len(changed)} things differ",
                changed,
                [words.partition(":")[0] for words in changed] or [self.owner.name],
            )
        self._confirm_mended()

    async def _stored(self, person: "Person") -> Prints:
        return await prints.take(self.stage.rows, [person.identity.user])

    def _confirm_mended(self) -> None:
        """Every stored row of the two is what it was before the fault, and nobody else's."""
        compared, changed = [], []
        for person in (self.owner, self.other):
            now = self.stage.do(lambda person=person: self._stored(person), f"what is stored of {person.name}")  # type: ignore[misc]
            before = self._stored_before[person.name]
            different = before.differences(now, *_OF_THE_FAULT)
            compared.append((person.name, len(before), len(now), len(different)))
            changed += [f"{person.name}: {line}" for line in different]
        self.stage.story.compared(
            f"What is stored before the {self.thing} came under {self.other.name}, and after it was mended",
            ("whose", "rows before", "rows after", "different rows"),
            compared,
        )
        if changed:
            hurt = [words.partition(":")[0] for words in changed]
            raise Broken("what is stored is what it was before the fault", changed[0], changed, hurt)
