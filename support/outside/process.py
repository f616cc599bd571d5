"""The process of the played world: everything in one loop, on sockets that were bound before it began."""

import asyncio
import gc
import json
import logging
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from support.outside.control import Control
from support.outside.door import Door
from support.outside.played import Outside
from support.outside.proxy import Proxy


def main(argv: Sequence[str]) -> int:
    """Plays the world until SIGTERM.

    Args:
        argv: one word, the path of a JSON file: {"secret", "control": fd, "outside": fd,
            "ways": {name: {"kind", "listen": fd, "port": of the service}}}; fd is the number (as text) of an
            inherited listening socket.
    """
    logging.basicConfig(level=logging.WARNING)
    settings = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    # Collections that look at every object again would make the proxies' delays uneven.
    gc.freeze()
    asyncio.run(_play(settings["secret"], settings["control"], settings["outside"], settings["ways"]))
    return 0


async def _play(secret: str, control: str, outside: str, ways: dict[str, dict[str, str | int]]) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    played = Outside()
    proxies = {
        name: Proxy(str(way["kind"]), socket.socket(fileno=int(way["listen"])), int(way["port"]))
        for name, way in ways.items()
    }
    for proxy in proxies.values():
        await proxy.open()
    door = Door(played.receive)
    await door.open(socket.socket(fileno=int(outside)))
    await Control(played, proxies, secret).open(socket.socket(fileno=int(control)))
    await ended.wait()
    await door.close()
