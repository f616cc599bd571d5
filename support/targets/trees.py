"""Processes of this machine as trees, read from /proc, and signals that cannot reach a stranger.

A process is known by its number and its start time together, because numbers are given again. Backends
of PostgreSQL are sessions of their own, so a process group never holds a whole server: only the tree does.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A process as /proc shows it: `started` in clock ticks since boot, `state` one letter (T: stopped)."""

    pid: int
    parent: int
    state: str
    started: int


def look(pid: int) -> Seen | None:
    """The process with this number, None when there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name, in parentheses, may itself hold spaces and parentheses.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return Seen(pid, int(fields[1]), fields[0].decode(), int(fields[19]))


def descendants(root: int) -> list[Seen]:
    """Everything below a process, parents before their children."""
    children: dict[int, list[Seen]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (seen := look(int(name))):
            children.setdefault(seen.parent, []).append(seen)
    found: list[Seen] = []
    level = children.get(root, [])
    while level:
        found += level
        level = [child for parent in level for child in children.get(parent.pid, [])]
    return found


def tree(root: int) -> list[Seen]:
    """A process and everything below it; empty when it has ended."""
    seen = look(root)
    return [seen, *descendants(root)] if seen and seen.state != "Z" else []


def send(process: Seen, number: signal.Signals) -> bool:
    """Signals exactly this process; False when it has ended, whoever bears its number now."""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        now = look(process.pid)
        if now is None or now.started != process.started:
            return False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, number)
            return True
        return False
    finally:
        os.close(handle)


def freeze(root: int) -> list[Seen]:
    """Stops a whole tree; returns its members, all of which have been told to stop."""
    stopped: dict[int, Seen] = {}
    while new := [seen for seen in tree(root) if seen.pid not in stopped and seen.state != "Z"]:
        # What a parent forks just before it stops is found by looking again.
        for seen in new:
            send(seen, signal.SIGSTOP)
            stopped[seen.pid] = seen
    return list(stopped.values())


def kill(processes: Iterable[Seen], limit: float) -> list[Seen]:
    """Kills processes and waits for their ends; returns those that have not ended within `limit` seconds.

    For a whole tree at one instant, as in a power cut, `freeze` it first.
    """
    waiting: dict[int, Seen] = {}
    poll = select.poll()
    for process in processes:
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(process.pid)
            waiting[handle] = process
            poll.register(handle, select.POLLIN)
    for process in waiting.values():
        send(process, signal.SIGKILL)
    deadline = time.monotonic() + limit
    try:
        left = dict(waiting)
        while left and (rest := deadline - time.monotonic()) > 0:
            for handle, _ in poll.poll(rest * 1000):
                poll.unregister(handle)
                left.pop(handle)
        return list(left.values())
    finally:
        for handle in waiting:
            os.close(handle)
