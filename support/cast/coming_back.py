"""How a person comes back to Netra: at bad moments, twice, from elsewhere; and whether all is shown then."""

from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.cast.transcript import Seen
from support.facts.frame import Frame
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person
    from support.cast.tab import Tab

BREAKS_AFTER = 4
"""Of the updates that were missed, so many are shown before the connection breaks again."""
AHEAD = 1000
"""A number from the future is so much greater than the last one that was seen."""


class ComingBack:
    """A person's returns."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def come_back_and_break(self) -> None:
        """Comes back, and loses the connection again when a few of the missed updates have been shown."""

        async def come_and_go() -> "Tab":
            tab = await self.person.presence.reopen(breaks_after=BREAKS_AFTER)
            await self.person.transcript.until(
                lambda: next((s for s in self._on(tab) if s.frame is None), None),
                self.stage.clock.deadline(),
                "the connection to break in the middle of catching up",
            )
            return tab

        tab = self.stage.do(come_and_go, f"{self.person.name} comes back in vain")
        shown = self.person.transcript.updates(tab=tab.number)
        if len(shown) != BREAKS_AFTER or any(update.ends for update in shown):
            cannot(f"the connection did not break in the middle of catching up: {len(shown)} updates were shown")

    def come_back_and_ask_twice(self) -> None:
        """Comes back and asks for what was missed; asks once more on the same connection when that was told."""

        async def twice() -> None:
            tab = await self.person.presence.reopen()
            for times in (1, 2):
                await self._told(tab, times)
                if times == 1:
                    for thread, after in tab.resumed.items():
                        await tab.resume(thread, after)

        self.stage.do(twice, f"{self.person.name} asks twice for what was missed")

    def open_on_new_device(self) -> None:
        """Opens Netra where nothing is known yet, and asks for everything from the beginning."""
        self.stage.do(
            lambda: self.person.presence.reopen(known=False), f"{self.person.name} opens Netra on a new device"
        )

    def come_back_from_the_future(self) -> None:
        """Comes back and claims to know updates that do not exist yet."""
        self.stage.do(
            lambda: self.person.presence.reopen(ahead=AHEAD), f"{self.person.name} comes back from the future"
        )

    def _on(self, tab: "Tab") -> list[Seen]:
        return [seen for seen in self.person.transcript.entries if seen.tab == tab.number]

    def _ends_of_catching_up(self, tab: "Tab") -> list[Frame]:
        return [seen.frame for seen in self._on(tab) if seen.frame is not None and seen.frame.type == "resumed"]

    async def _told(self, tab: "Tab", times: int) -> None:
        """Waits until the tab was told so often, for every conversation, that it is up to date."""
        await self.person.transcript.until(
            lambda: True if len(self._ends_of_catching_up(tab)) >= times * len(tab.resumed) else None,
            self.stage.clock.deadline(),
            "the end of catching up",
        )

    def expect_up_to_date(self, limit: Limit) -> None:
        """The tab that came back last was told in time how far the conversation is, after everything up to there."""
        tab, conversation = self.person.tab, self.person.conversation
        deadline = self.stage.clock.deadline(limit, tab.opened)

        async def wait() -> Frame:
            return await self.person.transcript.until(
                lambda: next(iter(self._ends_of_catching_up(tab)), None), deadline, "the end of catching up"
            )

        words = f"{self.person.name} is told to be up to date within {limit} of coming back"
        told = self.stage.judge(wait, words)
        deadline.expect_met(told.moment, words, told.raw)
        stored = self.stage.do(
            lambda: self.stage.rows.of("updates", "thread_id", conversation.thread), "the stored updates"
        )
        shown = [update.sequence for update in self.person.transcript.updates(conversation.thread, tab=tab.number)]
        before = [
            update.sequence
            for update in self.person.transcript.updates(conversation.thread, tab=tab.number)
            if update.moment <= told.moment
        ]
        up_to = told.body.get("up_to")
        after = tab.resumed.get(conversation.thread, 0)
        # Whatever stands between the two must have been shown by then; what came later is beyond what was told.
        wanted = sorted(row["sequence"] for row in stored if after < row["sequence"] <= _number(up_to))
        seconds = told.moment.seconds_since(tab.opened or Moment.now())
        self.stage.story.observed("ends of catching up", 1, f"up to update {up_to} after {seconds:.2f} s")
        self.stage.story.measured("seconds until up to date again", seconds)
        known = max((row["sequence"] for row in stored), default=0)
        later = [number for number in shown if number not in before]
        if before != wanted or not 0 < _number(up_to) <= known or (later and min(later) != _number(up_to) + 1):
            raise Broken(
                f"every update after {after} is shown, and then told how far the conversation is, at most {known}",
                f"updates {before} were shown before it, and told: up to {up_to}; after it: {later}",
                [told.raw],
            )


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1
