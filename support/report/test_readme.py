"""Every command of the README's table works and selects something; what takes seconds is run, too."""

import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

RunPytest = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "README.md").read_text("utf-8").partition("## What do you want to run?")[2].partition("\n## ")[0]
COMMANDS = re.findall(r"^\| ([^|]+) \| `(pytest [^`]+)` \|$", TABLE, re.MULTILINE)


@pytest.mark.parametrize(("wanted", "command"), COMMANDS, ids=[wanted for wanted, _ in COMMANDS])
def test_selects_something(wanted: str, command: str, run_pytest: RunPytest, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    assert program == "pytest"
    listing = [word for word in ("--collect-only", "-q", "--no-report") if word not in arguments]
    done = run_pytest([*arguments, *listing, "-n", "0", "-o", f"cache_dir={tmp_path}"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+(/\d+)? tests? collected", done.stdout)


@pytest.mark.parametrize("wanted", ["one scenario", "something quick"])
def test_really_runs_what_takes_seconds(wanted: str, run_pytest: RunPytest, tmp_path: Path) -> None:
    _, *arguments = shlex.split(dict(COMMANDS)[wanted])
    done = run_pytest([*arguments, "-q", "--no-report", "-n", "0", "-o", f"cache_dir={tmp_path}"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed(, \d+ deselected)? in ", done.stdout, re.MULTILINE)


def test_the_table_has_a_row_for_everything_that_is_asked() -> None:
    assert len(COMMANDS) >= 11
