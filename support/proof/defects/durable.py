"""Confirmations that come too soon, changes that are made by halves, and repetitions that count twice."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

DURABLE = "features/persistence/durable.feature::"
SURVIVES = DURABLE + "A message that was confirmed an instant ago survives a crash"
THERE = "everything that was confirmed to Ana and Ben is there, once and in order"


@defect(
    "confirmed-before-it-is-kept",
    says="A message is confirmed before it is stored, which happens a moment later.",
    breaks="TP-1.storage",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={
        f"{SURVIVES}[Netra's storage crashes]": THERE,
        f"{SURVIVES}[Netra's storage and every server of Netra crash]": THERE,
    },
)
def confirmed_before_it_is_kept(once: Method, deviate: Deviate) -> Method:
    tasks: set[Any] = set()

    async def hasty(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def act_and_linger(connection: Any) -> Any:
            answer = await act(connection)
            if not answered.done():
                answered.set_result(answer)
            deviate()
            await asyncio.sleep(0.1)
            return answer

        keeping = asyncio.ensure_future(once(self, caller, mark, request, act_and_linger))
        tasks.add(keeping)
        keeping.add_done_callback(lambda task: task.exception())
        await asyncio.wait({keeping, answered}, return_when=asyncio.FIRST_COMPLETED)
        return answered.result() if answered.done() else await keeping

    return hasty
