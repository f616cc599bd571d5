"""A run: everything that one pytest worker has started, by way of its starter.

`Run.begin` must be called before the worker's process has a second thread; afterwards everything is
asynchronous, on the loop that called `open`.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from support.facts.moment import Moment
from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive

ROOT = Path(__file__).resolve().parents[2]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PLAIN = {"PATH": PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""The environment that started processes share; nothing of the caller's shell is in it."""
LINE_LIMIT = 16 * 1024 * 1024
ENDING_LIMIT = 10.0


@dataclass(frozen=True)
class Exit:
    """How a process ended: its exit code, or the negative number of the signal that ended it."""

    code: int
    at: Moment


class Process:
    """A started process: a child of the starter, held by its handle until it has ended."""

    def __init__(self, run: "Run", name: str, pid: int, log: Path, exited: "asyncio.Future[Exit]") -> None:
        self._run, self._exited = run, exited
        self.name, self.pid, self.log = name, pid, log

    @property
    def exit(self) -> Exit | None:
        """How it ended, None while it lives."""
        return self._exited.result() if self._exited.done() else None

    async def ended(self, limit: float) -> Exit:
        """Waits for its end; raises TimeoutError after `limit` seconds."""
        async with asyncio.timeout(limit):
            return await asyncio.shield(self._exited)

    async def send(self, number: signal.Signals) -> None:
        """Signals the process itself, not its children."""
        await self._run.ask("signal", pid=self.pid, number=int(number))

    async def freeze(self) -> list[int]:
        """Stops the whole tree; the members' numbers."""
        return list((await self._run.ask("freeze", pid=self.pid))["pids"])

    async def thaw(self) -> list[int]:
        """Lets the whole tree go on; the members' numbers."""
        return list((await self._run.ask("thaw", pid=self.pid))["pids"])

    async def kill(self) -> tuple[list[int], Moment]:
        """Ends the whole tree at one instant, as a power cut does; its members, and the instant."""
        done = await self._run.ask("kill", pid=self.pid)
        if done["left"]:
            raise Inconclusive(f"processes {done['left']} of {self.name} did not end when they were killed")
        if done["pids"]:
            await self.ended(ENDING_LIMIT)
        return done["pids"], Moment.at(done["ns"])

    async def states(self) -> dict[str, str]:
        """The tree's members with their states as /proc names them (T: stopped)."""
        return dict((await self._run.ask("states", pid=self.pid))["states"])

    def last_words(self, lines: int = 5) -> str:
        """The end of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""


class Run:
    """The suite's side of one starter. Made by `Run.begin`."""

    folder: Path

    def __init__(self, starter: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._starter, self._control = starter, control
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._asked = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._exits: dict[int, asyncio.Future[Exit]] = {}

    @classmethod
    def begin(cls, inside: Path | None = None) -> Self:
        """Starts the starter.

        Args:
            inside: where the run's directory is made; the system's temporary directory if None.

        Raises:
            CannotRun: it cannot be started.
        """
        ours, theirs = socket.socketpair()
        number = str(theirs.fileno())
        place = str(inside or tempfile.gettempdir())
        # -P: a file in the caller's directory must not stand in for a module.
        command = [sys.executable, "-P", "-s", "-m", "support.targets.starter", number, place]
        environment = {**PLAIN, "PYTHONPATH": str(ROOT)}
        try:
            starter = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError as refused:
            ours.close()
            raise CannotRun(f"The starter process cannot be started: {refused}.", "Free resources.") from None
        finally:
            theirs.close()
        return cls(starter, ours)

    async def open(self) -> None:
        """Attaches the run to the running loop; once, before anything is asked of it.

        Raises:
            CannotRun: the starter could not make the run's directory.
        """
        reader, self._writer = await asyncio.open_connection(sock=self._control, limit=LINE_LIMIT)
        self._listening = asyncio.create_task(self._listen(reader))
        self.folder = Path((await self.ask("hello"))["folder"])

    @property
    def starter(self) -> int:
        """Number of the starter's process."""
        return self._starter.pid

    async def ask(self, verb: str, **given: Any) -> dict[str, Any]:
        """One request to the starter.

        Raises:
            CannotRun: it cannot be done, for the cause that the starter names.
            Inconclusive: the starter is gone.
        """
        if self._writer is None or self._listening is None or self._listening.done():
            raise Inconclusive("the process that starts everything is gone")
        self._asked += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._asked] = answer
        self._writer.write(json.dumps({"id": self._asked, "do": verb, **given}).encode() + b"\n")
        done = await answer
        if not done["ok"]:
            raise CannotRun(done["cause"], done["next_action"])
        return done

    async def preload(self, modules: Sequence[str]) -> None:
        """Imports in the starter what the entry points need, so that each of them starts at once."""
        await self.ask("preload", modules=list(modules))

    async def reserve(self, count: int) -> list[int]:
        """So many ports of 127.0.0.1 that nobody else uses until they are released; CannotRun without."""
        return list((await self.ask("reserve", count=count))["ports"])

    async def release(self, ports: Sequence[int]) -> None:
        """Gives ports back."""
        await self.ask("release", ports=list(ports))

    async def start(
        self,
        name: str,
        *,
        home: Path,
        program: Path | None = None,
        entry: str = "",
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        listening: Sequence[int] = (),
        files: Mapping[str, str] | None = None,
        user: int = 0,
    ) -> Process:
        """Starts a program, or a Python entry point as a fork of the starter.

        Args:
            name: names its log, `<home>/<name>.log`.
            home: its working directory.
            program: the program's path; None for an entry point.
            entry: "module:function", called with the arguments; returns the exit code.
            arguments: without the program's name.
            environment: beside the plain one.
            listening: ports to listen on for it; "{fd:PORT}" in arguments and files is the socket's number.
            files: written before it starts: path to text.
            user: user to become, 0 to stay.
        """
        log = home / f"{name}.log"
        done = await self.ask(
            "start",
            program=str(program or ""),
            entry=entry,
            arguments=[str(word) for word in arguments],
            environment={**PLAIN, "HOME": str(home), "TMPDIR": str(home), **(environment or {})},
            folder=str(home),
            log=str(log),
            listening=list(listening),
            files=dict(files or {}),
            user=user,
        )
        return Process(self, name, done["pid"], log, done["exited"])

    async def remove(self, path: Path, keep: Path | None = None, to: Path | None = None) -> None:
        """Removes a directory of the run whose processes have ended; moves `keep` in it to `to`."""
        await self.ask("remove", path=str(path), keep=str(keep or ""), to=str(to or ""))

    async def close(self) -> None:
        """Ends everything that was started and removes the run's directory; returns when that is done."""
        if self._listening:
            self._listening.cancel()
        if self._writer:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        await asyncio.to_thread(self.end)

    def end(self) -> None:
        """As `close`, for a caller without a loop."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._starter.wait(ENDING_LIMIT)
        except subprocess.TimeoutExpired:
            # Its children die with it; the next run sweeps the directory.
            self._starter.kill()
            self._starter.wait()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        try:
            while line := await reader.readline():
                said = json.loads(line)
                if "exit" in said:
                    exited = self._exits.pop(said["exit"], None)
                    if exited:
                        exited.set_result(Exit(said["code"], Moment.at(said["ns"])))
                    continue
                if "started" in said:
                    # Made here, so that the news of a quick end finds it, and handed on with the answer, since by the
                    # time that whoever asked goes on, the end may have been told and forgotten.
                    said["exited"] = self._exits[said["pid"]] = loop.create_future()
                waiting = self._waiting.pop(said["id"])
                if not waiting.done():
                    waiting.set_result(said)
        except OSError:
            pass
        finally:
            self._abandon()

    def _abandon(self) -> None:
        now = Moment.now()
        for exited in self._exits.values():
            exited.set_result(Exit(-signal.SIGKILL, now))
        for waiting in self._waiting.values():
            if not waiting.done():
                gone = "The process that starts everything has ended."
                waiting.set_result({"ok": False, "cause": gone, "next_action": "Start the run again."})
        self._exits.clear()
        self._waiting.clear()


def other_user() -> int:
    """The user that PostgreSQL must become: it refuses to run as root. 0 when we are a plain user."""
    if os.getuid():
        return 0
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            if found := pwd.getpwnam(name).pw_uid:
                return found
    return 65_534
