"""The same features run on a deployment that the run did not start, named by its addresses."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from support.proof.bench import ROOT

OPTIONS = {
    "rest": "rest",
    "socket": "live",
    "postgres": "postgres",
    "redis": "redis",
    "secret": "secret",
    "outside": "outside",
}


@pytest.fixture(scope="module")
def addresses() -> Iterator[list[str]]:
    """A deployment that stands by itself until its input ends."""
    command = [sys.executable, "-m", "support.targets.stand"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stand:
        assert stand.stdin is not None
        assert stand.stdout is not None
        told = json.loads(stand.stdout.readline())
        yield [
            f"--netra-{option}={','.join(told[name]) if isinstance(told[name], list) else told[name]}"
            for name, option in OPTIONS.items()
        ]
        stand.stdin.close()
        assert stand.wait(30) == 0


def run(arguments: Sequence[str], tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", *arguments, "-q", "--no-report", "-o", f"cache_dir={tmp_path}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_features_pass_on_a_named_deployment(addresses: list[str], tmp_path: Path) -> None:
    chosen = ["features/golden_path/live_updates.feature", "features/isolation/live_updates.feature"]
    done = run([*chosen, *addresses], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in", done.stdout, re.MULTILINE)


def test_features_pass_again_on_what_they_left_behind(addresses: list[str], tmp_path: Path) -> None:
    chosen = ["features/conversations/start.feature", "--order=random", *addresses]
    for leaving in (["--keep"], []):
        done = run([*chosen, *leaving], tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^3 passed in", done.stdout, re.MULTILINE)


def test_what_needs_control_is_inconclusive_there(addresses: list[str], tmp_path: Path) -> None:
    chosen = "features/golden_path/service_shutdown.feature::Netra goes down in time and in good order"
    done = run([chosen, *addresses], tmp_path)
    assert done.returncode == 1
    assert "cannot be stopped or broken by the suite" in done.stdout


def test_a_wrong_address_is_told_in_one_sentence(addresses: list[str], tmp_path: Path) -> None:
    wrong = [*addresses, "--netra-rest=http://127.0.0.1:9,http://127.0.0.1:9"]
    done = run(["features/golden_path/live_updates.feature", *wrong], tmp_path)
    assert done.returncode == 4
    assert "http://127.0.0.1:9, does not answer" in done.stdout + done.stderr
