"""What is searched for is each person's alone, and everything that was received is searched for it."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.identity import Traits, fresh
from support.cast.privacy import Privacy
from support.cast.transcript import Seen, Transcript
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Inconclusive
from support.outside import bills


def one_of_two(name: str) -> Any:
    traits = Traits(name, f"{name}'s company", "free")
    identity = fresh(traits, "seed")
    own = bills.advice(bills.bill(cloud, identity.accounts[cloud]) for cloud in bills.CLOUDS)
    person: Any = SimpleNamespace(
        name=name, identity=identity, advice=own, stage=None, received=[], transcript=Transcript()
    )
    person.privacy = Privacy(person)
    return person


@pytest.fixture
def two() -> tuple[Any, Any]:
    ana, eve = one_of_two("Ana"), one_of_two("Eve")
    ana.privacy.others, eve.privacy.others = [eve], [ana]
    return ana, eve


def answer(raw: str = "", **headers: str) -> Outcome:
    return Outcome("Eve asks", Kind.REFUSED, Moment.now(), 0.0, 404, raw=raw, headers=headers)


@pytest.mark.parametrize("cloud", bills.CLOUDS)
def test_every_account_number_is_found(two: tuple[Any, Any], cloud: str) -> None:
    ana, eve = two
    eve.received.append(answer(f"of {ana.identity.accounts[cloud]}"))
    assert eve.privacy.traces() == [f"the account at {bills.NAMES[cloud]} of Ana (Eve asks)"]


def test_headers_are_searched(two: tuple[Any, Any]) -> None:
    ana, eve = two
    eve.received.append(answer(similar=ana.identity.marker))
    assert eve.privacy.traces() == ["the marker of Ana (Eve asks)"]


def test_the_reason_of_an_end_is_searched(two: tuple[Any, Any]) -> None:
    ana, eve = two
    eve.transcript.add(Seen(1, Moment.now(), code=1000, reason=ana.identity.email))
    assert eve.privacy.traces() == ["the e-mail of Ana (Eve is connected)"]


def test_an_own_amount_that_equals_anothers_savings_is_ones_own(two: tuple[Any, Any]) -> None:
    ana, eve = two
    cost = bills.bill("aws", eve.identity.accounts["aws"]).monthly_cost
    ana.advice = bills.Advice((bills.Recommendation("aws", "by chance the same", cost),))
    assert ana.privacy.told_in(f"costs {cost}") == ["savings"]
    assert ana.privacy.told_in(f"costs {cost}", eve) == []


def test_a_search_for_what_nobody_was_told_says_nothing(two: tuple[Any, Any]) -> None:
    ana, _ = two
    told = [text for what, text in ana.privacy.secrets.items() if what != "e-mail"]
    ana.received.append(answer(" ".join(told)))
    with pytest.raises(Inconclusive, match="was told the e-mail"):
        ana.privacy.demand_findable()
    ana.received.append(answer(ana.identity.email))
    ana.privacy.demand_findable()
