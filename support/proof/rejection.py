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

NOTHING_THERE = frozenset(
    f"features/{name}"
    for name in (
        "continuity/deletion.feature::Nobody but its customer undoes a deletion",
        "continuity/maintenance.feature::After an outage maintenance can be announced as before",
        "continuity/maintenance.feature::Whoever connects after the announcement is told, too",
        "continuity/maintenance.feature::During maintenance customers read on, and only new work waits",
        "isolation/access_attempts.feature::A maintenance that was announced is ended by an operator alone",
        "isolation/erasure.feature::What was hidden, what was deleted and what may be asked again is gone too",
        "isolation/many_at_once.feature::Scarce connections and a dead server lose nothing and mix nothing up",
        "isolation/wrong_owner.feature::Netra raises the alarm by itself",
        "isolation/wrong_owner.feature::After an outage Netra goes on checking",
        "isolation/wrong_owner.feature::Nobody sees it until it is mended",
        "isolation/wrong_owner.feature::The AI model hears nothing of what has come under a wrong owner",
        "isolation/wrong_owner.feature::Nobody but an operator has it mended",
        "isolation/wrong_owner.feature::Whatever is in order is still there for everybody",
        "isolation/wrong_owner.feature::After the repair everything is as it was before the fault",
    )
)
"""What a Given of theirs damages, ages, strains or awaits in storage is not there: who agrees to all keeps nothing."""


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
    certain = [one for one in specification.scenarios if one.id not in NOTHING_THERE]
    return [name for one in certain if _demands_refusal(one) or _keeps_apart(one) for name in rows(one)]


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
