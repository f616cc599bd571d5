"""Which function a line of a scenario is bound to, looked up in the file of sentences.

By itself pytest-bdd goes through every fixture of the run for every step and asks each whether it is the one, which
takes longer than most steps do. Every sentence here is bound for the whole run, so one look at the fixtures is enough.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module

import pytest
from _pytest.fixtures import FixtureDef, FixtureManager
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.parser import Step
from pytest_bdd.steps import step_function_context_registry

from support.spec.language import Sentences

_BOUND = pytest.StashKey[dict[int, FixtureDef[object]]]()


@cache
def sentences() -> Sentences:
    """All that there are: whoever asks has collected, so that every step file is read."""
    return Sentences()


def _find(step: Step, fixturemanager: FixtureManager, node: pytest.Item) -> Iterable[FixtureDef[object]]:
    """The fixtures of the sentences that a line could be."""
    if _BOUND not in node.config.stash:
        node.config.stash[_BOUND] = {
            id(context): fixture
            for name in get_fixture_names(fixturemanager)
            for fixture in getfixturedefs(fixturemanager, name, node) or ()
            if (context := step_function_context_registry.get(fixture.func))
        }
    bound = node.config.stash[_BOUND]
    return [bound[id(one)] for one in sentences().matching(step.type, step.name) if id(one) in bound]


def install() -> None:
    """Lets pytest-bdd ask here."""
    running = import_module("pytest_bdd.scenario")
    assert hasattr(running, "find_fixturedefs_for_step"), "pytest-bdd looks for its steps elsewhere by now"
    setattr(running, "find_fixturedefs_for_step", _find)  # noqa: B010 - the type checker sees a function of this name
