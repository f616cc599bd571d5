"""What a run was told to run: folders, files and scenarios, each of which must exist.

pytest would say so after everything else, and in its own words.
"""

import difflib
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.spec.specification import Specification


def check(config: pytest.Config, specification: Specification) -> None:
    """Refuses an argument below features/ that names nothing; CannotRun."""
    known = _known(specification)
    for argument in config.args:
        path, name = _parted(argument)
        place = Path(config.invocation_params.dir, path).resolve()
        if not place.is_relative_to(specification.root / "features"):
            continue
        wanted = "::".join(filter(None, (place.relative_to(specification.root).as_posix(), name)))
        if wanted not in known:
            raise CannotRun(
                f"The specification has no '{wanted}'.", f"The nearest that it has is '{_nearest(wanted, known)}'."
            )


def _known(specification: Specification) -> list[str]:
    folders = {"features": None}
    for path in specification.files:
        folders |= {parent.as_posix(): None for parent in Path(path).parents if parent.as_posix() != "."}
    scenarios = [one.id for one in specification.scenarios]
    rows = [f"{one.id}[{row.id}]" for one in specification.scenarios for row in one.rows]
    return [*folders, *specification.files, *scenarios, *rows]


def _parted(argument: str) -> tuple[str, str]:
    """The path and the scenario's name, parted as pytest does; a row's values may hold anything."""
    base, bracket, values = argument.partition("[")
    path, _, name = base.partition("::")
    return path, name + bracket + values


def _nearest(wanted: str, known: list[str]) -> str:
    """What is of the same kind and most like it: the same name elsewhere before another name."""
    path, _, name = wanted.partition("::")
    kind = [one for one in known if bool(name) == ("::" in one) and ("[" in name) == ("[" in one)]
    same = [one for one in kind if name and one.endswith(f"::{name}")]
    near = [one for one in kind if name and one.startswith(f"{path}::")]
    return difflib.get_close_matches(wanted, same or near or kind, 1, 0.0)[0]
