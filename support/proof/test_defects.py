"""Every defect of the catalogue is caught by exactly what it declares."""

import pytest

from support.proof.bench import ROOT
from support.proof.beside import BESIDE
from support.proof.defect import Defect, catalogue, objections, without_row
from support.proof.laboratory import Laboratory
from support.proof.matrix import Outcome, units
from support.report.crossed import Crossed
from support.spec.register import Register
from support.spec.specification import Specification


def test_the_catalogue_names_only_what_the_specification_has(specification: Specification, register: Register) -> None:
    assert list(objections(specification, register.clauses)) == []


def test_what_is_run_beside_is_there(specification: Specification) -> None:
    assert [name for name in BESIDE if specification.scenario(name) is None] == []


def test_every_then_line_has_a_defect_that_kills_it(specification: Specification) -> None:
    killed = {(without_row(identity), then) for one in catalogue().values() for identity, then in one.caught_by.items()}
    unproven = [
        f"{scenario.id}: {then}" for scenario, then in units(specification) if (scenario.id, then) not in killed
    ]
    assert unproven == []


def test_the_record_of_the_cross_says_of_every_defect_whether_it_was_tried_so() -> None:
    unknown = Crossed(ROOT).known ^ set(catalogue())
    assert sorted(unknown) == [], "pytest support/proof/test_defects.py --cross=area -k 'a or b' tries and records them"


@pytest.mark.parametrize("defect", catalogue().values(), ids=lambda one: one.id)
def test_is_caught(defect: Defect, laboratory: Laboratory, request: pytest.FixtureRequest) -> None:
    outcome: Outcome = laboratory.outcome(defect.id)
    seconds = round(sum(one.seconds for one in outcome.ran), 2)
    about = {"scenarios": outcome.looked_at, "seconds": seconds, "first attempt": "\n".join(outcome.first_wrong)}
    request.node.user_properties += about.items()
    if outcome.wrong:
        pytest.fail("\n".join([f"{defect.id}: {defect.says}", *outcome.wrong, outcome.declarations]), pytrace=False)
