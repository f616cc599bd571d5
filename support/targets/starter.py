"""The starter: one process that starts everything of a run, and ends everything at the run's end.

`python -m support.targets.starter SOCKET FOLDER` speaks JSON lines over an inherited socket. It exists
because the parent-death signal goes by thread: a server started from a pool's thread would die with that
thread. Here there is one thread, for as long as the run lives. When the socket ends, however its other
end died, every descendant is killed and the run's directory is removed. Should the starter itself be
killed, its children die by the parent-death signal, and the next run sweeps the directory.

Requests: {"id", "do", ...}. Answers: {"id", "ok": true, ...} or {"id", "ok": false, "cause", "next_action"}.
Unasked: {"exit": pid, "code": exit code or negative signal, "ns": moment}.
"""

import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from support.facts.trouble import CannotRun
from support.targets import birth, trees
from support.targets.folder import Folder, remove, sweep
from support.targets.ports import Ports, listen

PR_SET_CHILD_SUBREAPER = 36
CHUNK = 65_536
LAST_LIMIT = 5.0
"""Seconds that killed processes have to be gone when a run ends."""


class Starter:
    """The starter's own side: does what the run asks, one request after another."""

    def __init__(self, control: socket.socket, inside: Path) -> None:
        self._control = control
        self._inside = inside
        self._made: Folder | None = None
        self._ports = Ports()
        self._children: set[int] = set()
        self._living = True
        self._wake, self._woken = socket.socketpair()

    def run(self) -> None:
        """Serves until the control socket ends or a signal says so, then ends everything."""
        for end in (self._wake, self._woken):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            self._serve()
        finally:
            self._end_everything()

    def _serve(self) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ)
        selector.register(self._woken, selectors.EVENT_READ)
        received = b""
        while self._living:
            for key, _ in selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(CHUNK)
                    self._reap()
                    continue
                data = self._control.recv(CHUNK)
                if not data:
                    return
                *lines, received = (received + data).split(b"\n")
                for line in lines:
                    self._tell(self._answer(json.loads(line)))
                    self._reap()

    def _end(self, *_: object) -> None:
        self._living = False

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self._control.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            self._living = False

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        number, verb = request.pop("id"), request.pop("do")
        try:
            done = getattr(self, f"_do_{verb}")(**request)
        except CannotRun as trouble:
            return {"id": number, "ok": False, "cause": trouble.cause, "next_action": trouble.next_action}
        except Exception as wrong:
            cause = f"The starter could not {verb}: {type(wrong).__name__}: {wrong}."
            return {"id": number, "ok": False, "cause": cause, "next_action": "Look at what the system says."}
        return {"id": number, "ok": True, **done}

    @property
    def _folder(self) -> Folder:
        if self._made is None:
            raise RuntimeError("the first request says hello")
        return self._made

    def _do_hello(self) -> dict[str, Any]:
        """Sweeps what earlier runs have left, and makes this run's directory."""
        try:
            swept = sweep(self._inside)
            self._made = Folder.make(self._inside)
        except OSError as wrong:
            cause = f"No directory for the run can be made in {self._inside}: {wrong.strerror}."
            raise CannotRun(cause, "Name another temporary directory (TMPDIR).") from None
        return {"pid": os.getpid(), "folder": str(self._folder.path), "swept": [str(path) for path in swept]}

    def _do_preload(self, modules: list[str]) -> dict[str, Any]:
        """Imports what entry points will need, once for all of them."""
        began = time.monotonic()
        for module in modules:
            importlib.import_module(module)
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise CannotRun(
                f"Importing {', '.join(modules)} started {threads - 1} threads, which a fork would lose.",
                "Start threads when the platform begins, not when it is imported.",
            )
        gc.collect()
        gc.freeze()
        return {"seconds": time.monotonic() - began}

    def _do_reserve(self, count: int) -> dict[str, Any]:
        return {"ports": self._ports.reserve(count)}

    def _do_release(self, ports: list[int]) -> dict[str, Any]:
        self._ports.release(ports)
        return {}

    def _do_start(self, listening: list[int], files: dict[str, str], **about: Any) -> dict[str, Any]:
        """Starts a child, on sockets that are bound for it to the ports in `listening`.

        "{fd:PORT}" in its arguments and in the files to write for it becomes the number of the socket.
        """
        doors = {port: listen(port) for port in listening}
        try:
            words = [_with_numbers(word, doors) for word in about.pop("arguments")]
            newborn = birth.Birth(arguments=words, **about)
            for path, text in files.items():
                Path(path).write_text(_with_numbers(text, doors), encoding="utf-8")
            sys.stdout.flush()
            sys.stderr.flush()
            own = os.getpid()
            pid = os.fork()
            if pid == 0:
                birth.become(newborn, own, [door.fileno() for door in doors.values()])
        finally:
            for door in doors.values():
                door.close()
        self._children.add(pid)
        seen = trees.look(pid)
        assert seen is not None, "a child that nobody has waited for is always there"
        self._folder.note(seen)
        return {"pid": pid, "started": seen.started}

    def _do_signal(self, pid: int, number: int) -> dict[str, Any]:
        """Signals one child; a child is ours until we have waited for it, so its number is its own."""
        if pid in self._children:
            os.kill(pid, number)
        return {"sent": pid in self._children}

    def _do_freeze(self, pid: int) -> dict[str, Any]:
        members = trees.freeze(pid) if pid in self._children else []
        for member in members:
            # Stopped members of a tree would outlive the signal that ends its root.
            self._folder.note(member)
        return {"pids": [member.pid for member in members], "ns": time.monotonic_ns()}

    def _do_thaw(self, pid: int) -> dict[str, Any]:
        members = trees.tree(pid) if pid in self._children else []
        for member in members:
            trees.send(member, signal.SIGCONT)
        return {"pids": [member.pid for member in members], "ns": time.monotonic_ns()}

    def _do_kill(self, pid: int) -> dict[str, Any]:
        members = trees.freeze(pid) if pid in self._children else []
        at = time.monotonic_ns()
        left = trees.kill(members, LAST_LIMIT)
        return {"pids": [member.pid for member in members], "left": [one.pid for one in left], "ns": at}

    def _do_states(self, pid: int) -> dict[str, Any]:
        members = trees.tree(pid) if pid in self._children else []
        return {"states": {str(member.pid): member.state for member in members}}

    def _do_remove(self, path: str, keep: str, to: str) -> dict[str, Any]:
        """Removes a directory of this run whose processes have ended; moves what is to be kept."""
        if not all(Path(each).is_relative_to(self._folder.path) for each in (path, keep or path, to or path)):
            raise ValueError(f"{path} does not belong to this run")
        remove(Path(path), Path(keep) if keep else None, Path(to) if to else None)
        return {}

    def _reap(self) -> None:
        """Takes leave of ended children, adopted ones too, and tells of those that the run asked for."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self._children:
                self._children.discard(pid)
                code = os.waitstatus_to_exitcode(status)
                self._tell({"exit": pid, "code": code, "ns": time.monotonic_ns()})

    def _end_everything(self) -> None:
        trees.kill([seen for seen in _all_below(os.getpid()) if seen.state != "Z"], LAST_LIMIT)
        if self._made:
            self._made.remove()


def _all_below(root: int) -> list[trees.Seen]:
    found: dict[int, trees.Seen] = {}
    while new := [seen for seen in trees.descendants(root) if seen.pid not in found]:
        for seen in new:
            trees.send(seen, signal.SIGSTOP)
            found[seen.pid] = seen
    return list(found.values())


def _with_numbers(text: str, doors: dict[int, socket.socket]) -> str:
    for port, door in doors.items():
        text = text.replace(f"{{fd:{port}}}", str(door.fileno()))
    return text


def main(argv: list[str]) -> int:
    """Runs the starter on the control socket with number `argv[0]`, for directories inside `argv[1]`."""
    # Orphans of a killed server come to the starter, which can then end them too.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    control = socket.socket(fileno=int(argv[0]))
    control.set_inheritable(False)
    Starter(control, Path(argv[1])).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
