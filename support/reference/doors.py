"""Which doors an instance has, and how every error leaves through them: a code and a plain sentence."""

from __future__ import annotations

import math

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from support.reference import alarm_doors, conversation_doors, operators, personal_doors, rest, upgrade
from support.reference.journal import journal
from support.reference.trouble import Forbidden, Invalid, NotFound, Refusal, Unauthorized


def answer(refusal: Refusal) -> JSONResponse:
    """A refusal as the REST surface says it."""
    headers = {}
    if refusal.status == 503 and refusal.return_in is not None:
        headers["Retry-After"] = str(math.ceil(refusal.return_in))
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": {"code": refusal.code, "message": refusal.message}}, refusal.status, headers)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return answer(error)


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    return answer(Invalid())


async def _no_such_door(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known: dict[int, Refusal] = {401: Unauthorized(), 403: Forbidden(), 404: NotFound()}
    refusal = known.get(error.status_code, Invalid())
    response = answer(refusal)
    response.status_code = error.status_code
    return response


async def _broken(request: Request, error: Exception) -> JSONResponse:
    journal.error("a request could not be answered", exc_info=error)
    return answer(Refusal())


def answer_errors(app: FastAPI) -> None:
    """Whatever goes wrong leaves in one shape."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_such_door)
    app.add_exception_handler(Exception, _broken)


def open_doors(app: FastAPI) -> None:
    """REST, and the socket under both of its names."""
    for part in (rest, conversation_doors, operators, personal_doors, alarm_doors):
        # Taken as they are, since building them a second time would make every start a good deal longer.
        app.router.routes.extend(part.router.routes)
    for path in ("/ws", "/api/v1/websocket"):
        app.add_api_websocket_route(path, upgrade.connect)
