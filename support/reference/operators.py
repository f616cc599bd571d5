"""The doors for operators of Netra, and those through which a customer gets back what was put away."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from support.reference.rest import REST, Known, netra_of, said
from support.reference.threads import shown as thread_shown
from support.reference.trouble import Conflict

router = APIRouter()


class Rule(BaseModel):
    """Whole days; none means never."""

    model_config = ConfigDict(strict=True)
    completed_days: int | None = Field(default=None, ge=0, le=100_000)
    inactive_days: int | None = Field(default=None, ge=0, le=100_000)
    any_days: int | None = Field(default=None, ge=0, le=100_000)
    delete_days: int | None = Field(default=None, ge=0, le=100_000)


class Hold(BaseModel):
    """Why a conversation may not be touched."""

    reason: str = Field(min_length=1, max_length=500)


@router.put("/api/retention/{company}")
async def agree(request: Request, caller: Known, company: str, body: Rule) -> JSONResponse:
    """The rule that was agreed with a company."""
    return said(await netra_of(request).agreements.agree(caller, company, body.model_dump()))


@router.post("/api/retention/{company}/approval")
async def approve(request: Request, caller: Known, company: str) -> JSONResponse:
    """Deletion as agreed may begin."""
    return said(await netra_of(request).agreements.approve(caller, company), 201)


@router.put("/api/holds/{thread_id}")
async def hold(request: Request, caller: Known, thread_id: str, body: Hold) -> JSONResponse:
    """A legal hold on a conversation."""
    return said(await netra_of(request).agreements.hold(caller, thread_id, body.reason))


@router.delete("/api/holds/{thread_id}")
async def release(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """The end of a legal hold."""
    return said(await netra_of(request).agreements.release(caller, thread_id))


class Announcement(BaseModel):
    """How long maintenance is to take."""

    return_in_seconds: float = Field(gt=0, le=86_400)


@router.post("/api/maintenance")
async def announce(request: Request, caller: Known, body: Announcement) -> JSONResponse:
    """Announces maintenance to everybody."""
    return said(await netra_of(request).mode.announce(caller, body.return_in_seconds), 201)


@router.delete("/api/maintenance")
async def end(request: Request, caller: Known) -> JSONResponse:
    """The end of maintenance."""
    return said(await netra_of(request).mode.end(caller))


@router.post("/api/threads/{thread_id}/undelete")
async def undelete(request: Request, caller: Known, thread_id: str) -> JSONResponse:
    """Undoes the deletion of a conversation."""
    netra = netra_of(request)
    undone = await netra.basket.undo(caller, thread_id)
    row = await netra.threads.owned_by(caller, thread_id, "undelete_thread", REST)
    if not undone:
        raise Conflict("This conversation has not been deleted.")
    return said(thread_shown(row))
