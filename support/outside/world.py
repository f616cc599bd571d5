"""The suite's side of the played world: expects customers, scripts their services, waits for calls."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.outside.calls import Call
from support.outside.control import LINE_LIMIT, WELCOME
from support.outside.modes import Mode

PATIENCE = 5.0
"""Seconds within which the world's process answers what needs no waiting."""


class NotAsked(Inconclusive):
    """The platform did not ask as often as awaited, within the limit.

    Attributes:
        calls: the matching calls that there were.
    """

    def __init__(self, sentence: str, calls: list[Call]) -> None:
        super().__init__(sentence)
        self.calls = calls


class NotTheWorld(ConnectionError):
    """Somebody answers at the address, and it is not the world of this deployment."""


class World:
    """The outside world of one deployment. Made by `World.connect`, on the loop that uses it.

    Every method raises Inconclusive when the world's process is gone or cannot do what is asked.

    Attributes:
        watched: when it was last looked for calls that belong to nobody; None when it never was.
    """

    watched: Moment | None = None

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def connect(cls, host: str, port: int, secret: str) -> Self:
        """Speaks to the control door of a world's process.

        Raises:
            OSError: nobody is there.
            NotTheWorld: the secret is another deployment's, or something else answers.
        """
        reader, writer = await asyncio.open_connection(host, port, limit=LINE_LIMIT)
        try:
            writer.write(json.dumps({"secret": secret}).encode() + b"\n")
            # What is said is not repeated: it may hold the secret.
            greeting = (await reader.readline()).strip()
            if not greeting:
                raise NotTheWorld("it hangs up when it is shown the deployment's secret")
            if greeting != WELCOME:
                raise NotTheWorld("something else answers there")
        except BaseException:
            writer.close()
            raise
        return cls(reader, writer)

    async def expect_customer(self, user_id: str, accounts: Mapping[str, str]) -> None:
        """Calls for this customer and these accounts (cloud to number) are expected from now on."""
        await self._do(verb="expect", user=user_id, accounts=dict(accounts))

    async def forget_customer(self, user_id: str) -> None:
        """Drops the customer's scripts and records and hangs up on its calls that still wait."""
        await self._do(verb="forget", user=user_id)

    async def model(self, user_id: str, mode: Mode) -> int:
        """How the model treats this customer's calls that arrive from now on; the number of the last call before."""
        return int(await self._do(verb="script", user=user_id, what="model", mode=asdict(mode)))

    async def billing(self, user_id: str, cloud: str, mode: Mode) -> int:
        """As `model`, for a cloud's billing service."""
        return int(await self._do(verb="script", user=user_id, what=cloud, mode=asdict(mode)))

    async def let_one(self, user_id: str, what: str) -> None:
        """Lets one paced call of the model's or of a cloud's be answered: the first that waits, or else the next."""
        await self._do(verb="let_one", user=user_id, what=what)

    async def release(self, user_id: str) -> int:
        """Lets every held call of the customer be answered now; how many there were."""
        return int(await self._do(verb="release", user=user_id))

    async def until_asked(self, user_id: str, what: str, times: int = 1, *, limit: float, task: str = "") -> list[Call]:
        """Waits until so many calls have arrived since the customer was expected.

        Args:
            what: "model" or a cloud.
            limit: seconds.
            task: only calls with this task (or account number); "" means all.

        Raises:
            NotAsked: the limit has passed.
        """
        return await self._until(user_id, what, times, limit, task, ended=False)

    async def until_settled(
        self, user_id: str, what: str, times: int = 1, *, limit: float, task: str = ""
    ) -> list[Call]:
        """As `until_asked`, but waits until so many calls have ended, in whatever way."""
        return await self._until(user_id, what, times, limit, task, ended=True)

    async def calls(self, user_id: str) -> list[Call]:
        """Every call for this customer, in order of arrival."""
        return [Call.from_json(plain) for plain in await self._do(verb="calls", user=user_id)]

    async def pulse(self) -> None:
        """Asks for nothing and is answered at once: how long that takes tells how busy the machine is."""
        await self._do(verb="pulse")

    async def strangers(self) -> list[Call]:
        """Calls that belong to no living customer, in order; those of a forgotten one are marked `late`."""
        return [Call.from_json(plain) for plain in await self._do(verb="strangers")]

    async def way(self, name: str, verb: str, *, limit: float = PATIENCE, **given: Any) -> Any:
        """Controls a proxy; for `targets`, whose `Way` adds the witness. `limit` in seconds."""
        asked = {"name": name, "verb": verb, "limit": limit, **given}
        return await self._do(limit + PATIENCE, verb="way", given=asked)

    async def close(self) -> None:
        """Ends the connection; the world's process lives on."""
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _until(self, user: str, what: str, times: int, limit: float, task: str, *, ended: bool) -> list[Call]:
        asked = {"user": user, "what": what, "times": times, "limit": limit, "task": task, "ended": ended}
        value = await self._do(limit + PATIENCE, verb="until", **asked)
        calls = [Call.from_json(plain) for plain in value["calls"]]
        if not value["true"]:
            whom = "the model" if what == "model" else f"the billing service of {what}"
            done = "settled" if ended else "asked"
            raise NotAsked(f"{whom} was {done} {len(calls)} of {times} times within {limit:g} s", calls)
        return calls

    async def _do(self, within: float = PATIENCE, **request: Any) -> Any:
        if self._listening.done():
            raise Inconclusive("the process that plays the outside world is gone")
        self._asked += 1
        number = self._asked
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._writer.write(json.dumps({"id": number, "do": request}).encode() + b"\n")
        try:
            async with asyncio.timeout(within):
                done = await answer
        except TimeoutError:
            raise Inconclusive(f"the played outside world did not answer in {within:g} s") from None
        finally:
            self._waiting.pop(number, None)
        if not done["ok"]:
            raise Inconclusive(f"the outside world could not do it: {done['error']}")
        return done["value"]

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                answer = json.loads(line)
                waiting = self._waiting.get(answer["id"])
                if waiting and not waiting.done():
                    waiting.set_result(answer)
        except OSError:
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_result({"ok": False, "error": "its process is gone"})
