"""Every defect of the catalogue is caught by exactly what it declares."""

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from support.proof.bench import ROOT
from support.proof.beside import BESIDE
from support.proof.defect import Defect, by_day, catalogue, objections, without_row
from support.proof.laboratory import Laboratory
from support.proof.matrix import Outcome, units
from support.report.crossed import Crossed
from support.spec.register import Register
from support.spec.specification import Specification

RunPytest = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def test_the_catalogue_names_only_what_the_specification_has(specification: Specification, register: Register) -> None:
    assert list(objections(specification, register.clauses)) == []


def test_what_is_run_beside_is_there(specification: Specification) -> None:
    assert [name for name in BESIDE if specification.scenario(name) is None] == []


def test_every_then_line_has_a_defect_that_kills_it(specification: Specification) -> None:
    daily = [one for one in catalogue().values() if not one.at_night]
    killed = {(without_row(identity), then) for one in daily for identity, then in one.caught_by.items()}
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


def test_a_defect_for_the_night_is_tried_by_day_when_it_is_named(run_pytest: RunPytest, tmp_path: Path) -> None:
    def listed(*arguments: str) -> set[str]:
        command = [__file__, *arguments, "--collect-only", "-q", "-n", "0", "-o", f"cache_dir={tmp_path}"]
        return set(re.findall(r"test_is_caught\[(.+)\]", run_pytest(command).stdout))

    late = set(catalogue()) - by_day()
    assert listed() == by_day()
    assert listed("--cross=area") == set(catalogue())
    assert listed("-k", " or ".join(sorted(late)[:2])) >= set(sorted(late)[:2])
