"""The one line for owners at the end of the suite's own tests, and the record of a cross."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.proof.defect import by_day, catalogue
from support.report.crossed import RECORD, Crossed

_DEFECTS = "support/proof/test_defects.py::test_is_caught["
_HOPELESS = "support/proof/test_hopeless.py::test_is_rejected["


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many defects were caught and how many hopeless systems rejected, where any were tried."""
    caught, escaped = _trials(terminalreporter, _DEFECTS)
    rejected, passed = _trials(terminalreporter, _HOPELESS)
    if not (caught or escaped or rejected or passed):
        return
    root = terminalreporter.config.rootpath
    if scope := terminalreporter.config.getoption("cross"):
        exact = {name: int(about["scenarios"]) for name, about in _about(terminalreporter).items() if name in caught}
        Crossed(root).record(
            exact,
            scope,
            wrong=_names(_failed(terminalreporter), _DEFECTS),
            catalogue=catalogue(),
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            commit=_commit(root),
        )
    tried = caught | escaped
    late = f" ({len(catalogue()) - len(tried)} more at night)" if tried == by_day() else ""
    terminalreporter.write_line(
        f"Proof: defects caught {len(caught)} of {len(tried)}{late}{_again(terminalreporter)}, "
        f"hopeless systems rejected {len(rejected)} of {len(rejected | passed)}; {Crossed(root).sentence()}."
    )


def _again(reporter: pytest.TerminalReporter) -> str:
    """Which of the caught ones were not caught at the first attempt."""
    names = sorted(name for name, about in _about(reporter).items() if about["first attempt"])
    return f" ({', '.join(names)} not at the first attempt)" if names else ""


def _about(reporter: pytest.TerminalReporter) -> dict[str, dict[str, Any]]:
    """What each defect that was caught had to say of its trial."""
    caught = [one for one in reporter.stats.get("passed", ()) if one.nodeid.startswith(_DEFECTS)]
    return {_name(one.nodeid, _DEFECTS): dict(one.user_properties) for one in caught}


def _failed(reporter: pytest.TerminalReporter) -> set[str]:
    """The defects that were tried and not caught as declared; what could not be tried is not among them."""
    return {one.nodeid for one in reporter.stats.get("failed", ()) if one.nodeid.startswith(_DEFECTS)}


def _commit(root: Path) -> str:
    """The commit that was tried, marked when there was more than that; the record itself does not count."""

    def git(*words: str) -> str:
        told = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
        return told.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":(exclude){RECORD}")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("-dirty" if changed else "")


def _trials(reporter: pytest.TerminalReporter, prefix: str) -> tuple[set[str], set[str]]:
    """Of the trials whose identity begins so those that have passed, and the others."""
    told = [
        (report.nodeid, word)
        for word in ("passed", "failed", "error")
        for report in reporter.stats.get(word, ())
        if report.nodeid.startswith(prefix)
    ]
    bad = {identity for identity, word in told if word != "passed"}
    good = {identity for identity, _ in told} - bad
    return _names(good, prefix), _names(bad, prefix)


def _names(identities: set[str], prefix: str) -> set[str]:
    return {_name(identity, prefix) for identity in identities}


def _name(identity: str, prefix: str) -> str:
    return identity.removeprefix(prefix).removesuffix("]")
