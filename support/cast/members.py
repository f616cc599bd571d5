"""Who belongs to a company, as its administrator sees it."""

from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

PATH = "/api/company/members"


class Members:
    """The company's members before one person's eyes."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def look(self) -> None:
        """Looks who belongs to the company; the outcome is recorded."""

        async def fetch() -> Outcome:
            return await self.person.request("GET", PATH, "looks who belongs to the company")

        self.person.attempt(self.stage.do(fetch, "the members of the company"))

    def expect_people_of(self, company: str) -> None:
        """Exactly the people of this company who have appeared, and nothing of what any of them said."""
        if self.person.last is None:
            cannot(f"{self.person.name} has not looked who belongs to the company")
        outcome = self.person.last.look()
        members = outcome.field("members") if outcome.accepted else None
        if not isinstance(members, list):
            raise Broken("a list of the company's members", str(outcome), [outcome.raw], [self.person.name])
        everybody = [self.person, *self.person.privacy.others]
        wanted = sorted(one.identity.user for one in everybody if one.traits.company == company)
        found = sorted(str(member.get("user_id")) for member in members if isinstance(member, dict))
        said = [one.name for one in everybody if one.identity.marker in outcome.raw]
        self.stage.story.observed("members of the company", len(found))
        if found != wanted or said:
            raise Broken(
                f"exactly the {len(wanted)} people of {company}, and nothing of what they say",
                f"{len(found)} people, {len(set(found) - set(wanted))} of them strangers; "
                f"words of: {', '.join(said) or 'nobody'}",
                [outcome.raw],
                [one.name for one in everybody if one.name in said or one.identity.user in set(found) ^ set(wanted)],
            )
