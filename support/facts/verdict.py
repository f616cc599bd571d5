"""The three verdicts, and the only two exceptions that speak of them.

*Kept* is earned: every sentence held, every Then registered what it looked at, and nothing that
arrived was left unread. *Broken* can be said only by a judgement inside a Then. Everything else
that ends a scenario, a fault of the suite included, is *inconclusive* and counts as red.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from support.facts.observation import Observation


class Word(StrEnum):
    """The verdict of a scenario or of a promise; only KEPT is green."""

    KEPT = "kept"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"


class Reason(StrEnum):
    """Why a scenario is not kept."""

    JUDGED = "judged"
    NOTHING_OBSERVED = "nothing observed"
    COULD_NOT_DO = "could not be done"
    TIME_UP = "time was up"
    PATIENCE = "patience ended"
    SKIPPED = "skipped"
    SUITE = "fault of the suite"


class Broken(AssertionError):
    """A promise is not kept: raised by a judgement (`expect_…`), in a Then.

    Out of a Given or When it says only that what the scenario needs could not be done.

    Args:
        expected: what was promised, in business words.
        observed: what was seen instead, in business words.
        evidence: frames, rows, keys or log lines that show it.
        hurt: the names of those at whose expense it is, where that is not whoever the sentence speaks of.
    """

    def __init__(self, expected: str, observed: str, evidence: Sequence[str] = (), hurt: Sequence[str] = ()) -> None:
        super().__init__(expected, observed, tuple(evidence), tuple(hurt))
        self.expected = expected
        self.observed = observed
        self.evidence = tuple(evidence)
        self.hurt = tuple(dict.fromkeys(hurt))

    def __str__(self) -> str:
        return f"expected: {self.expected}\nobserved: {self.observed}"


@contextmanager
def hurts(*names: str) -> Iterator[None]:
    """Whatever breaks within is at the expense of these people, unless it names others."""
    try:
        yield
    except Broken as broken:
        broken.hurt = broken.hurt or names
        raise


class Inconclusive(Exception):
    """Nothing can be said of the promise: a step could not be done, or a fault has no witness."""

    reason = Reason.COULD_NOT_DO


class TimeUp(Inconclusive):
    """A wait that no sentence limits ended with the scenario's own time."""

    reason = Reason.TIME_UP


class PatienceEnded(Inconclusive):
    """A wait ended before its promised limit because the run was told to be impatient."""

    reason = Reason.PATIENCE


@dataclass(frozen=True)
class Verdict:
    """What is thought of one scenario; travels as JSON in the test report and is read by all reports.

    Attributes:
        word: kept, broken or inconclusive.
        scenario: the scenario's identity, `features/path.feature::Name[values]`.
        sentence: the first sentence that did not hold, as written in the feature file; "" when kept.
        line: that sentence's line in the feature file, 0 when there is none.
        reason: the class of the reason; "" when kept.
        expected, observed: business words of a broken promise, or the cause of an inconclusive end.
        hurt: the names of those at whose expense a promise was broken, where a judgement knows them.
        promises: identities of the promises and clauses exercised, as `P05.waits`.
        observations: what each Then looked at, in order.
        evidence: lines that show it.
        measurements: figures that were measured, name to value with unit in the name.
    """

    word: Word
    scenario: str
    sentence: str = ""
    line: int = 0
    reason: str = ""
    expected: str = ""
    observed: str = ""
    hurt: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    evidence: tuple[str, ...] = ()
    measurements: Mapping[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether this verdict is green."""
        return self.word is Word.KEPT

    def to_json(self) -> dict[str, Any]:
        """Plain values for the test report's user properties; the inverse of `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The verdict that `to_json` wrote; raises KeyError or ValueError when it is not one."""
        return cls(
            word=Word(plain["word"]),
            scenario=plain["scenario"],
            sentence=plain["sentence"],
            line=int(plain["line"]),
            reason=plain["reason"],
            expected=plain["expected"],
            observed=plain["observed"],
            hurt=tuple(plain.get("hurt", ())),
            promises=tuple(plain["promises"]),
            observations=tuple(Observation(**seen) for seen in plain["observations"]),
            evidence=tuple(plain["evidence"]),
            measurements=dict(plain["measurements"]),
        )
