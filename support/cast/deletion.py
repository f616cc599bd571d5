"""The deletion of a person's conversation as agreed: what stands in its way, and the way back for a while."""

from typing import TYPE_CHECKING

from support.cast.damaged_backups import DamagedBackups
from support.cast.keeping import Keeping
from support.cast.stage import cannot
from support.drivers import prints
from support.drivers.prints import Prints
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.person import Person

ARCHIVED_AFTER, DELETED_AFTER = 10, 365
"""Whole days, as agreed in these scenarios."""
NAMED = {
    "old_backup": "no_backup",
    "not_verified": "no_backup",
    "altered": "no_backup",
    "old_approval": "no_approval",
}
"""An obstacle to the one under whose name Netra reports it, where that is another."""


class Deletion:
    """The deletion of the conversation that a person is in; `operator` has agreed on it with the company."""

    def __init__(self, person: "Person", operator: "Person", keeping: Keeping, damaged: DamagedBackups) -> None:
        self.person, self._operator, self._keeping, self._damaged = person, operator, keeping, damaged
        self.stage, self.records = person.stage, person.records
        self.asked: Outcome | None = None
        self.deleted: Conversation | None = None
        self._whole: Prints | None = None
        self._deleted: Prints | None = None

    # Verbs

    def be_due(self) -> None:
        """A conversation beside another one is archived, by an agreement after which it is to be deleted by now."""
        self.be_archived((DELETED_AFTER + 1,))

    def be_archived(self, days: tuple[int, ...]) -> None:
        """By this agreement conversations beside one in use were archived so many days ago; the last one is in work."""
        self.person.start_conversations(1)
        self._keeping.agree(self._operator, self.person.traits.company, ARCHIVED_AFTER, DELETED_AFTER)
        self.records.be_archived(days)
        self.deleted = self.person.conversation

    def prepare(self, but: str = "") -> None:
        """A verified backup and the approval are there, and no hold; all but this obstacle."""
        company = self.person.traits.company
        if but != "no_backup":
            self._damaged.backups.take(verified=but != "not_verified")
        if but == "altered":
            self._damaged.damage_files(but)
            self._damaged.backups.verify()
        if but == "no_approval":
            # What is approved for one company is approved for no other one.
            company = self._operator.traits.company
            self._keeping.agree(self._operator, company, ARCHIVED_AFTER, DELETED_AFTER)
        self._keeping.approve(self._operator, company)
        if but == "old_approval":
            self._keeping.agree(self._operator, company, ARCHIVED_AFTER, DELETED_AFTER - 1)
        if but == "legal_hold":
            self._keeping.hold(self._operator, self._conversation)
        if but == "old_backup":
            # Its age is unchanged; it is put away only now, when the backup exists.
            change = "at = clock_timestamp() - make_interval(secs => $2)"
            self.records.move("archives", "thread_id", change, 0, self._conversation)

    def tidy_up_while_held(self) -> None:
        """Netra tidies up, and comes to another conversation; before it goes on the operator holds this one back.

        The one on which a hold is put is the one that comes last, as Netra goes through them by their names.
        """
        first, *_, last = self._due
        self.deleted = last
        self._keeping.tidy_up_meanwhile(first, lambda: self._keeping.put_hold(self._operator, last))

    def be_killed_half_way(self) -> None:
        """Netra tidies up and is killed when it has deleted the first of several conversations."""
        sql = "select thread_id from deleted_threads where user_id = $1"
        self._keeping.kill_tidying_up(self._due[1], sql, self.person)

    @property
    def _due(self) -> list["Conversation"]:
        """What is due for deletion beside the conversation in use, in the order in which Netra goes through it."""
        return sorted(self.person.conversations[1:], key=lambda one: one.thread)

    def be_done(self, days: int) -> None:
        """Netra has deleted it so many days ago; lacking where it has not."""
        with self.stage.or_lacking():
            self._be_done(days)

    def _be_done(self, days: int) -> None:
        self.be_due()
        self.prepare()
        self._keeping.tidy_up_and_demand()
        if self._conversation.thread not in (self._keeping.report or {}).get("deleted", []):
            cannot(f"Netra did not delete the conversation of {self.person.name}")
        change = "deleted_at = clock_timestamp() - make_interval(secs => $2)"
        self.records.move("deleted_threads", "thread_id", change, days, self._conversation)
        self._whole = self.records.before
        self.person.erasure.also_in.add("deleted_threads")

    def undo(self) -> None:
        """Undoes the deletion; the outcome is recorded. What it should bring back is what there was before it."""
        self.records.before, self.records.settled = self._whole, True
        self._deleted = self._stored()
        self.asked = self.records.ask("POST", f"/api/threads/{self._conversation.thread}/undelete", "undoes it")

    # Judgements

    def expect_not_deleted(self, because: str) -> None:
        """Nothing was deleted, Netra names the obstacle, and the customer can still read it."""
        report = self._keeping.report or {}
        thread = self._conversation.thread
        named = [str(one.get("because")) for one in report.get("kept", []) if one.get("thread_id") == thread]
        reading = self.records.ask("GET", f"/api/threads/{thread}/messages?limit=1000", "reads it")
        self._observe("conversations that are due for deletion", reading)
        found = len((reading.body or {}).get("messages", [])) if reading.accepted else 0
        if named != [NAMED.get(because, because)] or found != len(self.records.told) or not found:
            raise Broken(
                f"the conversation is not deleted, because of {because}",
                f"Netra names {named or 'no obstacle'}; {reading}; {found} of {len(self.records.told)} messages shown",
                [str(report)],
            )

    def expect_deleted(self) -> None:
        """The customer no longer has it, in no list and under no name, but every other one; so it is stored."""
        self._expect_deleted({self._conversation.thread})

    def expect_all_deleted(self) -> None:
        """The same of every conversation that was due."""
        due = {conversation.thread for conversation in self._due}
        if len(due) < 2:
            cannot(f"not several conversations of {self.person.name} were due for deletion")
        self._expect_deleted(due)

    def _expect_deleted(self, threads: set[str]) -> None:
        readings = [self.records.ask("GET", f"/api/threads/{one}", "opens the deleted one") for one in sorted(threads)]
        listed = [*self.records.threads("?limit=1000"), *self.records.threads("?status=archived&limit=1000")]
        self.stage.story.observed("looks at what was deleted", len(readings), "; ".join(map(str, readings)))
        others = {conversation.thread for conversation in self.person.conversations} - threads
        found = {str(one.get("id")) for one in listed}
        if any(one.kind is not Kind.REFUSED for one in readings) or found != others:
            raise Broken(
                "what was to be deleted is gone from its customer's sight, and nothing else is",
                f"{'; '.join(map(str, readings))}; listed are {len(found & threads)} of it and {len(found & others)} "
                f"of {len(others)} others",
                [one.raw for one in readings],
            )
        self._confirm_deleted(threads, found)

    def _confirm_deleted(self, threads: set[str], told: set[str]) -> None:
        """Stored is what is told, and besides it what was deleted, once: its owner's, and not gone for good."""
        user, rows = self.person.identity.user, self.stage.rows

        async def look() -> tuple[set[str], list[list[str]], int]:
            stored = await rows.select("select id::text from threads where metadata_->>'user_id' = $1", user)
            owners, left = list[list[str]](), 0
            for thread in threads:
                owners.append([str(row["user_id"]) for row in await rows.of("deleted_threads", "thread_id", thread)])
                left += len(await rows.of("erasures", "id", thread)) + len(await rows.messages(thread))
            return {str(row["id"]) for row in stored}, owners, left

        stored, owners, left = self.stage.do(look, "what is stored of it")
        self.stage.story.compared(
            f"The conversations of {self.person.name} after the deletion",
            ("source", "conversations", "deleted and not gone for good"),
            [("told by Netra", len(told), "-"), ("stored rows", len(stored), sum(map(len, owners)))],
        )
        if stored != told or any(found != [user] for found in owners) or left:
            raise Broken(
                "what is stored is what is told; what was deleted is kept for its customer, once, to be undone",
                f"{len(stored)} are stored, {len(told)} told; kept once, to be undone: {owners.count([user])} of "
                f"{len(threads)}; and {left} messages or notes of their end are stored",
                [str(stored), str(owners)],
            )

    def expect_stays_deleted(self) -> None:
        """The request came too late: it was turned down, the customer has nothing, and nothing stored has changed."""
        asked = self.asked
        self._observe("requests to undo it", asked)
        reading = self.records.ask("GET", f"/api/threads/{self._conversation.thread}", "opens the deleted one")
        if asked is None or asked.kind is not Kind.REFUSED or reading.kind is not Kind.REFUSED:
            raise Broken("the conversation stays deleted, and its customer is told so", f"{asked}; {reading}")
        before, now = self._deleted, self._stored()
        different = before.differences(now) if before else ["nobody looked at what was stored before"]
        self.stage.story.compared(
            f"What is stored of {self.person.name} before the request to undo the deletion, and after it",
            ("when", "rows"),
            [("before", len(before or ())), ("after", len(now))],
        )
        if different:
            raise Broken("a request that is turned down changes nothing that is stored", different[0], different)

    def _stored(self) -> Prints:
        user = self.person.identity.user
        return self.stage.do(lambda: prints.take(self.stage.rows, [user]), "the rows as they are")

    def expect_nothing_left(self) -> None:
        """No row anywhere names it, but for the note that it was erased, by which no backup brings it back."""
        thread, tables = self._conversation.thread, sorted(set(self.stage.rows.columns) - {"erasures"})
        parts = [
            f"select '{table}' as name, left(t::text, 120) as text from \"{table}\" t where position($1 in t::text) > 0"
            for table in tables
        ]
        rows = self.stage.do(lambda: self.stage.rows.select(" union all ".join(parts), thread), "what is left")
        self.stage.story.observed("places that were searched", len(tables))
        if rows:
            left = [f"{row['name']}: {row['text']}" for row in rows]
            raise Broken("nothing of the conversation is left", left[0], left)
        notes = self.stage.do(lambda: self.stage.rows.of("erasures", "id", thread), "the note of its end")
        if [note["kind"] for note in notes] != ["thread"]:
            words = "it is noted once that the conversation is gone for good, so that no backup brings it back"
            raise Broken(words, f"{len(notes)} notes say so", [str(note) for note in notes])

    @property
    def _conversation(self) -> "Conversation":
        return self.deleted or cannot(f"nothing of {self.person.name} is due for deletion")

    def _observe(self, what: str, outcome: Outcome | None) -> None:
        self.stage.story.observed(what, 1, str(outcome))
