"""What the proof needs: the specification, a laboratory of benches for broken platforms, a deployment that stands."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.proof.bench import ROOT
from support.proof.bundles import Bundle, bundles, green_together, kept_on
from support.proof.defect import Defect, by_day, catalogue
from support.proof.laboratory import Laboratory, Trial
from support.proof.matrix import everyday, must_catch, try_again
from support.proof.reach import Cross, looked_at, reached_by
from support.proof.rejection import Hopeless, reject
from support.report.crossed import Crossed
from support.spec.register import Register, load
from support.spec.specification import Specification, read
from support.targets.given import Given


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the defects for the night out where nobody has named any."""
    trials = {item: params["defect"] for item in items if "defect" in (params := _params(item))}
    if config.getoption("cross") or len(trials) < len(catalogue()):
        return
    late = {item for item, defect in trials.items() if defect.at_night}
    config.hook.pytest_deselected(items=late)
    items[:] = [item for item in items if item not in late]


@pytest.fixture(scope="session")
def specification() -> Specification:
    return read(ROOT)


@pytest.fixture(scope="session")
def register() -> Register:
    return load(ROOT / "features")


@pytest.fixture(scope="package")
def given() -> Iterator[Given]:
    """A deployment that stands by itself until its input ends."""
    command = [sys.executable, "-m", "support.targets.stand"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stand:
        assert stand.stdin is not None
        assert stand.stdout is not None
        yield Given.from_json(stand.stdout.readline())
        stand.stdin.close()
        assert stand.wait(30) == 0


@pytest.fixture(scope="session")
def laboratory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, specification: Specification
) -> Iterator[Laboratory]:
    """Begins with every trial that this run is going to ask for; the hopeless platforms, which take longest, first.

    In a cross it is looked before that what each scenario reaches. A defect in a cross, or one that is named, is tried
    on everything that must catch it, and a hopeless platform that is named on every row.
    """
    folder = tmp_path_factory.mktemp("laboratory")
    scope: str | None = request.config.getoption("cross")
    asked = [_params(item) for item in request.session.items]
    with Laboratory(folder) as laboratory:
        defects = [params["defect"] for params in asked if "defect" in params]
        named = {one.id for one in defects} != by_day()
        cross = _cross(laboratory, folder, defects, specification, scope) if scope else None
        shares = (
            {one.id: () if scope == "elsewhere" else tuple(must_catch(one, specification)) for one in defects}
            if cross or named
            else everyday(defects, specification, Crossed(ROOT).exact)
        )

        def defect_trial(defect: Defect) -> Trial:
            counter, due = folder / f"{defect.id}.deviations", shares[defect.id]
            return lambda bench: try_again(defect, specification, due, bench, counter, laboratory.alone, cross)

        for hopeless in (params["platform"] for params in asked if "platform" in params):
            laboratory.hand_in(hopeless.name, _rejection(hopeless, specification, every_row=named), apart=True)
        for defect in defects:
            laboratory.hand_in(defect.id, defect_trial(defect))
        yield laboratory


def _params(item: pytest.Item) -> Mapping[str, Any]:
    """What a test is handed in by its parametrisation."""
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _rejection(platform: Hopeless, specification: Specification, *, every_row: bool) -> Trial:
    return lambda bench: reject(platform, specification, every_row=every_row, bench=bench)


def _cross(
    laboratory: Laboratory, folder: Path, defects: list[Defect], specification: Specification, scope: str
) -> Cross:
    """Looks first what each scenario reaches that one of these defects could have to do with.

    Elsewhere than in their areas it then looks what stays green with many of them at once.
    """

    def observation(identity: str, number: int) -> Trial:
        return lambda bench: reached_by(identity, bench, folder / f"{number}.reached")

    def together(bundle: Bundle, number: int) -> Trial:
        return lambda bench: green_together(bundle, specification, reached, kept_on(bench, folder / f"{number}.bundle"))

    wanted = sorted({one for defect in defects for one in looked_at(defect, specification, scope)})
    for number, identity in enumerate(wanted):
        laboratory.hand_in(identity, observation(identity, number))
    reached = {identity: laboratory.outcome(identity) for identity in wanted}
    if scope != "elsewhere":
        return Cross(scope, reached)
    packed = list(bundles(defects))
    for number, bundle in enumerate(packed):
        laboratory.hand_in(f"bundle {number}", together(bundle, number))
    green = {
        name: kept for number in range(len(packed)) for name, kept in laboratory.outcome(f"bundle {number}").items()
    }
    return Cross(scope, reached, green)
