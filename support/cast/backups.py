"""Backups of Netra, its loss, and its way back, as operators go through them."""

import asyncio
import contextlib
import secrets
import shutil
import zlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.cast.damages import LOG_DAMAGES, altered, cut, damage_log
from support.cast.keeping import SETTINGS, Keeping
from support.cast.stage import Stage, cannot, demand
from support.cast.writing import Writing
from support.facts.history import Fate
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken, Inconclusive, PatienceEnded

if TYPE_CHECKING:
    from support.cast.conversation import Conversation
    from support.cast.person import Person

LOG_SLOT = "netra_log"
POLL_SECONDS = 0.1
SAFE = Limit.parse("30 seconds")
"""How long a Given waits until everything is safe; the Thens state their own limits."""
TRIES = 5
DAMAGED = (
    'update runs set result = result || \'{"monthly_savings": "0.00"}\' where thread_id = $1',
    "update reports set text = 'lost' where run_id in (select id from runs where thread_id = $1)",
    "delete from run_steps where run_id in (select id from runs where thread_id = $1)",
    "update updates set frame = '{}' where thread_id = $1 and sequence % 2 = 0",
)
"""What else an operating error does to a conversation, beside its messages."""
RAW_BYTES = 64 * 1024 * 1024


class Backups:
    """The backups of one scenario, each scenario's in a place of its own.

    Attributes:
        keeper: the command that keeps the log; None while there is none.
        writing: the customers who write on, and what came of it.
        taking: when the last backup was begun, and when it had been taken.
        safe_after: seconds after the last message until it was beyond the reach of a disaster; None if never.
        said: until when messages are waited for to be safe.
        looks: what was said of each copy with a damaged log.
        tried: what was said of the backups before a backup was tried, of it, and of the backups afterwards.
        damage: when something was damaged on purpose.
    """

    def __init__(self, stage: Stage, keeping: Keeping, people: "dict[str, Person]") -> None:
        self.stage, self._keeping, self._people = stage, keeping, people
        self._name = secrets.token_hex(4)
        self.where = ("--backups", f"{{backups}}/{self._name}", "--key", "{key}")
        self.keeper: Any = None
        self.writing = Writing(stage)
        self.taking: tuple[Moment, Moment] | None = None
        self.report: dict[str, Any] | None = None
        self.looks: dict[str, dict[str, Any]] = {}
        self.took = -1.0
        self.safe_after: float | None = None
        self.waited: tuple[float, str] = (0.0, "")
        self.said: Moment | None = None
        self.damage: datetime | None = None
        self.tried: tuple[dict[str, Any], ...] = ()
        self._lying: set[str] = set()
        self._spoilt: Path | None = None
        self._damaged: Conversation | None = None
        self._complete: datetime | None = None

    @property
    def folder(self) -> Path:
        """Where the files are; Inconclusive where the suite cannot look at them."""
        place: Path | None = self.stage.deployment.backups
        return place / self._name if place else cannot("the backups of this target cannot be looked at")

    async def run(self, name: str, *arguments: str) -> dict[str, Any]:
        """Runs a command on the backups; what it says."""
        return await self._keeping.command(name, *arguments) or {}

    # Verbs

    def take(self, *, verified: bool = True) -> None:
        """A backup, and a look whether it is whole where it is to be verified; demands success."""
        self.stage.do(lambda: self._take(verified=verified), "a backup")

    async def _take(self, *, verified: bool = True) -> None:
        looks = [("verify", *self.where)] if verified else []
        for command in (("backup", *SETTINGS, *self.where), *looks):
            began, said = Moment.now(), await self.run(*command)
            if command[0] == "backup":
                self.taking = began, Moment.now()
            if not said.get("done"):
                cannot(f"there is no backup: {said or command[0]}")
        self._complete = (await self.stage.rows.select("select clock_timestamp() as at"))[0]["at"]
        self._keeping.place = self.where

    def spoil(self) -> None:
        """From now on storage holds a file that storage itself cannot read; until the end of the scenario."""
        data = self.stage.deployment.postgres.data or cannot("nobody knows where storage keeps its files")
        self._spoilt = data / "base" / f"unreadable-{self._name}"
        self._spoilt.write_bytes(b"damaged")
        self._spoilt.chmod(0)
        self.stage.story.tell("scenario", "a file of storage cannot be read any more")

    def try_to_take(self) -> None:
        """Netra is told to take a backup; what it says, and which backups there are then, is recorded."""

        async def attempt() -> None:
            before = await self.run("verify", *self.where)
            said = await self.run("backup", *SETTINGS, *self.where)
            self.tried = before, said, await self.run("verify", *self.where)

        self.stage.do(attempt, "an attempt at a backup")

    def keep(self) -> None:
        """The log is kept from now on, and a backup is taken; demands success."""
        self.stage.do(self._keep, "backups that are kept")

    async def _keep(self) -> None:
        self.keeper = await self.stage.deployment.begin("keep-log", *SETTINGS, *self.where)
        deadline = self.stage.clock.deadline()
        while '"ready": true' not in self.keeper.last_words(50):
            if self.keeper.exit is not None or deadline.left == 0:
                cannot(f"the log is not kept: {self.keeper.last_words()}")
            with contextlib.suppress(TimeoutError):
                await self.keeper.ended(POLL_SECONDS)
        await self._take()

    def take_while_writing(self, people: Iterable["Person"]) -> None:
        """A backup is taken while these people write, each of them confirmed; they write on until Netra is lost."""
        people = list(people)
        self.writing.begin(people)
        # Little is soon saved: where nobody's message fell into that time, another backup is taken.
        for _ in range(TRIES):
            self.stage.do(self._take, "a backup while customers write")
            since, until = self.taking or cannot("no backup was taken")
            meanwhile = [one for one in self.writing.history.between(since, until) if one.fate is Fate.ACKNOWLEDGED]
            silent = [person.name for person in people if person.name not in {one.who for one in meanwhile}]
            if not silent:
                break
        else:
            cannot(f"nothing of {' and '.join(silent)} was confirmed while any of {TRIES} backups was taken")
        self.stage.story.tell("customers", f"{len(meanwhile)} messages were confirmed while the backup was taken")

    def be_safe(self, limit: Limit) -> None:
        """Waits until everything said so far is beyond the reach of a disaster, or the limit has passed."""
        self.stage.do(lambda: self._be_safe(limit), "everything to be safe")

    async def _be_safe(self, limit: Limit) -> None:
        said, began = datetime.now(UTC), Moment.now()
        self.said = began
        deadline = self.stage.clock.deadline(limit)
        while True:
            reaches = (await self.run("verify", *self.where)).get("reaches_at")
            if reaches and datetime.fromisoformat(reaches) > said:
                self.safe_after = Moment.now().seconds_since(began)
                return
            if deadline.left == 0:
                self.waited = Moment.now().seconds_since(began), deadline.ending.name
                return
            await asyncio.sleep(POLL_SECONDS)

    def damage_files(self, damage: str) -> None:
        """Takes the backup away, cuts it short, alters one byte of it, or gives it another key."""
        newest = sorted(self.folder.glob("*.base"))[-1]
        if damage == "missing":
            newest.unlink()
        elif damage in ("cut_short", "altered"):
            newest.write_bytes(cut(newest) if damage == "cut_short" else altered(newest))
        else:
            other = self.folder / "another.key"
            other.write_text(secrets.token_hex(32), encoding="ascii")
            self.where = (*self.where[:3], str(other))
        self.stage.story.tell("scenario", f"the backup: {damage}")

    def verify(self) -> None:
        """Looks whether the backup is whole; what is said is recorded."""
        self.report = self.stage.do(lambda: self.run("verify", *self.where), "a look at the backup")

    def take_another(self) -> None:
        """One more backup is taken; then it is looked whether all are whole, and what is said is recorded."""
        self.take(verified=False)
        self.verify()

    def look_at_damaged_logs(self) -> None:
        """Looks at copies of the backup, one for each damage of its log, and first at one that is whole."""
        self.be_safe(SAFE)
        if self.safe_after is None:
            cannot("the log never came to hold what was written")
        self.stage.do(self._look_at_damaged_logs, "looks at copies of the backup")

    async def _look_at_damaged_logs(self) -> None:
        # What is copied must stand still; its newest piece is needed, since what was written is safe.
        await self._keep_no_more()
        for damage in ("", *LOG_DAMAGES):
            copy = self.folder.with_name(f"{self._name}-{len(self.looks)}")
            await asyncio.to_thread(shutil.copytree, self.folder, copy)
            damage_log(copy / "log", damage)
            self.looks[damage] = await self.run("verify", "--backups", f"{{backups}}/{copy.name}", *self.where[2:])
        if not self.looks.pop("").get("done"):
            cannot("a copy of the backup is not accepted even when it is whole")

    def restore_conversation(self, owner: "Person", operator: "Person") -> None:
        """The operator restores one conversation to the moment before the damage, while Netra serves everybody."""
        if operator.traits.role != "operator":
            cannot(f"{operator.name} does not operate Netra")
        if self.keeper is not None:
            self.be_safe(SAFE)  # What was erased a moment ago is soon known to the backups.
        self._lying = self._look_around()
        for person in self._people.values():
            if person is not owner:
                person.records.remember()
        began, damage = Moment.now(), self.damage
        until = ("--until", damage.isoformat()) if damage else ()
        thread = (self._damaged or owner.conversation).thread
        words = (*SETTINGS, *self.where, "--thread", thread, "--scratch", "{scratch}", *until)
        self.report = self.stage.do(lambda: self.run("restore-conversation", *words), "the conversation to come back")
        self.took = Moment.now().seconds_since(began)

    def restore_as_taken(self, owner: "Person", operator: "Person") -> None:
        """The same, to the moment at which the last backup was complete."""
        self.damage = self._complete or cannot("no backup was taken")
        self.restore_conversation(owner, operator)

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
            self.damage = rows[0]["at"]
            await damage()
            await self._be_safe(SAFE)

        self.stage.do(do, "the damage")
        self.stage.story.tell("scenario", f"damages the conversation of {owner.name}, after {self.damage}")

    async def close(self) -> None:
        """Ends what the scenario left running, and removes its backups; for its end."""
        await self.writing.close()
        await self._keep_no_more()
        if self._spoilt is not None:
            self._spoilt.unlink(missing_ok=True)
        if place := self.stage.deployment.backups:
            # A command that was killed leaves behind what it had received and not yet sealed.
            for path in (*place.glob(f"{self._name}*"), *place.parent.glob("netra-log-*")):
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    async def _keep_no_more(self) -> None:
        """Ends what keeps the log."""
        if self.keeper is not None:
            await self.keeper.kill()
            self.keeper = None
            await self._drop_slot()

    async def _drop_slot(self) -> None:
        """PostgreSQL keeps the log for nobody any more."""
        for _ in range(100):
            dropped = "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 "
            await self.stage.rows.select(dropped + "and not active", LOG_SLOT)
            if not await self.stage.rows.select("select from pg_replication_slots where slot_name = $1", LOG_SLOT):
                return
            await asyncio.sleep(0.02)

    # Judgements

    def expect_unreadable(self, person: "Person") -> None:
        """No word of the person can be read in any file of the backup, packed or not."""
        files = self._read()
        marker = person.identity.marker.encode()
        self.stage.story.observed("files of the backup", len(files))
        found = [path.name for path, texts in files.items() if any(marker in text for text in texts)]
        if found or not files:
            raise Broken(f"nothing of {person.name}'s can be read in the backup", f"{found or 'there is no backup'}")

    def _read(self) -> dict[Path, list[bytes]]:
        """Every file of the backup with its texts. The log is still written: what is given its name meanwhile moves."""
        for _ in range(100):
            with contextlib.suppress(FileNotFoundError):
                return {path: _texts(path) for path in sorted(self.folder.rglob("*")) if path.is_file()}
        raise Inconclusive("the files of the backup never stand still")

    def expect_not_accepted(self, damage: str) -> None:
        """The look at the backup found the damage and named it."""
        said = self.report or {}
        self.stage.story.observed("looks at a damaged backup", 1, str(said))
        if said.get("done") is not False or said.get("code") != damage:
            raise Broken(f"the backup is not accepted, because it is {damage}", f"Netra says {said or 'nothing'}")

    def expect_none_taken(self) -> None:
        """The backup that was tried is none, as Netra says itself; those from before are whole, and no other counts."""
        before, said, after = self.tried or ({}, {}, {})
        self.stage.story.observed("attempts at a backup", len(self.tried), str(said))
        if not before.get("done"):
            cannot(f"there was no backup before: {before}")
        if said.get("done") is not False or not after.get("done") or after.get("bases") != before.get("bases"):
            words = f"Netra says {said or 'nothing'}, and then of the backups {after or 'nothing'}"
            raise Broken("what could not be taken whole is no backup, and those from before are whole", words)

    def expect_none_accepted(self) -> None:
        """Every damage of the log was found and named."""
        self.stage.story.observed("looks at copies with a damaged log", len(self.looks))
        told = [(damage, str(said.get("code") or said)) for damage, said in self.looks.items()]
        self.stage.story.compared("Copies of the backup", ("the newest piece of the log", "Netra says"), told)
        wrong = [
            f"a piece of the log {damage}, and Netra says {said or 'nothing'}"
            for damage, said in self.looks.items()
            if said.get("done") is not False or said.get("code") not in LOG_DAMAGES[damage]
        ]
        if wrong or not self.looks:
            raise Broken("no copy with a damaged log is accepted", wrong[0] if wrong else "there was none", wrong)

    def expect_safe(self, limit: Limit) -> None:
        """What was said last was beyond the reach of a disaster within the limit; waits for it unless somebody did."""
        if self.said is None:
            self.be_safe(limit)
        seconds, ending = self.waited
        self.stage.story.observed("looks at how far the backup reaches", 1)
        self.stage.story.measured("seconds until a message was safe", self.safe_after or seconds)
        if self.safe_after is None and ending == "PATIENCE":
            raise PatienceEnded("the messages were not safe when the run's patience ended")
        if self.safe_after is None or self.safe_after > limit.seconds:
            raise Broken(f"every message is safe within {limit}", f"after {seconds:.1f} s the backup did not hold it")

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


def _texts(path: Path) -> list[bytes]:
    """A file as it is, and what comes of it when it is unpacked from any of its first bytes."""
    raw = path.read_bytes()[:RAW_BYTES]
    found, view = [raw], memoryview(raw)
    for begin in range(64):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(view[begin:], RAW_BYTES))
    return found
