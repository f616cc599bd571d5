"""What the tests of several rooms use."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from support.proof.forked import Forked


@pytest.fixture(scope="session")
def run_pytest(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]]:
    """Runs pytest in this project with the arguments that it is given, and says what came of it."""
    with Forked(Path(__file__).parents[1], tmp_path_factory.mktemp("forked")) as forked:
        yield forked.run
