"""The ledger: every promise with what this run says of it.

A promise is broken if any of its scenarios is; else inconclusive if any is; and kept only if every
clause has scenarios, and all of them ran and were kept. Anything less is said to be less.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.facts.verdict import Verdict, Word

_WORST_FIRST = (Word.BROKEN, Word.INCONCLUSIVE, Word.KEPT)


class Standing(StrEnum):
    """What a run says of a promise; only KEPT is good."""

    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"
    KEPT = "kept"
    PARTLY = "partly exercised"
    NOT_RUN = "not in this run"
    NOT_SPECIFIED = "not yet specified"


@dataclass(frozen=True)
class Promised:
    """A promise as the register has it; `clauses` are sentences by id, `area` and `impact` its part of the business."""

    id: str
    title: str
    worth: str
    area: str
    impact: str
    clauses: Mapping[str, str]


@dataclass(frozen=True)
class Specified:
    """A scenario of the specification, whether or not it runs: its clauses and how many rows it has.

    Attributes:
        slow: rows that run by name only, beside the others; the scenario has run without them.
    """

    id: str
    clauses: tuple[str, ...]
    rows: int = 1
    slow: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One promise's line in the ledger.

    Attributes:
        red: the verdicts that speak against it, worst first.
        unspecified: its clauses without any scenario.
        not_run: its clauses whose scenarios did not all run.
    """

    promise: Promised
    standing: Standing
    red: tuple[Verdict, ...] = ()
    unspecified: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()


@dataclass
class Ledger:
    """One run's ledger; verdicts arrive as scenarios end."""

    promises: Collection[Promised]
    specification: Collection[Specified]
    _verdicts: dict[str, Verdict] = field(default_factory=dict)

    def add(self, verdict: Verdict) -> None:
        """A verdict of a scenario; of several for one scenario the worst counts."""
        known = self._verdicts.get(verdict.scenario, verdict)
        self._verdicts[verdict.scenario] = min(known, verdict, key=lambda one: _WORST_FIRST.index(one.word))

    def add_silence(self, scenario: str, why: str) -> Verdict:
        """A scenario whose end says nothing of it, since its process ended for instance: inconclusive at best."""
        clauses = next((one.clauses for one in self.specification if _belongs(scenario, one.id)), ())
        verdict = Verdict(Word.INCONCLUSIVE, scenario, observed=why, promises=clauses)
        self.add(verdict)
        return verdict

    def area_of(self, verdict: Verdict) -> str:
        """The part of the business that a scenario belongs to, with what it means; "" when nothing says so."""
        found = (one for one in self.promises if any(_belongs(clause, one.id) for clause in verdict.promises))
        return next((f"{one.area}: {one.impact}" for one in found), "")

    @property
    def verdicts(self) -> Collection[Verdict]:
        """The verdicts so far, one a scenario."""
        return self._verdicts.values()

    def count(self, word: Word) -> int:
        """How many scenarios have this verdict."""
        return sum(verdict.word is word for verdict in self.verdicts)

    def entries(self) -> Iterator[Entry]:
        """Every promise, in the register's order."""
        for promise in self.promises:
            yield self._entry(promise)

    def by_area(self) -> dict[tuple[str, str], list[Entry]]:
        """The entries by the title and impact of their area."""
        areas: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries():
            areas.setdefault((entry.promise.area, entry.promise.impact), []).append(entry)
        return areas

    def _entry(self, promise: Promised) -> Entry:
        scenarios = {clause: [one for one in self.specification if clause in one.clauses] for clause in promise.clauses}
        unspecified = tuple(clause for clause, found in scenarios.items() if not found)
        not_run = tuple(clause for clause, found in scenarios.items() if found and not all(map(self._ran, found)))
        spoken = [verdict for verdict in self.verdicts if any(_belongs(one, promise.id) for one in verdict.promises)]
        red = sorted((one for one in spoken if not one.kept), key=lambda one: _WORST_FIRST.index(one.word))
        if red:
            standing = Standing(red[0].word.value)
        elif len(unspecified) == len(scenarios):
            standing = Standing.NOT_SPECIFIED
        elif not spoken:
            standing = Standing.NOT_RUN
        elif unspecified or not_run:
            standing = Standing.PARTLY
        else:
            standing = Standing.KEPT
        return Entry(promise, standing, tuple(red), unspecified, not_run)

    def _ran(self, scenario: Specified) -> bool:
        """Whether every row of the scenario has a verdict."""
        ran = (one for one in self._verdicts if _belongs(one, scenario.id) and one not in scenario.slow)
        return sum(1 for _ in ran) >= scenario.rows


def _belongs(name: str, whole: str) -> bool:
    """Whether a name is this one or a part of it: a row of a scenario, a clause of a promise."""
    return name == whole or name.startswith((f"{whole}[", f"{whole}."))
