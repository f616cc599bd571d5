"""Asking a platform over REST."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx

from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome

_ADDRESS = "golden_path_address"


class Rest:
    """Requests to whatever base address is named; one for the session, its connections are kept open."""

    def __init__(self) -> None:
        # The caller's shell decides nothing: no proxies, no certificates from its environment.
        self._client = httpx.AsyncClient(
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=2.0),
            event_hooks={"response": [_note_address]},
        )

    async def ask(
        self,
        method: str,
        url: str,
        *,
        asked: str,
        seconds: float,
        token: str | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Sends one request and says what came of it; never raises because of what was answered.

        Args:
            asked: what is asked, in business words.
            seconds: how long to wait for the answer.
            token: what the customer presents, None for nothing.
            headers: what else the request says about itself.
        """
        began = Moment.now()
        told = dict(headers or {}) | ({} if token is None else {"Authorization": f"Bearer {token}"})
        try:
            answer = await self._client.request(method, url, json=body, headers=told, timeout=seconds)
        except httpx.HTTPError as error:
            now = Moment.now()
            return Outcome(asked, Kind.NO_ANSWER, now, now.seconds_since(began), raw=f"{type(error).__name__}")
        now = Moment.now()
        return Outcome(
            asked,
            _kind(answer.status_code),
            now,
            now.seconds_since(began),
            answer.status_code,
            _body(answer.text),
            answer.text,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.extensions.get(_ADDRESS, ""),
        )

    async def close(self) -> None:
        """Ends all connections."""
        await self._client.aclose()


def _kind(status: int) -> Kind:
    if 200 <= status < 300:
        return Kind.ACCEPTED
    return Kind.REFUSED if 400 <= status < 500 else Kind.ERROR


async def _note_address(answer: httpx.Response) -> None:
    """Notes this side of the connection while it is there: it may end with the answer."""
    stream = answer.extensions.get("network_stream")
    with suppress(OSError):
        address = stream.get_extra_info("client_addr") if stream is not None else None
        answer.extensions[_ADDRESS] = str(address[0]) if address else ""


def _body(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}
