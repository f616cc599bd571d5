"""Asking a platform over REST."""

import json
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import aiohttp
from yarl import URL

from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.wire import parsed

_ADDRESS: ContextVar[str] = ContextVar("address", default="")
"""This side of the connection on which the latest request of a task went."""
NEVER = 1e9
SHORTEST_SECONDS = 0.001
"""Stands for no time at all, which the client would take for all the time in the world."""
KEPT_SECONDS = 2.0
"""How long a connection without a request is kept: shorter than by any server."""


class _Lost(aiohttp.ClientError):
    """The connection was lost before the answer."""


class _Connector(aiohttp.TCPConnector):
    """Notes this side of each connection while it is there: it may end with the answer."""

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> aiohttp.connector.Connection:
        connection = await super().connect(req, traces, timeout)
        with suppress(OSError):
            name = connection.transport.get_extra_info("sockname") if connection.transport else None
            _ADDRESS.set(str(name[0]) if name else "")
        return connection


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request a single time: by itself the client would repeat some of those whose connection is lost."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Lost(type(error).__name__) from error


class Rest:
    """Requests to whatever base address is named; one for the session, its connections are kept open.

    Made where its loop runs.
    """

    def __init__(self) -> None:
        # The caller's shell decides nothing: no proxies, no credentials from its environment.
        self._client = aiohttp.ClientSession(
            connector=_Connector(limit=0, keepalive_timeout=KEPT_SECONDS, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_once,),
            trust_env=False,
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
            seconds: how long to wait for the whole answer.
            token: what the customer presents, None for nothing.
            headers: what else the request says about itself.
        """
        began = Moment.now()
        told = dict(headers or {}) | ({} if token is None else {"Authorization": f"Bearer {token}"})
        # As it is written: what is odd in a path is what Netra is to be shown. One pass goes before one in the address.
        address = URL(url, encoded=True) if token is None else URL(url, encoded=True).with_user(None)
        data = None
        if body is not None:
            told["Content-Type"] = "application/json"
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        try:
            async with self._client.request(
                method,
                address,
                data=data,
                headers=told,
                timeout=aiohttp.ClientTimeout(total=max(seconds, SHORTEST_SECONDS), ceil_threshold=NEVER),
                allow_redirects=False,
            ) as answer:
                raw = (await answer.read()).decode("utf-8", "replace")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            now = Moment.now()
            cause = str(error) if isinstance(error, _Lost) else type(error).__name__
            return Outcome(asked, Kind.NO_ANSWER, now, now.seconds_since(began), raw=cause)
        now = Moment.now()
        return Outcome(
            asked,
            _kind(answer.status),
            now,
            now.seconds_since(began),
            answer.status,
            _body(raw),
            raw,
            {name.lower(): ", ".join(answer.headers.getall(name)) for name in answer.headers},
            _ADDRESS.get(),
        )

    async def close(self) -> None:
        """Ends all connections."""
        await self._client.close()


def _kind(status: int) -> Kind:
    if 200 <= status < 300:
        return Kind.ACCEPTED
    return Kind.REFUSED if 400 <= status < 500 else Kind.ERROR


def _body(text: str) -> Any:
    try:
        return parsed(text)
    except ValueError:
        return {}
