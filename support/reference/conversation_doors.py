"""The doors through which a conversation moves from phase to phase, and the search over one's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from support.reference import frames, phases
from support.reference.rest import REST, Known, Limit, Offset, netra_of, said

router = APIRouter()
Words = Annotated[str, Query(min_length=1, max_length=500)]


@router.post("/api/threads/{thread_id}/pause")
async def pause(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Lets a conversation rest."""
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "pause_thread", REST)
    return said(await netra.threads.move(row, phases.PAUSE))


@router.post("/api/threads/{thread_id}/resume")
async def resume(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Goes on with a conversation that rests."""
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "resume_thread", REST)
    return said(await netra.threads.move(row, phases.RESUME))


@router.post("/api/threads/{thread_id}/complete")
async def complete(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Ends a conversation."""
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "complete_thread", REST)
    return said(await netra.threads.move(row, phases.COMPLETE))


@router.post("/api/threads/{thread_id}/restore")
async def restore(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Takes a conversation out of the archive, as it was before."""
    netra = netra_of(request)
    row = await netra.threads.owned_by(caller, thread_id, "restore_thread", REST)
    return said(await netra.threads.move(row, phases.RESTORE))


@router.get("/api/search")
async def search(request: Request, caller: Known, query: Words, limit: Limit = 50, offset: Offset = 0) -> JSONResponse:
    """The caller's titles and messages that hold these words."""
    frames.expect_storable(query)
    return said(await netra_of(request).search.find(caller, query, limit, offset))
