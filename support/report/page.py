"""One scenario as every report tells it: what was promised, what was said and seen, what is thought of it.

A page is frozen and plain: it is written once, when the scenario is over, so that no report has to
ask a scenario that is still running, and none of them can tell another story than the others.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from support.facts.chart import Chart
from support.facts.observation import Observation
from support.facts.verdict import Verdict


class Fate(StrEnum):
    """What became of one sentence."""

    HELD = "held"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Clause:
    """One clause that the scenario exercises, with the promise that it belongs to."""

    id: str
    says: str
    promise: str
    title: str
    worth: str
    severity: str


@dataclass(frozen=True)
class Business:
    """What the scenario is worth, in the vocabulary's sentences; `tags` are the words of its tags."""

    area: str
    impact: str
    segment: str
    goals: tuple[str, ...]
    value: str
    stake: str
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The same facts as several sources tell them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sentence:
    """One line of the scenario, and what was observed while it spoke.

    Attributes:
        line: its line in the feature file, 0 for one that no file holds.
        began, ended: milliseconds since 1970; 0 when it was not reached.
    """

    text: str
    line: int
    fate: Fate
    began: int = 0
    ended: int = 0
    observations: tuple[Observation, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the timeline: seconds since the scenario's first event, who, and what."""

    seconds: float
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.seconds:8.3f} s  {self.who:<12} {self.what}"


@dataclass(frozen=True)
class Page:
    """One scenario.

    Attributes:
        says: the sentences with which feature, rule and scenario introduce themselves.
        values: the row of its outline.
        people: who appears in it, each with company and segment.
        hurt: at whose expense it was broken, likewise.
        log: what the platform wrote meanwhile, where that is known and something went wrong.
        trace: the suite's own words, where it is at fault itself.
        charts: what happened when, to be drawn.
        repeat: the command that repeats this scenario alone.
    """

    verdict: Verdict
    business: Business
    clauses: tuple[Clause, ...]
    feature: str
    rule: str
    name: str
    path: str
    line: int
    sentences: tuple[Sentence, ...]
    says: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    hurt: tuple[str, ...] = ()
    timeline: tuple[Line, ...] = ()
    log: tuple[str, ...] = ()
    trace: str = ""
    repeat: str = ""
    charts: tuple[Chart, ...] = ()

    @property
    def place(self) -> str:
        """File and line of the sentence that did not hold, or else of the scenario."""
        return f"{self.path}:{self.verdict.line or self.line}"

    def to_json(self) -> dict[str, Any]:
        """Plain values; the inverse of `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The page that `to_json` wrote; raises KeyError, TypeError or ValueError when it is not one."""
        business = plain["business"]
        read = {
            "verdict": Verdict.from_json(plain["verdict"]),
            "business": Business(
                **{
                    **business,
                    "goals": tuple(business["goals"]),
                    "tags": {name: tuple(words) for name, words in business["tags"].items()},
                }
            ),
            "clauses": tuple(Clause(**clause) for clause in plain["clauses"]),
            "sentences": tuple(_sentence(sentence) for sentence in plain["sentences"]),
            "timeline": tuple(Line(**line) for line in plain["timeline"]),
            "charts": tuple(Chart.from_json(chart) for chart in plain.get("charts", ())),
            **{name: tuple(plain.get(name, ())) for name in ("says", "people", "hurt", "log")},
        }
        return cls(**{**plain, **read})


def _sentence(plain: Mapping[str, Any]) -> Sentence:
    tables = (
        Table(one["title"], tuple(one["columns"]), tuple(tuple(row) for row in one["rows"])) for one in plain["tables"]
    )
    observations = (Observation(**one) for one in plain["observations"])
    read = {"fate": Fate(plain["fate"]), "observations": tuple(observations), "tables": tuple(tables)}
    return Sentence(**{**plain, **read})
