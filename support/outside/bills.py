"""What a company's clouds cost, and what could be saved: computed from the account number alone.

The played billing services answer with `bill`, the played model with `advice`; whoever judges a
platform computes the same figures again from the same account number, so that one amount can be
followed from the bill to the last update, the report and what is kept ready.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from support.facts.money import CENT, amount, dollars

CLOUDS = ("aws", "azure", "gcp")
NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}
SERVICES = {
    "aws": ("EC2 instances", "RDS databases", "S3 storage", "NAT gateways"),
    "azure": ("Virtual machines", "SQL databases", "Blob storage", "Load balancers"),
    "gcp": ("Compute Engine", "Cloud SQL", "Cloud Storage", "BigQuery slots"),
}
MONTHS = 12


@dataclass(frozen=True)
class Item:
    """One service on a bill; amounts are US dollars a month, `idle` the part that nobody uses."""

    service: str
    monthly_cost: Decimal
    idle: Decimal


@dataclass(frozen=True)
class Bill:
    """What one account at one cloud costs a month."""

    cloud: str
    account: str
    items: tuple[Item, ...]

    @property
    def monthly_cost(self) -> Decimal:
        """The sum of the items, US dollars."""
        return sum((item.monthly_cost for item in self.items), Decimal("0.00"))

    def to_wire(self) -> dict[str, Any]:
        """The bill as a billing service sends it: amounts are strings with two decimals."""
        return {
            "cloud": self.cloud,
            "account": self.account,
            "currency": "USD",
            "monthly_cost": str(self.monthly_cost),
            "items": [
                {"service": item.service, "monthly_cost": str(item.monthly_cost), "idle": str(item.idle)}
                for item in self.items
            ],
        }

    @classmethod
    def from_wire(cls, plain: Mapping[str, Any]) -> Self:
        """The bill that `to_wire` wrote; KeyError, TypeError or ValueError when it is none."""
        items = tuple(
            Item(str(item["service"]), amount(item["monthly_cost"]), amount(item["idle"])) for item in plain["items"]
        )
        return cls(str(plain["cloud"]), str(plain["account"]), items)


@dataclass(frozen=True)
class Recommendation:
    """One way to save; `monthly_savings` in US dollars."""

    cloud: str
    title: str
    monthly_savings: Decimal

    def to_wire(self) -> dict[str, str]:
        """The recommendation as the model writes it."""
        return {"cloud": self.cloud, "title": self.title, "monthly_savings": str(self.monthly_savings)}

    @classmethod
    def from_wire(cls, plain: Mapping[str, Any]) -> Self:
        """The recommendation that `to_wire` wrote; KeyError, TypeError or ValueError when it is none."""
        return cls(str(plain["cloud"]), str(plain["title"]), amount(plain["monthly_savings"]))


@dataclass(frozen=True)
class Advice:
    """Everything that the model recommends for some bills."""

    recommendations: tuple[Recommendation, ...]

    @classmethod
    def from_wire(cls, plain: Iterable[Mapping[str, Any]]) -> Self:
        """The advice made of recommendations as the model writes them."""
        return cls(tuple(Recommendation.from_wire(each) for each in plain))

    @property
    def monthly_savings(self) -> Decimal:
        """The sum over the recommendations, US dollars a month."""
        return sum((each.monthly_savings for each in self.recommendations), Decimal("0.00"))

    @property
    def annual_savings(self) -> Decimal:
        """Twelve times the monthly savings, US dollars."""
        return self.monthly_savings * MONTHS

    @property
    def text(self) -> str:
        """The answer to the customer, in words."""
        clouds = [NAMES.get(each, each) for each in dict.fromkeys(one.cloud for one in self.recommendations)]
        if not clouds:
            return "There is nothing to save: every service on the bills is in use."
        return (
            f"You can save {dollars(self.monthly_savings)} a month ({dollars(self.annual_savings)} a year) "
            f"by switching off what is idle at {', '.join(clouds)}."
        )


def bill(cloud: str, account: str) -> Bill:
    """The bill of an account; the same account always costs the same. KeyError for an unknown cloud."""
    items = tuple(_item(cloud, account, number, service) for number, service in enumerate(SERVICES[cloud]))
    return Bill(cloud, account, items)


def advice(bills: Iterable[Bill]) -> Advice:
    """What the model recommends: to switch off, item by item, whatever is idle on the bills."""
    return Advice(
        tuple(
            Recommendation(each.cloud, f"Switch off idle {item.service} at {NAMES[each.cloud]}", item.idle)
            for each in bills
            for item in each.items
            if item.idle > 0
        )
    )


def _item(cloud: str, account: str, number: int, service: str) -> Item:
    # The first service is always partly idle and the second one never, so that every cloud has both kinds.
    digest = hashlib.sha256(f"{cloud}/{account}/{service}".encode()).digest()
    cost = (Decimal(20_000 + int.from_bytes(digest[:4], "big") % 480_000) * CENT).quantize(CENT)
    idles = number == 0 or (number > 1 and digest[4] % 2 == 0)
    percent = Decimal(10 + digest[5] % 50) if idles else Decimal(0)
    return Item(service, cost, (cost * percent / 100).quantize(CENT))
