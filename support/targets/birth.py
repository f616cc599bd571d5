"""How a child of the starter becomes what it is to be: a server's program, or a Python entry point.

Runs in the forked child only. Every child dies with the starter, is a session of its own, and knows
nothing of the caller's environment.
"""

import ctypes
import importlib
import os
import random
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

PR_SET_PDEATHSIG = 1
ANOTHER_USER = 65_534
RESET = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE)
_prctl = ctypes.CDLL(None, use_errno=True).prctl


@dataclass(frozen=True)
class Birth:
    """What to become.

    Attributes:
        program: path of a program, or "" for a Python entry point.
        entry: "module:function", called with the arguments; what it returns is the exit code.
        arguments: without the program's name.
        environment: the whole of it.
        folder: the working directory.
        log: file that receives standard output and error.
        user: the user and group to become, 0 to stay.
    """

    program: str
    entry: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    log: str
    user: int


def become(birth: Birth, starter: int, keep: Sequence[int]) -> NoReturn:
    """Never returns.

    Args:
        birth: what to become.
        starter: pid of the parent; if it has ended meanwhile, so does the child.
        keep: file descriptors that the child inherits; every other one is closed.
    """
    code = 1
    try:
        _settle(birth, starter, keep)
        if birth.program:
            os.execve(birth.program, [birth.program, *birth.arguments], dict(birth.environment))
        code = _call(birth)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _settle(birth: Birth, starter: int, keep: Sequence[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in RESET:
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    log = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    low = 3
    for descriptor in sorted(keep):
        os.closerange(low, descriptor)
        os.set_inheritable(descriptor, True)
        low = descriptor + 1
    os.closerange(low, 65_536)
    if birth.user:
        os.setgroups([])
        os.setgid(birth.user)
        os.setuid(birth.user)
    # After the change of user, which would clear it.
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != starter:
        os._exit(1)
    os.chdir(birth.folder)
    os.umask(0o077)


def _call(birth: Birth) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.environ.clear()
    os.environ.update(birth.environment)
    random.seed()
    module, _, function = birth.entry.partition(":")
    sys.argv = [module, *birth.arguments]
    return int(getattr(importlib.import_module(module), function)(list(birth.arguments)) or 0)
