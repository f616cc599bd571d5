"""What the proof needs: the specification, and a bench to try broken platforms on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.proof.bench import ROOT, Bench
from support.spec.register import Register, load
from support.spec.specification import Specification, read


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
