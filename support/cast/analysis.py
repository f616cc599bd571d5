"""One analysis: how it went before the customer's eyes, how it ended, and what is kept of it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.cast.clock import Deadline
from support.cast.exit import Exit
from support.cast.result import Result
from support.cast.stage import cannot, demand
from support.cast.transcript import WaitEnded
from support.cast.work import Work
from support.facts import update as kinds
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.update import Update
from support.facts.verdict import Broken
from support.outside import bills
from support.outside.calls import ANSWERED

if TYPE_CHECKING:
    from support.cast.conversation import Conversation

# How often Netra is asked for the state of an analysis whose customer is away, in seconds.
_LOOK_EVERY = 0.03


class Analysis:
    """An analysis of a conversation; `asked` is when its question was sent."""

    def __init__(self, conversation: "Conversation", run: str, asked: Moment) -> None:
        self.conversation = conversation
        self.person = conversation.person
        self.stage = conversation.person.stage
        self.run = run
        self.asked = asked
        self.at_end: dict[str, Any] | None = None
        self.exit = Exit(self)
        self.result = Result(self)
        self.work = Work(self)

    # What was seen and what Netra says

    def updates(self, tab: int = 0) -> list[Update]:
        """The updates that the customer saw, in order of arrival; of one tab where named."""
        return self.person.transcript.updates(run=self.run, tab=tab)

    def ending(self) -> Update | None:
        """The last update that ended an attempt, None while none did."""
        return next((update for update in reversed(self.updates()) if update.ends), None)

    async def until_held_or_ended(self) -> None:
        """Waits until the AI model, which is held, was asked for the customer, or the customer saw the analysis end."""
        deadline, world = self.stage.clock.deadline(), self.person.sources.world
        ways = {
            asyncio.create_task(
                world.until_asked(self.person.identity.user, "model", limit=max(0.1, deadline.seconds))
            ),
            asyncio.create_task(self.person.transcript.until(self.ending, deadline, "the end of the analysis")),
        }
        done, waiting = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in waiting:
            way.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for way in done:
            await way

    async def fetch(self) -> Outcome:
        """What Netra says of the analysis when its customer asks."""
        return await self.person.request("GET", f"/api/runs/{self.run}", "opens the result")

    def stored(self) -> dict[str, Any]:
        """The stored analysis, with its owner; {} when nothing is stored."""
        return self.stage.do(lambda: self.stage.rows.run(self.run), "the stored analysis") or {}

    def advice_given(self) -> bool:
        """Whether the AI model has answered where costs can be cut, by the outside world's own books."""
        calls = self.stage.do(
            lambda: self.person.sources.world.calls(self.person.identity.user), "what the outside world was asked"
        )
        return any(call.task == "find_savings" and call.ended == ANSWERED for call in calls)

    async def until_state(
        self, wanted: Callable[[dict[str, Any]], bool], words: str, deadline: Deadline
    ) -> dict[str, Any]:
        """Asks Netra for the analysis until its state is the wanted one; WaitEnded at the deadline."""
        last: Outcome | None = None
        while True:
            last = await self.fetch()
            if last.accepted and wanted(last.body):
                return dict(last.body)
            if deadline.left == 0:
                raise WaitEnded(words, deadline, [f"{last}: {last.raw[:300]}"])
            await asyncio.sleep(_LOOK_EVERY)

    # Verbs

    def await_completion(self) -> None:
        """Waits until the customer has seen the answer; demands it."""
        self._await_ending(kinds.COMPLETED)

    def await_failure(self) -> None:
        """Waits until the customer was told of the failure; demands it, and takes it as read."""
        self._await_ending(kinds.FAILED)
        self.remember_end()

    def _await_ending(self, kind: str) -> None:
        ending = self._see_ending()
        if ending.kind != kind:
            cannot(f"the analysis for {self.person.name} ended with {ending}: {ending.raw[:300]}")

    def _see_ending(self, attempt: int = 1) -> Update:
        async def wait() -> Update:
            return await self.person.transcript.until(
                lambda: self._latest_ending(attempt), self.stage.clock.deadline(), "the end of the analysis"
            )

        return self.stage.do(wait, f"the end of the analysis for {self.person.name}")

    def _latest_ending(self, attempt: int) -> Update | None:
        """The end of the latest attempt that the customer saw begin, or of a later one that was accepted."""
        updates = self.updates()
        attempt = max([attempt, *(update.attempt for update in updates)])
        return next((update for update in reversed(updates) if update.ends and update.attempt == attempt), None)

    def await_thinking(self) -> None:
        """Waits until every bill is read, seen to be read, and the AI model has been asked."""
        person = self.person

        async def wait() -> None:
            count = len(person.conversations)
            await person.sources.world.until_asked(
                person.identity.user, "model", count, limit=max(0.1, self.stage.clock.deadline().seconds)
            )
            await person.transcript.until(
                lambda: len([u for u in self.updates() if u.kind == kinds.TOOL_ENDED]) >= len(bills.CLOUDS) or None,
                self.stage.clock.deadline(),
                "the end of the last billing's work",
            )

        self.stage.do(wait, "the AI model to be asked")

    def await_end_unseen(self) -> None:
        """Waits, by asking Netra, until the analysis is no longer under way; the customer may be away."""

        async def wait() -> dict[str, Any]:
            return await self.until_state(
                lambda run: run.get("status") not in ("running", "preserved", None),
                "the end of the analysis",
                self.stage.clock.deadline(),
            )

        self.at_end = self.stage.do(wait, f"the end of the analysis for {self.person.name}")
        self.stage.story.tell("Netra", f"the analysis for {self.person.name} has ended: {self.at_end.get('status')}")

    def remember_end(self) -> None:
        """Keeps what Netra says of the ended analysis now."""
        self.await_end_unseen()

    def retry(self) -> None:
        """Asks Netra to try again; the outcome is recorded."""
        self.person.attempt(self.stage.do(self._retry, f"{self.person.name} retries"))

    def retry_until_end(self) -> None:
        """Waits for the end of the analysis, asks Netra to try again, and waits for the end of that, however it is."""
        self._see_ending()
        retried = demand(self.stage.do(self._retry, f"{self.person.name} retries"))
        self._see_ending(int(retried.field("attempt") or 2))
        self.remember_end()

    async def _retry(self) -> Outcome:
        return await self.person.request("POST", f"/api/runs/{self.run}/retry", "retries the analysis")

    def retry_twice_at_once(self) -> None:
        """Two retries that are under way at the same time; both outcomes are recorded."""

        async def both() -> list[Outcome]:
            return list(await asyncio.gather(self._retry(), self._retry()))

        for outcome in self.stage.do(both, f"{self.person.name} retries twice at once"):
            self.person.attempt(outcome)

    # What the customer was shown of the end

    def shown_answer(self) -> str:
        """The words of the answer that the customer was shown."""
        return str(self._completed().body.get("answer", ""))

    def shown_owner(self) -> str:
        """Whose the answer is, by the update that showed it; "" when it named nobody."""
        return self._completed().user

    def shown_result(self) -> dict[str, Any]:
        """The figures of the answer that the customer was shown; {} when it bore none."""
        result = self._completed().body.get("result")
        return dict(result) if isinstance(result, dict) else {}

    def _completed(self) -> Update:
        async def shown() -> Update | None:
            return next((update for update in self.updates() if update.ends and update.kind == kinds.COMPLETED), None)

        found = self.stage.do(lambda: self.stage.soon(shown, bool), f"the answer to {self.person.name}")
        if found is None:
            raise Broken(f"{self.person.name} was shown an answer", "no answer was shown")
        return found
