"""The doors at which an operator of Netra is told what is wrong, and has it mended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from support.reference.rest import Known, netra_of, said

router = APIRouter()
AlarmId = Annotated[int, Path(ge=0, lt=2**62)]


@router.get("/api/alarms")
async def alarms(request: Request, caller: Known) -> JSONResponse:
    """Every alarm."""
    return said({"alarms": await netra_of(request).ownership.alarms(caller)})


@router.post("/api/alarms/{alarm_id}/mend")
async def mend(request: Request, caller: Known, alarm_id: AlarmId) -> JSONResponse:
    """Gives back what an alarm is about to its rightful owner."""
    return said(await netra_of(request).ownership.mend(caller, alarm_id))
