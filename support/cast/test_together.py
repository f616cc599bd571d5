"""How many requests were under way at one time is counted rightly."""

import asyncio
from datetime import UTC, datetime

import pytest

from support.cast.together import demand_together, few_at_once, most_under_way
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Inconclusive


def asked(began: float, ended: float) -> Outcome:
    moment = Moment(int(ended * 1e9), datetime.now(UTC))
    return Outcome("asked", Kind.ACCEPTED, moment, ended - began)


def test_one_after_the_other_is_not_at_once() -> None:
    assert most_under_way([asked(0.0, 1.0), asked(1.0, 2.0), asked(3.0, 4.0)]) == 1


def test_what_overlaps_is_counted_together() -> None:
    assert most_under_way([asked(0.0, 2.0), asked(1.0, 3.0), asked(1.5, 1.75), asked(5.0, 6.0)]) == 3


def test_nothing_is_under_way_without_requests() -> None:
    assert most_under_way([]) == 0


def at(seconds: float) -> Moment:
    return Moment(int(seconds * 1e9), datetime.now(UTC))


def test_all_began_before_the_first_one_ended() -> None:
    demand_together([at(1.0), at(2.0), at(3.0)], [at(3.5)])
    demand_together([at(1.0), at(2.0)], [])


def test_whoever_began_after_an_end_was_not_under_way_with_it() -> None:
    with pytest.raises(Inconclusive, match="not under way together"):
        demand_together([at(1.0), at(3.0)], [at(2.0)])


def test_one_alone_is_not_at_once() -> None:
    with pytest.raises(Inconclusive):
        demand_together([at(1.0)], [])


def test_of_many_things_all_are_done_and_only_a_few_at_once() -> None:
    under_way, most, done = 0, 0, []

    async def one(number: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        done.append(number)

    asyncio.run(few_at_once(one, range(50), most=7))
    assert (most, sorted(done)) == (7, list(range(50)))


def test_where_one_fails_nobody_goes_on() -> None:
    begun: list[int] = []
    ended: list[int] = []

    async def one(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0.01)
        if number == 2:
            raise ConnectionError
        await asyncio.sleep(0.01)
        ended.append(number)

    async def some() -> None:
        with pytest.raises(ConnectionError):
            await few_at_once(one, range(30), most=5)
        before = list(begun)
        await asyncio.sleep(0.05)
        assert begun == before
        assert len(before) < 10

    asyncio.run(some())
    assert ended == []
