"""Backups that are damaged, or cannot be taken whole, and what Netra says of them."""

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Any

from support.cast.backups import SAFE, Backups
from support.cast.damages import LOG_DAMAGES, altered, cut, damage_log
from support.cast.keeping import SETTINGS
from support.cast.stage import cannot
from support.facts.verdict import Broken


class DamagedBackups:
    """What happens to the backups of one scenario.

    Attributes:
        looks: what was said of each copy with a damaged log.
        tried: what was said of the backups before a backup was tried, of it, and of the backups afterwards.
    """

    def __init__(self, backups: Backups) -> None:
        self.backups, self.stage = backups, backups.stage
        self.looks: dict[str, dict[str, Any]] = {}
        self.tried: tuple[dict[str, Any], ...] = ()
        self._spoilt: Path | None = None

    # Verbs

    def spoil(self) -> None:
        """From now on storage holds a file that storage itself cannot read; until the end of the scenario."""
        data = self.stage.deployment.postgres.data or cannot("nobody knows where storage keeps its files")
        self._spoilt = data / "base" / f"unreadable-{self.backups.name}"
        self._spoilt.write_bytes(b"damaged")
        self._spoilt.chmod(0)
        self.stage.story.tell("scenario", "a file of storage cannot be read any more")

    def try_to_take(self) -> None:
        """Netra is told to take a backup; what it says, and which backups there are then, is recorded."""

        async def attempt() -> None:
            before = await self.backups.run("verify", *self.backups.where)
            said = await self.backups.run("backup", *SETTINGS, *self.backups.where)
            self.tried = before, said, await self.backups.run("verify", *self.backups.where)

        self.stage.do(attempt, "an attempt at a backup")

    def damage_files(self, damage: str) -> None:
        """Takes the backup away, cuts it short, alters one byte of it, or gives it another key."""
        newest = sorted(self.backups.folder.glob("*.base"))[-1]
        if damage == "missing":
            newest.unlink()
        elif damage in ("cut_short", "altered"):
            newest.write_bytes(cut(newest) if damage == "cut_short" else altered(newest))
        else:
            other = self.backups.folder / "another.key"
            other.write_text(secrets.token_hex(32), encoding="ascii")
            self.backups.where = (*self.backups.where[:3], str(other))
        self.stage.story.tell("scenario", f"the backup: {damage}")

    def take_another(self) -> None:
        """One more backup is taken; then it is looked whether all are whole, and what is said is recorded."""
        self.backups.take(verified=False)
        self.backups.verify()

    def look_at_damaged_logs(self) -> None:
        """Looks at copies of the backup, one for each damage of its log, and first at one that is whole."""
        self.backups.be_safe(SAFE)
        if self.backups.safe_after is None:
            cannot("the log never came to hold what was written")
        self.stage.do(self._look_at_damaged_logs, "looks at copies of the backup")

    async def _look_at_damaged_logs(self) -> None:
        # What is copied must stand still; its newest piece is needed, since what was written is safe.
        await self.backups.keep_no_more()
        for damage in ("", *LOG_DAMAGES):
            copy = self.backups.folder.with_name(f"{self.backups.name}-{len(self.looks)}")
            await asyncio.to_thread(shutil.copytree, self.backups.folder, copy)
            damage_log(copy / "log", damage)
            self.looks[damage] = await self.backups.run(
                "verify", "--backups", f"{{backups}}/{copy.name}", *self.backups.where[2:]
            )
        if not self.looks.pop("").get("done"):
            cannot("a copy of the backup is not accepted even when it is whole")

    def mend(self) -> None:
        """Takes away what storage cannot read; for the end of the scenario."""
        if self._spoilt is not None:
            self._spoilt.unlink(missing_ok=True)

    # Judgements

    def expect_not_accepted(self, damage: str) -> None:
        """The look at the backup found the damage and named it."""
        said = self.backups.report or {}
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
