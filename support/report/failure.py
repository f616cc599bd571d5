"""A failure as people read it: what it costs first, how to repeat it last.

A product owner stops reading after the first lines and knows which promise is broken; an engineer
reads on to what was expected, what happened when, and the evidence.
"""

import textwrap
from collections.abc import Iterable, Sequence

from support.facts.verdict import Reason, Word
from support.report.page import Page

WIDTH = 104
MOST_MOMENTS = 40
MOST_EVIDENCE = 12
MOST_LOG = 15
MOST_HURT = 5
LONGEST = 600

_WHY = {
    Reason.NOTHING_OBSERVED: "the sentence held without having looked at anything",
    Reason.COULD_NOT_DO: "what the scenario needs could not be done",
    Reason.TIME_UP: "the scenario's time was up",
    Reason.PATIENCE: "this run was told to be impatient, and stopped waiting before the promised limit",
    Reason.SKIPPED: "the scenario was skipped",
    Reason.SUITE: "the suite itself is at fault",
}


def headline(page: Page) -> str:
    """The first line: the verdict and what the area means to the business."""
    return f'{page.verdict.word.upper()} in "{page.business.area}": {page.business.impact}'


def opening(page: Page) -> str:
    """Which promise, for whom, what it is worth; then expected against observed."""
    return "\n".join([headline(page), *_promise(page), "", *_sentence(page)])


def tell(page: Page) -> str:
    """The whole failure, in the order in which it is read."""
    return f"{opening(page)}\n\n{proof(page)}"


def proof(page: Page) -> str:
    """What engineers read on: the timeline, the evidence, and the command that repeats this one."""
    return "\n\n".join([_timeline(page), _evidence(page), f"repeat    {page.repeat}"])


def cut(text: str, longest: int = LONGEST) -> str:
    """The text, cut to a sane length that says how much is missing."""
    text = text.replace("\n", " ")
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text) - longest} more characters)"


def few(names: Sequence[str], most: int = MOST_HURT) -> str:
    """The first of several names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _promise(page: Page) -> list[str]:
    lines: list[str] = []
    for promise, title in dict.fromkeys((clause.promise, clause.title) for clause in page.clauses):
        lines += _said("promise", f"{promise}  {title}")
        for clause in page.clauses:
            if clause.promise == promise:
                lines += _said("", f"{clause.id}: {clause.says}")
    people = f" In this scenario: {', '.join(page.people)}." if page.people else ""
    lines += _said("for", f"{page.business.segment}{people}")
    if page.hurt:
        lines += _said("hurt", few(page.hurt))
    for number, worth in enumerate(dict.fromkeys(clause.worth for clause in page.clauses)):
        lines += _said("" if number else "worth", worth)
    return [*lines, *_said("", page.business.value), *_said("", page.business.stake)]


def _sentence(page: Page) -> list[str]:
    verdict = page.verdict
    row = f" ({', '.join(page.values.values())})" if page.values else ""
    lines = [*_said("scenario", f"{page.name}{row}"), *_said("sentence", verdict.sentence), _label("", page.place)]
    if verdict.word is Word.BROKEN:
        return [*lines, *_said("expected", verdict.expected), *_said("observed", cut(verdict.observed))]
    why = _WHY.get(Reason(verdict.reason), "") if verdict.reason else ""
    return [
        *lines,
        *_said("verdict", f"Nothing can be said of this promise: {why or 'no reason is known'}."),
        *_said("cause", cut(verdict.observed)),
    ]


def _timeline(page: Page) -> str:
    left = len(page.timeline) - MOST_MOMENTS
    shown = [f"  {cut(str(line), 160)}" for line in page.timeline[-MOST_MOMENTS:]]
    before = [f"  … {left} earlier moments; the report shows all of them"] if left > 0 else []
    return "\n".join(["timeline", *before, *(shown or ["  nothing had happened yet"])])


def _evidence(page: Page) -> str:
    lines = [*_few(page.verdict.evidence, MOST_EVIDENCE)]
    if page.log:
        lines += ["Netra wrote:", *_few(page.log[-MOST_LOG:], MOST_LOG)]
    if page.trace:
        lines += ["the suite's own words:", *page.trace.splitlines()]
    return "\n".join(["evidence", *(f"  {line}" for line in lines or ["none was recorded"])])


def _few(lines: Sequence[str], most: int) -> Iterable[str]:
    yield from (cut(line) for line in lines[:most])
    if len(lines) > most:
        yield f"… and {len(lines) - most} more"


def _label(label: str, text: str) -> str:
    return f"{label:<10}{text}"


def _said(label: str, text: str) -> list[str]:
    """A labelled text, wrapped under itself."""
    return textwrap.wrap(text, WIDTH, initial_indent=_label(label, ""), subsequent_indent=_label("", "")) or [label]
