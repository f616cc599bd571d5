"""Who a person is: the traits that everybody knows, and what is fresh in every scenario."""

import hashlib
import uuid
from dataclasses import dataclass

from support.outside.bills import CLOUDS

_PERMISSIONS = {
    "auditor": ("audit:read",),
    "administrator": ("company:admin",),
    "operator": ("operations:alarms", "maintenance:write", "retention:write"),
}


@dataclass(frozen=True)
class Traits:
    """What is the same in every scenario: Ana of Acme, Enterprise, a customer or one with an office."""

    name: str
    company: str
    segment: str
    role: str = "customer"

    @property
    def permissions(self) -> tuple[str, ...]:
        """What the person may do beyond what every customer may."""
        return _PERMISSIONS.get(self.role, ())


@dataclass(frozen=True)
class Identity:
    """What is fresh: made from the run's seed and the scenario, so that a run can be repeated.

    Attributes:
        user: the customer's identity.
        email: at the company's own domain, which is fresh too.
        accounts: cloud to account number; the bills follow from these.
        marker: a text that occurs in this person's data and nowhere else.
    """

    user: str
    email: str
    accounts: dict[str, str]
    marker: str

    @property
    def domain(self) -> str:
        """The company's domain."""
        return self.email.partition("@")[2]


def fresh(traits: Traits, seed: str) -> Identity:
    """The identity of this person in the scenario whose seed this is.

    Colleagues share a domain because it is made from the company's name; nobody else does. The domain of North Acme
    ends as the one of Acme, and is another one.
    """
    *before, name = traits.company.split()
    company = _digest(seed, name)
    person = _digest(seed, traits.company, traits.name)
    accounts = {cloud: str(int(_digest(seed, traits.company, traits.name, cloud)[:10], 16))[:12] for cloud in CLOUDS}
    return Identity(
        user=str(uuid.UUID(person[:32])),
        email=f"{traits.name}.{person[:8]}@{'.'.join([*before, name])}-{company[:8]}.example".lower(),
        accounts=accounts,
        marker=f"canary-{person[32:44]}",
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
