"""One look at one page, on a connection of its own: what a server says of itself, and what a door opens to."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL


class Untrusted(ConnectionError):
    """The server shows a certificate that this machine does not accept."""


@dataclass(frozen=True)
class Page:
    """What a server answered; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """The text as JSON; ValueError when it is none."""
        return json.loads(self.text)


async def look_at(address: str, *, seconds: float | None = None, headers: Mapping[str, str] | None = None) -> Page:
    """The page at an address. Proxies and credentials of the caller's shell decide nothing.

    Args:
        seconds: how long to wait for the whole answer; None leaves that to the caller.
        headers: what else the request says about itself; a pass among them goes before one in the address.
            An answer that goes on in another protocol has no text.

    Raises:
        Untrusted: its certificate is not accepted.
        ConnectionError: there is no answer.
        ValueError: there can be no such address.
    """
    url = URL(address, encoded=True)
    if headers and "Authorization" in headers:
        url = url.with_user(None)
    limit = aiohttp.ClientTimeout(total=seconds)
    connector = aiohttp.TCPConnector(force_close=True, use_dns_cache=False)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=limit) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            text = await answer.text("utf-8", "replace")
            said = {name.lower(): value for name, value in answer.headers.items()}
            return Page(answer.status, said, text)
    except aiohttp.InvalidURL as wrong:
        raise ValueError(f"{wrong} is no address") from None
    except aiohttp.ClientConnectorCertificateError as untrusted:
        raise Untrusted(_objection(untrusted.certificate_error)) from None
    except (aiohttp.ClientError, TimeoutError) as refused:
        raise ConnectionError(_reason(refused)) from None


def _objection(error: Exception) -> str:
    """What is wrong with a certificate, in the words of whoever checked it."""
    return str(getattr(error, "verify_message", "") or error)


def _reason(refused: Exception) -> str:
    """In the system's words where it is the system that refuses, as it is when nobody listens."""
    if isinstance(refused, aiohttp.ClientConnectorError) and (number := refused.os_error.errno):
        # A name that nobody knows has a number of its own, below zero, and words beside it.
        return os.strerror(number) if number > 0 else str(refused.os_error.strerror)
    return str(refused) or type(refused).__name__
