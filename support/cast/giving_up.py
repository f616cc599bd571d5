"""Requests that nobody waits for any more: given up while storage stands still, and what they leave behind."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.cast.stopwatch import wait_for
from support.cast.together import at_once
from support.facts.limit import Limit
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

LOOK_EVERY = 0.005
WAITS_SECONDS = 0.5
"""So long somebody waits for an answer, while nothing can be answered, before giving up."""
STILL_AT_MOST = 3.0
"""Seconds that storage stands still at most: less than any server waits for an answer of it."""
ANSWER_SECONDS = 10.0


class GivingUp:
    """One person who gives up and asks again."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def give_up(self, number: int, most: int) -> None:
        """Gives up so many requests, half a second after `most` connections of every server are busy; demands that."""
        servers = {f"netra-{instance.name}" for instance in self.stage.deployment.instances}

        async def give_up() -> dict[str, int]:
            seen: dict[str, int] = {}
            async with self.stage.rows.standing_still("threads"):
                asking = [asyncio.create_task(self._open(count)) for count in range(number)]
                try:
                    async with asyncio.timeout(STILL_AT_MOST):
                        while any(seen.get(server, 0) < most for server in servers):
                            await asyncio.sleep(LOOK_EVERY)
                            seen = await self.stage.rows.at_work()
                        await asyncio.sleep(WAITS_SECONDS)
                except TimeoutError:
                    pass
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)
            return {server: seen.get(server, 0) for server in servers}

        busy = self.stage.do(give_up, f"{self.person.name} to give up")
        if min(busy.values()) < most:
            cannot(f"connections that were busy when {self.person.name} gave up: {busy}, and not {most} of each server")
        self.stage.story.tell(self.person.name, f"gives up {number} requests while connections are busy: {busy}")

    async def _open(self, count: int) -> Outcome:
        servers = self.stage.deployment.doors.rest
        return await self.stage.rest.ask(
            "GET",
            f"{servers[count % len(servers)]}/api/threads/{self.person.conversation.thread}",
            asked=f"{self.person.name} opens the conversation",
            seconds=ANSWER_SECONDS,
            token=self.person.token,
        )

    def expect_answered(self, number: int, limit: Limit) -> None:
        """So many further requests at once are each answered within the limit."""
        asking = [partial(self._open, count) for count in range(number)]
        outcomes = at_once(self.stage, asking, f"{number} further requests")
        late = [str(one) for one in outcomes if wait_for(one) > limit.seconds]
        self.stage.story.observed("further requests", len(outcomes))
        self.stage.story.measured("seconds until a further request was answered", max(map(wait_for, outcomes)))
        if late:
            words = f"{len(late)} of {number} were not"
            raise Broken(f"each of {number} further requests is answered within {limit}", words, late)
