"""The cast of one scenario: who appears in it, and what they stand on."""

import asyncio
from collections.abc import Mapping

from support.cast.attempts import Attempts
from support.cast.attribution import Attribution
from support.cast.backups import Backups
from support.cast.crowd import SEGMENTS, Crowd
from support.cast.damaged_backups import DamagedBackups
from support.cast.deletion import Deletion
from support.cast.doors import Doors
from support.cast.effort import Effort
from support.cast.everywhere import Everywhere
from support.cast.freshness import Freshness
from support.cast.given_names import GivenNames
from support.cast.group import Group
from support.cast.guard import expect_nothing_else
from support.cast.identity import Traits, fresh
from support.cast.keeping import Keeping
from support.cast.maintenance import Maintenance
from support.cast.netra import Netra
from support.cast.offices import Offices
from support.cast.outage import Outage
from support.cast.person import Person
from support.cast.promptness import Rush
from support.cast.recovery import Recovery
from support.cast.restoring import Restoring
from support.cast.saves import Saves
from support.cast.saving_together import SavingTogether
from support.cast.stage import Stage, cannot
from support.cast.strangers import Strangers
from support.cast.together import few_at_once
from support.cast.unclear import Unclear
from support.drivers.tidying import Tidying
from support.facts.moment import Moment
from support.facts.verdict import Inconclusive

CLEARING_SECONDS, CLEARING_SECONDS_EACH = 10.0, 0.05
OPERATOR = "Nora"


