"""The record of the cross."""

from pathlib import Path

from support.report.crossed import NEVER, RECORD, Crossed


def test_says_so_when_there_was_none(tmp_path: Path) -> None:
    assert Crossed(tmp_path).sentence() == NEVER


def test_keeps_what_was_exact_with_date_and_commit(tmp_path: Path) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True)
    Crossed(tmp_path).record({"early": 80}, [], "all", "2026-01-02", "aaa1111")
    Crossed(tmp_path).record({"late": 30, "other": 40}, [], "area", "2026-02-03", "bbb2222")
    assert Crossed(tmp_path).sentence() == (
        "cross: 3 defects turn exactly the scenarios red that they name, "
        "1 of them among all and 2 among those of their area; last on 2026-02-03 at commit bbb2222"
    )


def test_what_is_exact_no_more_is_dropped(tmp_path: Path) -> None:
    (tmp_path / RECORD).parent.mkdir(parents=True)
    Crossed(tmp_path).record({"one": 80}, [], "all", "2026-01-02", "aaa1111")
    Crossed(tmp_path).record({}, ["one"], "all", "2026-01-03", "aaa1111")
    assert Crossed(tmp_path).sentence() == NEVER
