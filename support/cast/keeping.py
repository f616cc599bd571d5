"""How long Netra keeps conversations, as its operators see it: agreements, holds, and the tidying up itself."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from support.cast.stage import Stage, cannot, demand
from support.facts.moment import Moment
from support.facts.verdict import Inconclusive

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.person import Person
    from support.cast.records import Aged

SETTINGS = ("--settings", "{settings}")
RULES = {
    "completed": "completed_days",
    "last used": "inactive_days",
    "paused": "inactive_days",
    "begun": "any_days",
}
"""What happened to a conversation so many days ago, and by which part of an agreement that counts."""


class Keeping:
    """What operators do about old conversations; `people` are those of the scenario.

    Attributes:
        report: what the last tidying up said that it did; None when it said nothing.
        began: when it began.
        place: what commands are told of the place where backups are kept.
    """

    def __init__(self, stage: Stage, people: "dict[str, Person]") -> None:
        self.stage = stage
        self._people = people
        self.report: dict[str, Any] | None = None
        self.began: Moment | None = None
        self.place: tuple[str, ...] = ()

    def domain(self, company: str) -> str:
        """The name under which Netra knows a company."""
        known = [one.identity.domain for one in self._people.values() if one.traits.company == company]
        return known[0] if known else cannot(f"nobody of {company} has appeared yet")

    def agree(self, operator: "Person", company: str, archive: int | None, delete: int | None) -> None:
        """An agreement with a company: whole days without use, and whole days in the archive; None for never."""
        rule = {"completed_days": archive, "inactive_days": archive, "any_days": None, "delete_days": delete}
        self._order(operator, "PUT", f"/api/retention/{self.domain(company)}", f"agrees with {company}", rule)

    def agree_for(self, operator: "Person", company: str, state: str, days: int) -> None:
        """An agreement by which only conversations in this state are archived, after so many whole days."""
        rule: dict[str, int | None] = dict.fromkeys((*RULES.values(), "delete_days"))
        rule[RULES[state]] = days
        self._order(operator, "PUT", f"/api/retention/{self.domain(company)}", f"agrees with {company}", rule)

    def approve(self, operator: "Person", company: str) -> None:
        """Deletion as agreed may begin."""
        path = f"/api/retention/{self.domain(company)}/approval"
        self._order(operator, "POST", path, f"approves deletion for {company}", {})

    def hold(self, operator: "Person", *conversations: "Conversation") -> None:
        """A legal hold on each of these conversations."""
        for one in conversations:
            self.stage.do(lambda one=one: self.put_hold(operator, one), f"{operator.name} to put a legal hold")  # type: ignore[misc]

    async def put_hold(self, operator: "Person", conversation: "Conversation") -> None:
        """A legal hold on one of them, on the loop; demands success."""
        words = f"puts a legal hold on a conversation of {conversation.person.name}"
        path = f"/api/holds/{conversation.thread}"
        demand(await operator.request("PUT", path, words, {"reason": "a lawsuit"}))
        self.stage.story.tell(operator.name, words)

    def release(self, operator: "Person", owner: "Person") -> None:
        """The end of the legal hold on the oldest conversation of its owner."""
        oldest = max(owner.records.aged, key=lambda aged: aged.days).conversation
        self._order(operator, "DELETE", f"/api/holds/{oldest.thread}", f"lifts the legal hold on it for {owner.name}")

    def tidy_up(self) -> None:
        """Netra tidies up; what it says of it is kept."""
        for person in self._people.values():
            person.records.remember()
        self.began = Moment.now()
        self.report = self.stage.do(lambda: self.command("retain", *SETTINGS, *self.place), "Netra to tidy up")

    def tidy_up_and_demand(self) -> None:
        """The same for a Given."""
        self.tidy_up()
        if not self.report or not self.report.get("done"):
            cannot(f"Netra did not tidy up: {self.report}")

    def tidy_up_half_way(self, owner: "Person") -> None:
        """Netra tidies up and is killed when it has put away the oldest of several conversations."""
        sql = "select id from threads where metadata_->>'user_id' = $1 and metadata_->>'status' = 'archived'"
        self.kill_tidying_up(_oldest_first(owner)[1].conversation, sql, owner)

    def kill_tidying_up(self, second: "Conversation", done: str, owner: "Person") -> None:
        """Netra tidies up and is killed when it comes to the second conversation, which is locked.

        Inconclusive unless it is done with exactly one of its owner's by then.
        """

        async def cut_off() -> None:
            async with self.stage.rows.locked("threads", second.thread):
                running = await self.stage.deployment.begin("retain", *SETTINGS, *self.place)
                await self._until(lambda: self.stage.rows.waiting_for_locks(), running)
                found = await self.stage.rows.select(done, owner.identity.user)
                await running.kill()
            if len(found) != 1:
                cannot(f"the tidying up was cut off when {len(found)} conversations were done, and not half-way")
            self.stage.story.tell("Netra", "its tidying up was killed after the first of several conversations")

        self.stage.do(cut_off, "the tidying up to be cut off")

    def tidy_up_while_used(self, owner: "Person") -> None:
        """Netra tidies up, and comes to the oldest conversation; before it goes on its owner uses the latest one."""
        oldest, *_, latest = _oldest_first(owner)

        async def write() -> None:
            demand(await latest.conversation.write())

        self.tidy_up_meanwhile(oldest.conversation, write)

    def tidy_up_meanwhile(self, first: "Conversation", act: Callable[[], Awaitable[None]]) -> None:
        """Netra tidies up, and comes to this conversation; before it goes on something is done."""
        self.stage.do(lambda: self._tidy_up_meanwhile(first, act), "Netra to tidy up meanwhile")

    async def _tidy_up_meanwhile(self, first: "Conversation", act: Callable[[], Awaitable[None]]) -> None:
        async with self.stage.rows.locked("threads", first.thread):
            running = await self.stage.deployment.begin("retain", *SETTINGS, *self.place)
            await self._until(lambda: self.stage.rows.waiting_for_locks(), running)
            await act()
        if (await running.ended(max(1.0, self.stage.clock.left))).code:
            cannot(f"Netra did not tidy up: {running.last_words()}")
        said = [line for line in running.last_words(100_000).splitlines() if line.startswith('{"command"')]
        self.report = dict(json.loads(said[-1])) if said else None
        self.stage.story.tell("Netra", "has tidied up, and something was done meanwhile", str(self.report))

    async def _until(self, reached: Callable[[], Awaitable[bool]], running: Any) -> None:
        deadline = self.stage.clock.deadline()
        while not await reached():
            if running.exit is not None or deadline.left == 0:
                raise Inconclusive("the tidying up did not come to the conversation that was locked")
            with contextlib.suppress(TimeoutError):
                await running.ended(0.01)

    async def command(self, name: str, *arguments: str) -> dict[str, Any] | None:
        """Runs a command of the platform; what it says at its end, None when it says nothing of the kind.

        It may take as long as the scenario has left: how long it should take, the sentences say.
        """
        ended = await self.stage.deployment.command(name, *arguments, limit=max(1.0, self.stage.clock.left))
        said = next((line for line in reversed(ended.output.splitlines()) if line.startswith('{"command"')), "")
        words = said or ended.output[-300:]
        self.stage.story.tell("operator", f"runs {name}: exit code {ended.code} {words[:300]}", ended.output[-2000:])
        return dict(json.loads(said)) if said else None

    def _order(
        self, operator: "Person", method: str, path: str, asked: str, body: dict[str, Any] | None = None
    ) -> None:
        demand(self.stage.do(lambda: operator.request(method, path, asked, body), f"{operator.name} {asked}"))
        self.stage.story.tell(operator.name, asked)


def _oldest_first(owner: "Person") -> "list[Aged]":
    return sorted(owner.records.aged, key=lambda aged: -aged.days)
