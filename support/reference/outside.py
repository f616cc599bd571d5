"""Calls to the services outside: the customer's clouds for bills, and the model for advice.

A call ends when its service answers or when it is cancelled: the time limit of the attempt is the only one,
and cancelling closes the connection.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import anyio._backends._asyncio  # noqa: F401
import httpcore  # noqa: F401  httpx reads both at its first call, which would be in every instance that is started
import httpx

from support.reference.figures import CLOUDS, amount
from support.reference.trouble import OutsideFailed

CONNECT_SECONDS = 5.0
NEVER_USED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Stands for the machine's certificates, whose reading takes long, where an address is without TLS."""


def http_client(address: str) -> httpx.AsyncClient:
    """A client for one service; nothing in the environment changes where its calls go."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        trust_env=False,
        verify=address.startswith("https:") or NEVER_USED,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=2.0),
    )


async def answer_of(response: httpx.Response) -> Any:
    """The JSON of a good answer; raises OutsideFailed for every other."""
    if response.status_code in (401, 403):
        raise OutsideFailed(refused=True)
    if response.status_code != 200:
        raise OutsideFailed
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        raise OutsideFailed from error


class Bills:
    """The customer's clouds."""

    def __init__(self, billing_url: str) -> None:
        self._url = billing_url.rstrip("/")
        self._http = http_client(billing_url)

    async def fetch(self, cloud: str, account: str) -> dict[str, Any]:
        """The bill of one account; raises OutsideFailed, `refused` when the access does not hold."""
        try:
            response = await self._http.get(f"{self._url}/{cloud}/accounts/{quote(account, safe='')}/costs")
            bill = await answer_of(response)
        except httpx.HTTPError as error:
            raise OutsideFailed from error
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
        await self._http.aclose()


class Model:
    """The AI model behind an endpoint of the usual kind (chat completions)."""

    NAME = "netra-analyst"

    def __init__(self, model_url: str) -> None:
        self._url = model_url.rstrip("/") + "/chat/completions"
        self._http = http_client(model_url)

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
        try:
            response = await self._http.post(
                self._url,
                json={
                    "model": self.NAME,
                    "user": user_id,
                    "messages": [*told, {"role": "user", "content": json.dumps(task)}],
                },
            )
            answer = await answer_of(response)
        except httpx.HTTPError as error:
            raise OutsideFailed from error
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
        await self._http.aclose()
