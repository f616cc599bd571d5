"""Every feature file is a collector and every scenario an item.

A scenario's identity is `features/path.feature::Scenario name`, plus `[values]` for a row of its
outline; there is no second one. pytest-bdd runs the scenario; this page only lets pytest find it
without a test module beside it. The few inner names of pytest and pytest-bdd that it needs are the
reason why both are pinned exactly.
"""

import re
import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import TracebackStyle as _TracebackStyle
from pytest_bdd import scenario as bind_scenario
from pytest_bdd.feature import get_feature

from support.facts.limit import PATTERN, Limit
from support.facts.trouble import CannotRun
from support.spec import lookup, marks
from support.spec.register import Register
from support.spec.sentences import Need, needs_of
from support.spec.specification import Scenario, Specification, Step

# The sources' limit for a scenario in which no sentence says more, and what its sentences get on top.
SCENARIO_SECONDS = 60.0
BESIDE_SENTENCES_SECONDS = 30.0
# What a scenario has many of takes its time to come about, in seconds for each.
_EACH = {"customers": 0.05, "messages": 0.01}
# Only these words make a length of time one that the scenario itself spends.
_SPENT = ("within", "at most", "takes", "allows an analysis", "is over after")


class ScenarioItem(pytest.Function):
    """One scenario, or one row of an outline, as pytest runs it."""

    scenario: Scenario
    steps: list[Step]
    judge: Callable[["ScenarioItem"], None]

    def reportinfo(self) -> tuple[Path, int, str]:
        """The scenario's own place, so that editors and failures point into the feature file."""
        return self.path, self.scenario.line - 1, self.name

    def runtest(self) -> None:
        """Runs the sentences, and then the last one that every scenario has."""
        super().runtest()
        self.judge(self)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: _TracebackStyle | None = None) -> str:
        """Only the error: the page that people read is made from the verdict, and takes this one's place."""
        return excinfo.exconly()

    @property
    def seconds(self) -> float:
        """The scenario's limit: what its sentences may take and some more, or the sources'; more for many things."""
        spent = sum(limit.seconds for step in self.steps for limit in _spent(step.text))
        return max(SCENARIO_SECONDS, spent + BESIDE_SENTENCES_SECONDS) + sum(_many(step.text) for step in self.steps)

    @property
    def measures(self) -> bool:
        """Whether nothing else may run on the machine meanwhile."""
        return any(need.quiet for need, _ in self.needs())

    def needs(self) -> Iterator[tuple[Need, dict[str, Any]]]:
        """What the scenario's sentences need, each with the sentence's arguments."""
        for step in self.steps:
            for context in lookup.sentences().matching(step.type, step.text):
                for need in needs_of(context.step_func):
                    yield need, context.parser.parse_arguments(step.text) or {}


class FeatureCollector(pytest.Module):
    """One feature file."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        feature = get_feature(str(self.path.parent), self.path.name)
        for name, templated in feature.scenarios.items():
            for examples in templated.examples:
                examples.tags = set()  # `marks.of` makes markers of them; pytest-bdd has no hook that would
            bound = bind_scenario(self.path.name, name, features_base_dir=str(self.path.parent))(_nothing_more)
            module.__dict__[name] = bound
        return module

    def funcnamefilter(self, name: str) -> bool:
        """Every name of the synthetic module is a scenario."""
        return True

    def classnamefilter(self, name: str) -> bool:
        """There are no classes."""
        return False

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The scenarios, in the order of the file."""
        root = self.config.stash[SPECIFICATION]
        register = self.config.stash[REGISTER]
        relative = self.path.relative_to(root.root).as_posix()
        if relative not in root.files:
            raise CannotRun(f"{relative} lies outside features/.", "Move it below features/.")
        by_name = {one.name: one for one in root.files[relative].scenarios}
        for item in super().collect():
            assert isinstance(item, pytest.Function)
            scenario = by_name[item.originalname]
            rows = {row.id if row else "": (row, steps) for row, steps in scenario.rendered()}
            row, steps = rows[item.callspec.id if hasattr(item, "callspec") else ""]
            item.__class__ = ScenarioItem
            assert isinstance(item, ScenarioItem)
            item.scenario, item.steps = scenario, steps
            for marker in marks.of(scenario, register, row):
                item.add_marker(marker)
            yield item


SPECIFICATION = pytest.StashKey[Specification]()
REGISTER = pytest.StashKey[Register]()


def _spent(text: str) -> list[Limit]:
    return [Limit.parse(found) for word in _SPENT for found in re.findall(rf"{word} ({PATTERN})", text)]


def _many(text: str) -> float:
    """How long what a sentence has many of may take to come about, seconds."""
    return sum(int(number) * _EACH[word] for number, word in re.findall(rf"(\d+) ({'|'.join(_EACH)})\b", text))


def _nothing_more() -> None:
    """The body of every scenario: the sentences are all there is."""
