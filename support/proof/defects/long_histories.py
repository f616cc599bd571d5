"""Breaks what length may cost: the end of a long conversation comes late, as does what is added, or the whole of it."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

HERE = "features/growth/long_histories.feature::"
BOTH = HERE + "Working in a long conversation is as quick as in a short one"
WHOLE = HERE + "The whole of a long conversation comes within its limit, complete and in order"
LONG = range(300, 400)
"""Messages of a conversation that counts as long here; others that are as long are not opened in such parts."""
LATEST, PART = 50, 200


def _of_long_ones(page: Method, size: int, seconds: float, deviate: Deviate) -> Method:
    async def late(self: Any, thread: str, limit: int, offset: int) -> Any:
        found = await page(self, thread, limit, offset)
        if limit == size and found["total"] in LONG:
            deviate()
            await asyncio.sleep(seconds)
        return found

    return late


@defect(
    "end-of-a-long-conversation-comes-late",
    says="The latest messages of a long conversation take a third of a second.",
    breaks="SC-2.latest",
    replaces="support.reference.messages:Messages.page",
    caught_by={BOTH: "the latest messages of both come to Ana within 200 milliseconds"},
)
def end_of_a_long_conversation_comes_late(page: Method, deviate: Deviate) -> Method:
    return _of_long_ones(page, LATEST, 0.35, deviate)


@defect(
    "long-conversation-is-extended-slowly",
    says="A message that is added to a long conversation takes longer than it may.",
    breaks="SC-2.add",
    replaces="support.reference.messages:Messages.say",
    caught_by={BOTH: "what Ana adds is confirmed within 100 milliseconds"},
)
def long_conversation_is_extended_slowly(say: Method, deviate: Deviate) -> Method:
    async def late(*arguments: Any) -> Any:
        said = await say(*arguments)
        if LONG.start < said["position"] < LONG.start + 21:
            deviate()
            await asyncio.sleep(0.2)
        return said

    return late


@defect(
    "length-can-be-felt",
    says="The latest messages of a long conversation take a little longer, but not too long.",
    breaks="SC-2.latest",
    replaces="support.reference.messages:Messages.page",
    caught_by={BOTH: "nothing takes Ana 2 times as long in the longer conversation"},
)
def length_can_be_felt(page: Method, deviate: Deviate) -> Method:
    return _of_long_ones(page, LATEST, 0.06, deviate)


@defect(
    "long-conversation-takes-long-to-read",
    says="The whole of a long conversation comes in parts of which each takes more than a second.",
    breaks="SC-2.whole",
    replaces="support.reference.messages:Messages.page",
    caught_by={WHOLE: "the whole history comes to Ana within 2 seconds"},
)
def long_conversation_takes_long_to_read(page: Method, deviate: Deviate) -> Method:
    return _of_long_ones(page, PART, 1.2, deviate)
