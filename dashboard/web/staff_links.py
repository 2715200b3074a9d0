"""The file with everybody's link, for the person who had it made and for nobody else."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import home, sessions
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.services.employee import handover
from dashboard.services.house import House
from dashboard.web import plain


def _file(token: str | None, name: str) -> Response:
    """The file, once the visitor's right was looked up."""
    try:
        content = handover.fetch(House(home(), visitor=sessions().principal(token)), name, token or "")
    except AccessDenied:
        return plain.not_found()
    except CommonGroundError as error:
        return plain.message("The file is gone", error.message, hint=error.hint, status=410)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="staff-links.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def file(request: Request) -> Response:
    """GET /api/staff-surveys/links/{name}"""
    return await run_in_threadpool(_file, request.cookies.get(session_cookie()), str(request.path_params["name"]))


ROUTES: list[BaseRoute] = [Route("/api/staff-surveys/links/{name}", file, methods=["GET"])]
