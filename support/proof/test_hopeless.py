"""On platforms that keep no promise no scenario is kept; who is never refused or kept apart is noticed as such."""

import pytest

from support.cast.guard import SENTENCE as GUARD
from support.facts.verdict import Word
from support.proof.defect import rows
from support.proof.laboratory import Laboratory
from support.proof.rejection import HOPELESS, Hopeless, must_break
from support.spec.specification import Specification


@pytest.mark.parametrize("platform", HOPELESS, ids=lambda one: one.name)
def test_is_rejected(platform: Hopeless, specification: Specification, laboratory: Laboratory) -> None:
    verdicts = {one.verdict.scenario: one.verdict for one in laboratory.outcome(platform.name)}
    assert set(verdicts) == {name for scenario in specification.scenarios for name in rows(scenario)}
    assert [name for name, verdict in verdicts.items() if verdict.kept] == []
    # What nobody but the last sentence notices is noticed by no sentence of the scenario's own.
    assert [name for name, verdict in verdicts.items() if verdict.sentence.endswith(GUARD)] == []
    if platform.agrees:
        noticed = {name: verdicts[name] for name in must_break(specification)}
        assert len(noticed) > 100
        assert {name: one.observed for name, one in noticed.items() if one.word is not Word.BROKEN} == {}
