import os
from pathlib import Path

from support.targets.copying import main


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_a_used_directory_becomes_equal_to_the_prepared_one(tmp_path: Path) -> None:
    source, fresh, used = tmp_path / "source", tmp_path / "fresh", tmp_path / "used"
    (source / "base" / "1").mkdir(parents=True)
    (source / "base" / "1" / "table").write_bytes(b"rows" * 1_000)
    (source / "empty").touch()
    (source / "pg_tblspc").mkdir()
    main([str(source), str(fresh)])
    assert contents(fresh) == contents(source)
    assert fresh.stat().st_mode & 0o777 == 0o700

    (used / "base" / "1" / "table" / "deep").mkdir(parents=True)
    (used / "base" / "2").mkdir()
    (used / "empty").write_bytes(b"longer than before")
    (used / "pg_tblspc").mkdir()
    (used / "pg_tblspc" / "elsewhere").symlink_to(fresh)
    os.mkfifo(used / "postmaster.pid")
    main([str(source), str(used)])
    assert contents(used) == contents(source)
    assert contents(fresh) == contents(source), "what a link names is left alone"
