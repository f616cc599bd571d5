"""What the hopeless systems are, and what each of them is tried on."""

import re
import zlib
from dataclasses import dataclass

from support.facts.verdict import Word
from support.proof.bench import Bench, Ran
from support.proof.defect import rows
from support.spec.specification import Scenario, Specification

REFUSALS = re.compile(
    r"\brefused\b|\bno door of Netra opens\b|\bno pass of \w+ opens Netra\b"
    r"|\bis in maintenance and\b"
)


@dataclass(frozen=True)
class Hopeless:
    """A platform that keeps no promise at all.

    Attributes:
        name: its function in `support.proof.hopeless`.
        patience: how long anybody waits for it, in seconds.
        agrees: whether it says yes to everything, so that whoever must be refused is seen to be let in.
    """

    name: str
    patience: float
    agrees: bool = False


PATIENT_SECONDS = 20.0
"""How long what could not be decided is waited for at the second look."""
HOPELESS = (Hopeless("dead", 0.3), Hopeless("silent", 0.1), Hopeless("yes_man", 1.0, agrees=True))


def must_break(specification: Specification) -> list[str]:
    """Every scenario and row that a platform which agrees to everything breaks for certain."""
    return [name for one in specification.scenarios if _demands_refusal(one) or _keeps_apart(one) for name in rows(one)]


def tried_on(platform: Hopeless, specification: Specification, *, every_row: bool) -> list[str]:
    """What is run on it: every scenario, and of an outline one row, not always the same, or every row."""
    spread = zlib.crc32(platform.name.encode())
    return [
        name
        for number, scenario in enumerate(specification.scenarios, spread)
        for row, name in enumerate(rows(scenario))
        if every_row or row == number % len(rows(scenario))
    ]


def reject(platform: Hopeless, specification: Specification, *, every_row: bool, bench: Bench) -> list[Ran]:
    """Runs every scenario on it; what it must break and what could not be decided is looked at once more."""
    entry = f"support.proof.hopeless:{platform.name}"
    items = tried_on(platform, specification, every_row=every_row)
    ran = {one.verdict.scenario: one for one in bench.run(items, entry, (), platform.patience)}
    certain = must_break(specification) if platform.agrees else []
    open_ = [name for name in certain if name in ran and ran[name].verdict.word is Word.INCONCLUSIVE]
    ran |= {one.verdict.scenario: one for one in bench.run(open_, entry, (), PATIENT_SECONDS)}
    return list(ran.values())


def _demands_refusal(scenario: Scenario) -> bool:
    return any(step.type == "then" and REFUSALS.search(step.text) for step in scenario.steps)


def _keeps_apart(scenario: Scenario) -> bool:
    return scenario.id.startswith("features/isolation/")
