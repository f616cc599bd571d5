"""One asyncio loop in a thread of its own, alive for the whole session.

Sentences are plain functions: an `async def` step would pass without running. Connections must
keep receiving, and stamping, while a sentence thinks; a loop that runs only when asked would stamp
everything late. So the loop lives beside the sentences, and `do` is the bridge.
"""

import concurrent.futures
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from support.facts.verdict import TimeUp

T = TypeVar("T")

# What `do` grants a verb beyond its own deadline, so that the verb's better explanation comes first.
GRACE_SECONDS = 2.0


class LivingLoop:
    """The session's loop; a context manager."""

    def __init__(self) -> None:
        self._manager: AbstractContextManager[BlockingPortal] | None = None
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> Self:
        self._manager = start_blocking_portal(name="living loop")
        self._portal = self._manager.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._manager is not None:
            self._manager.__exit__(kind, error, trace)
        self._manager = self._portal = None

    def do(self, verb: Callable[[], Awaitable[T]], seconds: float, what: str = "") -> T:
        """Carries out a verb on the loop and waits for it.

        Args:
            verb: makes the awaitable; called on the loop.
            seconds: how long it may take; a verb that knows its limit ends earlier by itself.
            what: the open wait, for the message of one that was cut off.

        Raises:
            TimeUp: the verb did not end in time; it has been cancelled.
        """
        if self._portal is None:
            raise RuntimeError("the living loop is not running")
        future = self._portal.start_task_soon(_call, verb)
        try:
            return future.result(seconds + GRACE_SECONDS)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise TimeUp(f"cut off after {seconds:.0f} s while waiting for {what or 'an answer'}") from None
        except BaseException:
            future.cancel()
            raise


async def _call(verb: Callable[[], Awaitable[T]]) -> T:
    return await verb()
