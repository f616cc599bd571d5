"""A failure as a picture: what was away when, what Netra said of itself, and what people met."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from support.facts.chart import Chart, Lane, Shade, Stretch
from support.facts.history import Fate
from support.facts.moment import Moment

if TYPE_CHECKING:
    from support.cast.outage import Outage

BEFORE = 0.5
"""Seconds before the first failure with which the picture begins."""


def chart(outage: "Outage") -> Chart:
    """The picture of everything that has gone wrong in a scenario so far."""
    begun = outage.failures.begun
    zero = begun[0].touched if begun else Moment.now()
    now = Moment.now()

    def at(moment: Moment) -> float:
        return max(0.0, moment.seconds_since(zero) + BEFORE)

    faults = [
        Lane(
            entry.fault.words,
            (Stretch(at(entry.began), at(entry.ended or now), Shade.FAULT, entry.fault.words),),
        )
        for entry in begun
    ]
    looks: dict[int, list[tuple[float, bool]]] = {}
    for look in outage.readiness.looks:
        looks.setdefault(look.server, []).append((at(look.asked), look.ready))
    servers = [
        Lane(f"server {number + 1} says it can serve", tuple(stretches(seen, at(now))))
        for number, seen in sorted(looks.items())
    ]
    people = [
        Lane(f"{name} is served", tuple(stretches(met, at(now))))
        for name in outage.writing.pens
        if (
            met := [
                (at(one.invoked), one.fate is Fate.ACKNOWLEDGED)
                for one in outage.writing.history.of(name).attempts
                if one.ended.seconds_since(zero) > -BEFORE
            ]
        )
    ]
    figures = outage.stage.story.measurements
    marks = []
    if begun and (noticed := figures.get("seconds until Netra had noticed")) is not None:
        marks.append((at(begun[-1].began) + noticed, f"noticed everywhere, {noticed:.2f} s after it began"))
    if begun and (again := figures.get("seconds until everybody could work again")) is not None:
        last = begun[-1].ending or begun[-1].began
        marks.append((at(last) + again, f"everybody works again, {again:.2f} s after it was over"))
    return Chart("How Netra came through", at(now), (*faults, *servers, *people), tuple(marks))


def stretches(seen: Sequence[tuple[float, bool]], end: float) -> Iterator[Stretch]:
    """What was seen at single moments, as stretches of the same; each lasts until something else was seen."""
    groups = [(good, list(those)) for good, those in itertools.groupby(sorted(seen), key=lambda one: one[1])]
    starts = [those[0][0] for _, those in groups]
    for (good, _), begin, until in zip(groups, starts, [*starts[1:], end], strict=True):
        yield Stretch(begin, until, Shade.GOOD if good else Shade.BAD)
