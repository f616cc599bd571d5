"""Writes down what a scenario did, sentence by sentence, and makes the page that every report reads."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry as templates

from support.cast.cast import Cast
from support.cast.guard import SENTENCE as GUARD
from support.cast.story import Story
from support.facts.moment import Moment
from support.facts.verdict import Reason, Verdict, Word
from support.report import page as pages
from support.report.page import Fate, Page
from support.spec.collector import REGISTER, ScenarioItem
from support.spec.ground import CAST, OPTIONS
from support.spec.register import Register

BEFORE_FIRST = "before the first sentence"
AFTER_LAST = "after the last sentence"
READING_SECONDS = 5.0

_NOTES = pytest.StashKey["Notes"]()


@dataclass
class Spoken:
    """A sentence that was reached: when, and how much had been observed and compared by then."""

    at: Moment
    observations: int
    comparisons: int


@dataclass
class Notes:
    """The sentences of one story, as they were reached; `end` is when the last one was left."""

    story: Story
    spoken: list[Spoken] = field(default_factory=list)
    end: Moment | None = None

    def begin(self) -> None:
        """The next sentence begins."""
        self.spoken.append(Spoken(Moment.now(), len(self.story.observations), len(self.story.comparisons)))


def begin_sentence(item: pytest.Item, story: Story) -> None:
    """Notes that the scenario's next sentence begins now."""
    notes = item.stash.get(_NOTES, None)
    if notes is None or notes.story is not story:
        notes = item.stash[_NOTES] = Notes(story)
    notes.begin()


def end_sentences(item: pytest.Item) -> None:
    """Notes that the last sentence is over."""
    if notes := item.stash.get(_NOTES, None):
        notes.end = Moment.now()


def page_of(item: ScenarioItem, verdict: Verdict, story: Story, trace: str = "") -> Page:
    """The scenario as the reports tell it."""
    register, scenario = item.config.stash[REGISTER], item.scenario
    template = templates.get(item.function)
    rule = template.rule.description if template and template.rule else ""
    texts = [template.feature.description, rule, template.description or ""] if template else []
    row: dict[str, str] = item.callspec.params["_pytest_bdd_example"] if hasattr(item, "callspec") else {}  # type: ignore[assignment]
    return Page(
        verdict,
        _business(item, register),
        tuple(_clauses(item, register)),
        scenario.feature,
        scenario.rule,
        scenario.name,
        scenario.path,
        scenario.line,
        tuple(_sentences(item, verdict, story)),
        says=tuple(" ".join(text.split()) for text in texts if text),
        values=dict(row),
        people=tuple(_people(item, register)),
        hurt=tuple(_described(name, item, register) for name in verdict.hurt),
        timeline=tuple(_timeline(story)),
        log=() if verdict.kept else tuple(_log(item, story)),
        trace=trace,
        repeat=_repeat(item, verdict),
        charts=tuple(story.charts),
    )


def _sentences(item: ScenarioItem, verdict: Verdict, story: Story) -> Iterator[pages.Sentence]:
    notes = item.stash.get(_NOTES, None)
    spoken = notes.spoken if notes is not None and notes.story is story else []
    ends = [*(one.at for one in spoken[1:]), (notes and notes.end) or Moment.now()]
    fallen = {Word.KEPT: Fate.HELD, Word.BROKEN: Fate.BROKEN, Word.INCONCLUSIVE: Fate.INCONCLUSIVE}[verdict.word]
    outside = verdict.sentence in (BEFORE_FIRST, AFTER_LAST)
    if verdict.sentence == BEFORE_FIRST:
        yield _outside("Before the first sentence", fallen)
    for index, (text, line) in enumerate([*((f"{s.keyword} {s.text}", s.line) for s in item.steps), (GUARD, 0)]):
        if index >= len(spoken):
            yield pages.Sentence(text, line, Fate.NOT_REACHED)
            continue
        this, after = spoken[index], spoken[index + 1] if index + 1 < len(spoken) else None
        yield pages.Sentence(
            text,
            line,
            Fate.HELD if outside or after else fallen,
            _milliseconds(this.at),
            _milliseconds(ends[index]),
            story.observations[this.observations : after.observations if after else None],
            tuple(
                pages.Table(one.title, one.columns, one.rows)
                for one in story.comparisons[this.comparisons : after.comparisons if after else None]
            ),
        )
    if verdict.sentence == AFTER_LAST:
        yield _outside("After the last sentence", fallen)


