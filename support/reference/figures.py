"""Amounts of money. On every wire an amount is a text with two decimals ("2340.00"); inside, a Decimal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

CLOUDS = ("aws", "azure", "gcp")
CLOUD_NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}
MONTHS = 12


def amount(value: object) -> Decimal:
    """The amount that a text, whole number or Decimal states; raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("not an amount")
    try:
        number = Decimal(value)
        if not number.is_finite() or number < 0 or number >= Decimal(10) ** 13:
            raise ValueError("not an amount")
        return number.quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise ValueError("not an amount") from error


def written(value: Decimal) -> str:
    """An amount as it stands on a wire."""
    return f"{value:.2f}"


def spoken(value: Decimal) -> str:
    """An amount as it stands in a sentence."""
    return f"${value:,.2f}"


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum, with two decimals even when there is nothing to add."""
    return sum(values, Decimal("0.00"))


def result_of(bills: Mapping[str, Mapping[str, Any]], recommendations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The compiled result of an analysis: what is paid, and what can be saved by month and by year."""
    savings = total(amount(entry["monthly_savings"]) for entry in recommendations)
    return {
        "monthly_cost": written(total(amount(bill["monthly_cost"]) for bill in bills.values())),
        "monthly_savings": written(savings),
        "annual_savings": written(savings * MONTHS),
        "recommendations": [
            {
                "cloud": entry["cloud"],
                "title": entry["title"],
                "monthly_savings": written(amount(entry["monthly_savings"])),
            }
            for entry in recommendations
        ],
    }


def partial_of(
    bills: Mapping[str, Mapping[str, Any]], recommendations: Sequence[Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """What is known of an analysis that did not end well; recommendations only if they had been found."""
    costs = {cloud: amount(bills[cloud]["monthly_cost"]) for cloud in CLOUDS if cloud in bills}
    found: dict[str, Any] = {
        "costs": {cloud: written(cost) for cloud, cost in costs.items()},
        "monthly_cost": written(total(costs.values())),
        "missing": [cloud for cloud in CLOUDS if cloud not in costs],
    }
    if recommendations is not None:
        result = result_of(bills, recommendations)
        found["recommendations"] = result["recommendations"]
        found["monthly_savings"] = result["monthly_savings"]
    return found
