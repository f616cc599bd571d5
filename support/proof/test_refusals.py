"""What must never pass, tried with a project whose steps or features are dishonest: each is red or refused."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.proof.bench import ROOT

FEATURE = """
@bvj:segment=all @bvj:goal=trust @bvj:value=complete-answer @bvj:impact=arr-500k
Feature: What must never pass

  @promise:P04.answer
  Scenario: A dishonest scenario
    Given Ana is a customer
    Then {then}
"""
STEPS = '''
"""Steps of a project that is not honest."""

import asyncio

import pytest
import pytest_bdd

from support.cast.cast import Cast
from support.facts.verdict import Broken
from support.spec.sentences import given, parse, then


@given("Ana is a customer")
def is_customer(cast: Cast) -> None:
    cast["Ana"]
    cast.stage.story.observed("something before", 1)

{step}
'''


@dataclass(frozen=True)
class Told:
    """What a run of the dishonest project said."""

    code: int
    output: str


class Project:
    """A project beside the real one: its support, and features and steps of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("pyproject.toml", "conftest.py"):
            shutil.copy(ROOT / name, folder)
        (folder / "support").symlink_to(ROOT / "support")
        (folder / "features" / "golden_path").mkdir(parents=True)
        (folder / "steps").mkdir()
        for name in ("promises.toml", "vocabulary.toml"):
            shutil.copy(ROOT / "features" / name, folder / "features")

    def run(self, *arguments: str) -> Told:
        """Runs its features."""
        command = [sys.executable, "-m", "pytest", "features", "--no-report", "-p", "no:randomly", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
        )
        return Told(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def write(project: Project, steps: str, thens: list[str]) -> None:
    (project.folder / "steps" / "dishonest.py").write_text(STEPS.replace("{step}", steps), "utf-8")
    scenarios = [
        FEATURE.replace("{then}", then).replace("A dishonest scenario", f"A dishonest scenario: {then}")
        for then in thens
    ]
    head, first = scenarios[0].split("\n  @promise", 1)
    text = "\n  @promise".join([head, first, *(one.split("\n  @promise", 1)[1] for one in scenarios[1:])])
    (project.folder / "features" / "golden_path" / "dishonest.feature").write_text(text, "utf-8")


def test_an_asynchronous_step_is_refused_before_anything_runs(project: Project) -> None:
    bound = {"ours": "then", "pytest_bdd_s": "pytest_bdd.then"}
    steps = [
        f'@{decorator}("{name} passes without running")\nasync def {name}(cast: Cast) -> None:\n    assert False\n'
        for name, decorator in bound.items()
    ]
    write(project, "\n".join(steps), [f"{name} passes without running" for name in bound])
    told = project.run()
    assert told.code == 4
    for name in bound:
        assert f"the step {name} is asynchronous and would pass without running" in told.output


def test_what_observes_nothing_skips_or_fails_by_itself_is_never_kept(project: Project) -> None:
    steps = """
@then("nothing is looked at")
def looks_at_nothing(cast: Cast) -> None:
    pass

@then("the answer of a predicate is dropped")
def drops_answer(cast: Cast) -> None:
    cast.stage.deployment.alive

@then("the scenario skips itself")
def skips(cast: Cast) -> None:
    pytest.skip("not today")

@then("the scenario expects to fail")
def expects_to_fail(cast: Cast) -> None:
    pytest.xfail("known")

@then("the suite itself is wrong")
def is_wrong(cast: Cast) -> None:
    assert 1 == 2

@then("a coroutine is forgotten")
def forgets(cast: Cast) -> None:
    cast.stage.story.observed("something", 1)
    asyncio.sleep(0)

@then("a promise is broken")
def is_broken(cast: Cast) -> None:
    raise Broken("that it holds", "that it does not")

@then("something is looked at")
def looks(cast: Cast) -> None:
    cast.stage.story.observed("something", 1)
"""
    verdicts = {
        "nothing is looked at": ("inconclusive", "nothing observed"),
        "the answer of a predicate is dropped": ("inconclusive", "nothing observed"),
        "the scenario skips itself": ("inconclusive", "skipped"),
        "the scenario expects to fail": ("inconclusive", "skipped"),
        "the suite itself is wrong": ("inconclusive", "fault of the suite"),
        "a coroutine is forgotten": ("inconclusive", "fault of the suite"),
        "a promise is broken": ("broken", "judged"),
        "something is looked at": ("kept", ""),
    }
    write(project, steps, list(verdicts))
    junit = project.folder / "junit.xml"
    told = project.run("--junitxml", str(junit), "-q")
    assert told.code == 1, told.output
    found = {one["scenario"].partition(": ")[2]: one for one in read_verdicts(junit)}
    assert {name: (one["word"], one["reason"]) for name, one in found.items()} == verdicts
    assert f"{len(verdicts) - 1} failed, 1 passed" in told.output or "error" in told.output


def read_verdicts(junit: Path) -> list[dict[str, Any]]:
    """The last verdict of every scenario in a JUnit file."""
    from xml.etree import ElementTree

    found = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        for entry in case.iter("property"):
            if entry.get("name") == "verdict":
                found[case.get("name")] = json.loads(entry.get("value") or "{}")
    return list(found.values())
