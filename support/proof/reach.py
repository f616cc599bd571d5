"""Which functions of the platform each scenario reaches.

A defect replaces one function. A scenario that was seen not to call it, from the start of the platform on, is shown
the same platform with the defect and without it, and need not be run to know that it stays green.

`Cross` chooses by that what is run. `main(argv)` is started instead of the platform: it gets the file in which each
function that some defect replaces is written down when it is called, and then the platform's own arguments.
"""

import os
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any

import support.reference.__main__ as platform
from support.proof.bench import Bench
from support.proof.defect import Defect, Deviate, catalogue, rows, without_row
from support.spec.specification import Specification

OBSERVER = "support.proof.reach:main"


@dataclass(frozen=True)
class Cross:
    """Every scenario that could notice a defect.

    Attributes:
        scope: "all", with every row; "area" for the areas that its killers are in, or "elsewhere" for all others, and
            then of the rows of an outline that it does not name only the first.
        reached: identity of a scenario or row to the functions that it reaches.
        green: a defect's id to what stayed green with it and others at once, and need not be tried with it alone.
    """

    scope: str
    reached: Mapping[str, frozenset[str]]
    green: Mapping[str, Container[str]] = field(default_factory=dict)

    def looked_at(self, defect: Defect, specification: Specification) -> list[str]:
        """What this cross speaks of, whether it is run or cannot notice anything."""
        return looked_at(defect, specification, self.scope)

    def noticing(self, defect: Defect, specification: Specification) -> list[str]:
        """What reaches the function that the defect replaces, and has not been seen to stay green."""
        green = self.green.get(defect.id, ())
        reaching = [one for one in self.looked_at(defect, specification) if defect.replaces in self.reached[one]]
        return [one for one in reaching if one not in green]


def looked_at(defect: Defect, specification: Specification, scope: str) -> list[str]:
    """The scenarios and rows that a cross speaks of."""
    if scope == "all":
        return [identity for scenario in specification.scenarios for identity in rows(scenario)]
    near = areas(defect)
    spoken_of = [one for one in specification.scenarios if (_area(one.id) in near) == (scope == "area")]
    named = {identity for identity in (*defect.caught_by, *defect.also_red) if identity != without_row(identity)}
    return [one for scenario in spoken_of for one in rows(scenario) if one == rows(scenario)[0] or one in named]


def areas(defect: Defect) -> frozenset[str]:
    """The areas that the killers of a defect are in."""
    return frozenset(_area(identity) for identity in defect.caught_by)


def _area(identity: str) -> str:
    return identity.split("/")[1]


def replaced() -> list[str]:
    """Every function that a defect replaces, once."""
    return sorted({one.replaces for one in catalogue().values()})


def reached_by(identity: str, bench: Bench, notes: Path) -> frozenset[str]:
    """The functions that were called while one scenario ran on a platform of its own, its start included.

    All of them when the scenario was not kept, so that it is tried on every defect.
    """
    notes.write_bytes(b"")
    notes.chmod(0o666)
    (ran,) = bench.run([identity], OBSERVER, (str(notes),))
    names = replaced()
    if not ran.verdict.kept:
        return frozenset(names)
    return frozenset(names[int(number)] for number in set(notes.read_bytes().split()))


def main(argv: Sequence[str]) -> int:
    """Runs the platform, and notes every call of a function that some defect replaces; its exit code."""
    notes, *arguments = argv
    file = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for number, name in enumerate(replaced()):
        _observe(name, partial(_note, file, b"%d\n" % number))
    return platform.main(arguments)


def _note(file: int, line: bytes) -> None:
    os.write(file, line)


def _observe(name: str, write: Deviate) -> None:
    def observed(original: Callable[..., Any], called: Deviate) -> Callable[..., Any]:
        @wraps(original)
        def calls(*arguments: Any, **named: Any) -> Any:
            called()
            return original(*arguments, **named)

        return calls

    Defect(name, "", "", name, {}, seed=observed).install(write)
