"""The commands for operators, as `__main__` runs them: each says what it did as one line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from support.reference import backup as backups
from support.reference import rebuilding, salvage
from support.reference.journal import open_journal
from support.reference.place import Place
from support.reference.place import verify as verify_place
from support.reference.retention import Retention
from support.reference.sealed import Damaged, Key
from support.reference.settings import BadSettings, Settings
from support.reference.storage import Storage
from support.reference.tools import ToolFailed
from support.reference.trouble import CacheAway, Unavailable

Given = argparse.Namespace
Done = dict[str, Any]
Command = Callable[[Given], Coroutine[Any, Any, Done]]


def place_of(given: Given) -> Place:
    """The place where backups are kept, opened with the key."""
    try:
        return Place(given.backups, Key.from_file(given.key))
    except (OSError, ValueError) as error:
        raise BadSettings(f"The key {given.key} cannot be used: {error}.") from error


async def retain(given: Given) -> Done:
    """Tidies up; deletes only what a verified backup holds."""
    settings = Settings.from_file(given.settings)
    verified = place_of(given).verified() if given.backups else None
    storage = Storage(settings.postgres, "retain", settings.lease, patient=True)
    await storage.open()
    try:
        return asdict(await Retention(storage, verified).run(settings.postgres))
    finally:
        await storage.close()


async def backup(given: Given) -> Done:
    """Takes a base backup."""
    base = await backups.take(Settings.from_file(given.settings).postgres, place_of(given))
    return {"name": base.name, "made_at": base.made_at.isoformat(), "bytes": base.size}


async def keep_log(given: Given) -> Done:
    """Keeps the log, until SIGTERM or SIGINT."""
    keeper = backups.LogKeeper(Settings.from_file(given.settings).postgres, place_of(given))
    keeping = asyncio.create_task(keeper.keep())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, keeping.cancel)
    with suppress(asyncio.CancelledError):
        await keeping
    return {}


async def verify(given: Given) -> Done:
    """Reads every byte of the backups."""
    return await asyncio.to_thread(verify_place, place_of(given))


async def restore(given: Given) -> Done:
    """Makes a data directory."""
    base = await asyncio.to_thread(rebuilding.rebuild, place_of(given), given.to, given.until)
    return {"from": base.name, "to": str(given.to)}


async def settle(given: Given) -> Done:
    """Settles what a restore cannot know, after PostgreSQL's first start."""
    settings = Settings.from_file(given.settings)
    return await rebuilding.settle(settings.postgres, settings.redis, place_of(given))


async def restore_conversation(given: Given) -> Done:
    """Brings one conversation back to what it was."""
    settings = Settings.from_file(given.settings)
    return await salvage.conversation(settings.postgres, settings.redis, place_of(given), given.thread, given.until,
                                      given.scratch)  # fmt: skip


async def procedure(given: Given) -> Done:
    """Says how Netra is rebuilt."""
    return {"steps": rebuilding.procedure()}


COMMANDS: dict[str, tuple[str, Command, str]] = {
    "retain": ("archive and delete what is due", retain, "settings backups?"),
    "backup": ("take a base backup while customers work", backup, "settings backups"),
    "keep-log": ("keep the log as it comes", keep_log, "settings backups"),
    "verify": ("see whether the backups are whole", verify, "backups"),
    "restore": ("make a data directory from the backups", restore, "backups to until"),
    "settle": ("settle what a restore cannot know", settle, "settings backups"),
    "restore-conversation": ("bring one conversation back", restore_conversation, "settings backups thread until"),
    "procedure": ("say how Netra is rebuilt after a disaster", procedure, ""),
}
"""Name to what it is for, what it does, and which arguments it takes."""


def add_to(verbs: Any) -> None:
    """Adds the command line of each."""
    for name, (says, _, takes) in COMMANDS.items():
        parser = verbs.add_parser(name, help=says)
        if "settings" in takes:
            parser.add_argument("--settings", type=Path, required=True, help="settings file (JSON)")
        if "backups" in takes:
            needed = "backups?" not in takes
            parser.add_argument("--backups", type=Path, required=needed, help="where backups are kept")
            parser.add_argument("--key", type=Path, required=needed, help="file with the key, 64 hexadecimal digits")
        if "until" in takes:
            parser.add_argument("--until", type=datetime.fromisoformat, help="time to restore to; the end without")
        if "to" in takes.split():
            parser.add_argument("--to", type=Path, required=True, help="data directory, empty or not there yet")
        if "thread" in takes:
            parser.add_argument("--thread", required=True, help="identity of the conversation")
            parser.add_argument(
                "--scratch", type=Path, required=True, help="directory of the server's user, for a while"
            )


def run(given: Given) -> int:
    """Runs one; the exit code is 0 when it was done, 1 when it could not be, 2 for bad settings."""
    open_journal(given.command)
    _, command, _ = COMMANDS[given.command]
    try:
        done = asyncio.run(command(given))
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    except (Damaged, ToolFailed, Unavailable, CacheAway, OSError, asyncpg.PostgresError) as error:
        code = getattr(error, "code", "failed")
        print(json.dumps({"command": given.command, "done": False, "code": code, "message": str(error)}))
        return 1
    print(json.dumps({"command": given.command, "done": True, **done}, default=str), flush=True)
    return 0
