"""The control door of the world's process: JSON lines over TCP on the loopback address.

The first line carries the deployment's secret; afterwards each line is one request with an `id`, and
each answer bears the same `id`. An answer comes when it is true, so several may be under way at once.
"""

import asyncio
import hmac
import json
import socket
from collections.abc import Mapping
from typing import Any

from support.outside.calls import Call
from support.outside.modes import MANNERS, Mode
from support.outside.played import Outside
from support.outside.proxy import Proxy

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of one line; a list of many recorded calls is one line."""
WELCOME = b'{"ok": true}'
"""What the first line is answered with when its secret is right."""


class Control:
    """Does what the suite's `World` and `Way` ask for.

    Args:
        outside: the played services.
        ways: the proxies, by "instance.service".
        secret: what the first line must carry.
    """

    def __init__(self, outside: Outside, ways: Mapping[str, Proxy], secret: str) -> None:
        self._outside, self._ways, self._secret = outside, ways, secret
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def open(self, listening: socket.socket) -> None:
        """Starts to answer on a socket that listens already."""
        self._server = await asyncio.start_server(self._serve, sock=listening, limit=LINE_LIMIT)

    async def close(self) -> None:
        """Ends the door; those who speak through it are answered no more."""
        if self._server:
            self._server.close()
        for task in list(self._under_way):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own: set[asyncio.Task[None]] = set()
        try:
            greeting = json.loads(await reader.readline())
            if not hmac.compare_digest(str(greeting["secret"]).encode(), self._secret.encode()):
                return
            writer.write(WELCOME + b"\n")
            while line := await reader.readline():
                task = asyncio.create_task(self._answer(json.loads(line), writer))
                for tasks in (own, self._under_way):
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # Not the suite, or it has gone.
        finally:
            for task in own:
                task.cancel()
            writer.close()

    async def _answer(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            answer = {"id": request["id"], "ok": True, "value": await self._do(**request["do"])}
        except (ValueError, OSError) as refused:
            answer = {"id": request["id"], "ok": False, "error": str(refused)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()

    async def _do(self, verb: str, **given: Any) -> Any:
        if verb == "way":
            return await self._way(**given["given"])
        if verb == "until":
            return await self._until(**given)
        return getattr(self, f"_do_{verb}")(**given)

    def _do_expect(self, user: str, accounts: dict[str, str]) -> None:
        self._outside.expect(user, accounts)

    def _do_forget(self, user: str) -> None:
        self._outside.forget(user)

    def _do_script(self, user: str, what: str, mode: dict[str, Any]) -> int:
        if mode["manner"] not in MANNERS:
            raise ValueError(f"{mode['manner']} is no manner of the outside world")
        return self._outside.script(user, what, Mode(**mode))

    def _do_let_one(self, user: str, what: str) -> None:
        self._outside.let_one(user, what)

    def _do_release(self, user: str) -> int:
        return self._outside.release(user)

    def _do_calls(self, user: str) -> list[dict[str, Any]]:
        return [call.to_json() for call in self._outside.calls(user)]

    def _do_pulse(self) -> None:
        """Nothing; how long that takes tells of the machine."""

    def _do_strangers(self) -> list[dict[str, Any]]:
        return [call.to_json() for call in self._outside.strangers()]

    async def _until(self, user: str, what: str, task: str, times: int, ended: bool, limit: float) -> dict[str, Any]:
        def matching() -> list[Call]:
            return [
                call
                for call in self._outside.calls(user)
                if call.what == what and task in ("", call.task) and (call.ended or not ended)
            ]

        true = await self._outside.until(lambda: len(matching()) >= times, limit)
        return {"true": true, "calls": [call.to_json() for call in matching()]}

    async def _way(self, name: str, verb: str, **given: Any) -> Any:
        if name not in self._ways:
            raise ValueError(f"there is no way {name} here")
        way = self._ways[name]
        match verb:
            case "cut":
                return way.cut(given["reset"])
            case "refuse":
                return way.refuse()
            case "blackhole":
                return way.blackhole(given["lost"])
            case "slow":
                return way.slow(given["seconds"])
            case "restore":
                return await way.restore()
            case "knock":
                try:
                    return {"seconds": await way.knock(given["limit"]), "refused": ""}
                except OSError as refused:
                    return {"seconds": None, "refused": str(refused)}
            case "bytes":
                return [way.to_service, way.to_instance]
        raise ValueError(f"a way cannot {verb}")
