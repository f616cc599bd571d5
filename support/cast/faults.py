"""What can go wrong with Netra, as data: whom it strikes, how it begins and ends, and what it must lead to.

A fault is usable alone and together with others. Each act has a witness; a fault without one makes the scenario
inconclusive. Whatever is still in force at the end of a scenario is undone in the order in which things depend on
each other: stores, ways, servers.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from support.targets import quick_strain, strain
from support.targets.full_disk import FullDisk

Act = Callable[[Any], Awaitable[Any]]
"""What is done to a deployment's part; returns its witness."""


class Struck(StrEnum):
    """Whom a fault strikes; the order is the one in which faults are undone."""

    STORAGE = "Netra's storage"
    QUICK_STORE = "Netra's quick store"
    WAY = "the ways of Netra's servers"
    SERVER = "the servers of Netra"


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong.

    Attributes:
        words: as a sentence says it.
        struck: whom it strikes.
        parts: the parts of a deployment that are struck.
        begin, end: how it begins and ends, for each part.
        keeps_nothing: whether nothing can be kept while it is in force, so that a confirmation is a lie.
        ends_itself: whether nothing has to be undone.
    """

    words: str
    struck: Struck
    parts: Callable[[Any], list[Any]]
    begin: Act
    end: Act
    keeps_nothing: bool = False
    ends_itself: bool = False

    def __str__(self) -> str:
        return self.words


def _storage(deployment: Any) -> list[Any]:
    return [deployment.postgres]


def _quick(deployment: Any) -> list[Any]:
    return [deployment.redis]


def _ways(service: str) -> Callable[[Any], list[Any]]:
    return lambda deployment: [deployment.way(one.name, service) for one in deployment.instances]


def _one(deployment: Any) -> list[Any]:
    return [deployment.instances[0]]


def _every(deployment: Any) -> list[Any]:
    return list(deployment.instances)


def _storage_and_every(deployment: Any) -> list[Any]:
    return [deployment.postgres, *deployment.instances]


def _strain(kind: Callable[[Any], strain.Strain], service: str) -> Callable[[Any], list[Any]]:
    return lambda deployment: [kind(getattr(deployment, service))]


_PROCESS: Mapping[str, tuple[Act, Act]] = {
    "is stopped": (lambda part: part.stop(), lambda part: part.start()),
    "crashes": (lambda part: part.kill(), lambda part: part.start()),
    "hangs": (lambda part: part.pause(), lambda part: part.resume()),
}
_ON_THE_WAY: Mapping[str, tuple[Act, Act]] = {
    "cannot be reached": (lambda way: way.cut(), lambda way: way.restore()),
    "is heard no more": (lambda way: way.blackhole("answers"), lambda way: way.restore()),
    "hears nothing": (lambda way: way.blackhole("requests"), lambda way: way.restore()),
}
_LOSS: tuple[Act, Act] = (lambda store: store.destroy(), lambda store: store.start())
_SLOW: tuple[Act, Act] = (lambda way: way.slow(0.1), lambda way: way.restore())
_STRAIN: tuple[Act, Act] = (lambda one: one.begin(), lambda one: one.end())


def _all() -> list[Fault]:
    storage, quick, way, server = Struck
    found = [Fault(f"{storage} {how}", storage, _storage, *acts, keeps_nothing=True) for how, acts in _PROCESS.items()]
    found += [
        Fault(f"{storage} {how}", way, _ways("postgres"), *acts, keeps_nothing=True)
        for how, acts in _ON_THE_WAY.items()
    ]
    found += [
        Fault(f"{storage} is lost with all its data", storage, _storage, *_LOSS, True, ends_itself=True),
        Fault(f"{storage} has no connection left", storage, _strain(strain.Crowded, "postgres"), *_STRAIN, True),
        Fault(f"{storage} only lets itself be read", storage, _strain(strain.ReadOnly, "postgres"), *_STRAIN, True),
        Fault(f"{storage} has no room left", storage, _strain(FullDisk, "postgres"), *_STRAIN, True),
        Fault(f"{storage} is slow", way, _ways("postgres"), *_SLOW),
    ]
    found += [Fault(f"{quick} {how}", quick, _quick, *acts) for how, acts in _PROCESS.items()]
    found += [Fault(f"{quick} {how}", way, _ways("redis"), *acts) for how, acts in _ON_THE_WAY.items()]
    found += [
        Fault(f"{quick} is slow", way, _ways("redis"), *_SLOW),
        Fault(f"{quick} has no connection left", quick, _strain(quick_strain.NoConnection, "redis"), *_STRAIN),
        Fault(f"{quick} only lets itself be read", quick, _strain(quick_strain.ReadsOnly, "redis"), *_STRAIN),
        Fault(f"{quick} is full", quick, _strain(quick_strain.NoMemory, "redis"), *_STRAIN),
        Fault(f"{quick} is emptied", quick, _strain(quick_strain.Emptied, "redis"), *_STRAIN, ends_itself=True),
        Fault("one server of Netra crashes", server, _one, *_PROCESS["crashes"]),
        Fault("every server of Netra crashes", server, _every, *_PROCESS["crashes"]),
        Fault(f"{storage} and every server of Netra crash", server, _storage_and_every, *_PROCESS["crashes"]),
    ]
    return found


FAULTS: Mapping[str, Fault] = {fault.words: fault for fault in _all()}
"""Every fault, by its words."""
UNDONE = tuple(Struck)
"""The order in which faults are undone."""
