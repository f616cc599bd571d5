"""The commands for operators, as `__main__` runs them: each says what it did as one line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

from support.reference.journal import open_journal
from support.reference.retention import Retention
from support.reference.settings import BadSettings, Settings
from support.reference.storage import Storage

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]]


class CannotDo(Exception):
    """A command that cannot be carried out; one sentence for the operator, under a stable code."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


async def retain(given: argparse.Namespace) -> dict[str, Any]:
    """Tidies up."""
    settings = Settings.from_file(given.settings)
    storage = Storage(settings.postgres, "retain", settings.lease, patient=True)
    await storage.open()
    try:
        return asdict(await Retention(storage, None).run(settings.postgres))
    finally:
        await storage.close()


COMMANDS: dict[str, tuple[str, Command]] = {"retain": ("archive and delete what is due", retain)}


def add_to(commands: Any) -> None:
    """Adds the command line of each."""
    for name, (says, _) in COMMANDS.items():
        parser = commands.add_parser(name, help=says)
        parser.add_argument("--settings", type=Path, required=True, help="settings file (JSON)")


def run(given: argparse.Namespace) -> int:
    """Runs one; the exit code is 0 when it was done, 1 when it could not be, 2 for bad settings."""
    open_journal(given.command)
    _, command = COMMANDS[given.command]
    try:
        done = asyncio.run(command(given))
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    except CannotDo as error:
        print(json.dumps({"command": given.command, "done": False, "code": error.code, "message": str(error)}))
        return 1
    print(json.dumps({"command": given.command, "done": True, **done}, default=str), flush=True)
    return 0
