"""The storage that every deployment of a run begins with, made once and copied."""

import contextlib
import itertools
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive
from support.targets.binaries import Binaries
from support.targets.room import failed
from support.targets.run import Process, Run, other_user
from support.targets.services import USER, Address, Postgres, dsn, postgres_arguments

LIMIT = 60.0
KEPT = 3
"""Used data directories that wait for their next use; about 40 MB each."""
COPYING = "support.targets.copying"


class Prepared:
    """A PostgreSQL data directory with the platform's tables, cleanly shut down.

    Attributes:
        password: of its only user; generated for the run.
    """

    def __init__(self, run: Run, home: Path) -> None:
        self._run, self._home = run, home
        self._data = home / "data"
        self._used: list[Path] = []
        self._numbers = itertools.count(1)
        self.password = secrets.token_hex(16)

    @classmethod
    async def make(cls, run: Run, binaries: Binaries, platform: str, modules: Sequence[str]) -> Self:
        """Makes it, and meanwhile preloads the modules of the entry points.

        Raises:
            CannotRun: it cannot be made, for lack of room or because a program or the platform fails.
        """
        prepared = cls(run, run.folder / "prepared")
        _give(prepared._home)
        making = await prepared._begin_cluster(binaries)
        # The starter imports while initdb works beside it.
        await run.preload([COPYING, *modules])
        await prepared._until_done(making, "Making PostgreSQL's data directory")
        await prepared._migrate(binaries, platform)
        return prepared

    async def copy(self, home: Path, name: str) -> None:
        """Makes `home`, owned by the user PostgreSQL runs as, with a copy of the data in it."""
        _give(home)
        if self._used:
            self._used.pop().rename(home / name)
            with contextlib.suppress(CannotRun):
                return await self._make_equal(home, name)
            # Whatever a scenario has done to it: it is of no use any more.
            await self._run.remove(home / name)
        return await self._make_equal(home, name)

    async def take_back(self, home: Path, data: Path) -> None:
        """Removes a deployment's directory whose processes have ended, but keeps its data for a next copy."""
        used = self._run.folder / f"used-{next(self._numbers)}"
        keep = len(self._used) < KEPT
        await self._run.remove(home, *((data, used) if keep else ()))
        if used.is_dir():
            self._used.append(used)

    async def _make_equal(self, home: Path, name: str) -> None:
        arguments = [str(self._data), str(home / name)]
        copying = await self._run.start(
            "copy", home=home, entry=f"{COPYING}:main", arguments=arguments, user=other_user()
        )
        await self._until_done(copying, "Copying the prepared storage")

    async def _begin_cluster(self, binaries: Binaries) -> Process:
        arguments = ["-D", str(self._data), "-U", USER, "-A", "scram-sha-256"]
        arguments += ["--pwfile", str(self._home / "password"), "--encoding", "UTF8", "--locale", "C.UTF-8"]
        # An initdb that is killed must leave nothing in /dev/shm either.
        arguments += ["--no-sync", "--no-instructions", "--set", "dynamic_shared_memory_type=mmap"]
        # The smallest segments of the log: less to copy for each deployment, and the log goes over into the next one.
        arguments += ["--wal-segsize", "1"]
        # What is random need not be hard to guess, and everybody who connects works through each round.
        arguments += ["--set", "scram_iterations=1"]
        password = self._home / "password"
        password.write_text(self.password, encoding="ascii")
        if user := other_user():
            os.chown(password, user, user)
        return await self._run.start(
            "initdb",
            home=self._home,
            program=binaries.postgres / "initdb",
            arguments=arguments,
            user=other_user(),
        )

    async def _migrate(self, binaries: Binaries, platform: str) -> None:
        (port,) = await self._run.reserve(1)
        address = Address(dsn(self.password, port), port)

        async def launch() -> Process:
            # Nothing is lost by a power cut here: what cannot be read later is made again by the next run.
            arguments = postgres_arguments(self._data, port, fsync="off")
            program = binaries.postgres / "postgres"
            return await self._run.start(
                "postgres", home=self._home, program=program, arguments=arguments, user=other_user()
            )

        postgres = Postgres(address, lambda _: None, launch)
        try:
            await postgres.launch()
            migrating = await self._run.start(
                "migrate", home=self._home, entry=platform, arguments=["migrate", "--postgres", address.url]
            )
            await self._until_done(migrating, "Making the platform's tables")
            await postgres.stop()
        except Inconclusive as wrong:
            words = (self._home / "postgres.log").read_text(encoding="utf-8", errors="replace")
            raise failed("Starting PostgreSQL failed", words or str(wrong), self._home) from None
        finally:
            await postgres.end()
            await self._run.release([port])

    async def _until_done(self, process: Process, what: str) -> None:
        try:
            exit_ = await process.ended(LIMIT)
        except TimeoutError:
            await process.kill()
            raise failed(f"{what} failed", f"it took longer than {LIMIT:g} s", self._home) from None
        if exit_.code:
            raise failed(f"{what} failed", process.last_words(lines=50), self._home)


def _give(home: Path) -> None:
    """A directory for the user PostgreSQL runs as."""
    home.mkdir(mode=0o700)
    if user := other_user():
        os.chown(home, user, user)
