"""Calls to the services outside: the customer's clouds for bills, and the model for advice.

A call ends when its service answers or when it is cancelled: the time limit of the attempt is the only one,
and cancelling closes the connection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from support.reference.figures import CLOUDS, amount
from support.reference.trouble import OutsideFailed

CONNECT_SECONDS = 5.0
KEPT_SECONDS = 2.0
"""How long a connection without a call is kept."""
OUT_OF_REACH = (aiohttp.ClientError, TimeoutError, OSError)


class _Lost(aiohttp.ClientError):
    """The connection was lost before the answer."""


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Makes a call a single time: by itself the client would repeat some of those whose connection is lost."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Lost from error


class Service:
    """The way to one service; nothing in the environment changes where its calls go."""

    def __init__(self) -> None:
        self._client: aiohttp.ClientSession | None = None

    async def call(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a good answer; raises OutsideFailed for every other, `refused` when the access does not hold."""
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                middlewares=(_once,),
            )
        try:
            async with self._client.request(
                method, URL(address, encoded=True), json=body, allow_redirects=False
            ) as answer:
                if answer.status in (401, 403):
                    raise OutsideFailed(refused=True)
                if answer.status != 200:
                    raise OutsideFailed
                return json.loads(await answer.read())
        except (*OUT_OF_REACH, ValueError, RecursionError) as error:
            raise OutsideFailed from error

    async def close(self) -> None:
        """Ends all connections."""
        if self._client is not None:
            await self._client.close()


class Bills:
    """The customer's clouds."""

    def __init__(self, billing_url: str) -> None:
        self._url = billing_url.rstrip("/")
        self._service = Service()

    async def fetch(self, cloud: str, account: str) -> dict[str, Any]:
        """The bill of one account; raises OutsideFailed, `refused` when the access does not hold."""
        bill = await self._service.call("GET", f"{self._url}/{cloud}/accounts/{quote(account, safe='')}/costs")
        return self.checked(bill, cloud)

    @staticmethod
    def checked(bill: Any, cloud: str) -> dict[str, Any]:
        """The bill if it can be one; a half of a bill is none."""
        try:
            if not isinstance(bill, dict) or bill["cloud"] != cloud or not isinstance(bill["items"], list):
                raise OutsideFailed
            amount(bill["monthly_cost"])
        except (KeyError, ValueError) as error:
            raise OutsideFailed from error
        return bill

    async def close(self) -> None:
        """Ends all connections."""
        await self._service.close()


class Model:
    """The AI model behind an endpoint of the usual kind (chat completions)."""

    NAME = "netra-analyst"

    def __init__(self, model_url: str) -> None:
        self._url = model_url.rstrip("/") + "/chat/completions"
        self._service = Service()

    async def find_savings(
        self,
        user_id: str,
        told: Sequence[Mapping[str, str]],
        question: str,
        costs: Sequence[Mapping[str, Any]],
    ) -> dict[str, Any]:
        """The model's answer in words and its recommendations; raises OutsideFailed."""
        content = await self.ask(user_id, told, {"task": "find_savings", "question": question, "costs": costs})
        return self.checked_advice(content)

    async def write_report(
        self,
        user_id: str,
        told: Sequence[Mapping[str, str]],
        question: str,
        costs: Sequence[Mapping[str, Any]],
        recommendations: Sequence[Mapping[str, Any]],
    ) -> dict[str, Any]:
        """The model's report in words; raises OutsideFailed."""
        content = await self.ask(
            user_id,
            told,
            {
                "task": "write_report",
                "question": question,
                "costs": costs,
                "recommendations": recommendations,
            },
        )
        if not isinstance(content.get("report"), str) or not content["report"].strip():
            raise OutsideFailed
        return {"report": content["report"]}

    async def ask(self, user_id: str, told: Sequence[Mapping[str, str]], task: Mapping[str, Any]) -> dict[str, Any]:
        """One call: what was said before, then the task; the object that the model answers."""
        answer = await self._service.call(
            "POST",
            self._url,
            {
                "model": self.NAME,
                "user": user_id,
                "messages": [*told, {"role": "user", "content": json.dumps(task)}],
            },
        )
        try:
            content = json.loads(answer["choices"][0]["message"]["content"])
        except (KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
            raise OutsideFailed from error
        if not isinstance(content, dict):
            raise OutsideFailed
        return content

    @staticmethod
    def checked_advice(content: Mapping[str, Any]) -> dict[str, Any]:
        """The advice if every part of it is there and every amount is one."""
        answer, entries = content.get("answer"), content.get("recommendations")
        if not isinstance(answer, str) or not answer.strip() or not isinstance(entries, list):
            raise OutsideFailed
        try:
            for entry in entries:
                amount(entry["monthly_savings"])
                if entry["cloud"] not in CLOUDS or not isinstance(entry["title"], str):
                    raise OutsideFailed
        except (KeyError, TypeError, ValueError) as error:
            raise OutsideFailed from error
        return {"answer": answer, "recommendations": entries}

    async def close(self) -> None:
        """Ends all connections."""
        await self._service.close()
