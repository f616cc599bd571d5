"""What there is to write scenarios with is listed whole, and nothing is run."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from support.spec import listing
from support.spec.register import load

ROOT = Path(__file__).parents[2]
RunPytest = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def together(lines: Sequence[str]) -> str:
    """The words of a listing, without the ends of its lines."""
    return " ".join(" ".join(lines).split())


def test_every_promise_and_every_clause_is_listed() -> None:
    register = load(ROOT / "features")
    listed = together(list(listing.promises(register)))
    for promise in register.promises.values():
        assert f"{promise.id} {promise.title}" in listed
        for clause in promise.clauses.values():
            assert f"@promise:{clause.id} {' '.join(clause.sentence.split())}" in listed


def test_sentences_are_listed_with_the_words_that_they_take(run_pytest: RunPytest) -> None:
    done = run_pytest(["features", "--sentences", "--promises"])
    assert done.returncode == 0, done.stderr
    listed = together(done.stdout.splitlines())
    assert "Then the analysis of {name} is recorded with one exit, {exit} {exit}: normal completion, user dis" in listed
    assert "Given {name} has told Netra {words}" in listed
    assert "When {name} tells Netra {words}" in listed
    assert "@promise:P04.answer The customer receives" in listed
    assert "collected" not in done.stdout
