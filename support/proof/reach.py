"""Which functions of the platform each scenario reaches.

A defect replaces one function. A scenario that was seen not to call it, from the start of the platform on, is shown
the same platform with the defect and without it, and need not be run to know that it stays green.

`Cross` chooses by that what is run. `main(argv)` is started instead of the platform: it gets the file in which each
function that some defect replaces is written down when it is called, and then the platform's own arguments.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
        everywhere: in all areas, with every row; otherwise in the areas that the defect names, and of the rows of
            an outline that it does not name only the first.
        reached: identity of a scenario or row to the functions that it reaches.
    """

    everywhere: bool
    reached: Mapping[str, frozenset[str]]

    def looked_at(self, defect: Defect, specification: Specification) -> list[str]:
        """What this cross speaks of, whether it is run or cannot notice anything."""
        return looked_at(defect, specification, everywhere=self.everywhere)

    def noticing(self, defect: Defect, specification: Specification) -> list[str]:
        """What reaches the function that the defect replaces."""
        return [one for one in self.looked_at(defect, specification) if defect.replaces in self.reached[one]]


def looked_at(defect: Defect, specification: Specification, *, everywhere: bool) -> list[str]:
    """The scenarios and rows that a cross speaks of."""
    if everywhere:
        return [identity for scenario in specification.scenarios for identity in rows(scenario)]
    areas = {_area(identity) for identity in defect.caught_by}
    near = [scenario for scenario in specification.scenarios if _area(scenario.id) in areas]
    named = {identity for identity in (*defect.caught_by, *defect.also_red) if identity != without_row(identity)}
    return [one for scenario in near for one in rows(scenario) if one == rows(scenario)[0] or one in named]


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
