"""The audit trail, as somebody reads it or tries to: judged against what was really attempted, and what is stored."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from support.cast.entries import Entry, Made, objections
from support.cast.stage import cannot
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.attempts import Attempts
    from support.cast.person import Person

PATH = "/api/audit"
ALARMS = "/api/alarms"


class Trail:
    """The audit trail before one person's eyes."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def open(self) -> None:
        """Opens the trail; the outcome is recorded."""
        self.person.attempt(self.stage.do(self._fetch, f"{self.person.name} opens the record of attempts"))

    def open_alarms(self) -> None:
        """Opens the record of alarms; the outcome is recorded."""

        async def fetch() -> Outcome:
            return await self.person.request("GET", ALARMS, "looks at the alarms")

        self.person.attempt(self.stage.do(fetch, f"{self.person.name} looks at the alarms"))

    async def _fetch(self) -> Outcome:
        return await self.person.request("GET", PATH, "opens the record of attempts")

    def _entries(self, owner: "Person") -> list[dict[str, Any]]:
        outcome = self.stage.do(self._fetch, "the audit trail")
        entries = outcome.field("entries") if outcome.accepted else None
        if not isinstance(entries, list):
            raise Broken(
                "an audit trail that the company's auditor can read", str(outcome), [outcome.raw], [owner.name]
            )
        self.stage.story.observed("answers of the audit trail", 1, f"{len(entries)} entries")
        return [dict(entry) for entry in entries]

    def expect_exactly(self, attempts: "Attempts") -> None:
        """Each attempt stands in it once: who, what, on what, when, from where; and the rows agree."""
        owner, actor = attempts.owner, attempts.person.identity.user
        places = {"thread": owner.conversation.thread, "run": attempts.run, "fact": owner.memory.tried}
        made = [
            Made.of((actor, deed.action, deed.target, places[deed.target], owner.identity.user, deed.origin), outcome)
            for deed, outcome in attempts.made
        ]
        attempts.expect_refusals()
        entries = self._entries(owner)
        rows = self.stage.do(
            lambda: self.stage.rows.of("audit", "target_owner", owner.identity.user), "the stored audit trail"
        )
        told, stored = [Entry.of(entry) for entry in entries], [Entry.of(row) for row in rows]
        whats = [Counter(one.what for one in part) for part in (made, told, stored)]
        self.stage.story.compared(
            "The attempts as they were made, as the auditor reads them, and as they are stored",
            ("what", "by", "made", "told", "stored"),
            [
                (what[1], what[5], *(counted[what] for counted in whats))
                for what in sorted({*whats[0], *whats[1], *whats[2]})
            ],
        )
        elsewhere = bool(self.stage.deployment.given)
        wrong = [f"told: {one}" for one in objections(made, told, elsewhere=elsewhere)]
        wrong += [f"stored: {one}" for one in objections(made, stored, elsewhere=elsewhere)]
        if wrong:
            raise Broken(
                f"exactly one entry for each of {len(made)} attempts of {attempts.person.name}, "
                "with who, what, when and from where",
                f"{len(told)} entries are told and {len(stored)} stored; {len(wrong)} differences: {'; '.join(wrong)}",
                [str(entry) for entry in entries],
                [owner.name],
            )

    def expect_nothing_of(self, attempts: "Attempts") -> None:
        """No entry tells of these attempts, which are on record all the same."""
        attempts.expect_refusals()
        entries = self._entries(attempts.owner)
        owner = attempts.owner.identity.user
        rows = self.stage.do(lambda: self.stage.rows.of("audit", "target_owner", owner), "the stored audit trail")
        if not rows:
            cannot("the attempt is not on record, so that nobody could read of it")
        told = [
            entry
            for entry in entries
            if entry.get("target_owner") == owner or entry.get("actor") == attempts.person.identity.user
        ]
        if told:
            raise Broken(
                f"{self.person.name} of {self.person.traits.company} reads nothing of what was tried at "
                f"{attempts.owner.traits.company}",
                f"{len(told)} entries about {attempts.owner.name}",
                [str(entry) for entry in told],
                [attempts.owner.name],
            )

    def expect_closed(self) -> None:
        """The trail, or the alarms, were refused, and no word of the refusal tells what stands there."""
        if self.person.last is None:
            cannot(f"{self.person.name} has not opened the record of attempts")
        outcome = self.person.last.look()
        everybody = (self.person, *self.person.privacy.others)
        for attempt, _ in (twin for one in everybody for twin in one.privacy.twins):
            attempt.look()
        self.stage.story.observed("answers to who may not read the record", 1, str(outcome))
        if outcome.kind is not Kind.REFUSED or outcome.status != 403 or outcome.field("error") is None:
            spoken_of = [owner for one in everybody for owner in one.privacy.owners]
            customers = [one.name for one in everybody if one.traits.role == "customer"]
            words = f"{self.person.name} may not read the record"
            raise Broken(words, str(outcome), [outcome.raw], spoken_of or customers)
