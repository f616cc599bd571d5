"""Backups of Netra as its operators take and keep them, and how much of what was said they hold."""

import asyncio
import contextlib
import secrets
import shutil
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.cast.keeping import SETTINGS, Keeping
from support.cast.stage import Stage, cannot
from support.cast.writing import Writing
from support.facts.history import Fate
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken, Inconclusive, PatienceEnded

if TYPE_CHECKING:
    from support.cast.person import Person

LOG_SLOT = "netra_log"
POLL_SECONDS = 0.1
SAFE = Limit.parse("30 seconds")
"""How long a Given waits until everything is safe; the Thens state their own limits."""
TRIES = 5
RAW_BYTES = 64 * 1024 * 1024


class Backups:
    """The backups of one scenario, each scenario's in a place of its own.

    Attributes:
        name: of that place.
        where: that place and its key, as a command is told.
        keeper: the command that keeps the log; None while there is none.
        writing: the customers who write on, and what came of it.
        taking: when the last backup was begun, and when it had been taken.
        complete: when the last backup was complete, by the clock of storage.
        report: what the last look at the backups said.
        safe_after: seconds after the last message until it was beyond the reach of a disaster; None if never.
        waited: how long messages were waited for to be safe in vain, and by what that ended.
        said: until when messages are waited for to be safe.
        damage: when something was damaged on purpose.
    """

    def __init__(self, stage: Stage, keeping: Keeping) -> None:
        self.stage, self._keeping = stage, keeping
        self.name = secrets.token_hex(4)
        self.where = ("--backups", f"{{backups}}/{self.name}", "--key", "{key}")
        self.keeper: Any = None
        self.writing = Writing(stage)
        self.taking: tuple[Moment, Moment] | None = None
        self.complete: datetime | None = None
        self.report: dict[str, Any] | None = None
        self.safe_after: float | None = None
        self.waited: tuple[float, str] = (0.0, "")
        self.said: Moment | None = None
        self.damage: datetime | None = None

    @property
    def folder(self) -> Path:
        """Where the files are; Inconclusive where the suite cannot look at them."""
        place: Path | None = self.stage.deployment.backups
        return place / self.name if place else cannot("the backups of this target cannot be looked at")

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
        self.complete = (await self.stage.rows.select("select clock_timestamp() as at"))[0]["at"]
        self._keeping.place = self.where

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
        self.stage.do(lambda: self.come_to_be_safe(limit), "everything to be safe")

    async def come_to_be_safe(self, limit: Limit) -> None:
        """The same, for a verb that does more."""
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

    def verify(self) -> None:
        """Looks whether the backup is whole; what is said is recorded."""
        self.report = self.stage.do(lambda: self.run("verify", *self.where), "a look at the backup")

    async def close(self) -> None:
        """Ends what the scenario left running, and removes its backups; for its end."""
        await self.writing.close()
        await self.keep_no_more()
        if place := self.stage.deployment.backups:
            # A command that was killed leaves behind what it had received and not yet sealed.
            for path in (*place.glob(f"{self.name}*"), *place.parent.glob("netra-log-*")):
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    async def keep_no_more(self) -> None:
        """Ends what keeps the log, if anything does."""
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


def _texts(path: Path) -> list[bytes]:
    """A file as it is, and what comes of it when it is unpacked from any of its first bytes."""
    raw = path.read_bytes()[:RAW_BYTES]
    found, view = [raw], memoryview(raw)
    for begin in range(64):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(view[begin:], RAW_BYTES))
    return found
