"""What keeps a run from starting is told in one sentence with its next action, and exit code 4."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.proof.bench import ROOT


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--postgres=/nowhere"], "PostgreSQL's program postgres is not in /nowhere."),
        (["--redis=/nowhere/redis"], "There is no Redis server at /nowhere/redis."),
        (["--redis=/bin/true"], "/bin/true is not Redis: to --version it says"),
        (["--netra-rest=http://127.0.0.1:9"], "--netra-postgres, --netra-redis, --netra-secret are missing."),
        (["--order=backwards"], "--order=backwards is unknown."),
        (["--patience=-1"], "--patience -1 is no length of time."),
        (["-m", "nonsense"], "-m names the marker 'nonsense', which is unknown."),
        (["-m", 'promise(id="P99")'], 'There is no promise "P99".'),
        (["-m", 'exit(value="late")'], 'There is no exit "late".'),
        (["-m", 'promise(id="P99", clause="x")'], 'There is no promise "P99".'),
        (["-m", 'promise(id="P05", clause="nothing")'], 'Promise P05 does not have a clause "nothing".'),
        (["-m", 'segment(value="enterprise"'], "is no expression: expected right parenthesis; got end of input"),
        (["-m", "exit(value=timeout)"], 'is no expression: unexpected character/s "timeout" (column 12).'),
        (["--nonsense"], "ERROR: There is no option --nonsense. Correct it; pytest features/ --help tells of"),
        (["--ord=random"], "ERROR: There is no option --ord; the nearest is --order."),
        (["features/memory/nothing.feature"], "has no 'features/memory/nothing.feature'. The nearest that it has is"),
        (
            ["features/golden_path/timeout.feature::Nothing"],
            "The specification has no 'features/golden_path/timeout.feature::Nothing'.",
        ),
        (["support/nothing"], "file or directory not found: support/nothing"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_is_told_plainly(arguments: list[str], words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "features", "--no-report", "-q", "-o", f"cache_dir={tmp_path}"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 4
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_no_summary_is_told_of_what_could_not_begin(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "features", "support/nothing", "-q", "-o", f"cache_dir={tmp_path}"]
    command.append(f"--alluredir={tmp_path}")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 4
    assert "file or directory not found: support/nothing" in done.stdout + done.stderr
    assert "What Netra promised" not in done.stdout


@pytest.fixture
def within_reach() -> Iterator[Path]:
    """A folder whose programs other users may run, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("names", "version", "arguments", "words"),
    [
        (
            ["postgres", "initdb"],
            "postgres (PostgreSQL) 18.0",
            ["--postgres={folder}"],
            "ERROR: Making PostgreSQL's data directory failed: it is broken.",
        ),
        (
            ["redis-server"],
            "Redis server v=8.2.0",
            ["--redis={folder}/redis-server", "-n", "2"],
            "ERROR: Redis ended with 3 instead of starting: it is broken.",
        ),
    ],
    ids=["PostgreSQL", "Redis, for each of two workers"],
)
def test_a_program_that_tells_its_version_and_does_not_work_ends_the_run_in_one_sentence(
    names: list[str], version: str, arguments: list[str], words: str, within_reach: Path
) -> None:
    for name in names:
        program = within_reach / name
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}" && exit\necho it is broken >&2\nexit 3\n'
        )
        program.chmod(0o755)
    told = [argument.format(folder=within_reach) for argument in arguments]
    command = [sys.executable, "-m", "pytest", "features/golden_path/timeout.feature", "--no-report", "-q", *told]
    command += ["-o", f"cache_dir={within_reach}/cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 4, done.stdout
    assert done.stderr.splitlines()[0] == f"{words} Mend that, or name other programs (--postgres, --redis)."
    for said in ("Traceback", "passed", "What Netra promised"):
        assert said not in done.stdout
