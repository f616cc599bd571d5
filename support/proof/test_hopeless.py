"""On platforms that keep no promise no scenario is kept; who is never refused or kept apart is noticed as such."""

import pytest

from support.cast.guard import SENTENCE as GUARD
from support.facts.verdict import Word
from support.proof.defect import rows, without_row
from support.proof.laboratory import Laboratory
from support.proof.rejection import HOPELESS, Hopeless, must_break, tried_on
from support.spec.specification import Specification


@pytest.mark.parametrize("system", HOPELESS, ids=lambda one: one.name)
def test_what_is_run_is_every_scenario_in_one_row_or_in_every_row(
    system: Hopeless, specification: Specification
) -> None:
    every = tried_on(system, specification, every_row=True)
    some = tried_on(system, specification, every_row=False)
    assert every == [name for scenario in specification.scenarios for name in rows(scenario)]
    assert [without_row(name) for name in some] == [scenario.id for scenario in specification.scenarios]


@pytest.mark.parametrize("platform", HOPELESS, ids=lambda one: one.name)
def test_is_rejected(platform: Hopeless, specification: Specification, laboratory: Laboratory) -> None:
    verdicts = {one.verdict.scenario: one.verdict for one in laboratory.outcome(platform.name)}
    assert {without_row(name) for name in verdicts} == {scenario.id for scenario in specification.scenarios}
    assert [name for name, verdict in verdicts.items() if verdict.kept] == []
    # What nobody but the last sentence notices is noticed by no sentence of the scenario's own.
    assert [name for name, verdict in verdicts.items() if verdict.sentence.endswith(GUARD)] == []
    if platform.agrees:
        certain = must_break(specification)
        noticed = {name: verdicts[name] for name in certain if name in verdicts}
        assert {without_row(name) for name in noticed} == {without_row(name) for name in certain}
        assert {name: one.observed for name, one in noticed.items() if one.word is not Word.BROKEN} == {}
