"""A worker that dies takes one test along, and the run comes to its end."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT = 60.0
TESTS = """
import os
import pytest

@pytest.fixture
def last(request):
    yield
    if {dies} == "afterwards" and request.node.callspec.params["number"] == 3:
        os._exit(3)

@pytest.mark.parametrize("number", range({tests}))
def test_some(number, last):
    if {dies} == "meanwhile" and number == 3:
        os._exit(3)
"""


@pytest.mark.parametrize(("tests", "dies"), [(12, "meanwhile"), (4, "afterwards")])
def test_a_run_ends_red_when_a_worker_dies_and_the_others_run_the_rest(tests: int, dies: str, tmp_path: Path) -> None:
    tmp_path.joinpath("test_it.py").write_text(TESTS.format(tests=tests, dies=repr(dies)))
    plugins = ["-p", "no:cacheprovider", "-p", "no:allure_pytest", "-p", "support.spec.scheduling"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--rootdir", str(tmp_path), *plugins, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout + ran.stderr
    assert "crashed while running" in ran.stdout
    assert "1 failed" in ran.stdout
    assert f"{tests - 1 if dies == 'meanwhile' else tests} passed" in ran.stdout
