"""Entries of the audit trail against the attempts that they tell of: who, what, by which door, when, and from where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, ip_address
from typing import Any

from support.facts.outcome import Outcome

What = tuple[str, ...]
NAMES = ("actor", "action", "target_kind", "target_id", "target_owner", "origin")
"""What an entry says beside when and from where; see the platform's contract."""

NOBODYS = IPv4Network("203.0.113.0/24")
"""Addresses for examples, which no machine has (RFC 5737)."""
SAME_CLOCK = timedelta(seconds=0.05)
"""When an attempt began is reckoned back from its answer by a steadier clock than the one that entries are dated by."""
ANOTHER_CLOCK = timedelta(seconds=5)
"""How far the clock of another machine may be off; one that is looked after at all is never off by as much."""


@dataclass(frozen=True)
class Made:
    """One attempt as it was really made: what it was, between which moments, and from which address."""

    what: What
    began: datetime
    ended: datetime
    address: str

    @classmethod
    def of(cls, what: What, outcome: Outcome) -> "Made":
        """The attempt that had this outcome."""
        ended = outcome.moment.wall
        return cls(what, ended - timedelta(seconds=outcome.seconds), ended, outcome.address)


@dataclass(frozen=True)
class Entry:
    """One entry as it is told or stored; `at` is None when it is no moment."""

    what: What
    at: datetime | None
    address: str

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Entry":
        """An entry from the platform's answer, or from its storage."""
        what = tuple(str(plain.get(name)) for name in NAMES)
        return cls(what, _moment(plain.get("at")), str(plain.get("address") or ""))


def objections(made: Iterable[Made], entries: Iterable[Entry], *, elsewhere: bool) -> list[str]:
    """Everything in which entries differ from the attempts, each of which must stand there once.

    Args:
        elsewhere: whether the platform runs somewhere else, by a clock of its own and behind ways that may show it
            another address of ours than we know: then it must at least be one that a machine can have.
    """
    tried: defaultdict[What, list[Made]] = defaultdict(list)
    told: defaultdict[What, list[Entry]] = defaultdict(list)
    for one in made:
        tried[one.what].append(one)
    for entry in entries:
        told[entry.what].append(entry)
    return [words for what in sorted({*tried, *told}) for words in _differ(what, tried[what], told[what], elsewhere)]


def _differ(what: What, tried: list[Made], told: list[Entry], elsewhere: bool) -> Iterator[str]:
    named = f"{what[1]} of {what[2]} {what[3]} ({what[5]})"
    if len(tried) != len(told):
        yield f"{named}: {len(tried)} attempts, {len(told)} entries"
        return
    slack = ANOTHER_CLOCK if elsewhere else SAME_CLOCK
    for one, entry in zip(sorted(tried, key=lambda one: one.began), sorted(told, key=_age), strict=True):
        if entry.at is None or not one.began - slack <= entry.at <= one.ended + slack:
            yield f"{named}: made between {one.began:%F %T.%f} and {one.ended:%T.%f}, dated {entry.at}"
        if not (_possible(entry.address) if elsewhere else entry.address == one.address):
            yield f"{named}: made from {one.address}, said to come from {entry.address or 'nowhere'}"


def _age(entry: Entry) -> datetime:
    return entry.at or datetime.min.replace(tzinfo=UTC)


def _moment(at: object) -> datetime | None:
    """A moment as it is told or stored; one without its distance from universal time is none."""
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            return None
    return at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else None


def _possible(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return not found.is_unspecified and found not in NOBODYS
