"""Everything that a person was shown, on every tab, with its moment, and whether anybody looked at it."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from support.cast.clock import Deadline, Ending
from support.facts.frame import Frame
from support.facts.moment import Moment
from support.facts.update import Update

T = TypeVar("T")


class WaitEnded(Exception):
    """What was waited for did not come; carries every candidate that came instead."""

    def __init__(self, wanted: str, deadline: Deadline, candidates: list[str]) -> None:
        super().__init__(f"{wanted} did not come: {deadline.ending.value} after {deadline.seconds:.1f} s")
        self.wanted = wanted
        self.ending = deadline.ending
        self.seconds = deadline.seconds
        self.candidates = candidates

    @property
    def promised(self) -> bool:
        """Whether it was the promise's own limit that passed."""
        return self.ending is Ending.PROMISE


@dataclass
class Seen:
    """One thing that a tab showed: a message, or the end of the connection.

    Attributes:
        tab: the tab's number, from 1.
        frame: the message; None for the end of the connection.
        code: the close code of an end, 0 for a message.
        reason: what was said with an end.
        excused: whether the scenario itself brought this end about.
        read: whether a judgement looked at it.
    """

    tab: int
    moment: Moment
    frame: Frame | None = None
    code: int = 0
    reason: str = ""
    excused: bool = False
    read: bool = False

    def __str__(self) -> str:
        what = str(self.frame) if self.frame else f"the connection ended ({self.code})"
        return f"tab {self.tab}: {what}"


@dataclass
class Transcript:
    """A person's transcript. Written on the living loop; read from anywhere."""

    entries: list[Seen] = field(default_factory=list)
    on_arrival: Callable[[Seen], None] | None = None
    """Called on the living loop for everything that is shown, before anybody else can look at it."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, seen: Seen) -> None:
        """Adds what was just shown and wakes whoever waits."""
        self.entries.append(seen)
        if self.on_arrival is not None:
            self.on_arrival(seen)
        self.wake()

    def wake(self) -> None:
        """Lets everyone who waits look again."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def updates(self, thread: str = "", run: str = "", tab: int = 0) -> list[Update]:
        """The live updates in order of arrival, of one conversation, analysis or tab where named."""
        return [
            update
            for seen in list(self.entries)
            if (update := seen.frame.update if seen.frame else None) is not None
            and (not thread or update.thread == thread)
            and (not run or update.run == run)
            and (not tab or seen.tab == tab)
        ]

    def frames(self, type_: str) -> Iterator[Seen]:
        """The messages of one type, oldest first."""
        return (seen for seen in list(self.entries) if seen.frame is not None and seen.frame.type == type_)

    def read(self, belongs: Callable[[Seen], bool]) -> int:
        """Marks as looked at whatever belongs to a judgement; says how many there were."""
        found = [seen for seen in list(self.entries) if belongs(seen)]
        for seen in found:
            seen.read = True
        return len(found)

    async def until(self, found: Callable[[], T | None], deadline: Deadline, wanted: str) -> T:
        """Waits until `found` finds something; looks whenever something arrives.

        Raises:
            WaitEnded: the deadline passed first; it carries what arrived instead.
        """
        while True:
            news = self._news
            if (value := found()) is not None:
                return value
            try:
                async with asyncio.timeout(deadline.left):
                    await news.wait()
            except TimeoutError:
                if (value := found()) is not None:
                    return value
                raise WaitEnded(wanted, deadline, [str(seen) for seen in self.entries]) from None

    @property
    def text(self) -> str:
        """Every character that was received, the reasons of ends too; for searches."""
        return "\n".join(seen.frame.raw if seen.frame else seen.reason for seen in list(self.entries))
