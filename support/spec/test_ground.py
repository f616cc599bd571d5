"""Whoever leases a deployment gets it with the right servers, alive."""

from typing import cast

import pytest

from support.drivers.living_loop import LivingLoop
from support.drivers.rest import Rest
from support.spec.ground import REFERENCE, Ground
from support.targets.deployment import Deployment
from support.targets.pool import Wanted

OTHER = ("other:main", ("defect",))


class _Standing:
    """A deployment, of which it is only noted what is done to it."""

    def __init__(self, *, shared: bool) -> None:
        self.name, self.shared = "standing", shared
        self.alive = self.stored = True
        self.given = False
        self.instances = ()
        self.done: list[str] = []

    async def replace_platform(self, platform: str, arguments: tuple[str, ...]) -> None:
        self.done.append(platform)
        self.alive = True

    async def heal(self) -> None:
        self.done.append("heal")

    async def settle(self) -> None:
        self.done.append("settle")


class _Deployments:
    """Always the same one."""

    def __init__(self, standing: _Standing) -> None:
        self._standing = standing

    async def lease(self, wanted: Wanted) -> Deployment:
        return cast("Deployment", self._standing)

    async def give_back(self, deployment: Deployment, *, whole: bool = False) -> None:
        pass

    async def close(self) -> None:
        pass


def _leased(standing: _Standing, loop: LivingLoop) -> Ground:
    return Ground(loop, _Deployments(standing), cast("Rest", None))


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "own"])
def test_another_platform_takes_the_place_of_the_one_before_once(shared: bool) -> None:
    standing = _Standing(shared=shared)
    with LivingLoop() as loop:
        ground = _leased(standing, loop)
        for platform in (REFERENCE, OTHER, OTHER, REFERENCE):
            ground.lease(Wanted(), platform)
    kept = [] if shared else ["heal", "settle"]
    assert standing.done == [*kept, OTHER[0], *kept, REFERENCE[0]]


def test_a_shared_deployment_whose_servers_are_dead_gets_others() -> None:
    standing = _Standing(shared=True)
    with LivingLoop() as loop:
        ground = _leased(standing, loop)
        standing.alive = False
        ground.lease(Wanted(), REFERENCE)
        ground.lease(Wanted(), REFERENCE)
    assert standing.done == [REFERENCE[0]]


def test_a_deployment_that_was_left_gets_servers_again() -> None:
    standing = _Standing(shared=True)
    with LivingLoop() as loop:
        ground = _leased(standing, loop)
        ground.lease(Wanted(), REFERENCE)
        ground.vacate()
        ground.lease(Wanted(), REFERENCE)
    assert standing.done == [REFERENCE[0]]
