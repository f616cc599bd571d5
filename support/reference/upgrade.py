"""How a connection becomes a socket: admitted by its token, welcomed, served, and let go."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import WebSocket
from fastapi.responses import JSONResponse
from starlette.websockets import WebSocketState

from support.reference.sockets import GONE, Socket
from support.reference.trouble import Gone, Refusal, Unavailable

if TYPE_CHECKING:
    from support.reference.app import Netra

PROTOCOL = "jwt-auth"


async def connect(websocket: WebSocket) -> None:
    """One connection from its upgrade to its end."""
    netra: Netra = websocket.app.state.netra
    offered = websocket.scope.get("subprotocols", [])
    try:
        netra.drain.expect_open()
        caller = netra.tokens.from_upgrade(websocket.headers.get("authorization"), offered)
        await netra.sessions.enter(caller)
        caller = replace(caller, address=websocket.client.host if websocket.client else "")
    except Refusal as refusal:
        await refuse(websocket, refusal)
        return
    socket = Socket(websocket, caller, netra.updates, netra.settings.name)
    try:
        # Subscribed before it is noted where the conversations are: nothing can fall between the two.
        await netra.connections.add(socket)
        try:
            await socket.locate()
        except Unavailable as refusal:
            await refuse(websocket, refusal)
            return
        with suppress(Gone, *GONE):
            await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
            await socket.welcome()
            await netra.mode.greet(socket)
            await serve(websocket, socket, netra)
    finally:
        await asyncio.shield(netra.connections.remove(socket))


async def serve(websocket: WebSocket, socket: Socket, netra: Netra) -> None:
    """Reads what the customer says and sends what comes for the customer, until either side goes."""
    tasks = [asyncio.create_task(socket.deliver_for_ever()), asyncio.create_task(socket.end_with_token())]
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await netra.exchange.hear(socket, message.get("text"))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def refuse(websocket: WebSocket, refusal: Refusal) -> None:
    """Turns an upgrade down with the status and the words of the REST surface."""
    if websocket.application_state is WebSocketState.CONNECTING:
        with suppress(*GONE):
            await websocket.send_denial_response(
                JSONResponse({"error": {"code": refusal.code, "message": refusal.message}}, refusal.status)
            )
