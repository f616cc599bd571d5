"""A tab that does not read for a while: what Netra has to say to it waits, first on the line and then at Netra."""

import asyncio
from typing import TYPE_CHECKING

from support.cast.faulty import LONGEST
from support.cast.stage import cannot
from support.facts.frame import Frame, FrameKind
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

MESSAGES = 60
"""So many long refusals, half a million bytes, are more than line and server take for a tab that does not read."""
UNREAD_BYTES = 1000
"""So much waits at the door of such a tab when its line is full."""


class SlowTab:
    """The first tab of a person, opened so that little can be on its way to it."""

    NUMBER = 1

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.asked: list[str] = []
        self._sending: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Opens Netra in such a tab, and then in an ordinary one."""
        self.person.presence.open_tab(slow=True)
        self.person.presence.open_tab()

    def stop_reading(self) -> None:
        """Lets it read nothing, and Netra have much to say to it; witnessed by what waits at its door."""
        tab = self.person.tabs[self.NUMBER - 1]

        async def send() -> None:
            for number in range(MESSAGES):
                name = f"{number}".rjust(LONGEST - 200, "-")
                self.asked.append(name)
                await tab.send_named("say_it_back", name)

        async def stop() -> None:
            tab.stop_reading()
            self._sending = asyncio.ensure_future(send())
            deadline = self.stage.clock.deadline()
            while tab.unread() < UNREAD_BYTES:
                if not deadline.left:
                    cannot("nothing waits at the door of the tab that does not read")
                # Nothing tells when bytes come to a door that nobody opens; asking is all one can do.
                await asyncio.sleep(0.005)

        self.stage.do(stop, "the line of the tab to be full")
        self.stage.story.tell("scenario", f"{tab.unread()} bytes wait unread at tab {tab.number}")

    def read_on(self) -> None:
        """Lets it read again, and waits until whatever it still had to send is sent."""

        async def read() -> None:
            self.person.tabs[self.NUMBER - 1].read_on()
            if self._sending is not None:
                await self._sending

        self.stage.do(read, "the tab to read again")

    def expect_all_arrived(self) -> None:
        """Every answer that was on its way has arrived, each once, in the order of what was sent."""
        transcript = self.person.transcript

        def answers() -> list[Frame]:
            seen = [one for one in transcript.entries if one.tab == self.NUMBER and one.frame is not None]
            return [one.frame for one in seen if one.frame is not None and one.frame.kind is FrameKind.TROUBLE]

        def last() -> bool | None:
            return any(str(frame.body.get("client_id")) == self.asked[-1] for frame in answers()) or None

        async def wait() -> bool:
            return await transcript.until(last, self.stage.clock.deadline(), "the last answer")

        self.stage.judge(wait, "the last answer arrives")
        transcript.read(lambda seen: seen.frame is not None and seen.frame in answers())
        came = [str(frame.body.get("client_id")) for frame in answers()]
        self.stage.story.observed("answers that were on their way", len(came))
        if came != self.asked:
            missing = [name.strip("-") for name in self.asked if name not in came]
            raise Broken(
                f"all {len(self.asked)} answers arrive, each once and in order",
                f"{len(came)} arrived; missing: {', '.join(missing) or 'none'}",
                [f"{name.strip('-')}" for name in came],
            )
