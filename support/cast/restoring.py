"""A conversation that an operating error has damaged, and its way back from a backup while everybody works on."""

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.cast.backups import SAFE, Backups
from support.cast.keeping import SETTINGS
from support.cast.stage import cannot, demand
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.person import Person

DAMAGED = (
    'update runs set result = result || \'{"monthly_savings": "0.00"}\' where thread_id = $1',
    "update reports set text = 'lost' where run_id in (select id from runs where thread_id = $1)",
    "delete from run_steps where run_id in (select id from runs where thread_id = $1)",
    "update updates set frame = '{}' where thread_id = $1 and sequence % 2 = 0",
)
"""What else an operating error does to a conversation, beside its messages."""


class Restoring:
    """One conversation's damage and its way back.

    Attributes:
        report: what Netra said of it.
        took: seconds that it took to restore the conversation.
    """

    def __init__(self, backups: Backups, people: "dict[str, Person]") -> None:
        self.backups, self.stage, self._people = backups, backups.stage, people
        self.report: dict[str, Any] | None = None
        self.took = -1.0
        self._lying: set[str] = set()
        self._damaged: Conversation | None = None

    # Verbs

    def damage_conversation(self, owner: "Person") -> None:
        """An operating error: of a conversation messages are deleted, and others altered, as is what analyses found."""

        async def damage() -> None:
            thread = owner.conversation.thread
            gone = await self.stage.rows.change(
                "delete from messages where thread_id = $1 and position % 2 = 0", thread
            )
            other = await self.stage.rows.change("update messages set content = 'lost' where thread_id = $1", thread)
            if not gone or not other:
                cannot("there was nothing to damage")
            for what in DAMAGED:
                await self.stage.rows.change(what, thread)

        self._damage(owner, damage)

    def damage_and_go_on(self, owner: "Person") -> None:
        """The same, before which nothing was kept ready; its owner then looks at it, damaged as it is, and writes."""
        owner.ready.take_away()
        self.damage_conversation(owner)
        owner.at_hand.open_all()
        demand(self.stage.do(owner.conversation.write, f"{owner.name} writes"))

    def remove_conversation(self, owner: "Person") -> None:
        """An operating error: a whole conversation is removed, and no trace of it stays; its backup goes on."""

        async def remove() -> None:
            if not await self.stage.rows.change("delete from threads where id = $1", owner.conversation.thread):
                cannot("there was nothing to remove")

        self._damage(owner, remove)

    def _damage(self, owner: "Person", damage: Callable[[], Awaitable[None]]) -> None:
        self._damaged = owner.conversation
        for person in self._people.values():
            person.records.remember()

        async def do() -> None:
            rows = await self.stage.rows.select("select clock_timestamp() as at")
            self.backups.damage = rows[0]["at"]
            await damage()
            await self.backups.come_to_be_safe(SAFE)

        self.stage.do(do, "the damage")
        self.stage.story.tell("scenario", f"damages the conversation of {owner.name}, after {self.backups.damage}")

    def restore_conversation(self, owner: "Person", operator: "Person") -> None:
        """The operator restores one conversation to the moment before the damage, while Netra serves everybody."""
        if operator.traits.role != "operator":
            cannot(f"{operator.name} does not operate Netra")
        if self.backups.keeper is not None:
            self.backups.be_safe(SAFE)  # What was erased a moment ago is soon known to the backups.
        self._lying = self._look_around()
        for person in self._people.values():
            if person is not owner:
                person.records.remember()
        began, damage = Moment.now(), self.backups.damage
        until = ("--until", damage.isoformat()) if damage else ()
        thread = (self._damaged or owner.conversation).thread
        words = (*SETTINGS, *self.backups.where, "--thread", thread, "--scratch", "{scratch}", *until)
        self.report = self.stage.do(
            lambda: self.backups.run("restore-conversation", *words), "the conversation to come back"
        )
        self.took = Moment.now().seconds_since(began)

    def restore_as_taken(self, owner: "Person", operator: "Person") -> None:
        """The same, to the moment at which the last backup was complete."""
        self.backups.damage = self.backups.complete or cannot("no backup was taken")
        self.restore_conversation(owner, operator)

    # Judgements

    def expect_restored(self, owner: "Person", limit: Limit) -> None:
        """The restored conversation is row by row what it was, after no longer than the limit."""
        self.stage.story.measured("seconds until the conversation was restored", self.took)
        owner.records.expect_rows_back()
        if not (self.report or {}).get("done") or self.took > limit.seconds:
            raise Broken(f"the conversation is restored within {limit}", f"{self.report} after {self.took:.1f} s")

    def expect_newer_kept(self, owner: "Person") -> None:
        """The conversation is what it was before the damage, followed by what its owner has written since."""
        conversation, before = owner.conversation, owner.records.told
        wanted = [str(row["id"]) for row in before] + [str(one.field("id")) for one in conversation.written]
        texts = [row["content"] for row in before] + [str(one.field("content")) for one in conversation.written]
        if not before or not conversation.written:
            cannot(f"{owner.name} has written nothing since")
        path = f"/api/threads/{conversation.thread}/messages?limit=1000"
        reading = self.stage.do(lambda: owner.request("GET", path, "reads the conversation"), "the conversation")
        told = [(str(one.get("id")), one.get("content")) for one in reading.field("messages") or ()]
        rows = self.stage.do(lambda: self.stage.rows.messages(conversation.thread), "the stored messages")
        stored = [(str(row["id"]), row["content"]) for row in rows]
        self.stage.story.observed("messages of the restored conversation", len(stored), str(reading))
        if told != stored or stored != list(zip(wanted, texts, strict=True)):
            raise Broken(
                f"the {len(before)} messages from before, and then what {owner.name} has written since",
                f"{len(told)} are told and {len(stored)} stored",
                [str(told), str(stored)],
            )

    def expect_nothing_left_behind(self) -> None:
        """Where the operator had the conversation restored, neither files nor a process are left of it."""
        now = self._look_around()
        self.stage.story.observed("files and processes where it was restored", len(now))
        if left := sorted(now - self._lying):
            raise Broken("no copy of what the backup holds is left", left[0], left)

    def _look_around(self) -> set[str]:
        """What lies in the operator's scratch directory, and the processes that work there, but for storage's own."""
        data = self.stage.deployment.postgres.data or cannot("nobody knows where storage keeps its files")
        found = {f"the file {path.name}" for path in data.parent.iterdir()}
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                works_in = (process / "cwd").readlink()
                if works_in.is_relative_to(data.parent) and not works_in.is_relative_to(data):
                    found.add(f"process {process.name} in {works_in.name}")
        return found
