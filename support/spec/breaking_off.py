"""A run that cannot go on ends at once, with one sentence and exit code 4, in whatever process that is found.

What can be known before is refused before; this is for what shows only when something is started: a program that
does not work, a disk that fills.
"""

from collections.abc import Generator
from typing import Any

import pytest

from support.facts.trouble import CannotRun
from support.spec.collector import ScenarioItem

_OUTPUT = "cannot_run"
"""Under this name a worker tells the controller."""
_WORDS = pytest.StashKey[str]()


def pytest_exception_interact(
    node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any], report: pytest.TestReport | pytest.CollectReport
) -> None:
    """Ends the session of this process when what has ended a scenario will end every other, too."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, CannotRun) and isinstance(node, ScenarioItem):
        node.session.shouldstop = node.config.stash[_WORDS] = str(error)
        if hasattr(node.config, "workeroutput"):
            node.config.workeroutput[_OUTPUT] = str(error)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hears from a worker why it has ended."""
    if words := getattr(node, "workeroutput", {}).get(_OUTPUT):
        node.config.stash[_WORDS] = words


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Says the sentence once, and not for each scenario that it has ended."""
    config = session.config
    try:
        ran = yield
    except KeyboardInterrupt:
        if _WORDS not in config.stash:
            raise
        ran = True
    if _WORDS not in config.stash or hasattr(config, "workeroutput"):
        return ran
    words = config.stash[_WORDS]
    if (terminal := config.pluginmanager.get_plugin("terminalreporter")) is not None:
        for told in terminal.stats.values():
            told[:] = [report for report in told if words not in str(getattr(report, "longrepr", ""))]
    raise pytest.UsageError(words)
