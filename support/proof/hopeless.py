"""Three platforms that keep no promise at all; a suite on which any of them passes a scenario lies.

Each is started in place of the platform, with the same arguments, and says who it is as an instance
must, so that a deployment starts. `dead` refuses everything, `silent` accepts and never answers, and
`yes_man` agrees to everything (see `yes_man`). At SIGTERM each ends in good order.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from support.proof.yes_man import YesMan

METHODS = ["GET", "POST", "PUT", "DELETE"]

Answer = Callable[[Request], Awaitable[Response]]
Hear = Callable[[WebSocket], Awaitable[None]]
Leave = Callable[[], Awaitable[None]]


def dead(argv: Sequence[str]) -> int:
    """Refuses every request and every connection."""

    async def answer(request: Request) -> Response:
        return JSONResponse({"error": {"code": "UNAVAILABLE", "message": "Not now."}}, 503)

    async def hear(websocket: WebSocket) -> None:
        await websocket.send_denial_response(JSONResponse({}, 503))

    return _run("dead", argv, lambda settings: (answer, hear, _at_once))


def silent(argv: Sequence[str]) -> int:
    """Accepts every request and every connection, and never says a word."""

    async def answer(request: Request) -> Response:
        await asyncio.Event().wait()
        return Response()

    async def hear(websocket: WebSocket) -> None:
        await websocket.accept()
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass

    return _run("silent", argv, lambda settings: (answer, hear, _at_once))


def yes_man(argv: Sequence[str]) -> int:
    """Agrees to everything, whoever asks, and keeps nothing of it."""

    def parts(settings: dict[str, Any]) -> tuple[Answer, Hear, Leave]:
        yes = YesMan(settings["model_url"], settings["billing_url"])
        return yes.answer, yes.hear, yes.leave

    return _run("yes-man", argv, parts)


async def _at_once() -> None:
    """Leaves without a word."""


class _Server(uvicorn.Server):
    """uvicorn without its own answer to signals, which would end the process by the signal."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _run(name: str, argv: Sequence[str], parts: Callable[[dict[str, Any]], tuple[Answer, Hear, Leave]]) -> int:
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--listen-fd", type=int, required=True)
    given = parser.parse_args(list(argv))
    settings = json.loads(given.settings.read_text(encoding="utf-8"))
    asyncio.run(_serve(name, settings, parts, socket.socket(fileno=given.listen_fd)))
    return 0


async def _serve(
    name: str,
    settings: dict[str, Any],
    parts: Callable[[dict[str, Any]], tuple[Answer, Hear, Leave]],
    listening: socket.socket,
) -> None:
    answer, hear, leave = parts(settings)
    said = {"status": "ok", "platform": name, "version": "0", "instance": settings["name"], "pid": os.getpid()}

    async def identity(request: Request) -> Response:
        return JSONResponse(said)

    app = Starlette(
        routes=[
            *(Route(path, identity) for path in ("/health", "/health/ready", "/health/identity")),
            Route("/{path:path}", answer, methods=METHODS),
            WebSocketRoute("/{path:path}", hear),
        ]
    )
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="websockets-sansio",
            loop="asyncio",
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=0.1,  # type: ignore[arg-type]
        )
    )
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)

    async def leave_when_told() -> None:
        await told.wait()
        await leave()
        server.should_exit = True

    leaving = asyncio.create_task(leave_when_told())
    try:
        await server.serve(sockets=[listening])
    finally:
        leaving.cancel()
