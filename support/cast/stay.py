"""A tab whose pass is soon over: until then it is as good as any other, and from then on it is told nothing."""

import math
import time
from typing import TYPE_CHECKING

from support.cast.clock import Ending
from support.cast.stage import cannot, inconclusive
from support.cast.tab import Tab
from support.cast.transcript import WaitEnded
from support.drivers import passes
from support.facts.limit import Limit
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

SECONDS = 2
"""For how long the pass is good, at least."""
SLACK = 2.0
"""Seconds in which Netra, by whatever clock and however busy, has noticed that a pass is over."""
EARLY = 1.0
"""Seconds by which Netra's clock may be ahead of ours."""
SIGNED_OFF = 1008
"""How a connection ends whose pass is over; see the platform's contract."""


class Stay:
    """The second tab of a person, admitted by a pass that is soon over."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._tab: Tab | None = None
        self._over = 0.0
        self._told_before = 0

    # Verbs

    def begin(self) -> None:
        """Opens the tab beside another one; demands success."""
        person, identity = self.person, self.person.identity
        if not any(tab.open for tab in person.tabs):
            cannot(f"{person.name} has no first tab open")
        self._over = math.ceil(time.time()) + SECONDS
        token = passes.sign(self.stage.deployment.secret, identity.user, identity.email, claims={"exp": self._over})
        self._tab = self.stage.do(lambda: person.presence.enter(token=token), f"{person.name} opens Netra")
        self._tab.excused = True

    def wait_for_the_end(self) -> None:
        """Waits until the connection has ended, or the pass is over for so long that it ought to have."""
        tab = self._tab or cannot("no tab was opened with such a pass")
        seconds = max(0.0, self._over + SLACK - time.time())

        async def wait() -> None:
            deadline = self.stage.clock.deadline(Limit(seconds, f"{seconds:.1f} seconds"))
            try:
                await self.person.transcript.until(lambda: None if tab.open else True, deadline, "the end of the tab")
            except WaitEnded as ended:
                if deadline.ending is not Ending.PROMISE:
                    raise inconclusive(ended) from None

        self.stage.do(wait, "the pass to be over")
        self._told_before = self._told(tab)

    def _told(self, tab: Tab) -> int:
        return sum(seen.tab == tab.number and seen.frame is not None for seen in self.person.transcript.entries)

    # Judgements

    def expect_over(self) -> None:
        """Netra has ended the connection with its pass, and has told it nothing since."""
        tab = self._tab or cannot("no tab was opened with such a pass")
        ends = [seen for seen in self.person.transcript.entries if seen.tab == tab.number and seen.code]
        told = self._told(tab) - self._told_before
        self.stage.story.observed("connections with a pass that is over", 1, str(ends[0]) if ends else "still open")
        codes = [seen.code for seen in ends]
        early = self._over - ends[0].moment.wall.timestamp() if ends else 0.0
        hasty = f", {early:.1f} s before its pass was over" if early > EARLY else ""
        if codes != [SIGNED_OFF] or told or hasty:
            raise Broken(
                f"the second tab of {self.person.name} is signed off when its pass is over, and told nothing after it",
                f"{ends[0] if ends else 'it is still open'}{hasty}; {told} updates after it",
                [str(seen) for seen in self.person.transcript.entries if seen.tab == tab.number],
                [self.person.name],
            )
