"""Is the server alive, and can it read its home?"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.door import sessions
from dashboard.errors import CommonGroundError


async def health(request: Request) -> Response:
    """200 when the records answer, else 503; says nothing about the data."""
    try:
        await run_in_threadpool(lambda: sessions().principal("health"))
    except CommonGroundError:
        return JSONResponse({"status": "records cannot be read"}, status_code=503, headers={"Cache-Control": "no-store"})
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


ROUTES: tuple[BaseRoute, ...] = (Route("/health", health, methods=["GET"]),)
