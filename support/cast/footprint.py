"""How much memory Netra's servers take while conversations come, and whether they keep on growing."""

from typing import TYPE_CHECKING

from support.cast.stage import cannot, demand
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person
    from support.cast.stage import Stage

MEGABYTE = 1024 * 1024


class Footprint:
    """What rounds of the same work of one person leave in each server's memory."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._taken: list[dict[str, int]] = []
        self._each = 0

    # Verbs

    def work(self, number: int, rounds: int) -> None:
        """Starts and opens so many conversations in each round, through all servers; the first one is not measured."""
        servers = len(self.stage.deployment.doors.rest)
        self._each = -(-number // servers)

        async def one_round() -> None:
            for count in range(number):
                server = count % servers
                started = await self.person.request(
                    "POST", "/api/threads", "starts a conversation", {"title": f"Number {count}"}, server=server
                )
                path = f"/api/threads/{demand(started).field('id')}/messages"
                demand(await self.person.request("GET", path, "opens it", server=server))

        for number_of_round in range(rounds + 1):
            self.stage.do(one_round, f"round {number_of_round} of the work")
            self._taken.append(resident(self.stage))
        user = self.person.identity.user
        kept = self.stage.do(lambda: self.stage.rows.of("threads", "user_id", user), "what is stored")
        if len(kept) != number * (rounds + 1):
            cannot(f"of {number * (rounds + 1)} conversations that {self.person.name} started {len(kept)} are kept")

    # Judgements

    def expect_each_below(self, megabytes: float) -> None:
        """Over all rounds no server has grown by so much for each conversation that came to it."""
        taken = self._compared()
        number = self._each * (len(taken) - 1)
        grown = {name: (taken[-1][name] - taken[0][name]) / number / MEGABYTE for name in taken[0]}
        self.stage.story.measured("megabytes for each conversation", max(grown.values()))
        if max(grown.values()) >= megabytes:
            raise Broken(f"less than {megabytes:g} MB for each conversation", in_words(grown))

    def expect_last_below(self, megabytes: float) -> None:
        """In the last round no server has grown by so much, although it did the same as in the rounds before."""
        taken = self._compared()
        grown = {name: (taken[-1][name] - taken[-2][name]) / MEGABYTE for name in taken[0]}
        self.stage.story.measured("megabytes in the last round", max(grown.values()))
        if max(grown.values()) >= megabytes:
            raise Broken(f"less than {megabytes:g} MB in the last round", in_words(grown))

    def _compared(self) -> list[dict[str, int]]:
        if len(self._taken) < 3 or not self._taken[0]:
            cannot("nobody has measured the memory of Netra's servers over several rounds")
        self.stage.story.observed("rounds after which memory was measured", len(self._taken) - 1)
        rows = [(name, *(f"{one[name] / MEGABYTE:.1f}" for one in self._taken)) for name in self._taken[0]]
        rounds = [f"after round {number}" for number in range(len(self._taken))]
        self.stage.story.compared("Memory of each server, in MB", ("server", *rounds), rows)
        return self._taken


def resident(stage: "Stage") -> dict[str, int]:
    """Bytes of memory that each server of Netra takes; of those alone that this run has started."""
    return {one.name: one.resident() for one in stage.deployment.instances if one.pid}


def in_words(grown: dict[str, float]) -> str:
    """By how many megabytes each server has grown."""
    return ", ".join(f"server {name} has grown by {number:.2f} MB" for name, number in grown.items())
