"""What an import set aside, as CSV, for those who may import and for nobody else: rows of an export, or answers of a survey."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import home, sessions
from dashboard.access.roles import Permission
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.services import arrivals
from dashboard.services.house import House
from dashboard.services.surveys import bringing
from dashboard.web import plain

SAFE = re.compile(r"[\w-]{1,64}")


def _file(token: str | None, import_id: str) -> Response:
    """The file, once the visitor's right was looked up."""
    visitor = sessions().principal(token)
    try:
        visitor.require(Permission.IMPORT_DATA)
    except AccessDenied:
        sessions().denied(visitor, "quarantine")
        return plain.not_found()
    if not SAFE.fullmatch(import_id):
        return plain.not_found()
    content = _content(House(home(), visitor=visitor), import_id)
    if content is None:
        return plain.not_found()
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="set-aside-{import_id}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _content(house: House, import_id: str) -> bytes | None:
    """What an import of either kind set aside; None when it set nothing aside, or there is none of that id."""
    for ask in (arrivals.quarantine_csv, bringing.aside_csv):
        try:
            return ask(house, import_id)
        except CommonGroundError:
            continue
    return None


async def file(request: Request) -> Response:
    """GET /api/imports/{id}/quarantine.csv"""
    return await run_in_threadpool(_file, request.cookies.get(session_cookie()), request.path_params["import_id"])


ROUTES: list[BaseRoute] = [Route("/api/imports/{import_id}/quarantine.csv", file, methods=["GET"])]
