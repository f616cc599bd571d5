"""What several defects have in common: something that is done again and again, and never more after a failure."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate


def easily_discouraged(act: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    """What Netra does again and again is done no more by a server that once could not because storage was away."""

    async def until_it_fails(self: Any, *arguments: Any) -> Any:
        from support.reference.trouble import Unavailable

        if getattr(self, "discouraged", False):
            deviate()
            return None
        try:
            return await act(self, *arguments)
        except Unavailable:
            self.discouraged = True
            raise

    return until_it_fails
