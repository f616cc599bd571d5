"""What Redis can suffer without being stopped: no connection left, no memory left, reading only, everything lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import redis.asyncio
import redis.exceptions

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.targets.services import Redis
from support.targets.strain import ASK_LIMIT, Strain
from support.targets.witness import Witness

KEY = "golden-path:strain"


class NoConnection(Strain):
    """Redis has no connection left: it lets nobody in, and whoever was in is out; somebody must have wanted to be."""

    def __init__(self, service: Redis) -> None:
        self._service = service
        self._own: redis.asyncio.Redis | None = None
        self._most = 0
        self._refused = 0

    async def begin(self) -> Witness:
        """Leaves room for one, which is the suite's own, and sends everybody else away."""
        self._service.permitted("take every connection of")
        # It keeps its own one, too: nobody gets in when this is done.
        self._own = _client(self._service, single=True)
        self._most = int((await self._own.config_get("maxclients")).get("maxclients") or 0)
        before = await self._turned_away(self._own)
        await self._own.config_set("maxclients", "1")
        gone = 0
        for kind in ("normal", "pubsub"):
            gone += int(await self._own.client_kill_filter(_type=kind, skipme=True))
        refused = await self._refusal()
        self._refused = await self._turned_away(self._own)
        if not refused or self._refused <= before:
            raise Inconclusive("Redis was to have no connection left, and lets somebody in")
        evidence = f"{gone} were sent away, {self._refused - before} turned away since, and the next: {refused}"
        return Witness("Redis has no connection left", Moment.now(), evidence)

    async def end(self) -> Witness:
        """Lets in as many as before; Inconclusive when nobody has wanted to come in meanwhile."""
        own, self._own = self._own, None
        if own is not None:
            refused = await self._turned_away(own)
            await own.config_set("maxclients", str(self._most))
            await own.aclose()
            if refused <= self._refused:
                raise Inconclusive("Redis had no connection left, and nobody has wanted one")
        identity = await self._service.until_answers()
        return Witness("Redis has connections again", Moment.now(), f"answers as {identity}")

    @staticmethod
    async def _turned_away(own: redis.asyncio.Redis) -> int:
        """How many Redis has not let in so far, by its own count."""
        return int((await own.info("stats"))["rejected_connections"])

    async def _refusal(self) -> str:
        """How Redis turns the next one away; "" when it does not."""
        try:
            async with door(self._service) as client:
                await client.ping()
        except redis.exceptions.ConnectionError as refused:
            return str(refused)
        return ""


class ReadsOnly(Strain):
    """Redis lets itself be read and takes no change, as one does that has lost the replicas it must not be without."""

    def __init__(self, service: Redis) -> None:
        self._service = service

    async def begin(self) -> Witness:
        """It must have a replica, and has none."""
        self._service.permitted("make read-only")
        return await self._wait_for("1", "takes no change", refuses=True)

    async def end(self) -> Witness:
        """It may be alone again."""
        return await self._wait_for("0", "takes changes again", refuses=False)

    async def _wait_for(self, replicas: str, what: str, *, refuses: bool) -> Witness:
        async with door(self._service) as client:
            await client.config_set("min-replicas-to-write", replicas)
            refused = await _refusal(client)
            await client.get(KEY)
        if bool(refused) is not refuses:
            raise Inconclusive(f"Redis was to be one that {what}, and says: {refused or 'OK'}")
        return Witness(f"Redis {what}", Moment.now(), f"{refused or 'it keeps something new'}; it can be read")


class NoMemory(Strain):
    """Redis has no memory left: it answers, and keeps nothing new; somebody must have been refused for it."""

    def __init__(self, service: Redis) -> None:
        self._service = service
        self._refused = 0

    async def begin(self) -> Witness:
        """Less memory is allowed than is in use."""
        self._service.permitted("take the memory of")
        witness, refused = await self._allow("1", refuses=True)
        self._refused = refused + 1  # the suite's own attempt
        return witness

    async def end(self) -> Witness:
        """As much as there is; Inconclusive when nobody has wanted to keep anything meanwhile."""
        witness, refused = await self._allow("0", refuses=False)
        if refused <= self._refused:
            raise Inconclusive("Redis had no memory left, and nobody has wanted to keep anything there")
        return witness

    async def _allow(self, most: str, *, refuses: bool) -> tuple[Witness, int]:
        """The witness, and how often Redis had refused something for lack of memory before.

        Only before: somebody may be refused as soon as there is no memory, and not ask again.
        """
        async with door(self._service) as client:
            errors = await client.info("errorstats")
            await client.config_set("maxmemory", most)
            refused = await _refusal(client)
        if bool(refused) is not refuses:
            raise Inconclusive(f"Redis was to have {'no' if refuses else 'its'} memory, and says: {refused or 'OK'}")
        what = "has no memory left" if refuses else "has memory again"
        witness = Witness(f"Redis {what}", Moment.now(), refused or "it keeps something new")
        return witness, int(errors.get("errorstat_OOM", {}).get("count", 0))


class Emptied(Strain):
    """Redis has lost everything that it held."""

    def __init__(self, service: Redis) -> None:
        self._service = service

    async def begin(self) -> Witness:
        """Takes everything away."""
        self._service.permitted("empty")
        async with door(self._service) as client:
            held = await _held(client)
            await client.flushall()
        if not held:
            raise Inconclusive("Redis held nothing that could have been lost")
        return Witness("Redis was emptied", Moment.now(), f"it held {held} things")

    async def end(self) -> Witness:
        """Nothing has to be undone."""
        return Witness("Redis goes on", Moment.now(), "it answers")


@contextlib.asynccontextmanager
async def door(service: Redis) -> AsyncIterator[redis.asyncio.Redis]:
    """A connection of the suite's own, beside the platform's."""
    client = _client(service)
    try:
        yield client
    finally:
        await client.aclose()


def _client(service: Redis, *, single: bool = False) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        service.url, socket_timeout=ASK_LIMIT, decode_responses=True, single_connection_client=single
    )


async def _refusal(client: redis.asyncio.Redis) -> str:
    """How Redis refuses to keep something new; "" when it keeps it, which is only for a moment."""
    try:
        await client.set(KEY, "1", px=1)
    except redis.exceptions.ResponseError as refused:
        return str(refused)
    return ""


async def _held(client: redis.asyncio.Redis) -> int:
    """How many things Redis holds; it is waited for the first one, which may be on its way."""
    began = Moment.now()
    while not (held := int(await client.dbsize())) and Moment.now().seconds_since(began) < ASK_LIMIT:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return held
