"""From what a scenario did to its verdict, in one place.

Only a judgement inside a Then can say *broken*. Whatever else ends a scenario makes it
*inconclusive*: a Given or When that could not be done, a Then that looked at nothing, a time limit,
a skip, a bug of ours. The verdict travels in the test report's user properties, so that it survives
workers, and every report reads it from there.
"""

import json
import traceback
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from _pytest.outcomes import Failed
from pytest_bdd.parser import Step as RunningStep

from support.cast.cast import Cast
from support.cast.guard import SENTENCE as GUARD
from support.cast.story import Story
from support.facts.verdict import Broken, Inconclusive, Reason, Verdict, Word
from support.report import failure
from support.report.scribe import PAGE
from support.spec.collector import ScenarioItem
from support.spec.ground import CAST
from support.spec.telling import AFTER_LAST, BEFORE_FIRST, begin_sentence, end_sentences, page_of

PROPERTY = "verdict"
_SENTENCE = pytest.StashKey[tuple[str, str, int]]()


class NothingObserved(Inconclusive):
    """A Then held without having looked at anything."""

    reason = Reason.NOTHING_OBSERVED


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_before_step(request: pytest.FixtureRequest, step: RunningStep) -> None:
    """Remembers which sentence speaks."""
    request.node.stash[_SENTENCE] = (step.type, f"{step.keyword.strip()} {step.name}", step.line_number)
    story = story_of(request.node)
    story.tell("scenario", f"{step.keyword.strip()} {step.name}")
    story.new_observations()  # What the sentences before have looked at proves nothing for this one.
    begin_sentence(request.node, story)


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_after_step(request: pytest.FixtureRequest, step: RunningStep) -> None:
    """A Then that looked at nothing proves nothing."""
    if step.type == "then" and not story_of(request.node).step_observed():
        raise NothingObserved(f"'{step.name}' held without having observed anything")


def judge_the_rest(item: ScenarioItem) -> None:
    """The last sentence of every scenario, in its call phase."""
    item.stash[_SENTENCE] = ("then", GUARD, 0)
    begin_sentence(item, story_of(item))
    cast = item.stash.get(CAST, None)
    if cast is None:
        raise Inconclusive("the scenario ended without a cast")
    cast.expect_nothing_else()


def story_of(item: pytest.Item) -> Story:
    """The story of the scenario that runs; an empty one before it has begun."""
    cast: Cast | None = item.stash.get(CAST, None)
    return cast.stage.story if cast else Story()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Writes the verdict into the report, and the failure as people read it."""
    report = yield
    if not isinstance(item, ScenarioItem) or (report.passed and report.when != "call"):
        return report
    if call.when == "call":
        end_sentences(item)
    verdict = _not_better(item, verdict_of(item, call), call.when)
    item.user_properties = [entry for entry in item.user_properties if entry[0] != PROPERTY]
    item.user_properties.append((PROPERTY, json.dumps(verdict.to_json())))
    report.user_properties = list(item.user_properties)
    page = item.stash[PAGE] = page_of(item, verdict, story_of(item), _trace(item, call, verdict))
    if not verdict.kept:
        report.outcome = "failed"
        report.__dict__.pop("wasxfail", None)
        report.longrepr = failure.tell(page)
    return report


def verdict_of(item: ScenarioItem, call: pytest.CallInfo[None]) -> Verdict:
    """What is thought of the scenario after this phase."""
    type_, sentence, line = item.stash.get(_SENTENCE, ("", "", 0))
    story = story_of(item)
    verdict = Verdict(
        Word.KEPT,
        item.nodeid,
        promises=item.scenario.promises,
        observations=story.observations,
        measurements=dict(story.measurements),
    )
    if call.excinfo is None:
        return verdict
    error = call.excinfo.value
    if call.when != "call":
        sentence, line = {"setup": BEFORE_FIRST}.get(call.when, AFTER_LAST), 0
    verdict = replace(verdict, sentence=sentence, line=line)
    if isinstance(error, Broken) and type_ == "then" and call.when == "call":
        return replace(
            verdict,
            word=Word.BROKEN,
            reason=Reason.JUDGED,
            expected=error.expected,
            observed=error.observed,
            evidence=error.evidence,
            hurt=error.hurt,
        )
    evidence = error.evidence if isinstance(error, Broken) else ()
    return replace(verdict, word=Word.INCONCLUSIVE, reason=_reason(error), observed=_cause(error), evidence=evidence)


def _not_better(item: ScenarioItem, verdict: Verdict, when: str) -> Verdict:
    """A promise that was seen broken stays broken, whatever goes wrong while the scenario is cleared away."""
    earlier = read_verdict(item.user_properties) if when == "teardown" else None
    if earlier is None or earlier.word is not Word.BROKEN:
        return verdict
    return replace(earlier, evidence=(*earlier.evidence, f"and afterwards: {verdict.observed}"))


def _reason(error: BaseException) -> Reason:
    if isinstance(error, Inconclusive):
        return error.reason
    if isinstance(error, Broken):
        # What a Given or When looked at was not there to go on from.
        return Reason.COULD_NOT_DO
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return Reason.SKIPPED
    if isinstance(error, Failed) and str(error).startswith("Timeout"):
        return Reason.TIME_UP
    return Reason.SUITE


def _cause(error: BaseException) -> str:
    if isinstance(error, Broken):
        return f"what was needed: {error.expected}; what was there: {error.observed}"
    return str(error) or type(error).__name__


def _trace(item: ScenarioItem, call: pytest.CallInfo[None], verdict: Verdict) -> str:
    """The code's own words, where the suite itself is at fault or everything was asked for."""
    if call.excinfo is None or (verdict.reason != Reason.SUITE and not item.config.option.fulltrace):
        return ""
    return "".join(traceback.format_exception(call.excinfo.value))


def read_verdict(properties: Sequence[tuple[str, Any]]) -> Verdict | None:
    """The verdict in a report's user properties, None when it bears none."""
    found = [value for name, value in properties if name == PROPERTY]
    return Verdict.from_json(json.loads(found[-1])) if found else None
