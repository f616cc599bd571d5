"""Leaks, and refusals that tell too much."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

CONVERSATIONS = "features/isolation/conversations.feature::"
TOUCHED = CONVERSATIONS + "Another's conversation and analysis cannot be touched"
REFUSED = "Eve is refused as if it did not exist"


@defect(
    "messages-read-by-anyone",
    says="Whoever knows a conversation's identity may read its messages.",
    breaks="P11.refused",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{TOUCHED}[read the messages]": REFUSED},
)
def messages_read_by_anyone(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def open_to_all(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        if action == "read_messages":
            deviate()
            return await self._load(thread_id)
        return await owned_by(self, caller, thread_id, action, origin)

    return open_to_all
