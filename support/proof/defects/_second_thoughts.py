"""What several defects have in common: a message that is stored otherwise than any reading tells it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate

HIDDEN = " (to be looked through)"


def words_that_no_reading_shows(
    of: Callable[..., Any], deviate: Deviate, meant: Callable[[Any], bool]
) -> Callable[..., Any]:
    """Netra that stores the message of each ending that is meant with words more, and tells it without them."""

    def of_second_thoughts(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        keep_message, page = netra.endings.keep_message, netra.messages.page

        async def marred(connection: Any, hold: Any, ending: Any) -> None:
            if meant(ending):
                deviate()
                ending = replace(ending, message=ending.message + HIDDEN)
            await keep_message(connection, hold, ending)

        async def smoothed(*asked: Any) -> Any:
            told = await page(*asked)
            return {**told, "messages": [{**m, "content": m["content"].removesuffix(HIDDEN)} for m in told["messages"]]}

        netra.endings.keep_message, netra.messages.page = marred, smoothed
        return netra

    return of_second_thoughts
