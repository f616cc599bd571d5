"""Takes care of a named deployment when a run ends before it has tidied up there, as when it is killed.

A process of its own, which is told who becomes a customer and who is gone again. When nobody tells it anything any
more, because the run has ended in whatever way, it takes away what is left of the others, and ends.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Self

import asyncpg
import redis.exceptions

from support.drivers.ready import Ready
from support.drivers.rows import Rows
from support.drivers.tidying import Tidying
from support.facts.moment import Moment
from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive
from support.outside.world import World
from support.targets.run import PLAIN, ROOT

LISTENING_SECONDS = 10.0
WORKING_SECONDS = 10.0
LIMIT = 60.0
"""Seconds after which it ends, whatever is left."""
QUIET = 5
"""Looks in a row that must find nothing: what was under way when the run ended may be written a little later."""
LOOK_EVERY = 0.2
ENDING_LIMIT = 5.0
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, redis.exceptions.RedisError)


class Aftercare:
    """The run's side of it: tells the other process; a verb that finds it gone does nothing."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._left: set[str] = set()

    @classmethod
    def begin(cls, postgres: str, redis: str, outside: str = "", secret: str = "") -> Self:
        """Starts it for the deployment with these stores.

        Args:
            outside: "host:port" of the control door of the world that the deployment asks; "" when it asks another.
            secret: of that world.

        Raises:
            CannotRun: it cannot be started.
        """
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "support.targets.aftercare"],
                cwd=ROOT,
                env={**PLAIN, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                text=True,
                # What is sent to the run's whole group must not end it, too.
                start_new_session=True,
            )
        except OSError as refused:
            raise CannotRun(f"The process that tidies up cannot be started: {refused}.", "Free resources.") from None
        aftercare = cls(process)
        # The addresses hold passwords, which a command line would show to everybody.
        aftercare._tell(json.dumps([postgres, redis, outside, secret]))
        return aftercare

    def came(self, user: str) -> None:
        """Somebody becomes a customer; to be told before."""
        self._left.add(user)
        self._tell(f"+{user}")

    def gone(self, users: Iterable[str]) -> None:
        """Nothing of these customers is left, or all of it is to stay."""
        for user in users:
            self._left.discard(user)
            self._tell(f"-{user}")

    def close(self) -> None:
        """Nothing more will be told. If somebody is left it goes on by itself, which is waited for a little while."""
        if not self._left:
            self._process.kill()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING_LIMIT)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            print(line, file=self._process.stdin, flush=True)


async def tidy_up(users: list[str], postgres: str, redis: str, outside: str, secret: str) -> bool:
    """Takes away what is left of these customers, as soon as the stores answer; False when it could not be done."""
    began = Moment.now()
    while Moment.now().seconds_since(began) < LIMIT:
        try:
            await _hang_up(users, outside, secret)
            if await _tidy_up(users, postgres, redis):
                return True
        except AWAY:
            await asyncio.sleep(LOOK_EVERY)
    return False


async def _hang_up(users: list[str], outside: str, secret: str) -> None:
    if outside:
        host, _, port = outside.rpartition(":")
        with contextlib.suppress(OSError, Inconclusive):
            world = await World.connect(host, int(port), secret)
            for user in users:
                await world.forget_customer(user)
            await world.close()


async def _tidy_up(users: list[str], postgres: str, redis: str) -> bool:
    rows, ready = Rows(postgres), Ready(redis)
    try:
        await rows.open()
        tidying = Tidying(rows, ready)
        await tidying.until_nobody_listens(users, LISTENING_SECONDS)
        await tidying.until_work_has_ended(users, WORKING_SECONDS)
        for _ in range(QUIET):
            if any((await rows.counts_of(users)).values()) or await tidying.keys_of(users):
                await tidying.remove(users)
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True
    finally:
        await rows.close()
        await ready.close()


def main() -> int:
    """Listens until the run has ended; 1 when something may be left."""
    postgres, redis_, outside, secret = json.loads(sys.stdin.readline() or '["", "", "", ""]')
    left: dict[str, None] = {}
    for line in sys.stdin:
        user = line.strip()[1:]
        if line.startswith("+"):
            left[user] = None
        else:
            left.pop(user, None)
    return int(bool(left) and not asyncio.run(tidy_up(list(left), postgres, redis_, outside, secret)))


if __name__ == "__main__":
    sys.exit(main())
