"""Where the report goes when runs meet, and what Allure 3 is told."""

import os
import sys
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.report import single_file
from support.report.folder import Folder


def test_two_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    first = Folder.claim(tmp_path)
    first.clean()
    (first.results / "one-result.json").touch()
    second = Folder.claim(tmp_path)
    second.clean()
    assert (first.aside, second.aside) == (False, True)
    assert second.path == tmp_path / f"run-{os.getpid()}"
    assert (first.results / "one-result.json").exists()
    first.release()
    third = Folder.claim(tmp_path)
    third.release()
    assert not third.aside


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / ".report").touch()
    with pytest.raises(CannotRun, match=r"cannot be written to \.report/"):
        Folder.claim(tmp_path / ".report")


def test_a_run_begins_with_clean_results_and_sweeps_what_ended_runs_left(tmp_path: Path) -> None:
    ended = tmp_path / "run-999999999" / "allure-results"
    ended.mkdir(parents=True)
    folder = Folder.claim(tmp_path)
    folder.results.mkdir()
    (folder.results / "old-result.json").touch()
    folder.clean()
    folder.release()
    assert not ended.exists()
    assert list(folder.results.iterdir()) == []


def node(directory: Path, version: str) -> Path:
    directory.mkdir()
    for program in ("node", "npx"):
        path = directory / program
        path.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
        path.chmod(0o755)
    return directory


def test_a_good_node_beside_python_wins_over_an_old_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, good = node(tmp_path / "old", "v20.20.2"), node(tmp_path / "good", "v24.1.0")
    monkeypatch.setenv("PATH", str(old))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    assert single_file.find_node() == single_file.Node(old, 20)
    monkeypatch.setattr(sys, "executable", str(good / "python"))
    assert single_file.find_node() == single_file.Node(good, 24)


def test_a_missing_or_too_old_node_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(single_file.NotMade, match=r"no Node with npx.*pip install -e '\.\[report\]'"):
        single_file.find_node()
    monkeypatch.setenv("PATH", str(node(tmp_path / "old", "v18.1.0")))
    with pytest.raises(single_file.NotMade, match="Node 18 is too old"):
        single_file.find_node()


def test_what_npx_says_when_it_fails_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = node(tmp_path / "good", "v24.1.0")
    (programs / "npx").write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n", "utf-8")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with pytest.raises(single_file.NotMade, match="npm error code ENOTFOUND"):
        single_file.make(Folder(tmp_path, None, aside=True), "Golden Path")


def test_allure_is_told_no_quality_gate_and_hides_how_it_ran(tmp_path: Path) -> None:
    told = single_file.settings(Folder(tmp_path, None, aside=False), "Golden Path")
    assert "qualityGate" not in told
    assert {"host", "thread", "framework", "language", "package"} <= set(told["hideLabels"])
    assert told["plugins"]["awesome"]["options"]["singleFile"] is True
    assert told["historyPath"] == str(tmp_path / "history.jsonl")
    assert "historyPath" not in single_file.settings(Folder(tmp_path, None, aside=True), "Golden Path")
