"""Ports that no two deployments of this machine share.

They lie below the range from which the system serves outgoing connections, so that nobody gets one by
chance. A port is reserved by a lock that its network namespace holds: a Unix socket bound to a name that
is no file. It has no path to clean up, knows no users, and is free at the moment its holder ends.
"""

import errno
import os
import random
import socket
from pathlib import Path

from support.facts.trouble import CannotRun

LOWEST = 10_000
HIGHEST = 65_000
RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class Ports:
    """The ports that one process has reserved."""

    def __init__(self) -> None:
        self._locks: dict[int, socket.socket] = {}
        # Runs that begin elsewhere seldom meet at all.
        self._order = random.Random(os.urandom(8))
        self._candidates: list[int] = []

    def reserve(self, count: int) -> list[int]:
        """So many ports, free and locked until `release`.

        Raises:
            CannotRun: there are not so many.
        """
        found: list[int] = []
        tried = 0
        if not self._candidates:
            self._candidates = candidates()
            self._order.shuffle(self._candidates)
        while len(found) < count:
            if tried >= len(self._candidates):
                self.release(found)
                raise CannotRun(
                    "No free TCP port is left on 127.0.0.1 for a deployment.",
                    "End other runs on this machine, or what else listens between ports "
                    f"{min(self._candidates)} and {max(self._candidates)}.",
                )
            port = self._candidates[tried]
            tried += 1
            if port not in self._locks and (lock := _lock(port)):
                self._locks[port] = lock
                found.append(port)
        # The next reservation begins where this one ended: a released port rests before it is used again.
        self._candidates = self._candidates[tried:] + self._candidates[:tried]
        return found

    def release(self, ports: list[int]) -> None:
        """Gives ports back."""
        for port in ports:
            if lock := self._locks.pop(port, None):
                lock.close()


def candidates() -> list[int]:
    """Every port below the range of outgoing connections, or above it where nothing is below."""
    try:
        low, high = (int(word) for word in RANGE_FILE.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        low, high = 32_768, 60_999
    below, above = range(LOWEST, low), range(high + 1, HIGHEST)
    return list(below or above or range(LOWEST, HIGHEST))


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def _lock(port: int) -> socket.socket | None:
    """The lock of a port that nobody uses, or None."""
    lock = socket.socket(socket.AF_UNIX)
    try:
        lock.bind(f"\0golden-path/port/{port}")
        with listen(port):
            return lock
    except OSError as taken:
        lock.close()
        if taken.errno in (errno.EADDRINUSE, errno.EACCES):
            return None
        raise
