"""What keeps a run from starting is told in one sentence with its next action, and exit code 4."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from support.proof.bench import ROOT
from support.targets.ports import Ports

RunPytest = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
MISTAKEN = """
@bvj:segment=all @bvj:goal=trust @bvj:value=complete-answer @bvj:impact=arr-500k
Feature: What is written wrongly

  @promise:P04.answer @urgent
  Scenario: Ana is answered
    When Ana asks Netra where Acme can cut its cloud cost
    Then the full answer is in the conversation of Ana

  @promise:P04.answer
  Scenario Outline: Ana is answered again
    When Ana asks Netra where Acme can cut its cloud costs
    Then the full answer is in the conversation of Ana
"""
NONE_FREE = """
from support.targets import ports

ports.candidates = lambda: [{port}]
"""
MOST_LINES = 5
"""Of pytest's own about a run that was broken off."""


def run(
    arguments: Sequence[str], *, place: Path = ROOT, beside: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Runs pytest in a project, where need be with modules beside those that there are."""
    environment = {**os.environ, **({"PYTHONPATH": str(beside)} if beside else {})}
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120)


def alone(done: "subprocess.CompletedProcess[str]") -> str:
    """What a run said that could not begin: one line, and beside it at most that nothing was run."""
    assert done.returncode == 4, done.stdout + done.stderr
    said = [line for line in (done.stdout + done.stderr).splitlines() if line]
    (line,) = [line for line in said if not re.fullmatch(r"no tests ran in [0-9.]+s", line)]
    assert line.startswith("ERROR: ")
    return line


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
        (["--html"], "--html makes a page of the report, and --no-report writes none."),
        (
            ["--netra-rest=http://[::1", "--netra-postgres=x", "--netra-redis=x", f"--netra-secret={'x' * 32}"],
            "The address of REST, http://[::1, is not one.",
        ),
        (["--nonsense"], "ERROR: There is no option --nonsense. Correct it; pytest features/ --help tells of"),
        (["--ord=random"], "ERROR: There is no option --ord; the nearest is --order."),
        (["features/memory/nothing.feature"], "has no 'features/memory/nothing.feature'. The nearest that it has is"),
        (
            ["features/golden_path/timeout.feature::Nothing"],
            "The specification has no 'features/golden_path/timeout.feature::Nothing'.",
        ),
        (["support/nothing"], "file or directory not found: support/nothing"),
        (["-n", "1000000"], ", 512000000 MB are needed. Free some space there, or name another temporary directory"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_is_told_plainly(arguments: list[str], words: str, run_pytest: RunPytest, tmp_path: Path) -> None:
    assert words in alone(run_pytest(["features", "--no-report", "-q", "-o", f"cache_dir={tmp_path}", *arguments]))


def test_a_run_that_is_forked_says_what_one_of_its_own_says(run_pytest: RunPytest, tmp_path: Path) -> None:
    for chosen in (["features/memory", "--collect-only"], ["features", "-m", "nonsense"]):
        arguments = [*chosen, "-q", "--no-report", "-o", f"cache_dir={tmp_path}"]
        one, other = run_pytest(arguments), run(arguments)
        assert one.returncode == other.returncode
        assert one.stderr == other.stderr
        assert re.sub(r"in [0-9.]+s", "", one.stdout) == re.sub(r"in [0-9.]+s", "", other.stdout)


def test_a_machine_without_a_free_port_is_named(tmp_path: Path) -> None:
    own = Ports()
    (port,) = own.reserve(1)
    (tmp_path / "none_free.py").write_text(NONE_FREE.format(port=port))
    try:
        done = run(["features", "--no-report", "-q", "-o", f"cache_dir={tmp_path}", "-p", "none_free"], beside=tmp_path)
    finally:
        own.release([port])
    assert alone(done) == (
        "ERROR: No free TCP port is left on 127.0.0.1 for a deployment. End other runs on this machine, or what else "
        f"listens between ports {port} and {port}."
    )


def test_what_is_written_wrongly_is_told_line_by_line(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("support", "steps"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "features", tmp_path / "features")
    (tmp_path / "features" / "memory" / "mistaken.feature").write_text(MISTAKEN, "utf-8")
    done = run(["features", "--no-report", "-q", "-o", f"cache_dir={tmp_path}"], place=tmp_path)
    assert done.returncode == 4
    assert done.stdout.strip() == ""
    assert done.stderr.strip().splitlines() == [
        "ERROR: The specification's language is refused. Mend these lines:",
        "features/memory/mistaken.feature:5: unknown tag @urgent; the tags stand in features/vocabulary.toml",
        "features/memory/mistaken.feature:7: undefined step 'When Ana asks Netra where Acme can cut its cloud cost'; "
        "the nearest sentence is '{name} asks Netra where {company} can cut its cloud costs'",
        "features/memory/mistaken.feature:11: the outline has no rows of examples and would pass as it is written",
    ]


def test_no_summary_is_told_of_what_could_not_begin(run_pytest: RunPytest, tmp_path: Path) -> None:
    reported = [f"--alluredir={tmp_path}", "-q", "-o", f"cache_dir={tmp_path}"]
    assert alone(run_pytest(["features", "support/nothing", *reported])) == (
        "ERROR: file or directory not found: support/nothing"
    )


@pytest.fixture
def within_reach() -> Iterator[Path]:
    """A folder whose programs other users may run, too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("names", "version", "argument", "words"),
    [
        (
            ["postgres", "initdb"],
            "postgres (PostgreSQL) 15.4 (Some 15.4-1)",
            "--postgres={folder}",
            "{folder}/postgres is PostgreSQL 15.4, which is older than 16. Name the programs of PostgreSQL 16 or newer",
        ),
        (
            ["redis-server"],
            "Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64",
            "--redis={folder}/redis-server",
            "{folder}/redis-server is Redis 6.0.16, which is older than 6.2. Name the programs of Redis 6.2 or newer",
        ),
    ],
    ids=["PostgreSQL", "Redis"],
)
def test_programs_that_are_too_old_are_named(
    names: list[str], version: str, argument: str, words: str, within_reach: Path, run_pytest: RunPytest
) -> None:
    for name in names:
        program = within_reach / name
        program.write_text(f'#!/bin/sh\necho "{version}"\n')
        program.chmod(0o755)
    done = run_pytest(["features", argument.format(folder=within_reach), "--no-report", "-q"])
    assert alone(done) == f"ERROR: {words.format(folder=within_reach)}, or leave the choice out."


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
    feature = "features/golden_path/timeout.feature"
    done = run([feature, "--no-report", "-q", *told, "-o", f"cache_dir={within_reach}/cache"])
    assert done.returncode == 4, done.stdout
    assert done.stderr.strip() == f"{words} Mend that, or name other programs (--postgres, --redis)."
    assert len(done.stdout.splitlines()) <= MOST_LINES, done.stdout
    for said in ("Traceback", "passed", "What Netra promised"):
        assert said not in done.stdout
