"""The commands of the platform: `serve` runs one instance, `migrate` makes the tables; `commands` has the others."""

from __future__ import annotations

import argparse
import asyncio
import inspect
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
import uvicorn.lifespan.on  # read by uvicorn when it serves, which would be in every instance that is started
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from support.reference import commands
from support.reference.app import Netra, create_app
from support.reference.journal import note, open_journal
from support.reference.schema import migrate
from support.reference.settings import BadSettings, Settings

LARGEST_FRAME = 1024 * 1024
"""Bytes; a larger frame ends the connection. Up to here one that is too long is only refused."""


class Server(uvicorn.Server):
    """uvicorn without its own answer to signals: the platform drains first, and then tells it to stop."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leaves the signals alone."""
        yield


def door(settings: Settings, listen_fd: int | None) -> socket.socket:
    """The socket to serve on: an inherited one, or one bound here."""
    if listen_fd is not None:
        return socket.socket(fileno=listen_fd)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    bound.set_inheritable(False)
    return bound


async def serve(app: FastAPI, settings: Settings, listening: socket.socket) -> None:
    """Serves until told to stop by SIGTERM or SIGINT, then drains; ends within the grace and two seconds."""
    netra: Netra = app.state.netra
    server = Server(
        uvicorn.Config(
            app,
            # Named, so that it is the same on every machine, and imported by now rather than at the start.
            http=HttpToolsProtocol,
            ws=WebSocketsSansIOProtocol,
            loop="asyncio",
            log_config=None,
            access_log=False,
            # Whoever asks could write anything there, and the audit trail would name it as where they came from.
            proxy_headers=False,
            lifespan="on",
            ws_max_size=LARGEST_FRAME,
            ws_per_message_deflate=False,
            # Half a second for requests still being answered; the type says int, the wait takes any number.
            timeout_graceful_shutdown=0.5,  # type: ignore[arg-type]
            server_header=False,
        )
    )
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    async def leave_when_told() -> None:
        await told.wait()
        try:
            await netra.drain.run()
        finally:
            server.should_exit = True

    leaving = asyncio.create_task(leave_when_told())
    note("serving", address="{}:{}".format(*listening.getsockname()[:2]))
    try:
        await server.serve(sockets=[listening])
    finally:
        leaving.cancel()
    note("stopped")


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="support.reference", description="The Netra reference platform.")
    verbs = parser.add_subparsers(dest="command", required=True)
    serving = verbs.add_parser("serve", help="run one instance")
    serving.add_argument("--settings", type=Path, required=True, help="settings file (JSON)")
    serving.add_argument("--listen-fd", type=int, help="number of an inherited listening socket")
    migrating = verbs.add_parser("migrate", help="make the tables that are missing")
    migrating.add_argument("--postgres", required=True, help="address of PostgreSQL")
    commands.add_to(verbs)
    return parser


ARGUMENTS = arguments()
"""Made when this module is read, and not by every process that is forked from one that has."""
inspect.getsource(arguments)  # FastAPI reads the source of what it serves; what that takes is made once in the same way


def main(argv: Sequence[str]) -> int:
    """Runs one command; the exit code is 0 after an orderly end, 2 for settings that cannot be served."""
    given = ARGUMENTS.parse_args(list(argv))
    if given.command == "migrate":
        open_journal("migrate")
        asyncio.run(migrate(given.postgres))
        return 0
    if given.command != "serve":
        return commands.run(given)
    try:
        settings = Settings.from_file(given.settings)
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    open_journal(settings.name)
    asyncio.run(serve(create_app(settings), settings, door(settings, given.listen_fd)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
