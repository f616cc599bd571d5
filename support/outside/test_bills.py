from decimal import Decimal

import pytest

from support.outside.bills import CLOUDS, Advice, Bill, advice, bill

ACCOUNTS = [str(number) for number in range(40)]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_same_account_always_costs_the_same(cloud: str) -> None:
    assert bill(cloud, "417") == bill(cloud, "417")
    assert len({bill(cloud, account).monthly_cost for account in ACCOUNTS}) == len(ACCOUNTS)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_bill_holds_something_idle_and_something_in_use(cloud: str) -> None:
    for account in ACCOUNTS:
        idle = [item.idle for item in bill(cloud, account).items]
        assert any(idle)
        assert not all(idle)
        assert all(0 <= item.idle < item.monthly_cost for item in bill(cloud, account).items)


def test_every_amount_is_exact_to_the_cent_and_sums_hold() -> None:
    bills = [bill(cloud, "417") for cloud in CLOUDS]
    found = advice(bills)
    amounts = [each.monthly_savings for each in found.recommendations]
    assert {each.as_tuple().exponent for each in amounts} == {-2}
    assert found.monthly_savings == sum(amounts) == sum(item.idle for each in bills for item in each.items)
    assert found.annual_savings == 12 * found.monthly_savings
    assert {each.cloud for each in found.recommendations} == set(CLOUDS)
    assert f"{found.monthly_savings:,.2f}" in found.text


def test_what_travels_arrives_as_it_was() -> None:
    one = bill("aws", "417")
    assert Bill.from_wire(one.to_wire()) == one
    assert isinstance(one.to_wire()["monthly_cost"], str)
    found = advice([one])
    assert Advice.from_wire([each.to_wire() for each in found.recommendations]) == found


def test_where_nothing_is_idle_there_is_nothing_to_save() -> None:
    found = advice([])
    assert (found.recommendations, found.monthly_savings) == ((), Decimal("0.00"))
    assert "nothing to save" in found.text
