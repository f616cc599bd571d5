"""Only a Then says that a promise is broken; whatever else ends a scenario says why nothing can be said."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from support.facts.verdict import Broken, Inconclusive, Reason, Verdict, Word
from support.spec.judging import pytest_bdd_before_step, verdict_of


def verdict(type_: str, error: BaseException, when: Any = "call") -> Verdict:
    """What is thought of a scenario in which a sentence of this type ends with this error."""
    item: Any = SimpleNamespace(
        stash=pytest.Stash(), nodeid="a.feature::A scenario", scenario=SimpleNamespace(promises=("P01.kept",))
    )
    request: Any = SimpleNamespace(node=item)
    step: Any = SimpleNamespace(type=type_, keyword=type_.title(), name="Ana reads it", line_number=7)
    pytest_bdd_before_step(request, step)
    return verdict_of(item, pytest.CallInfo[None].from_call(raising(error), when))


def raising(error: BaseException) -> Callable[[], None]:
    def end() -> None:
        raise error

    return end


BROKEN = Broken("Ana can read it", "it is refused", ["404"])


def test_a_then_says_that_a_promise_is_broken() -> None:
    found = verdict("then", BROKEN)
    assert (found.word, found.reason, found.line) == (Word.BROKEN, Reason.JUDGED, 7)
    assert (found.expected, found.observed) == ("Ana can read it", "it is refused")


@pytest.mark.parametrize("type_", ["given", "when"])
def test_what_is_missing_before_a_then_could_not_be_done(type_: str) -> None:
    found = verdict(type_, BROKEN)
    assert (found.word, found.reason, found.line) == (Word.INCONCLUSIVE, Reason.COULD_NOT_DO, 7)
    assert "Ana can read it" in found.observed
    assert "it is refused" in found.observed
    assert found.evidence == ("404",)


def test_nothing_is_broken_while_a_scenario_is_cleared_away() -> None:
    found = verdict("then", BROKEN, "teardown")
    assert (found.word, found.reason) == (Word.INCONCLUSIVE, Reason.COULD_NOT_DO)


@pytest.mark.parametrize("type_", ["given", "when", "then"])
def test_what_could_not_be_done_is_so_wherever_it_is_said(type_: str) -> None:
    found = verdict(type_, Inconclusive("Ana has no conversation"))
    assert (found.word, found.reason) == (Word.INCONCLUSIVE, Reason.COULD_NOT_DO)


@pytest.mark.parametrize("type_", ["given", "when", "then"])
def test_a_bug_of_ours_is_a_fault_of_the_suite(type_: str) -> None:
    found = verdict(type_, KeyError("thread"))
    assert (found.word, found.reason) == (Word.INCONCLUSIVE, Reason.SUITE)
