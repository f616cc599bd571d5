"""The record of the cross."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from support.report.crossed import NEVER, RECORD, Crossed

CATALOGUE = ("early", "other", "late")


@pytest.fixture(autouse=True)
def room(tmp_path: Path) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True)


def record(root: Path, exact: Mapping[str, int], scope: str, day: int, commit: str, *wrong: str) -> None:
    date = f"2026-01-{day:02}"
    Crossed(root).record(exact, scope, wrong=wrong, catalogue=CATALOGUE, date=date, commit=commit)


def test_says_so_when_there_was_none(tmp_path: Path) -> None:
    assert Crossed(tmp_path).sentence() == NEVER


def test_keeps_what_was_exact_with_date_and_commit_for_each_scope(tmp_path: Path) -> None:
    record(tmp_path, {"early": 80}, "all", 2, "aaa1111")
    record(tmp_path, {"early": 20, "other": 40}, "area", 3, "bbb2222")
    record(tmp_path, {"other": 40}, "area", 4, "ccc3333")
    record(tmp_path, {"early": 60}, "elsewhere", 5, "ddd4444")
    assert Crossed(tmp_path).sentence() == (
        "defects that turned exactly the scenarios red that they name: 2 among the scenarios of their areas "
        "(tried at bbb2222 on 2026-01-03 to ccc3333 on 2026-01-04); "
        "1 among those of all other areas, many defects at once (tried at ddd4444 on 2026-01-05); "
        "1 among all scenarios (tried at aaa1111 on 2026-01-02); not tried so, or not exact: 1"
    )


def test_names_the_oldest_and_the_newest_of_several_trials(tmp_path: Path) -> None:
    for day, defect in enumerate(CATALOGUE, 1):
        record(tmp_path, {defect: 20}, "area", day, f"{day}{day}{day}")
    assert Crossed(tmp_path).sentence().endswith("(tried at 111 on 2026-01-01 to 333 on 2026-01-03)")


def test_tells_which_are_exact_in_their_areas_at_least(tmp_path: Path) -> None:
    record(tmp_path, {"early": 80}, "all", 2, "aaa1111")
    record(tmp_path, {"other": 40}, "area", 3, "bbb2222")
    record(tmp_path, {"late": 40}, "elsewhere", 4, "ccc3333")
    assert Crossed(tmp_path).exact == {"early", "other"}


def test_what_is_exact_no_more_is_dropped(tmp_path: Path) -> None:
    record(tmp_path, {"early": 80}, "all", 2, "aaa1111")
    record(tmp_path, {}, "area", 3, "aaa1111", "early")
    assert Crossed(tmp_path).sentence() == NEVER


def test_what_is_in_the_catalogue_no_more_is_forgotten(tmp_path: Path) -> None:
    record(tmp_path, {"early": 80, "long gone": 80, "other": 80, "late": 80}, "area", 2, "aaa1111")
    assert "4 among" not in Crossed(tmp_path).sentence()
    assert "not tried" not in Crossed(tmp_path).sentence()
