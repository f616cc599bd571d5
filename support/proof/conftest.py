"""What the proof needs: the specification, a bench to try broken platforms on, and a laboratory of benches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.proof.bench import ROOT, Bench
from support.proof.defect import Defect
from support.proof.laboratory import Laboratory
from support.proof.matrix import Outcome, try_defect
from support.spec.register import Register, load
from support.spec.specification import Specification, read

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All trials go to one worker, whose laboratory has benches for all of them."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("proof"))


@pytest.fixture(scope="session")
def specification() -> Specification:
    return read(ROOT)


@pytest.fixture(scope="session")
def register() -> Register:
    return load(ROOT / "features")


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("bench") / "log") as bench:
        yield bench


@pytest.fixture(scope="session")
def laboratory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, specification: Specification
) -> Iterator[Laboratory]:
    """Begins with every defect that this run is going to ask for."""
    folder = tmp_path_factory.mktemp("laboratory")
    cross = bool(request.config.getoption("cross"))

    def attempt(defect: Defect, bench: Bench) -> Outcome:
        return try_defect(defect, specification, bench, folder / f"{defect.id}.deviations", cross=cross)

    asked = [item.callspec.params.get("defect") for item in request.session.items if hasattr(item, "callspec")]
    with Laboratory(folder, attempt) as laboratory:
        laboratory.hand_in(one for one in asked if isinstance(one, Defect))
        yield laboratory
