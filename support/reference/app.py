"""Puts one instance together: every noun once, on `app.state.netra`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from support.reference.agreements import Agreements
from support.reference.analyses import Analyses
from support.reference.audit import Audit
from support.reference.basket import Basket
from support.reference.cache import Cache
from support.reference.claims import Claims
from support.reference.connections import Connections
from support.reference.crew import Crew
from support.reference.customers import Customers
from support.reference.doors import answer_errors, open_doors
from support.reference.drain import Drain
from support.reference.endings import Endings
from support.reference.erasure import Erasure
from support.reference.exchange import Exchange
from support.reference.fanout import Fanout
from support.reference.health import Health
from support.reference.identity import Tokens
from support.reference.maintenance import MaintenanceMode
from support.reference.memory import Memory
from support.reference.messages import Messages
from support.reference.outside import Bills, Model
from support.reference.ownership import Ownership
from support.reference.ready import Ready
from support.reference.repeats import Repeats
from support.reference.runs import Runs
from support.reference.search import Search
from support.reference.sessions import Sessions
from support.reference.settings import Settings
from support.reference.storage import Storage
from support.reference.threads import Threads
from support.reference.updates import Updates
from support.reference.worker import Tools


@dataclass(frozen=True)
class Netra:
    """The nouns of one instance."""

    settings: Settings
    storage: Storage
    cache: Cache
    tokens: Tokens
    customers: Customers
    sessions: Sessions
    audit: Audit
    threads: Threads
    memory: Memory
    messages: Messages
    updates: Updates
    runs: Runs
    ready: Ready
    fanout: Fanout
    analyses: Analyses
    claims: Claims
    endings: Endings
    bills: Bills
    model: Model
    crew: Crew
    connections: Connections
    drain: Drain
    exchange: Exchange
    health: Health
    repeats: Repeats
    search: Search
    agreements: Agreements
    basket: Basket
    mode: MaintenanceMode
    erasure: Erasure
    ownership: Ownership

    @classmethod
    def of(cls, settings: Settings) -> Netra:
        """All nouns, wired; nothing is connected yet."""
        holder = f"{settings.name}:{uuid.uuid4().hex}"
        storage = Storage(settings.postgres, settings.name, settings.lease, connections=settings.connections)
        cache = Cache(settings.redis)
        customers = Customers(storage)
        sessions = Sessions(cache, customers)
        audit = Audit(storage)
        threads = Threads(storage, customers, audit)
        memory = Memory(storage, audit)
        messages = Messages(storage, memory)
        updates = Updates(storage)
        runs = Runs(storage, audit)
        ready = Ready(cache, runs)
        fanout = Fanout(cache, holder)
        analyses = Analyses(storage, messages, updates, settings, holder)
        claims = Claims(storage, analyses, settings, holder)
        endings = Endings(analyses, messages, updates, ready, fanout)
        bills, model = Bills(settings.billing_url), Model(settings.model_url)
        crew = Crew(claims, Tools(analyses, endings, fanout, bills, model, memory), settings)
        connections = Connections(fanout, sessions, updates)
        mode = MaintenanceMode(storage, connections)
        drain = Drain(crew, connections, settings, mode)
        exchange = Exchange(threads, analyses, fanout, crew, drain)
        return cls(
            settings,
            storage,
            cache,
            Tokens(settings.secret),
            customers,
            sessions,
            audit,
            threads,
            memory,
            messages,
            updates,
            runs,
            ready,
            fanout,
            analyses,
            claims,
            endings,
            bills,
            model,
            crew,
            connections,
            drain,
            exchange,
            Health(settings, storage, cache),
            Repeats(storage, customers),
            Search(storage),
            Agreements(storage),
            Basket(storage),
            mode,
            Erasure(storage, cache, fanout, audit),
            Ownership(storage, ready, settings.check_interval),
        )

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Connects, keeps the tasks of the instance going meanwhile, and gives everything back."""
        await self.storage.open()
        tasks = [
            asyncio.create_task(task)
            for task in (
                self.fanout.listen_for_ever(),
                self.connections.look_for_ever(),
                self.crew.renew_for_ever(),
                self.crew.seek_for_ever(),
                self._look_once_warm(),
                self.erasure.sweep_for_ever(),
                self.ownership.check_for_ever(),
            )
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.2)
            await self.bills.close()
            await self.model.close()
            await self.cache.close()
            await self.storage.close()

    async def _look_once_warm(self) -> None:
        """One after the other: at once, each would take a connection of its own."""
        await self.storage.warm()
        await self.mode.look_for_ever()


def create_app(settings: Settings) -> FastAPI:
    """The application of one instance."""
    netra = Netra.of(settings)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with netra.at_work():
            yield

    app = FastAPI(title="Netra", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.netra = netra
    answer_errors(app)
    open_doors(app)
    return app
