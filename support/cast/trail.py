"""The audit trail, as somebody reads it or tries to: judged against what was really attempted, and what is stored."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from support.cast.deeds import DEEDS, ON_MEMORY
from support.cast.stage import cannot
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.attempts import Attempts
    from support.cast.person import Person

PATH = "/api/audit"
ALARMS = "/api/alarms"
Counted = Counter[tuple[str, ...]]


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

    def _entries(self) -> list[dict[str, Any]]:
        outcome = self.stage.do(self._fetch, "the audit trail")
        entries = outcome.field("entries") if outcome.accepted else None
        if not isinstance(entries, list):
            raise Broken("an audit trail that the company's auditor can read", str(outcome), [outcome.raw])
        self.stage.story.observed("answers of the audit trail", 1, f"{len(entries)} entries")
        return [dict(entry) for entry in entries]

    def expect_exactly(self, attempts: "Attempts") -> None:
        """Each attempt stands in it once: who, what, on what, when, from where; and the rows agree."""
        owner, actor = attempts.owner, attempts.person.identity.user
        conversation = owner.conversation
        places = {"thread": conversation.thread, "run": conversation.analysis.run, "fact": owner.memory.tried}
        deeds = [DEEDS.get(deed) or ON_MEMORY[deed] for deed in attempts.deeds]
        wanted: Counted = Counter((actor, deed.action, places[deed.target], owner.identity.user) for deed in deeds)
        attempts.expect_refusals()
        entries = self._entries()
        told: Counted = Counter(
            tuple(str(entry.get(name)) for name in ("actor", "action", "target_id", "target_owner"))
            for entry in entries
        )
        rows = self.stage.do(
            lambda: self.stage.rows.of("audit", "target_owner", owner.identity.user), "the stored audit trail"
        )
        stored: Counted = Counter(
            tuple(str(row.get(name)) for name in ("actor", "action", "target_id", "target_owner")) for row in rows
        )
        self.stage.story.compared(
            "The attempts as they were made, as the auditor reads them, and as they are stored",
            ("what", "made", "told", "stored"),
            [(one[1], wanted[one], told[one], stored[one]) for one in sorted({*wanted, *told, *stored})],
        )
        vague = [entry for entry in entries if not all(entry.get(name) for name in ("at", "origin", "address"))]
        if told != wanted or stored != wanted or vague:
            raise Broken(
                f"exactly one entry for each of {len(deeds)} attempts of {attempts.person.name}, "
                "with who, what, when and from where",
                f"{len(entries)} entries are told and {len(rows)} stored; missing: {_list(wanted - told)}; "
                f"too many: {_list(told - wanted)}; without time or place: {len(vague)}",
                [str(entry) for entry in entries],
            )

    def expect_nothing_of(self, attempts: "Attempts") -> None:
        """No entry tells of these attempts, which are on record all the same."""
        attempts.expect_refusals()
        entries = self._entries()
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
            )

    def expect_closed(self) -> None:
        """The trail, or the alarms, were refused, and no word of the refusal tells what stands there."""
        if self.person.last is None:
            cannot(f"{self.person.name} has not opened the record of attempts")
        outcome = self.person.last.look()
        for one in (self.person, *self.person.privacy.others):
            for attempt, _ in one.privacy.twins:
                attempt.look()
        self.stage.story.observed("answers to who may not read the record", 1, str(outcome))
        if outcome.kind is not Kind.REFUSED or outcome.status != 403 or outcome.field("error") is None:
            raise Broken(f"{self.person.name} may not read the record", str(outcome), [outcome.raw])


def _list(counted: Counted) -> str:
    return ", ".join(f"{one[1]} of {one[2]}" for one in counted) or "none"
