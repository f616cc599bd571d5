"""A failure as people read it: what it costs first, how to repeat it last."""

from dataclasses import dataclass
from typing import Protocol

from support.facts.verdict import Verdict, Word


class _Register(Protocol):
    @property
    def promises(self) -> object: ...
    @property
    def areas(self) -> object: ...


@dataclass(frozen=True)
class Failure:
    """One scenario that was not kept."""

    verdict: Verdict
    area: str
    timeline: tuple[str, ...]
    repeat: str


def tell(failure: Failure, register: object, trace: str = "") -> str:
    """The failure in the order in which it is read."""
    verdict = failure.verdict
    word = "BROKEN" if verdict.word is Word.BROKEN else "INCONCLUSIVE"
    lines = [f"{word}: {verdict.scenario}", f"sentence: {verdict.sentence} (line {verdict.line}) [{verdict.reason}]"]
    if verdict.expected:
        lines.append(f"expected: {verdict.expected}")
    lines.append(f"observed: {verdict.observed}")
    lines += ["timeline:", *(f"  {line}" for line in failure.timeline)]
    lines += ["evidence:", *(f"  {line}" for line in verdict.evidence)]
    if trace:
        lines += ["trace:", trace]
    lines.append(f"repeat: pytest '{failure.repeat}'")
    return "\n".join(lines)
