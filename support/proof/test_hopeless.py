"""On platforms that keep no promise no scenario is kept, and whoever is never refused is noticed as such."""

import re

import pytest

from support.cast.guard import SENTENCE as GUARD
from support.facts.verdict import Word
from support.proof.bench import Bench
from support.proof.defect import rows
from support.spec.specification import Scenario, Specification

PATIENCE_SECONDS = {"dead": 0.3, "silent": 0.1, "yes_man": 1.0}
REFUSALS = re.compile(r"\brefused\b|\bno door of Netra opens\b|\bis in maintenance and when to return\b")


@pytest.mark.parametrize("platform", PATIENCE_SECONDS)
def test_is_rejected(platform: str, specification: Specification, bench: Bench) -> None:
    items = [identity for scenario in specification.scenarios for identity in rows(scenario)]
    ran = bench.run(items, f"support.proof.hopeless:{platform}", (), PATIENCE_SECONDS[platform])
    verdicts = {one.verdict.scenario: one.verdict for one in ran}
    assert set(verdicts) == set(items)
    assert [name for name, verdict in verdicts.items() if verdict.kept] == []
    # What nobody but the last sentence notices is noticed by no sentence of the scenario's own.
    assert [name for name, verdict in verdicts.items() if verdict.sentence.endswith(GUARD)] == []
    if platform == "yes_man":
        refusing = [name for one in specification.scenarios if _demands_refusal(one) for name in rows(one)]
        assert refusing
        assert {name: verdicts[name].observed for name in refusing if verdicts[name].word is not Word.BROKEN} == {}


def _demands_refusal(scenario: Scenario) -> bool:
    return any(step.type == "then" and REFUSALS.search(step.text) for step in scenario.steps)
