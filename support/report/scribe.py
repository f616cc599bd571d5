"""Hands each page to allure-pytest, in whatever process the scenario ran.

allure-pytest opens a result when a scenario begins and closes it when everything is over. In
between it knows neither Gherkin nor verdicts. At the moment of closing, allure's own public hook
shows us the result before it is written, and we say there what the page says.
"""

from collections.abc import Generator
from typing import Any

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResult, TestResultContainer

from support.report import allure_result
from support.report.page import Page

PAGE = pytest.StashKey[Page]()


class Scribe:
    """A plugin of pytest and of allure, one in each process that runs scenarios."""

    def __init__(self) -> None:
        self._item: pytest.Item | None = None

    def begin(self, config: pytest.Config) -> None:
        """Joins both plugin managers until the run ends."""
        config.pluginmanager.register(self, "golden-path-scribe")
        allure_commons.plugin_manager.register(self, "golden-path-scribe")
        config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(name="golden-path-scribe"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Remembers whose result will be closed next."""
        self._item = item
        if PAGE in item.stash:
            del item.stash[PAGE]
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Keeps steps and fixtures of pytest-bdd from becoming files of their own, seven a scenario."""
        for plugin in allure_commons.plugin_manager.get_plugins():
            if type(plugin) is AllureFileLogger:
                _leave_out_containers(plugin)

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """The result as the page has it, just before it is written."""
        if self._item is None:
            return  # No scenario runs here: the controller speaks for a process that has ended.
        page = self._item.stash.get(PAGE, None)
        if page is None:
            allure_result.interrupt(result)
        else:
            allure_result.fill(result, page)


def _leave_out_containers(logger: Any) -> None:
    # Allure's one inner name in use; taking the logger out instead breaks allure-pytest's own end.
    write = logger._report_item

    def report(item: object) -> None:
        if not isinstance(item, TestResultContainer):
            write(item)

    logger._report_item = report
