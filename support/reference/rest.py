"""The REST surface: each door takes the caller from the token, asks one noun, and says the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from support.reference import frames
from support.reference.figures import CLOUDS
from support.reference.identity import Caller
from support.reference.runs import shown as run_shown
from support.reference.storage import Connection
from support.reference.threads import shown as thread_shown
from support.reference.trouble import Invalid, NotFound

if TYPE_CHECKING:
    from support.reference.app import Netra

router = APIRouter()
REST = "rest"
"""Origin of an attempt, as the audit trail names it."""


def netra_of(request: Request) -> Netra:
    """The nouns of the instance that was asked."""
    return cast("Netra", request.app.state.netra)


async def caller_of(request: Request) -> Caller:
    """Who asks. Without a token that holds nobody gets any further."""
    netra = netra_of(request)
    caller = netra.tokens.from_header(request.headers.get("authorization"))
    await netra.sessions.enter(caller)
    if any("\x00" in str(name) for name in request.path_params.values()):
        raise NotFound  # Nothing has such a name, and storage could not even be asked for it.
    return replace(caller, address=request.client.host if request.client else "")


Known = Annotated[Caller, Depends(caller_of)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=2**31)]
Number = Annotated[int, Query(ge=0, lt=2**62)]
Mark = Annotated[str | None, Header(alias="Idempotency-Key")]
Phase = Annotated[Literal["active", "paused", "completed", "archived"] | None, Query(alias="status")]


class NewThread(BaseModel):
    """What may be said of a conversation; who owns it is not for the request to say."""

    title: str | None = Field(default=None, max_length=500)
    metadata: dict[str, Any] | None = None


class WholeThread(NewThread):
    """A conversation that is saved with what has been said in it already."""

    messages: list[Annotated[str, Field(min_length=1, max_length=100_000)]] = Field(default=[], max_length=100)


class NewMessage(BaseModel):
    """A message of the customer's that asks for no analysis."""

    message: str = Field(min_length=1, max_length=100_000)
    metadata: dict[str, Any] | None = None
    reply_to: str | None = Field(default=None, max_length=100)


class Profile(BaseModel):
    """What a customer tells about the company."""

    model_config = ConfigDict(strict=True)
    company_name: str = Field(min_length=1, max_length=500)
    segment: str = Field(min_length=1, max_length=100)
    cloud_accounts: dict[str, str]


def said(value: Any, status: int = 200) -> JSONResponse:
    """An answer as it goes out."""
    return JSONResponse(value, status)


@router.get("/health")
async def health(request: Request) -> JSONResponse:
    """Whether the process answers."""
    return said(netra_of(request).health.alive())


@router.get("/health/ready")
async def health_ready(request: Request) -> JSONResponse:
    """Whether both stores answer: 200 or 503."""
    ready, state = await netra_of(request).health.ready()
    return said(state, 200 if ready else 503)


@router.get("/health/identity")
async def health_identity(request: Request) -> JSONResponse:
    """Which platform and instance this is."""
    return said(netra_of(request).health.identity())


@router.get("/api/session")
async def session(request: Request, caller: Known) -> JSONResponse:
    """The caller's presence."""
    return said(await netra_of(request).sessions.state(caller))


@router.get("/api/profile")
async def profile(request: Request, caller: Known) -> JSONResponse:
    """What the caller has told."""
    return said(await netra_of(request).customers.profile(caller))


@router.put("/api/profile")
async def tell_profile(request: Request, caller: Known, body: Profile) -> JSONResponse:
    """Keeps what the caller tells."""
    frames.expect_storable(body.model_dump())
    if not set(body.cloud_accounts) <= set(CLOUDS):
        raise Invalid("Netra knows the clouds aws, azure and gcp.")
    return said(await netra_of(request).customers.tell(caller, body.company_name, body.segment, body.cloud_accounts))


@router.get("/api/threads")
async def threads(
    request: Request, caller: Known, limit: Limit = 50, offset: Offset = 0, phase: Phase = None
) -> JSONResponse:
    """The caller's conversations, newest first: those that are not archived, or those in one phase."""
    threads = netra_of(request).threads
    if phase is None:
        return said(await threads.list_of(caller, limit, offset))
    return said(await threads.in_phase(caller, phase, limit, offset))


@router.post("/api/threads")
async def create_thread(
    request: Request, caller: Known, body: WholeThread | None = None, mark: Mark = None
) -> JSONResponse:
    """A new conversation of the caller, whole with its first messages; of requests with the same mark one makes it."""
    wanted = body or WholeThread()
    frames.expect_storable(wanted.model_dump())
    netra = netra_of(request)
    if mark is None and not wanted.messages:
        return said(await netra.threads.create(caller, wanted.title, wanted.metadata), 201)

    async def start(connection: Connection) -> dict[str, Any]:
        await netra.customers.welcome(caller, connection)
        made = await netra.threads.start(connection, caller, wanted.title, wanted.metadata)
        return await netra.messages.begin_with(connection, made, wanted.messages)

    return said(await netra.repeats.once(caller, mark, ["start", wanted.model_dump()], start), 201)


