"""Taking away what customers made, wherever it is stored, once nothing goes on for them any more."""

import asyncio
from collections.abc import Sequence

from support.drivers.ready import Ready
from support.drivers.rows import Rows
from support.facts.moment import Moment

LOOK_EVERY = 0.01
MANY = 20
"""For more customers than this all keys are looked through once, and not once for each."""


class Tidying:
    """Tidies up in the two stores of one deployment; `rows` has been opened."""

    def __init__(self, rows: Rows, ready: Ready) -> None:
        self._rows, self._ready = rows, ready

    async def until_nobody_listens(self, users: Sequence[str], seconds: float) -> list[str]:
        """Waits until no server listens for customers who have left; those for whom one still does after so long."""
        began = Moment.now()
        while True:
            listening = [user for user in users if await self._ready.listeners(f"live:{user}")]
            if not listening or Moment.now().seconds_since(began) > seconds:
                return listening
            await asyncio.sleep(LOOK_EVERY)

    async def until_work_has_ended(self, users: Sequence[str], seconds: float) -> bool:
        """Lets work that is under way for them come to its end, for so long at most; whether there was any."""
        began = Moment.now()
        waited = False
        while await self._rows.under_way(users) and Moment.now().seconds_since(began) < seconds:
            waited = True
            await asyncio.sleep(LOOK_EVERY)
        return waited

    async def remove(self, users: Sequence[str]) -> None:
        """Takes away every row and every key of theirs."""
        await self._rows.remove_customers(users)
        await self._ready.remove(await self.keys_of(users))

    async def keys_of(self, users: Sequence[str]) -> list[str]:
        """The keys that are named after them."""
        if len(users) <= MANY:
            return [key for user in users for key in await self._ready.keys_about(user)]
        return [key for key in await self._ready.keys_about("") if any(user in key for user in users)]
