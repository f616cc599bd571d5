"""A person who stays away for weeks: the session is over, and everything that is stored lies that far back."""

import asyncio
from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.drivers import passes

if TYPE_CHECKING:
    from support.cast.person import Person

WEEK_SECONDS = 7 * 24 * 3600


class Absence:
    """A person's absence, as storage shows it afterwards."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def let_weeks_pass(self, weeks: int) -> None:
        """The person leaves, the session ends, nothing is kept ready any more, every stored time lies weeks back."""
        moved = self.stage.do(lambda: self._pass(weeks), f"{weeks} weeks to pass")
        self.stage.story.tell("scenario", f"moved {moved} stored rows of {self.person.name} {weeks} weeks back")

    async def _pass(self, weeks: int) -> int:
        person, user = self.person, self.person.identity.user
        was_there = any(tab.open for tab in person.tabs)
        await person.presence.leave()
        while was_there and not await self._has_left():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if await self.stage.rows.under_way([user]):
            cannot(f"an analysis for {person.name} is still under way")
        await self.stage.ready.remove(await self.stage.ready.keys_about(user))
        moved = await self.stage.rows.move_back(user, weeks * WEEK_SECONDS)
        left = await self.stage.ready.keys_about(user)
        if left or not moved:
            cannot(f"{moved} rows were moved back, and {left or 'nothing'} is still kept ready")
        person.token = passes.sign(self.stage.deployment.secret, user, person.identity.email, person.traits.permissions)
        return moved

    async def _has_left(self) -> bool:
        """Whether Netra has noticed that the person is gone, which is the last that it keeps ready of a session."""
        session = await self.stage.ready.value(f"session_state:{self.person.identity.user}")
        return not isinstance(session, dict) or session.get("state") == "disconnected"
