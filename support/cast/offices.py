"""What belongs to an office, tried by whoever does not hold it: refused for that reason, and nothing of it done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.cast.keeping import Keeping
from support.cast.stage import Stage, cannot
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

FORBIDDEN = 403


@dataclass(frozen=True)
class Act:
    """One act; its path has places for the `company` of the owner and for the owner's conversation, `thread`."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


ACTS: Mapping[str, Act] = {
    "see who belongs to the company": Act("GET", "/api/company/members"),
    "announce maintenance": Act("POST", "/api/maintenance", {"return_in_seconds": 60}),
    "end the maintenance": Act("DELETE", "/api/maintenance"),
    "change what was agreed": Act("PUT", "/api/retention/{company}", {"completed_days": 1, "delete_days": 1}),
    "approve the deletion": Act("POST", "/api/retention/{company}/approval", {}),
    "place a legal hold": Act("PUT", "/api/holds/{thread}", {"reason": "no reason of an operator"}),
    "lift the legal hold": Act("DELETE", "/api/holds/{thread}"),
}


class Offices:
    """Acts that somebody tried; the first customer's company and conversation are what they are about."""

    def __init__(self, stage: Stage, keeping: Keeping, people: "dict[str, Person]") -> None:
        self._stage, self._keeping, self._people = stage, keeping, people
        self._before: list[str] | None = None

    def try_to(self, person: "Person", words: str) -> None:
        """Tries an act; the outcome is recorded."""
        act, owner = ACTS[words], self._owner
        path = act.path.format(company=self._keeping.domain(owner.traits.company), thread=owner.conversation.thread)

        async def attempt() -> Outcome:
            self._before = await self._ordered()
            return await person.request(act.method, path, f"tries to {words}", act.body)

        person.attempt(self._stage.do(attempt, f"{person.name} tries to {words}"))

    @property
    def _owner(self) -> "Person":
        return next(iter(self._people.values()))

    async def _ordered(self) -> list[str]:
        """What only an office can order: the agreement with the company, holds on the conversation, a maintenance."""
        rows, owner = self._stage.rows, self._owner
        found = await rows.of("retention_rules", "company", self._keeping.domain(owner.traits.company))
        found += await rows.of("holds", "thread_id", owner.conversation.thread)
        return [str(row) for row in (*found, *(await rows.of("maintenance", "id", "1")))]

    def expect_refused(self, person: "Person") -> None:
        """The person was refused for want of the office, in words that tell nothing of anybody."""
        if person.last is None:
            cannot(f"{person.name} has tried nothing that belongs to an office")
        outcome = person.last.look()
        self._stage.story.observed("answers to who lacks the office", 1, str(outcome))
        traces = person.privacy.traces()
        refused = outcome.kind is Kind.REFUSED and outcome.status == FORBIDDEN and outcome.field("error") is not None
        if not refused or traces:
            raise Broken(
                f"{person.name} is refused for want of the office",
                f"{outcome}; {', '.join(traces) or 'nothing of anybody else was told'}",
                [outcome.raw],
                person.privacy.betrayed() or [self._owner.name],
            )

    def expect_nothing_done(self) -> None:
        """Agreement, holds and maintenance are what they were before the attempt."""
        before = self._before
        if not before:
            cannot("no office has ordered anything, or nobody has tried anything that belongs to one")
        now = self._stage.do(self._ordered, "what an office has ordered")
        self._stage.story.observed("orders that were compared", len(before), f"{len(now)} after the attempt")
        if before != now:
            changed = f"{before} became {now}"
            raise Broken("whatever an office has ordered is as it was", changed, [*before, *now], [self._owner.name])
