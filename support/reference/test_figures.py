from decimal import Decimal

import pytest

from support.reference.figures import amount, partial_of, result_of, spoken, written
from support.reference.words import BILLING, DURATION, billing_trouble, choices, found_so_far, out_of_time

BILLS = {"aws": {"monthly_cost": "2800.00"}, "azure": {"monthly_cost": "1500.00"}}
ADVICE = [
    {"cloud": "aws", "title": "Resize", "monthly_savings": "900.00"},
    {"cloud": "azure", "title": "Reserve", "monthly_savings": "540"},
    {"cloud": "gcp", "title": "Remove", "monthly_savings": "900.00"},
]


@pytest.mark.parametrize("value", ["", "x", "NaN", "Infinity", "-1.00", 1.5, None, True, [], "1e20"])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        amount(value)


def test_amounts_are_written_with_two_decimals_and_spoken_with_a_sign() -> None:
    assert written(amount("2340")) == "2340.00"
    assert spoken(Decimal("28080.00")) == "$28,080.00"


def test_the_result_adds_up_by_month_and_by_year() -> None:
    result = result_of(BILLS, ADVICE)
    assert result["monthly_cost"] == "4300.00"
    assert result["monthly_savings"] == "2340.00"
    assert result["annual_savings"] == "28080.00"
    assert [entry["monthly_savings"] for entry in result["recommendations"]] == ["900.00", "540.00", "900.00"]


def test_a_part_names_what_is_missing() -> None:
    partial = partial_of(BILLS)
    assert partial == {"costs": {"aws": "2800.00", "azure": "1500.00"}, "monthly_cost": "4300.00",
                       "missing": ["gcp"]}  # fmt: skip
    assert partial_of({})["monthly_cost"] == "0.00"
    assert partial_of(BILLS, ADVICE)["monthly_savings"] == "2340.00"


def test_a_failed_cloud_is_explained_in_plain_words_with_the_figures_that_are_kept() -> None:
    partial = partial_of(BILLS)
    words = billing_trouble(["gcp"], [], partial)
    assert "Google Cloud" in words
    assert "AWS $2,800.00 and Azure $1,500.00, together $4,300.00 a month" in words
    for internal in ("401", "gcp", "http", "error", "Error", "None", "{"):
        assert internal not in words
    assert any("Google Cloud" in choice for choice in choices(BILLING, ["gcp"], partial))


def test_a_timeout_offers_what_can_be_done_and_nothing_that_cannot() -> None:
    assert "took longer" in out_of_time(partial_of({}))
    assert choices(DURATION, (), partial_of({})) == ["Try again; what was already found is kept and not repeated."]
    assert len(choices(DURATION, (), partial_of(BILLS))) == 2
    assert found_so_far(partial_of({})) == "No costs have been read yet."
