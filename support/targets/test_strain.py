"""No strain is put on what others use, and a place of a change is said exactly."""

import asyncio
from collections.abc import Callable

import pytest

from support.facts.verdict import Inconclusive
from support.targets.deployment import Permit
from support.targets.full_disk import FullDisk
from support.targets.overheard import Overheard
from support.targets.positions import FailsAt, HeldCommit, Place
from support.targets.quick_strain import Emptied, NoConnection, NoMemory, ReadsOnly
from support.targets.services import Address, Postgres, Redis
from support.targets.strain import Crowded, ReadOnly, Strain

SHARED = Permit("shared-1", shared=True)
POSTGRES, REDIS = Postgres(Address("", 0), SHARED), Redis(Address("", 0), SHARED)
STRAINS: dict[str, Callable[[], Strain]] = {
    "read-only": lambda: ReadOnly(POSTGRES),
    "crowded": lambda: Crowded(POSTGRES),
    "overheard": lambda: Overheard(POSTGRES),
    "no room": lambda: FailsAt(POSTGRES, Place("threads")),
    "full disk": lambda: FullDisk(POSTGRES),
    "held": lambda: HeldCommit(POSTGRES, Place("threads")),
    "no connection": lambda: NoConnection(REDIS),
    "reads only": lambda: ReadsOnly(REDIS),
    "no memory": lambda: NoMemory(REDIS),
    "emptied": lambda: Emptied(REDIS),
}


@pytest.mark.parametrize("name", STRAINS)
def test_nothing_is_strained_that_others_use(name: str) -> None:
    with pytest.raises(Inconclusive, match="shares shared-1 with others"):
        asyncio.run(STRAINS[name]().begin())


def test_a_place_names_its_table_its_rows_and_its_moment() -> None:
    at_once = Place("messages", where="NEW.role = 'user'").trigger("fail(1)")
    assert "BEFORE INSERT ON messages" in at_once
    assert "WHEN (NEW.role = 'user')" in at_once
    late = Place("threads", at_commit=True).trigger("hold()")
    assert "CONSTRAINT TRIGGER" in late
    assert "DEFERRABLE INITIALLY DEFERRED" in late