def _outside(text: str, fate: Fate) -> pages.Sentence:
    now = _milliseconds(Moment.now())
    return pages.Sentence(text, 0, fate, now, now)


def _milliseconds(moment: Moment) -> int:
    return int(moment.wall.timestamp() * 1000)


def _business(item: ScenarioItem, register: Register) -> pages.Business:
    says: dict[str, list[str]] = {}
    tags: dict[str, list[str]] = {}
    for written in item.scenario.tags:
        if (tag := register.tag(written)) and not tag.family.flag and tag.family.name != "promise":
            name = tag.family.name.rpartition(":")[2]
            says.setdefault(name, []).append(tag.sentence)
            tags.setdefault(name, []).append(tag.value)
    area = register.areas.get(item.scenario.area)
    return pages.Business(
        area.title if area else item.scenario.area,
        area.impact if area else "",
        " ".join(says.get("segment", ())),
        tuple(says.get("goal", ())),
        " ".join(says.get("value", ())),
        " ".join(says.get("impact", ())),
        {name: tuple(values) for name, values in tags.items()},
    )


def _clauses(item: ScenarioItem, register: Register) -> Iterator[pages.Clause]:
    for name in item.scenario.promises:
        promise, clause = register.promises[name.partition(".")[0]], register.clauses.get(name)
        says = clause.sentence if clause else promise.promise
        yield pages.Clause(name, says, promise.id, promise.title, promise.value, promise.severity.value)


def _people(item: ScenarioItem, register: Register) -> Iterator[str]:
    words = set(re.findall(r"\w+", " ".join(step.text for step in item.steps)))
    yield from (_described(name, item, register) for name in register.people if name in words)


def _described(name: str, item: ScenarioItem, register: Register) -> str:
    """A person with company and segment, also one of a crowd, whom no sentence names."""
    cast: Cast | None = item.stash.get(CAST, None)
    crowd = {one.name: one.traits for one in cast.people} if cast else {}
    person = register.people.get(name) or crowd.get(name)
    if person is None:
        return name
    segment = register.tags["bvj:segment"].values[person.segment].partition(":")[0]
    return f"{name} of {person.company} ({segment})"


def _timeline(story: Story) -> Iterator[pages.Line]:
    events = sorted(story.events, key=lambda event: event.moment)
    for event in events:
        yield pages.Line(round(event.moment.seconds_since(events[0].moment), 3), event.who, event.what)


def _log(item: ScenarioItem, story: Story) -> Iterator[str]:
    """What the platform's servers wrote since the scenario began; their deployment is this scenario's alone by then."""
    cast: Cast | None = item.stash.get(CAST, None)
    if cast is None or not story.events or item.config.getoption("no_report", False):
        return
    began = min(story.events, key=lambda event: event.moment).moment.wall
    try:
        lines = cast.stage.loop.do(cast.stage.deployment.log_lines, READING_SECONDS, "the log of the platform")
    except Exception as error:  # The reading of evidence must not hide what it is evidence of.
        yield f"(its log could not be read: {error})"
        return
    for line in lines:
        if (at := _written(line)) is not None and at >= began:
            yield line


def _written(line: str) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line.partition(": ")[2])["at"])
    except (ValueError, KeyError, TypeError):
        return None


def _repeat(item: ScenarioItem, verdict: Verdict) -> str:
    told = item.config.stash[OPTIONS]
    quote = '"' if "'" in item.nodeid and not re.search(r'["$`\\!]', item.nodeid) else "'"
    shown = item.nodeid if quote == '"' else item.nodeid.replace("'", "'\"'\"'")
    words: list[Any] = ["pytest", f"{quote}{shown}{quote}", "--seed", told.seed]
    if verdict.reason == Reason.PATIENCE:
        words += ["--patience", f"{told.patience:g}"]
    if told.given is not None:
        words.append("# with the same --netra-… addresses")
    return " ".join(words)
