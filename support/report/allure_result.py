"""A page as an Allure result: what stakeholders open.

Epic, feature and story are area, feature and rule; every sentence is a step with what was observed
in it; kept is green, a broken promise is Allure's *failed* (red), and whatever is inconclusive is
Allure's *broken* (yellow). Nothing is ever grey, which would read as not meant to run.
"""

import time
from collections.abc import Iterator
from hashlib import md5
from uuid import uuid4

import allure_commons
from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    Attachment,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import AttachmentType

from support.facts.verdict import Verdict, Word
from support.report import failure, pictures, tables
from support.report.page import Fate, Page, Sentence

STATUS = {Word.KEPT: Status.PASSED, Word.BROKEN: Status.FAILED, Word.INCONCLUSIVE: Status.BROKEN}
FATES = {
    Fate.HELD: Status.PASSED,
    Fate.BROKEN: Status.FAILED,
    Fate.INCONCLUSIVE: Status.BROKEN,
    Fate.NOT_REACHED: Status.SKIPPED,
}
SEVERITIES = {"mission_critical": "blocker", "critical": "critical", "normal": "normal", "minor": "minor"}
_WORST_FIRST = tuple(SEVERITIES)
_ALLURES_OWN = ("host", "thread", "framework", "language", "package")


def fill(result: TestResult, page: Page) -> None:
    """Makes the result say what the page says; keeps its times and identity."""
    scenario = f"{page.path}::{page.name}"
    result.name = title(page)
    result.fullName = scenario
    result.testCaseId = _digest(scenario)
    result.historyId = _digest(page.verdict.scenario)
    result.titlePath = [page.business.area, page.feature, *filter(None, [page.rule])]
    result.description = description(page)
    result.descriptionHtml = None
    result.parameters = [Parameter(name, value) for name, value in page.values.items()]
    result.labels = [*labels(page), *(label for label in result.labels if label.name in _ALLURES_OWN)]
    result.steps = [_step(sentence, page) for sentence in page.sentences]
    result.status = STATUS[page.verdict.word]
    result.statusDetails = _details(page)
    result.attachments = []
    if page.timeline:
        result.attachments.append(_attach("Timeline: who did and saw what, when", tables.timeline(page.timeline)))
    if page.verdict.measurements:
        result.attachments.append(_attach("Measured", tables.measured(page.verdict.measurements)))
    for chart in page.charts:
        result.attachments.append(_attach(chart.title, pictures.svg(chart), AttachmentType.SVG))


def interrupt(result: TestResult) -> None:
    """A scenario that left no page was cut off from outside: nothing can be said of it."""
    result.status = Status.BROKEN
    result.statusDetails = StatusDetails(message="INCONCLUSIVE: the run was interrupted before the scenario had ended.")


def silence(verdict: Verdict, epic: str) -> TestResult:
    """The result of a scenario whose process has ended before it: there is a cause, and nothing else."""
    path, _, name = verdict.scenario.partition("::")
    labels = (("verdict", verdict.word.value), ("epic", epic), ("feature", path), ("story", path))
    now = int(time.time() * 1000)
    return TestResult(
        uuid=str(uuid4()),
        name=name,
        fullName=verdict.scenario,
        historyId=_digest(verdict.scenario),
        testCaseId=_digest(verdict.scenario.partition("[")[0]),
        status=Status.BROKEN,
        statusDetails=StatusDetails(message=f"INCONCLUSIVE: {failure.cut(verdict.observed)}"),
        labels=[Label(label, words) for label, words in labels if words],
        start=now,
        stop=now,
    )


def title(page: Page) -> str:
    """The scenario's name, with the values of its row."""
    return f"{page.name} ({', '.join(page.values.values())})" if page.values else page.name


def description(page: Page) -> str:
    """How feature, rule and scenario introduce themselves, and what the scenario is worth, in Markdown."""
    business = page.business
    parts = [*page.says]
    for promise, named in dict.fromkeys((clause.promise, clause.title) for clause in page.clauses):
        clauses = (f"- {one.says} (`{one.id}`)" for one in page.clauses if one.promise == promise)
        parts.append("\n".join([f"**Promise {promise}: {named}**", "", *clauses]))
    people = f" In this scenario: {', '.join(page.people)}." if page.people else ""
    worth = [("For", f"{business.segment}{people}"), *(("Goal", goal) for goal in business.goals)]
    worth += [("Hurt", failure.few(page.hurt))] if page.hurt else []
    worth += [("What the customer gets", business.value), ("What is at stake", business.stake)]
    worth += [("What a breach costs", costs) for costs in dict.fromkeys(one.worth for one in page.clauses)]
    parts.append("\n".join(["**What it is worth**", "", *(f"- {name}: {words}" for name, words in worth)]))
    parts.append(f"`{page.path}:{page.line}`")
    return "\n\n".join(filter(None, parts))


def labels(page: Page) -> list[Label]:
    """Where the scenario stands in the report's tree, how bad its breach is, and what it can be found by."""
    return [Label(name, value) for name, value in _labels(page)]


def _labels(page: Page) -> Iterator[tuple[str, str]]:
    yield "verdict", page.verdict.word.value
    if page.verdict.reason:
        yield "reason", str(page.verdict.reason)
    yield "severity", SEVERITIES[min((one.severity for one in page.clauses), key=_WORST_FIRST.index, default="normal")]
    yield from (("promise", promise) for promise in dict.fromkeys(clause.promise for clause in page.clauses))
    for name, words in page.business.tags.items():
        yield from ((name, word) for word in words)
    yield from (("tag", clause.id) for clause in page.clauses)
    yield from (("tag", word) for word in page.business.tags.get("exit", ()))
    story = page.rule or page.feature
    yield from (("epic", f"{page.business.area}: {page.business.impact}"), ("feature", page.feature), ("story", story))
    yield from (("parentSuite", page.business.area), ("suite", page.feature), ("subSuite", story))


def _step(sentence: Sentence, page: Page) -> TestStepResult:
    step = TestStepResult(name=sentence.text, status=FATES[sentence.fate], start=sentence.began, stop=sentence.ended)
    step.steps = [
        TestStepResult(name=f"observed: {seen}", status=Status.PASSED, start=sentence.ended, stop=sentence.ended)
        for seen in sentence.observations
    ]
    if sentence.fate in (Fate.BROKEN, Fate.INCONCLUSIVE):
        verdict = page.verdict
        expected = [f"expected: {verdict.expected}"] if verdict.expected else []
        step.statusDetails = StatusDetails(message="\n".join([*expected, f"observed: {failure.cut(verdict.observed)}"]))
        if evidence := [*verdict.evidence, *page.log]:
            step.attachments.append(_attach("Evidence", "\n".join(map(failure.cut, evidence)), AttachmentType.TEXT))
    step.attachments += [_attach(table.title, tables.comparison(table)) for table in sentence.tables]
    return step


def _details(page: Page) -> StatusDetails | None:
    if page.verdict.kept:
        return None
    return StatusDetails(message=failure.opening(page), trace=failure.proof(page))


def _attach(name: str, body: str, kind: AttachmentType = AttachmentType.HTML) -> Attachment:
    file = ATTACHMENT_PATTERN.format(prefix=uuid4(), ext=kind.extension)
    allure_commons.plugin_manager.hook.report_attached_data(body=body, file_name=file)
    return Attachment(name=name, source=file, type=kind.mime_type)


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
