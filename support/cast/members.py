"""Who belongs to a company, as its administrator sees it."""

from typing import TYPE_CHECKING, Any

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
        """Exactly the people of this company who have appeared, and nothing of what they said; so they are stored."""
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
        self._confirm([member for member in members if isinstance(member, dict)])

    def _confirm(self, members: list[dict[str, Any]]) -> None:
        """The stored people of the person's company are those who were told, with as many conversations."""
        statement = (
            "select id::text, email, (select count(*) from threads where metadata_->>'user_id' = users.id::text) "
            "as conversations from users where company = $1 order by email"
        )
        domain = self.person.identity.domain
        rows = self.stage.do(lambda: self.stage.rows.select(statement, domain), "the stored people")
        told = [(str(one.get("user_id")), one.get("email"), one.get("conversations")) for one in members]
        stored = [(str(row["id"]), row["email"], row["conversations"]) for row in rows]
        self.stage.story.compared(
            "The people of the company as they are told and as they are stored",
            ("source", "people", "conversations of each"),
            [
                (name, len(found), ", ".join(str(one[2]) for one in found))
                for name, found in (("told by Netra", told), ("stored rows", stored))
            ],
        )
        if stored != told:
            known = [self.person, *self.person.privacy.others]
            different = {one[0] for one in set(told) ^ set(stored)}
            raise Broken(
                "the people who are told are those who are stored",
                f"{len(stored)} people are stored, of whom {len(set(stored) & set(told))} as they are told",
                [str(told), str(stored)],
                [one.name for one in known if one.identity.user in different],
            )
