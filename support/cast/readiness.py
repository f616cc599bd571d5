"""What the servers of Netra say of themselves while something goes wrong: that they can serve, cannot, or nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from support.cast.clock import Deadline
from support.cast.failures import InForce
from support.cast.stage import Stage
from support.cast.transcript import WaitEnded
from support.facts.moment import Moment
from support.facts.outcome import Kind
from support.facts.verdict import Broken

LOOK_EVERY = 0.1
LOOK_SECONDS = 3.0


@dataclass(frozen=True)
class Look:
    """What one server said of itself when it was asked, and when: that it can serve, that it cannot, or nothing."""

    server: int
    asked: Moment
    answered: Moment
    kind: Kind
    words: str

    @property
    def ready(self) -> bool:
        """Whether it said that it can serve."""
        return self.kind is Kind.ACCEPTED

    @property
    def refuses(self) -> bool:
        """Whether it said that it cannot; silence says nothing."""
        return self.kind is Kind.ERROR


class Readiness:
    """Every server is asked again and again, from the first failure to the end of the scenario."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.looks: list[Look] = []
        self._looking: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def begin(self) -> None:
        """Begins to look, and demands that every server says first that it can serve."""
        if self._looking is not None:
            return
        self._looking = asyncio.create_task(self._look())

        def all_ready() -> bool:
            return {look.server for look in self.looks if look.ready} == set(self._servers)

        await self.until(all_ready, self.stage.clock.deadline(), "that every server of Netra can serve at first")

    async def again(self) -> None:
        """Returns when every server has said since now that it can serve."""
        since = Moment.now()
        await self.begin()
        words = "that every server of Netra can serve again"
        await self.until(lambda: self.ready_since(since) == set(self._servers), self.stage.clock.deadline(), words)

    @property
    def _servers(self) -> range:
        return range(len(self.stage.deployment.doors.rest))

    async def until(self, true: Callable[[], object], deadline: Deadline, what: str) -> None:
        """Waits until the looks show something; looks whenever a server has been asked. WaitEnded at the deadline."""
        while not true():
            news = self._news
            try:
                async with asyncio.timeout(deadline.left):
                    await news.wait()
            except TimeoutError:
                raise WaitEnded(what, deadline, [one.words for one in self.looks[-8:]]) from None

    async def _look(self) -> None:
        async def one(server: int, base: str) -> None:
            while True:
                asked = Moment.now()
                outcome = await self.stage.rest.ask(
                    "GET", f"{base}/health/ready", asked="whether Netra can serve", seconds=LOOK_SECONDS
                )
                self.looks.append(Look(server, asked, Moment.now(), outcome.kind, f"{outcome} {outcome.raw[:120]}"))
                news, self._news = self._news, asyncio.Event()
                news.set()
                await asyncio.sleep(LOOK_EVERY)

        await asyncio.gather(*(one(n, base) for n, base in enumerate(self.stage.deployment.doors.rest)))

    async def close(self) -> None:
        """Asks no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def refusals(self, since: Moment) -> list[Look | None]:
        """For each server the first time that it said since then that it cannot serve."""
        return [
            next((look for look in self.looks if look.server == server and look.asked > since and look.refuses), None)
            for server in self._servers
        ]

    def ready_since(self, since: Moment) -> set[int]:
        """The servers that have said since then that they can serve."""
        return {look.server for look in self.looks if look.ready and look.asked > since}

    def expect_no_false_yes(self, failure: InForce) -> None:
        """Whoever has said that it cannot serve does not say that it can before the failure has begun to end."""
        refused = self.refusals(failure.began)
        false = [
            look
            for look in self.looks
            if look.ready and (first := refused[look.server]) and first.answered < look.asked
            if failure.ending and look.answered < failure.ending
        ]
        if false:
            raise Broken(
                f"no server says that it can serve while {failure.fault}",
                f"{len(false)} times one did",
                [f"server {look.server + 1}: {look.words}" for look in false[:10]],
            )
