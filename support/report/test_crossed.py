"""The record of the cross."""

from pathlib import Path

from support.report.crossed import NEVER, RECORD, Crossed


def test_says_so_when_there_was_none(tmp_path: Path) -> None:
    assert Crossed(tmp_path).sentence() == NEVER


def test_keeps_what_was_exact_with_date_and_commit_for_each_scope(tmp_path: Path) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True)
    Crossed(tmp_path).record({"early": 80}, [], "all", "2026-01-02", "aaa1111")
    Crossed(tmp_path).record({"early": 20, "other": 40}, [], "area", "2026-02-03", "bbb2222")
    Crossed(tmp_path).record({"other": 40}, [], "area", "2026-02-04", "ccc3333")
    assert Crossed(tmp_path).sentence() == (
        "defects that turned exactly the scenarios red that they name: 2 among the scenarios of their areas "
        "(tried at bbb2222 on 2026-02-03, ccc3333 on 2026-02-04); "
        "1 among all scenarios (tried at aaa1111 on 2026-01-02)"
    )


def test_what_is_exact_no_more_is_dropped(tmp_path: Path) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True)
    Crossed(tmp_path).record({"one": 80}, [], "all", "2026-01-02", "aaa1111")
    Crossed(tmp_path).record({}, ["one"], "area", "2026-01-03", "aaa1111")
    assert Crossed(tmp_path).sentence() == NEVER
