"""A limit for several people is one limit: who is looked at later has no more time than the first one."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.clock import Clock
from support.cast.group import Group
from support.cast.stage import Stage
from support.cast.story import Story
from support.cast.transcript import Seen, Transcript
from support.cast.watching import Watching
from support.drivers import frames
from support.drivers.living_loop import LivingLoop
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

NOW = Moment.now()
LIMIT = Limit(10.0, "10 seconds")


def seconds_ago(seconds: float) -> Moment:
    return Moment(NOW.ns - int(seconds * 1e9), NOW.wall)


def see_end(came: Moment, since: Moment | None) -> None:
    """Looks for the end of an analysis that came at this moment, within ten seconds from a moment or from now."""
    nothing: Any = None
    transcript = Transcript()
    end = frames.read('{"type": "agent_completed", "agent_name": "supervisor"}', came)
    transcript.add(Seen(1, came, end))
    with LivingLoop() as loop:
        stage = Stage(nothing, loop, nothing, nothing, nothing, Clock(60.0), Story(), "a seed")
        person: Any = SimpleNamespace(name="Chen", stage=stage, transcript=transcript)
        analysis: Any = SimpleNamespace(updates=lambda tab: transcript.updates(tab=tab))
        Watching(person)._see_end(analysis, 0, LIMIT, since)


def test_what_came_after_the_limit_for_all_is_late_also_for_who_is_looked_at_last() -> None:
    with pytest.raises(Broken, match="later"):
        see_end(seconds_ago(3.0), since=seconds_ago(15.0))


def test_a_limit_of_ones_own_would_have_taken_the_same_answer() -> None:
    see_end(seconds_ago(3.0), since=None)


def test_what_came_in_time_is_in_time_whenever_it_is_looked_at() -> None:
    see_end(seconds_ago(6.0), since=seconds_ago(15.0))


def test_everybody_in_a_group_is_held_to_the_same_moment() -> None:
    people: Any = [SimpleNamespace(name=name) for name in ("Ana", "Ben", "Chen")]
    stage: Any = None
    told: list[tuple[str, Moment]] = []
    Group(people, stage).each_from_now(lambda person, since: told.append((person.name, since)))
    assert [name for name, _ in told] == ["Ana", "Ben", "Chen"]
    assert len({since.ns for _, since in told}) == 1
