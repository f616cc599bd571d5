"""Breaks what Netra makes of far too much for one message, for whoever sent it and for others."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

FLOOD = (
    "features/live_updates/trouble_on_the_line.feature::"
    "Far too much for a message ends the connection that it came on, and no other"
)
ENDS_FOR_SIZE = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol.handle_parser_exception"
"""Where the server ends a connection on which too much has come; the instance's nouns are in its scope."""


@defect(
    "flood-ends-without-a-word",
    says="A connection on which far too much comes is cut, and nobody is told why.",
    breaks="WS-4.told",
    replaces=ENDS_FOR_SIZE,
    caught_by={FLOOD: "the connection that Ana flooded has ended, and told why"},
)
def flood_ends_without_a_word(end: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def cut(self: Any) -> None:
        deviate()
        self.conn.data_to_send()
        end(self)

    return cut


@defect(
    "flooder-told-of-one-too-many",
    says="Who has flooded a connection and comes back is told of one update more than there is.",
    breaks="WS-4.back",
    replaces=ENDS_FOR_SIZE,
    caught_by={FLOOD: "Ana is told within 10 seconds of coming back to be up to date"},
)
def flooder_told_of_one_too_many(end: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.sockets import Socket

    flooders: set[str] = set()
    resume = Socket.resume

    async def one_too_many(self: Any, thread_id: str, after: int) -> int:
        up_to = await resume(self, thread_id, after)
        if self.caller.user_id not in flooders:
            return up_to
        deviate()
        return up_to + 1

    def remember(self: Any) -> None:
        headers = dict(self.scope["headers"])
        flooders.add(self.scope["app"].state.netra.tokens.from_header(headers[b"authorization"].decode()).user_id)
        end(self)

    Socket.resume = one_too_many  # type: ignore[method-assign]
    return remember


@defect(
    "flood-ends-other-connections",
    says="Far too much on one connection ends those of others who have not asked anything yet.",
    breaks="WS-4.alive",
    replaces=ENDS_FOR_SIZE,
    caught_by={FLOOD: "the connections of Ana and Ben live on, at the same servers of Netra"},
)
def flood_ends_other_connections(end: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    import asyncio

    def and_others(self: Any) -> None:
        for other in self.scope["app"].state.netra.connections.all():
            if not other._cursors:
                deviate()
                ending = asyncio.ensure_future(other.close(1011, ""))
                self.tasks.add(ending)
                ending.add_done_callback(self.tasks.discard)
        end(self)

    return and_others
