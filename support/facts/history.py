"""What many requests came to, and what must therefore be found afterwards.

Each attempt at something is kept with the moment it was made and what it came to: acknowledged, refused, or
unknown. From that follows, for each thing, how often it may be found: exactly once when any attempt was
acknowledged, never when all were refused, once or never when it is unknown. Loss and repetition are read from
here and from nowhere else; a history in which nothing was acknowledged proves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from support.facts.moment import Moment


class Fate(StrEnum):
    """What an attempt came to, as far as whoever made it can know."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attempt:
    """One request, from its sending to its answer.

    Attributes:
        who: the name of whoever made it.
        thing: what was to be kept, told apart from everything else: a message's text.
        invoked: when it was sent.
        ended: when its answer was there, or when it was given up.
        fate: what it came to.
        hint: whether a refusal said in plain words to try again.
        words: the answer, for people.
        server: whom it was sent to, from 0.
    """

    who: str
    thing: str
    invoked: Moment
    ended: Moment
    fate: Fate
    hint: bool = False
    words: str = ""
    server: int = 0

    def __str__(self) -> str:
        return f"{self.invoked} to {self.ended} {self.who}: {self.thing[-40:]}: {self.fate} ({self.words})"


@dataclass(frozen=True)
class Findings:
    """What is wrong with what was found, and what nobody can know.

    Attributes:
        lost: acknowledged, and not found.
        doubled: found more than once.
        ghosts: refused whenever it was tried, and found all the same.
        strange: found, and never sent.
        disordered: found before something that was acknowledged before it was even sent.
        acknowledged: how many things were acknowledged.
        unknown: things that may be found once or not at all.
    """

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    disordered: tuple[str, ...] = ()
    acknowledged: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def wrong(self) -> list[str]:
        """Everything that breaks a promise, in words."""
        named = {
            "confirmed and lost": self.lost,
            "there twice": self.doubled,
            "refused and there all the same": self.ghosts,
            "there and never sent": self.strange,
            "out of order": self.disordered,
        }
        return [f"{words}: {thing}" for words, things in named.items() for thing in things]

    @property
    def proves(self) -> bool:
        """Whether anything was acknowledged, so that there was something to lose."""
        return self.acknowledged > 0


@dataclass
class History:
    """The attempts of one person, or of several."""

    attempts: list[Attempt] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        """Adds what came of one attempt."""
        self.attempts.append(attempt)

    def of(self, who: str) -> "History":
        """The attempts of one person."""
        return History([one for one in self.attempts if one.who == who])

    def between(self, since: Moment, until: Moment | None = None) -> list[Attempt]:
        """Attempts that were sent after one moment and answered before another; the end is open without it."""
        return [one for one in self.attempts if one.invoked > since and (until is None or one.ended < until)]

    def at_once(self) -> int:
        """How many attempts were under way at the same time, at most."""
        steps = sorted([(one.invoked.ns, 1) for one in self.attempts] + [(one.ended.ns, -1) for one in self.attempts])
        most = now = 0
        for _, step in steps:
            now += step
            most = max(most, now)
        return most

    def fates(self) -> dict[str, Fate]:
        """For each thing the best that is known of it; one acknowledgement settles it."""
        found: dict[str, Fate] = {}
        order = (Fate.REFUSED, Fate.UNKNOWN, Fate.ACKNOWLEDGED)
        for one in self.attempts:
            before = found.get(one.thing, Fate.REFUSED)
            found[one.thing] = max(before, one.fate, key=order.index)
        return found

    def compare(self, found: Sequence[str]) -> Findings:
        """Judges what was found, in the order in which it stands there."""
        fates = self.fates()
        acknowledged = [thing for thing, fate in fates.items() if fate is Fate.ACKNOWLEDGED]
        there = set(found)
        return Findings(
            lost=tuple(thing for thing in acknowledged if thing not in there),
            doubled=tuple(thing for thing in dict.fromkeys(found) if found.count(thing) > 1),
            ghosts=tuple(thing for thing in dict.fromkeys(found) if fates.get(thing) is Fate.REFUSED),
            strange=tuple(thing for thing in dict.fromkeys(found) if thing not in fates),
            disordered=tuple(self._disordered(found)),
            acknowledged=len(acknowledged),
            unknown=tuple(thing for thing, fate in fates.items() if fate is Fate.UNKNOWN),
        )

    def confirmed(self) -> dict[str, Moment]:
        """For each thing that was acknowledged the moment at which it first was, in the order of that."""
        kept: dict[str, Moment] = {}
        for one in sorted(self.attempts, key=lambda one: one.ended):
            if one.fate is Fate.ACKNOWLEDGED:
                kept.setdefault(one.thing, one.ended)
        return kept

    def _disordered(self, found: Sequence[str]) -> Iterable[str]:
        """What stands before something that had been acknowledged before it was first sent."""
        sent: dict[str, Moment] = {}
        kept = self.confirmed()
        for one in self.attempts:
            sent.setdefault(one.thing, one.invoked)
        places = {thing: place for place, thing in reversed(list(enumerate(found))) if thing in sent}
        soonest: Moment | None = None
        wrong: list[str] = []
        # From the end: whatever stands further on must not have been acknowledged before this was sent.
        for thing in sorted(places, key=lambda thing: -places[thing]):
            if soonest is not None and soonest < sent[thing]:
                wrong.append(thing)
            if thing in kept and (soonest is None or kept[thing] < soonest):
                soonest = kept[thing]
        return reversed(wrong)
