"""What a run is told to run must exist; what does not is told with the nearest that does."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.facts.trouble import CannotRun
from support.spec import chosen
from support.spec.specification import read

ROOT = Path(__file__).parents[2]
SPECIFICATION = read(ROOT)
SEARCH = "features/conversations/search.feature"
WRITTEN = f"{SEARCH}::Words are found however they are written"


def run(*arguments: str, folder: Path = ROOT) -> Any:
    return SimpleNamespace(args=arguments, invocation_params=SimpleNamespace(dir=folder))


@pytest.mark.parametrize(
    "argument",
    [
        "features",
        "features/",
        str(ROOT),
        str(ROOT / "features/memory"),
        SEARCH,
        WRITTEN,
        f"{WRITTEN}[100% of the_bill-100%]",
        "support/nothing",
    ],
)
def test_what_exists_and_what_is_no_part_of_the_specification_is_let_pass(argument: str) -> None:
    chosen.check(run(argument), SPECIFICATION)


def test_it_is_sought_where_the_run_was_begun() -> None:
    chosen.check(run("search.feature", folder=ROOT / "features/conversations"), SPECIFICATION)


@pytest.mark.parametrize(
    ("argument", "nearest"),
    [
        ("features/memmory", "features/memory"),
        ("features/promises.toml", "features/persistence"),
        ("features/conversations/serch.feature", SEARCH),
        (WRITTEN.replace("however", "as"), WRITTEN),
        (f"{WRITTEN}[100% of the bill-100%]", f"{WRITTEN}[100% of the_bill-100%]"),
        (WRITTEN.replace("conversations/search", "memory/topics"), WRITTEN),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest_that_does(argument: str, nearest: str) -> None:
    with pytest.raises(CannotRun) as refused:
        chosen.check(run("features/memory", argument), SPECIFICATION)
    assert str(refused.value) == f"The specification has no '{argument}'. The nearest that it has is '{nearest}'."
