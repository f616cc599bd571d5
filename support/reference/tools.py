"""PostgreSQL's own programs, as the commands of the platform call them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit


class ToolFailed(Exception):
    """A program of PostgreSQL's ended badly; the message is its last line."""


def address(dsn: str) -> tuple[str, dict[str, str]]:
    """A DSN without its password, and the environment that holds it: arguments can be read by everybody."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=f"{parts.username}@{host}" if parts.username else host))
    return bare, {**os.environ, "PGPASSWORD": unquote(parts.password or "")}


async def run(program: str, *arguments: str, environment: Mapping[str, str]) -> None:
    """Runs a program to its end; raises ToolFailed."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=dict(environment), stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise ToolFailed((errors.decode("utf-8", "replace").strip() or program).splitlines()[-1])


def give_like_parent(path: Path) -> None:
    """Gives a directory to whom its parent belongs: the user as whom PostgreSQL runs, when root restores."""
    if os.geteuid() != 0:
        return
    owner = path.parent.stat()
    for each in _everything(path):
        os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _everything(path: Path) -> Iterator[str]:
    yield str(path)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            yield os.path.join(folder, name)
