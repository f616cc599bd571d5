"""The doors through which a person leaves for good, and an administrator lets a member of the company leave."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from support.reference.rest import REST, Known, netra_of, said

router = APIRouter()


@router.delete("/api/profile")
async def erase(request: Request, caller: Known) -> JSONResponse:
    """Everything of the caller's is gone, and no pass of the caller's opens anything any more."""
    return said(await netra_of(request).erasure.erase(caller))


@router.get("/api/company/members")
async def members(request: Request, caller: Known) -> JSONResponse:
    """Who belongs to the caller's company."""
    return said({"members": await netra_of(request).erasure.members(caller)})


@router.delete("/api/company/members/{user_id}")
async def erase_member(request: Request, caller: Known, user_id: str) -> JSONResponse:
    """The same as erasing oneself, done by the administrator for a member of the company."""
    return said(await netra_of(request).erasure.erase_member(caller, user_id, REST))
