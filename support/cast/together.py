"""Requests that are under way at the same time, and the proof that they were."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from support.cast.stage import Stage, cannot
from support.facts.moment import Moment
from support.facts.outcome import Outcome

T = TypeVar("T")
X = TypeVar("X")
Asking = Callable[[], Coroutine[Any, Any, Outcome]]


def at_once(stage: Stage, asking: Sequence[Asking], what: str, least: int = 2) -> list[Outcome]:
    """Releases all requests in one instant; the outcomes in the order of the requests.

    A When: Inconclusive unless at least so many were under way at one time.
    """

    async def release() -> list[Outcome]:
        gate = asyncio.Event()

        async def one(ask: Asking) -> Outcome:
            await gate.wait()
            return await ask()

        tasks = [asyncio.create_task(one(ask)) for ask in asking]
        await asyncio.sleep(0)
        gate.set()
        return list(await asyncio.gather(*tasks))

    outcomes = stage.do(release, what)
    most = most_under_way(outcomes)
    stage.story.tell("scenario", f"{what}: {len(outcomes)} released at once, {most} of them under way at one time")
    if most < least:
        cannot(f"{what}: {most} requests were under way at one time, and {least} had to be")
    return outcomes


async def all_done(doing: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Does all of it at the same time; where one fails, or all are broken off, nothing of it goes on afterwards."""
    tasks = [asyncio.create_task(one) for one in doing]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def few_at_once(act: Callable[[X], Coroutine[Any, Any, object]], things: Iterable[X], most: int = 20) -> None:
    """Does it with each, and with so many at the same moment at most: many who come one by one crowd nobody out."""
    gate = asyncio.Semaphore(most)

    async def one(thing: X) -> None:
        async with gate:
            await act(thing)

    await all_done(map(one, things))


def demand_together(begun: Sequence[Moment], ended: Sequence[Moment]) -> None:
    """Inconclusive unless all had begun before the first of them ended."""
    if len(begun) < 2:
        cannot(f"only {len(begun)} began, and nothing is at once with itself")
    if ended and min(ended) < max(begun):
        seconds = max(begun).seconds_since(min(ended))
        cannot(f"the last one began {seconds:.3f} s after the first one had ended: they were not under way together")


def most_under_way(outcomes: Sequence[Outcome]) -> int:
    """How many of these requests were under way at one time."""
    edges = [edge for one in outcomes for edge in ((one.moment.ns - int(one.seconds * 1e9), 1), (one.moment.ns, -1))]
    under_way = most = 0
    for _, step in sorted(edges):
        under_way += step
        most = max(most, under_way)
    return most
