"""What shows that a verb of control has had its effect."""

from dataclasses import dataclass

from support.facts.moment import Moment


@dataclass(frozen=True)
class Witness:
    """A fact that was confirmed.

    Attributes:
        what: in words, "instance one was killed".
        when: when the act took place.
        evidence: what confirmed it.
        code: exit code of what was stopped; None for other verbs.
    """

    what: str
    when: Moment
    evidence: str
    code: int | None = None

    def __str__(self) -> str:
        return f"{self.when} {self.what}: {self.evidence}"
