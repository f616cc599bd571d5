"""How a page becomes an Allure result; no service and no run is needed for that."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import allure_commons
import pytest
from allure_commons import model2
from allure_commons.logger import AllureMemoryLogger
from allure_commons.model2 import Label, Parameter

from support.facts.verdict import Verdict, Word
from support.report import allure_result
from support.report.page import Fate, Page


@pytest.fixture
def written() -> Iterator[dict[str, str]]:
    """The attachments that are written."""
    logger = AllureMemoryLogger()  # type: ignore[no-untyped-call]
    allure_commons.plugin_manager.register(logger)
    yield logger.attachments
    allure_commons.plugin_manager.unregister(logger)


def filled(page: Page) -> Any:
    result = model2.TestResult(
        name="raw", start=1, stop=2, labels=[Label("host", "h"), Label("tag", "raw"), Label("thread", "t")]
    )
    result.parameters = [Parameter("_pytest_bdd_example", "{'source': 'x'}")]
    allure_result.fill(result, page)
    return result


def kept(page: Page) -> Page:
    verdict = Verdict(Word.KEPT, page.verdict.scenario, promises=page.verdict.promises)
    sentences = tuple(replace(sentence, fate=Fate.HELD) for sentence in page.sentences)
    return replace(page, verdict=verdict, sentences=sentences)


@pytest.mark.usefixtures("written")
class TestStatus:
    def test_broken_is_red_inconclusive_is_yellow_kept_is_green(self, red_run: list[Page]) -> None:
        assert [filled(page).status for page in red_run] == ["failed", "failed", "broken"]
        assert filled(kept(red_run[0])).status == "passed"

    def test_steps_after_the_fallen_one_are_shown_as_skipped(self, red_run: list[Page]) -> None:
        steps = filled(red_run[0]).steps
        assert [step.status for step in steps] == ["passed", "passed", "failed", "skipped", "skipped"]
        assert steps[-1].name == "Nothing else happened"
        assert filled(red_run[2]).steps[1].status == "broken"

    def test_a_scenario_cut_off_from_outside_is_yellow(self) -> None:
        result = model2.TestResult(name="raw")
        allure_result.interrupt(result)
        assert result.status == "broken"

    def test_the_message_opens_the_failure_and_the_trace_goes_on(self, red_run: list[Page]) -> None:
        details = filled(red_run[1]).statusDetails
        assert details.message.startswith('BROKEN in "From question to savings"')
        assert details.message.rstrip().endswith("1 ends were shown")
        assert details.trace.startswith("timeline")
        assert filled(kept(red_run[1])).statusDetails is None


@pytest.mark.usefixtures("written")
class TestPlace:
    def test_title_and_values_of_a_row_stand_without_quotes(self, red_run: list[Page]) -> None:
        result = filled(red_run[0])
        assert result.name == "Whatever fails outside Netra is named (Google Cloud billing, breaks off half-way)"
        assert {one.name: one.value for one in result.parameters} == {
            "source": "Google Cloud billing",
            "fails": "breaks off half-way",
        }

    def test_labels_say_where_it_stands_and_what_it_is_worth(self, red_run: list[Page]) -> None:
        labels = {label.name: label.value for label in filled(red_run[0]).labels}
        assert labels["epic"].startswith("From question to savings: Every analysis comes to an end")
        assert labels["feature"] == "An analysis that fails says so and keeps what it found"
        assert labels["story"] == "The customer is told the truth in plain words"
        assert labels["severity"] == "blocker"
        assert (labels["segment"], labels["value"], labels["impact"]) == ("all", "honest-failure", "arr-500k")
        assert (labels["promise"], labels["exit"], labels["host"]) == ("P06", "error-termination", "h")
        tags = {label.value for label in filled(red_run[0]).labels if label.name == "tag"}
        assert tags == {"P06.told", "P06.exit", "error-termination"}

    def test_rows_of_an_outline_are_one_case_with_a_history_each(self, red_run: list[Page]) -> None:
        one = filled(red_run[0])
        row = "features/golden_path/error_termination.feature::Whatever fails outside Netra is named[other]"
        other = filled(replace(red_run[0], verdict=replace(red_run[0].verdict, scenario=row)))
        assert one.testCaseId == other.testCaseId
        assert one.historyId != other.historyId

    def test_the_description_holds_the_promise_and_the_business_value(self, red_run: list[Page]) -> None:
        text = filled(red_run[0]).description
        for words in ("So that a failure outside Netra", "Promise P06", "All segments", "$500K", "What a breach costs"):
            assert words in text


def test_what_was_observed_and_compared_stands_in_its_sentence(red_run: list[Page], written: dict[str, str]) -> None:
    result = filled(red_run[1])
    fallen = next(step for step in result.steps if step.status == "failed")
    assert fallen.steps[0].name == "observed: recorded exits: 2 (timeout, normal_completion)"
    table = next(one for one in fallen.attachments if one.name == "How the analysis ended")
    assert written[table.source].count('<tr class="different">') == 2
    timeline = next(one for one in result.attachments if one.name.startswith("Timeline"))
    assert '<tr class="sentence">' in written[timeline.source]
    json.dumps([label.value for label in result.labels])
