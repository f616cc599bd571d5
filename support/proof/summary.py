"""The one line for owners at the end of the suite's own tests."""

import pytest

_DEFECTS = "support/proof/test_defects.py::test_is_caught["
_HOPELESS = "support/proof/test_hopeless.py::test_is_rejected["


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many defects were caught and how many hopeless systems rejected, where any were tried."""
    passed, tried = _count(terminalreporter, _DEFECTS)
    rejected, hopeless = _count(terminalreporter, _HOPELESS)
    if tried or hopeless:
        terminalreporter.write_line(
            f"Proof: defects caught {passed} of {tried}, hopeless systems rejected {rejected} of {hopeless}."
        )


def _count(reporter: pytest.TerminalReporter, prefix: str) -> tuple[int, int]:
    """How many of the trials whose identity begins so have passed, and how many there were."""
    told = [
        (report.nodeid, word)
        for word in ("passed", "failed", "error")
        for report in reporter.stats.get(word, ())
        if report.nodeid.startswith(prefix)
    ]
    bad = {identity for identity, word in told if word != "passed"}
    everything = {identity for identity, _ in told}
    return len(everything - bad), len(everything)