class Cast:
    """People by name; whoever is named for the first time becomes a customer.

    Args:
        stage: the scenario's ground.
        traits: everybody whom a scenario may name.
    """

    def __init__(self, stage: Stage, traits: Mapping[str, Traits]) -> None:
        self.stage = stage
        self._traits = traits
        self._people: dict[str, Person] = {}
        self.netra = Netra(stage, self._people)
        self.rush = Rush(stage)
        self.keeping = Keeping(stage, self._people)
        self.given_names = GivenNames(stage)
        self.offices = Offices(stage, self.keeping, self._people)
        self.outage = Outage(stage, self.netra)
        self.saves = Saves(stage, self.outage)
        self.everywhere = Everywhere(stage, self.outage.readiness)
        self.freshness = Freshness(stage, self.outage)
        self.unclear = Unclear(stage, self.outage)
        self.backups = Backups(stage, self.keeping)
        self.damaged_backups = DamagedBackups(self.backups)
        self.restoring = Restoring(self.backups, self._people)
        self.recovery = Recovery(self.backups, self.netra, self._people)
        self.maintenance = Maintenance(stage, self.netra, self._people)
        self.saving_together = SavingTogether(stage, self.netra)
        self._deletion: Deletion | None = None
        self._doors: Doors | None = None
        self._attempts: Attempts | None = None
        self.strangers = Strangers(stage)
        self._attribution: Attribution | None = None
        self._crowd: Crowd | None = None
        self._effort: Effort | None = None
        self._rows_before: dict[str, int] = {}
        self._keys_before: set[str] = set()

    def open(self) -> None:
        """Counts what is stored before the scenario, for the count after it."""
        self._rows_before, self._keys_before = self.stage.do(self._count, "what is stored before")

    def __getitem__(self, name: str) -> Person:
        if name not in self._people:
            if name not in self._traits:
                cannot(f"nobody knows {name}; the people stand in features/vocabulary.toml")
            traits = self._traits[name]
            person = Person(traits, fresh(traits, self.stage.seed), self.stage)
            self._people[name] = person
            person.records.keeping = self.keeping
            self.stage.do(person.enrol, f"{name} to become a customer")
            self._introduce()
        return self._people[name]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who has appeared so far."""
        return tuple(self._people.values())

    def same(self, name: str, again: str) -> Person:
        """The person whom a sentence names twice."""
        if again != name:
            cannot(f"{name} and {again} are two people, of whom nothing can be said together")
        return self[name]

    def group(self, names: str) -> Group:
        """The people of a list such as "Ana, Ben and Chen"."""
        return Group([self[name] for name in names.replace(" and ", ", ").split(", ")], self.stage)

    def attempts(self, person: str, owner: str) -> Attempts:
        """What one person tries on another; remembered for the judging."""
        self._attempts = Attempts(self[person], self[owner])
        return self._attempts

    def gather(self, number: int) -> Crowd:
        """So many customers whom no sentence names, of all segments, each of a company of their own."""
        people = []
        for one in range(1, number + 1):
            traits = Traits(f"Customer{one:02d}", f"Company{one:02d}", SEGMENTS[one % len(SEGMENTS)])
            people.append(Person(traits, fresh(traits, self.stage.seed), self.stage))
        self._people.update({person.name: person for person in people})

        async def enrol() -> None:
            await few_at_once(Person.enrol, people)

        self._crowd = Crowd(people, self.stage, self.netra)
        self._crowd.look_at_notes()
        self.stage.do(enrol, f"{number} people to become customers")
        self._introduce()
        return self._crowd

    @property
    def crowd(self) -> Crowd:
        """The customers whom no sentence names."""
        if self._crowd is None:
            cannot("nobody has been gathered")
        return self._crowd

    def _introduce(self) -> None:
        for one in self._people.values():
            one.privacy.others = [other for other in self._people.values() if other is not one]

    def wrong_attribution(self, owner: str, other: str, thing: str) -> Attribution:
        """Something of the owner's under somebody else; told to Netra's operator."""
        self._attribution = Attribution(self[owner], self[other], self[OPERATOR], thing)
        return self._attribution

    @property
    def attribution(self) -> Attribution:
        """What has come under a wrong owner."""
        if self._attribution is None:
            cannot("nothing has come under a wrong owner")
        return self._attribution

    def attribution_of(self, owner: str, other: str, thing: str) -> Attribution:
        """What has come under a wrong owner, which must be this thing of this owner's under this person."""
        found = self.attribution
        if (found.owner.name, found.other.name, found.thing) != (owner, other, thing):
            cannot(f"no {thing} of {owner}'s has come under {other}")
        return found

    def deletion(self, person: str, operator: str) -> Deletion:
        """The deletion of a person's conversation; remembered for the judging."""
        self._deletion = Deletion(self[person], self[operator], self.keeping, self.damaged_backups)
        return self._deletion

    def deletion_of(self, person: str) -> Deletion:
        """The deletion that was spoken of, which must be this person's."""
        if self._deletion is None or self._deletion.person is not self[person]:
            cannot(f"nobody has spoken of deleting anything of {person}'s")
        return self._deletion

    def effort(self, person: str, owner: str) -> Effort:
        """The work that Netra has with a person who reaches for what is the owner's."""
        self._effort = Effort(self[person], self[owner])
        return self._effort

    def last_effort_of(self, person: str) -> Effort:
        """The work that was measured last, which must have been with this person."""
        if self._effort is None or self._effort.person is not self[person]:
            cannot(f"{person} has not reached for anything again and again")
        return self._effort

    @property
    def last_attempt(self) -> Attempts:
        """The last attempt of anybody on anybody."""
        if self._attempts is None:
            cannot("nobody has tried anything")
        return self._attempts

    def last_attempt_on(self, owner: str, person: str = "") -> Attempts:
        """The last attempt, which must have been on this owner, and by this person where one is named."""
        last = self.last_attempt
        if last.owner is not self[owner]:
            cannot(f"nobody has tried anything on {owner}")
        if person not in ("", last.person.name):
            cannot(f"{person} has tried nothing on {owner}")
        return last

    @property
    def doors(self) -> Doors:
        """Netra's doors, for whoever presents a pass; the first customer's things lie behind them."""
        if self._doors is None:
            self._doors = Doors(self.people[0])
        return self._doors

    def everyone_is_answered(self) -> None:
        """The AI model answers whatever it held and whatever comes."""
        for person in self.people:
            person.sources.let_source_answer("model")

    def expect_nothing_else(self) -> None:
        """The last sentence of every scenario; Inconclusive when a failure that it speaks of was met by nobody."""
        expect_nothing_else(self)
        self.outage.failures.demand_struck()
        for person in self.people:
            person.sources.demand_troubles_met()

    # The end of a scenario

    def clear(self, *, keep: bool = False) -> None:
        """Takes away whatever the scenario made; Inconclusive when something stays."""
        seconds = CLEARING_SECONDS + CLEARING_SECONDS_EACH * len(self._people)
        try:
            self.stage.loop.do(self._leave, seconds, "people to leave")
        finally:
            self._take_away(seconds, keep=keep)

    def _take_away(self, seconds: float, *, keep: bool) -> None:
        if keep or self.stage.deployment.postgres.lost:
            self.stage.deployment.customers_have_gone(self._users)
            return
        left = self.stage.loop.do(self._remove, seconds, "the scenario's things to be removed")
        if left:
            raise Inconclusive(f"the scenario left behind: {', '.join(left)}")
        self.stage.deployment.customers_have_gone(self._users)

    @property
    def _users(self) -> list[str]:
        return [person.identity.user for person in self._people.values()]

    async def _leave(self) -> None:
        await self.saves.close()
        await self.freshness.close()
        await self.outage.close()
        await few_at_once(self._let_go, self._people.values())
        await self.netra.finish_going_down()
        self.damaged_backups.mend()
        await self.backups.close()
        await self.maintenance.close()

    async def _let_go(self, person: Person) -> None:
        if self.stage.deployment.world is not None:
            await self.stage.deployment.world.forget_customer(person.identity.user)
        await person.presence.leave()

    async def _remove(self) -> list[str]:
        users = self._users
        tidying = Tidying(self.stage.rows, self.stage.ready)
        listening = await tidying.until_nobody_listens(users, CLEARING_SECONDS / 2)
        stayed = [f"servers of Netra that still listen for {', '.join(listening)}"] if listening else []
        # Work under way soon comes to its end without the outside world; what was committed last is published, and
        # kept ready, a moment later.
        if await tidying.until_work_has_ended(users, CLEARING_SECONDS / 4):
            await asyncio.sleep(0.05)
        await self.stage.rows.remove_customers(users)
        began = Moment.now()
        while True:
            await self.stage.ready.remove(await tidying.keys_of(users))
            rows, keys_now = await self._count()
            more = {name: count - self._rows_before.get(name, 0) for name, count in rows.items()}
            left = [f"rows of {name} ({number:+d})" for name, number in more.items() if number]
            left += sorted(keys_now - self._keys_before)
            if not left or Moment.now().seconds_since(began) > CLEARING_SECONDS / 5:
                return [*stayed, *left]
            await asyncio.sleep(0.02)

    async def _count(self) -> tuple[dict[str, int], set[str]]:
        if self.stage.deployment.given:
            # Others use it too; only what is the scenario's own can be counted.
            keys = await Tidying(self.stage.rows, self.stage.ready).keys_of(self._users)
            return await self.stage.rows.counts_of(self._users), set(keys)
        return await self.stage.rows.counts(), set(await self.stage.ready.keys_about(""))
