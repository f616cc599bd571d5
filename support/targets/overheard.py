"""What PostgreSQL is asked, by its own log: every statement with its values."""

import re
from pathlib import Path

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.targets.services import Postgres
from support.targets.strain import Strain, door
from support.targets.witness import Witness

_VALUES = re.compile(r"parameters: (.*)", re.IGNORECASE)


class Overheard(Strain):
    """PostgreSQL writes down every statement while this is in force."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._log = Path()

    async def begin(self) -> Witness:
        """From now on everything is written down."""
        self._postgres.permitted("overhear")
        if self._postgres.written is None:
            raise Inconclusive("PostgreSQL's log cannot be read")
        self._log = self._postgres.written
        await self._set("all")
        return Witness("PostgreSQL writes down what it is asked", Moment.now(), f"in {self._log.name}")

    async def end(self) -> Witness:
        """Nothing is written down any more."""
        await self._set("none")
        return Witness("PostgreSQL writes nothing down any more", Moment.now(), "by its settings")

    async def _set(self, word: str) -> None:
        async with door(self._postgres) as connection:
            await connection.execute(f"ALTER SYSTEM SET log_statement = '{word}'")
            await connection.execute("SELECT pg_reload_conf()")
        while True:
            async with door(self._postgres) as connection:
                if await connection.fetchval("SHOW log_statement") == word:
                    return

    def place(self) -> int:
        """How much has been written so far."""
        return self._log.stat().st_size

    def about(self, text: str, since: int) -> list[str]:
        """The values of each statement since a place in the log that speaks of this text."""
        with self._log.open("rb") as log:
            log.seek(since)
            written = log.read().decode(errors="replace")
        return [found for found in _VALUES.findall(written) if text in found]
