"""The end of a run on the terminal: who answered, what was slow, and how every promise stands."""

import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence

from support.facts.verdict import Word
from support.report.ledger import Entry, Ledger, Standing
from support.report.target import STAND_IN, Answered

WIDTH = 118
SLOWEST = 10
MOST_SENTENCES = 3
_COLUMN = 20
_ALOUD = {Standing.BROKEN: "BROKEN", Standing.INCONCLUSIVE: "INCONCLUSIVE"}
_SHORT = (Standing.NOT_RUN, Standing.NOT_SPECIFIED)


def target(answered: Answered) -> Iterator[str]:
    """Who answered, and what was real."""
    for name, words in answered.lines():
        yield from _said(name, words)
    if answered.stood_in:
        yield from _said("", STAND_IN)


def slowest(seconds: dict[str, float]) -> Iterator[str]:
    """The scenarios that took longest, preparation and clearing included."""
    longest = sorted(seconds.items(), key=lambda entry: -entry[1])[:SLOWEST]
    for number, (scenario, took) in enumerate(longest):
        yield f"{'' if number else 'slowest':<{_COLUMN}}{took:5.1f} s  {scenario}"


def order(told: Mapping[str, str]) -> Iterator[str]:
    """How a run in random order is repeated in the same one; `told` has its order and seed."""
    if (words := told.get("order", "fixed")) != "fixed":
        yield from _said("order", f"{words}; --order={words} --seed={told.get('seed')} repeats it")


def promises(ledger: Ledger) -> Iterator[str]:
    """Every promise by area; what is not kept says what it costs and which sentence fell.

    Areas of which nothing ran are counted together, where any other did.
    """
    areas = ledger.by_area()
    idle = [area for area, entries in areas.items() if all(one.standing in _SHORT for one in entries)]
    left_out = {area: areas[area] for area in idle} if len(idle) < len(areas) else {}
    for (area, impact), entries in areas.items():
        if (area, impact) in left_out:
            continue
        yield ""
        yield area
        yield from textwrap.wrap(impact, WIDTH, initial_indent="  ", subsequent_indent="  ")
        for entry in entries:
            if entry.standing not in _SHORT:
                yield from _entry(entry)
        for standing in _SHORT:
            if names := [entry.promise.id for entry in entries if entry.standing is standing]:
                yield from _said(f"  {standing}", f"{len(names)}: {' '.join(names)}")
    if left_out:
        number = sum(map(len, left_out.values()))
        yield ""
        yield from _said(Standing.NOT_RUN, f"{number} promises in {len(left_out)} more areas")


def counts(ledger: Ledger, at_stake: str) -> Iterator[str]:
    """How many scenarios and promises were kept, and the one sum that is at stake."""
    yield ""
    yield from _said("scenarios", _counted([verdict.word for verdict in ledger.verdicts], [*Word]))
    yield from _said("promises", promise_counts(ledger))
    yield from _said("at stake", at_stake)


def left_out(names: Sequence[str]) -> Iterator[str]:
    """What really lasts long and was not run."""
    if names:
        files = ", ".join(dict.fromkeys(name.partition("::")[0] for name in names))
        words = f"{len(names)} that really last long, in {files}; -m slow runs them"
        yield from _said("left out", words)


def promise_counts(ledger: Ledger) -> str:
    """How many promises stand how."""
    return _counted([entry.standing for entry in ledger.entries()], [*Standing])


def _entry(entry: Entry) -> Iterator[str]:
    promise, parts = entry.promise, []
    if entry.standing is Standing.PARTLY:
        kept = len(promise.clauses) - len({*entry.unspecified, *entry.not_run})
        parts.append(f"{kept} of {len(promise.clauses)} clauses kept")
        for words, clauses in (("no scenario", entry.unspecified), ("not run", entry.not_run)):
            if clauses:
                parts.append(f"{words}: {', '.join(clause.partition('.')[2] for clause in clauses)}")
    more = f" ({'; '.join(parts)})" if parts else ""
    yield from _said(f"  {_ALOUD.get(entry.standing, entry.standing)}", f"{promise.id} {promise.title}{more}")
    if entry.red:
        yield from _said("", f"costs: {promise.worth}")
    for verdict in entry.red[:MOST_SENTENCES]:
        told = f"{verdict.sentence or verdict.observed}" + (f", line {verdict.line}" if verdict.line else "")
        yield from _said("", f"{verdict.word}: {told} - {verdict.scenario}")
    if len(entry.red) > MOST_SENTENCES:
        yield from _said("", f"… and {len(entry.red) - MOST_SENTENCES} more")


def _counted(words: Sequence[str], order: Collection[str]) -> str:
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words) or "none"


def _said(label: str, text: str) -> list[str]:
    indent = " " * _COLUMN
    head = f"{label:<{_COLUMN}}" if len(label) < _COLUMN else f"{label}  "
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=indent) or [label]


def made(lines: Sequence[str]) -> Iterator[str]:
    """Where the report is."""
    for number, line in enumerate(lines):
        yield from _said("" if number else "report", line)
