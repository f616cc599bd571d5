"""A seeded defect: what is broken on purpose, and exactly which sentence must notice.

Defects live in `support/proof/defects/<area>.py`, one small decorated function each. The function
gets the method that it replaces and a counter that it calls each time it deviates, and returns the
method that takes its place. A defect that never deviated proves nothing: it is void.
"""

import difflib
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from support.facts.trouble import CannotRun
from support.spec.specification import Scenario, Specification

Deviate = Callable[[], None]
Seed = Callable[[Callable[..., Any], Deviate], Callable[..., Any]]


@dataclass(frozen=True)
class Defect:
    """One defect.

    Attributes:
        id: short and unique, for the command line.
        says: what the broken platform does, in one sentence.
        breaks: the clause of the register that is broken, P05.waits.
        replaces: "module:Class.method" of the reference platform.
        caught_by: scenario's identity to the Then line; without a row every row of an outline must notice, and where
            only some can they are named in brackets.
        also_red: scenario's identity to why it cannot stay green; "…[row]" likewise. Only a cross tries them.
        at_times: the same for what is red or not as the moment decides; it is permitted and not demanded.
        never: whether what is waited for never comes, so that impatience may end the wait.
        at_night: whether it is tried only where it is named and in a cross: a trial of it takes long, and other
            defects kill every Then that it kills.
        seed: makes the method that takes the place of the right one.
    """

    id: str
    says: str
    breaks: str
    replaces: str
    caught_by: Mapping[str, str]
    also_red: Mapping[str, str] = field(default_factory=dict)
    at_times: Mapping[str, str] = field(default_factory=dict)
    never: bool = False
    at_night: bool = False
    seed: Seed = field(default=lambda original, deviate: original, repr=False)

    def install(self, deviate: Deviate) -> None:
        """Replaces the method, inside the platform's process."""
        module, _, path = self.replaces.partition(":")
        owner: Any = importlib.import_module(module)
        *outer, name = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        original = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
        kind = type(original) if isinstance(original, staticmethod | classmethod) else None
        plain = original.__func__ if isinstance(original, staticmethod | classmethod) else original
        replacement: Any = self.seed(plain, deviate)
        setattr(owner, name, kind(replacement) if kind else replacement)


_CATALOGUE: dict[str, Defect] = {}


def defect(
    id: str,
    *,
    says: str,
    breaks: str,
    replaces: str,
    caught_by: Mapping[str, str],
    also_red: Mapping[str, str] | None = None,
    at_times: Mapping[str, str] | None = None,
    never: bool = False,
    at_night: bool = False,
) -> Callable[[Seed], Seed]:
    """Adds the decorated function to the catalogue."""

    def add(seed: Seed) -> Seed:
        if id in _CATALOGUE:
            raise CannotRun(f"Two defects are called {id}.", "Give one of them another name.")
        beside, perhaps = dict(also_red or {}), dict(at_times or {})
        _CATALOGUE[id] = Defect(id, says, breaks, replaces, dict(caught_by), beside, perhaps, never, at_night, seed)
        return seed

    return add


def also(file: str, why: str, *names: str) -> dict[str, str]:
    """Scenarios (or rows) of one file, as "isolation/erasure", that cannot stay green either, all for this reason."""
    return {f"features/{file}.feature::{name}": why for name in names}


@cache
def catalogue() -> Mapping[str, Defect]:
    """Every defect by its id."""
    for path in sorted(Path(__file__).parent.joinpath("defects").glob("[!_]*.py")):
        importlib.import_module(f"support.proof.defects.{path.stem}")
    return dict(_CATALOGUE)


def by_day() -> frozenset[str]:
    """The ids of those that are tried where nobody names any."""
    return frozenset(one.id for one in catalogue().values() if not one.at_night)


def objections(specification: Specification, clauses: Mapping[str, object]) -> Iterator[str]:
    """What the catalogue names and the specification does not have, with the nearest match."""
    known = {scenario.id: scenario for scenario in specification.scenarios}
    for one in catalogue().values():
        if one.breaks not in clauses:
            yield f"{one.id} breaks {one.breaks}, which is no clause{_near(one.breaks, clauses)}"
        if not one.caught_by:
            yield f"{one.id} is caught by nothing"
        for identity in (*one.caught_by, *one.also_red, *one.at_times):
            scenario = known.get(without_row(identity))
            if scenario is None:
                yield f"{one.id} names the scenario {identity}, which does not exist{_near(identity, known)}"
            elif identity != scenario.id and identity not in rows(scenario):
                yield f"{one.id} names {identity}, a row that does not exist{_near(identity, rows(scenario))}"
            elif (then := one.caught_by.get(identity)) is not None and line_of(scenario, then) is None:
                lines = [step.text for step in scenario.steps if step.type == "then"]
                yield f"{one.id}: {identity} has no Then '{then}'{_near(then, lines)}"


def without_row(identity: str) -> str:
    """A scenario's identity without the values of a row."""
    return identity.partition("[")[0] if identity.endswith("]") else identity


def rows(scenario: Scenario) -> list[str]:
    """The identities of what is run for a scenario: itself, or each row that does not run by name only."""
    quick = [f"{scenario.id}[{row.id}]" for row in scenario.rows if "slow" not in row.tags]
    return quick or [scenario.id]


def line_of(scenario: Scenario, then: str) -> int | None:
    """The line of a Then as it is written."""
    return next((step.line for step in scenario.steps if step.type == "then" and step.text == then), None)


def _near(word: str, known: Any) -> str:
    found = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f"; the nearest is '{found[0]}'" if found else ""
