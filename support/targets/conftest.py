"""One run with one deployment of the stand-in for all tests of this room."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from support.targets.deployment import Deployment
from support.targets.embedded import Embedded, EmbeddedSettings
from support.targets.pool import Wanted
from support.targets.run import Run

STAND_IN = "support.targets.standin:main"
Await = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="session")
def wait_for() -> Iterator[Await]:
    """Runs a coroutine to its end, always on the same loop."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="session")
def embedded(wait_for: Await) -> Iterator[Embedded]:
    """What makes deployments of the stand-in."""
    run = Run.begin()
    wait_for(run.open())
    yield Embedded(run, EmbeddedSettings(platform=STAND_IN))
    wait_for(run.close())


@pytest.fixture(scope="session")
def standing(wait_for: Await, embedded: Embedded) -> Iterator[Deployment]:
    """A deployment under full control, for every test that leaves it as it was."""
    deployment = wait_for(embedded.deploy(Wanted(own=True, platform=STAND_IN).plan("standing")))
    yield deployment
    wait_for(deployment.retire())
