"""On platforms that keep no promise no scenario is kept; who is never refused or kept apart is noticed as such."""

import re

import pytest

from support.cast.guard import SENTENCE as GUARD
from support.facts.verdict import Word
from support.proof.defect import rows
from support.proof.laboratory import Laboratory
from support.proof.matrix import HOPELESS, Hopeless
from support.spec.specification import Scenario, Specification

REFUSALS = re.compile(
    r"\brefused\b|\bno door of Netra opens\b|\bno pass of \w+ opens Netra\b"
    r"|\bis in maintenance and when to return\b"
)

NOTHING_THERE = frozenset(
    f"features/{name}"
    for name in (
        "continuity/deletion.feature::Nobody but its customer undoes a deletion",
        "isolation/many_at_once.feature::Scarce connections and a dead server lose nothing and mix nothing up",
        "isolation/wrong_owner.feature::Netra raises the alarm by itself",
        "isolation/wrong_owner.feature::Nobody sees it until it is mended",
        "isolation/wrong_owner.feature::The AI model hears nothing of what has come under a wrong owner",
        "isolation/wrong_owner.feature::Nobody but an operator has it mended",
        "isolation/wrong_owner.feature::Whatever is in order is still there for everybody",
        "isolation/wrong_owner.feature::After the repair everything is as it was before the fault",
    )
)
"""What a Given of theirs damages, ages or strains in storage is not there: who agrees to everything keeps nothing."""


@pytest.mark.parametrize("platform", HOPELESS, ids=lambda one: one.name)
def test_is_rejected(platform: Hopeless, specification: Specification, laboratory: Laboratory) -> None:
    verdicts = {one.verdict.scenario: one.verdict for one in laboratory.outcome(platform.name)}
    assert set(verdicts) == {name for scenario in specification.scenarios for name in rows(scenario)}
    assert [name for name, verdict in verdicts.items() if verdict.kept] == []
    # What nobody but the last sentence notices is noticed by no sentence of the scenario's own.
    assert [name for name, verdict in verdicts.items() if verdict.sentence.endswith(GUARD)] == []
    if platform.name == "yes_man":
        refusing = [name for one in specification.scenarios if _demands_refusal(one) for name in rows(one)]
        apart = [name for one in specification.scenarios if _keeps_apart(one) for name in rows(one)]
        assert refusing
        assert apart
        noticed = {name: verdicts[name] for name in (*refusing, *apart)}
        assert {name: one.observed for name, one in noticed.items() if one.word is not Word.BROKEN} == {}


def _demands_refusal(scenario: Scenario) -> bool:
    refused = any(step.type == "then" and REFUSALS.search(step.text) for step in scenario.steps)
    return refused and scenario.id not in NOTHING_THERE


def _keeps_apart(scenario: Scenario) -> bool:
    return scenario.id.startswith("features/isolation/") and scenario.id not in NOTHING_THERE