@router.get("/api/threads/{thread_id}")
async def thread(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """One conversation."""
    return said(thread_shown(await netra_of(request).threads.owned_by(caller, thread_id, "read_thread", REST)))


@router.put("/api/threads/{thread_id}")
async def change_thread(request: Request, caller: Known, thread_id: str, body: NewThread) -> JSONResponse:
    """A new title, further metadata."""
    frames.expect_storable(body.model_dump())
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "change_thread", REST)
    await netra.memory.make_way(caller, body.metadata)
    return said(await netra.threads.change(row, body.title, body.metadata))


@router.delete("/api/threads/{thread_id}")
async def archive_thread(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Puts a conversation away."""
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "archive_thread", REST)
    return said(await netra.threads.archive(row))


@router.get("/api/threads/{thread_id}/messages")
async def messages(
    request: Request, caller: Known, thread_id: str, limit: Limit = 50, offset: Offset = 0
) -> JSONResponse:
    """Part of the history, oldest first."""
    netra = netra_of(request)
    await netra.threads.owned_by(caller, thread_id, "read_messages", REST)
    return said(await netra.messages.page(thread_id, limit, offset))


@router.post("/api/threads/{thread_id}/messages")
async def say(request: Request, caller: Known, thread_id: str, body: NewMessage, mark: Mark = None) -> JSONResponse:
    """A message that asks for no analysis; of requests with the same mark one writes it."""
    frames.expect_storable(body.model_dump())
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "write_message", REST)

    async def write(connection: Connection) -> dict[str, Any]:
        return await netra.messages.say(connection, row["id"], body.message, body.metadata, body.reply_to)

    return said(await netra.repeats.once(caller, mark, ["say", thread_id, body.model_dump()], write))


@router.get("/api/threads/{thread_id}/updates")
async def updates(request: Request, caller: Known, thread_id: str, after: Number = 0) -> JSONResponse:
    """Every stored update beyond a number."""
    netra = netra_of(request)
    await netra.threads.owned_by(caller, thread_id, "read_updates", REST)
    return said({"updates": await netra.updates.replay(thread_id, after), "thread_id": thread_id})


@router.get("/api/threads/{thread_id}/runs")
async def runs(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """The analyses of a conversation, oldest first."""
    netra = netra_of(request)
    await netra.threads.owned_by(caller, thread_id, "read_runs", REST)
    return said({"runs": await netra.runs.of_thread(thread_id), "thread_id": thread_id})


@router.get("/api/threads/{thread_id}/recommendations")
async def recommendations(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """What can be saved, as last found."""
    netra = netra_of(request)
    # The key holds the caller's own name: what is kept ready under it needs no look into PostgreSQL.
    kept = await netra.ready.recommendations(caller.user_id, thread_id)
    if kept is None:

        async def make() -> dict[str, Any] | None:
            await netra.threads.owned_by(caller, thread_id, "read_recommendations", REST)
            return await netra.ready.rebuild_recommendations(caller.user_id, thread_id)

        kept = await netra.ready.once(netra.ready.recommendations_key(caller.user_id, thread_id), make)
    if kept is None:
        raise NotFound("There are no recommendations yet.")
    return said(kept)


@router.get("/api/threads/{thread_id}/result")
async def result(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """The last compiled answer."""
    netra = netra_of(request)
    kept = await netra.ready.results(caller.user_id, thread_id)
    if kept is None:

        async def make() -> dict[str, Any] | None:
            await netra.threads.owned_by(caller, thread_id, "read_result", REST)
            return await netra.ready.rebuild_results(caller.user_id, thread_id)

        kept = await netra.ready.once(netra.ready.results_key(caller.user_id, thread_id), make)
    if kept is None:
        raise NotFound("There is no result yet.")
    return said(kept)


@router.get("/api/runs/{run_id}")
async def run(request: Request, caller: Known, run_id: str) -> JSONResponse:
    """One analysis."""
    return said(run_shown(await netra_of(request).runs.owned_by(caller, run_id, "read_run", REST)))


@router.post("/api/runs/{run_id}/retry")
async def retry(request: Request, caller: Known, run_id: str) -> JSONResponse:
    """The next attempt at an analysis that ended early."""
    netra = netra_of(request)
    row = await netra.runs.owned_by(caller, run_id, "retry_run", REST)
    netra.drain.expect_work()
    hold, first = await netra.analyses.retry(row)
    await netra.fanout.publish(first)
    netra.crew.take(hold)
    return said(run_shown(await netra.runs.owned_by(caller, run_id, "retry_run", REST)), 202)


@router.get("/api/runs/{run_id}/report")
async def report(request: Request, caller: Known, run_id: str) -> JSONResponse:
    """The readable report of an analysis."""
    netra = netra_of(request)
    await netra.runs.owned_by(caller, run_id, "read_report", REST)
    return said(await netra.runs.report(run_id))


@router.get("/api/memory")
async def memory(request: Request, caller: Known, history: bool = False) -> JSONResponse:
    """What is remembered of the caller; with `history` also what held before."""
    return said({"facts": await netra_of(request).memory.of(caller, history)})


@router.delete("/api/memory/{fact_id}")
async def forget(request: Request, caller: Known, fact_id: str) -> JSONResponse:
    """Removes what is remembered, for good."""
    await netra_of(request).memory.forget(caller, fact_id, REST)
    return said({"id": fact_id, "removed": True})


@router.get("/api/audit")
async def audit(request: Request, caller: Known) -> JSONResponse:
    """Refused attempts on what is the caller's company's."""
    return said({"entries": await netra_of(request).audit.entries(caller)})
