"""The end of a run, told once and by the controller: summary, environment, JUnit, the HTML file.

What workers learned reaches the controller in their test reports, and nothing else is read.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from _pytest.junitxml import xml_key

from support.facts.verdict import Verdict
from support.report import results, single_file, summary, tables
from support.report.folder import Folder
from support.report.ledger import Ledger
from support.report.target import STAND_IN, Answered

SUITE = ".feature::"


class Executed:
    """The controller's plugin where no report is written: a run in which nothing was executed is red there, too."""

    def __init__(self, read: Callable[[Sequence[tuple[str, Any]]], Verdict | None]) -> None:
        self._read = read
        self._verdicts = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts what has been executed."""
        self._verdicts += SUITE in report.nodeid and self._read(report.user_properties) is not None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Says so when that was nothing."""
        nothing = not self._verdicts and session.exitstatus == pytest.ExitCode.OK
        if nothing and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


@dataclass
class Closing:
    """The controller's plugin.

    Attributes:
        ledger: of this run.
        at_stake: the sentence on the one sum.
        told: what is needed to repeat the run, name and words.
        folder: of the report; None when the caller named another directory for results.
        html: whether one HTML file was asked for.
        read: how a report's properties yield a verdict.
        by_name: scenarios that run by name only, and were not asked for.
    """

    ledger: Ledger
    at_stake: str
    told: list[tuple[str, str]]
    folder: Folder | None
    html: bool
    read: Callable[[Sequence[tuple[str, Any]]], Verdict | None]
    answered: Answered = field(default_factory=Answered)
    by_name: tuple[str, ...] = ()
    _seconds: dict[str, float] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)
    _silent: list[Verdict] = field(default_factory=list)
    _cleaned: bool = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Takes away the last run's results, now that there is something to run."""
        if session.items:
            self._clean(session.config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        """The same where workers run it: none of them begins before all of them have told what they found."""
        if ids:
            self._clean(node.config)

    def _clean(self, config: pytest.Config) -> None:
        if self.folder is not None and not self._cleaned and not config.option.collectonly:
            self._cleaned = True
            if self.folder.clean() and not self.html:
                self._made.append("the HTML file of an earlier run was taken away; --html makes one of this run")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes note of a scenario's phase."""
        if SUITE not in report.nodeid:
            return
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration
        for name, value in report.user_properties:
            if name == "deployment":
                self.answered.add(str(value))
        verdict = self.read(report.user_properties)
        if verdict is not None:
            self.ledger.add(verdict)
        elif not report.passed:
            self._silent.append(self.ledger.add_silence(report.nodeid, str(report.longrepr)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes what reports need besides results; a run in which nothing was executed is red."""
        config = session.config
        if config.option.collectonly:
            return
        if not self.ledger.verdicts and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        promises = summary.promise_counts(self.ledger)
        environment = [*self.answered.lines(), ("promises", promises), *self.told]
        if (xml := config.stash.get(xml_key, None)) is not None:
            for name, words in environment:
                xml.add_global_property(name, words)
        directory = getattr(config.option, "allure_report_dir", None)
        if directory and self.ledger.verdicts:
            for verdict in self._silent:
                results.report_silence(verdict, self.ledger.area_of(verdict))
            results.write_environment(directory, environment)
            results.attach_ledger(tables.promises(self.ledger, STAND_IN if self.answered.stood_in else ""))
            if any(verdict.measurements for verdict in self.ledger.verdicts):
                results.attach_figures(tables.figures(self.ledger.verdicts))
        if self.folder is not None and self.ledger.verdicts:
            self._made.append(f"Allure results: {self.folder.results}")
            if self.html:
                self._make_html(session, self.folder)

    def _make_html(self, session: pytest.Session, folder: Folder) -> None:
        try:
            page = single_file.make(folder, self.title)
        except single_file.NotMade as missing:
            self._made.append(f"The HTML file was not made: {missing}")
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
        else:
            self._made.append(f"one HTML file: {page}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int
    ) -> Generator[None, Any, Any]:
        """Says how the promises stand, after everything but pytest's last line; nothing where a run is refused."""
        result = yield
        refused = exitstatus == pytest.ExitCode.USAGE_ERROR
        if not (refused or terminalreporter.config.option.collectonly):
            terminalreporter.section("What Netra promised")
            for line in self.lines():
                terminalreporter.line(line)
        return result

    @property
    def title(self) -> str:
        """The report's name: it says at once whether Netra itself answered."""
        return f"Golden Path: what {'the reference platform' if self.answered.stood_in else 'Netra'} keeps"

    def lines(self) -> list[str]:
        """The summary."""
        ledger = self.ledger
        lines = [*summary.target(self.answered), *summary.order(dict(self.told)), *summary.slowest(self._seconds)]
        lines += summary.promises(ledger)
        lines += summary.counts(ledger, self.at_stake)
        lines += summary.left_out([one for one in self.by_name if one not in self._seconds])
        return [*lines, *summary.made(self._made)]
