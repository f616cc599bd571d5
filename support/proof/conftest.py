"""What the proof needs: the specification, a bench to try broken platforms on, and a laboratory of benches."""

from collections.abc import Iterator
from functools import partial

import pytest

from support.proof.bench import ROOT
from support.proof.defect import Defect
from support.proof.laboratory import Laboratory, Trial
from support.proof.matrix import reject, try_twice
from support.spec.register import Register, load
from support.spec.specification import Specification, read


@pytest.fixture(scope="session")
def specification() -> Specification:
    return read(ROOT)


@pytest.fixture(scope="session")
def register() -> Register:
    return load(ROOT / "features")


@pytest.fixture(scope="session")
def laboratory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, specification: Specification
) -> Iterator[Laboratory]:
    """Begins with every trial that this run is going to ask for; the hopeless platforms, which take longest, first."""
    folder = tmp_path_factory.mktemp("laboratory")
    cross = bool(request.config.getoption("cross"))

    def defect_trial(defect: Defect) -> Trial:
        counter = folder / f"{defect.id}.deviations"
        return lambda bench: try_twice(defect, specification, bench, counter, cross=cross)

    asked = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    with Laboratory(folder) as laboratory:
        for hopeless in (params["platform"] for params in asked if "platform" in params):
            laboratory.hand_in(hopeless.name, partial(reject, hopeless, specification))
        for defect in (params["defect"] for params in asked if "defect" in params):
            laboratory.hand_in(defect.id, defect_trial(defect))
        yield laboratory
