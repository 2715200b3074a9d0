"""A survey as a file, for its author: a draft is not for everybody who comes by a link."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import home, sessions
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.schema import exchange
from dashboard.services.house import House
from dashboard.services.surveys import authoring
from dashboard.web import plain


def _file(token: str | None, name: str) -> Response:
    """The file, once the visitor's right was looked up."""
    try:
        survey = authoring.desk(House(home(), visitor=sessions().principal(token)), name).survey
    except AccessDenied:
        return plain.message("Not open to you", "Only authors of surveys take them away.", hint="Sign in first.", status=403)
    except CommonGroundError:
        return plain.not_found()
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="survey-{survey.id}.json"'}
    return Response(exchange.written(survey.draft), media_type="application/json", headers=headers)


async def file(request: Request) -> Response:
    """GET /api/surveys/{survey}/survey.json"""
    return await run_in_threadpool(_file, request.cookies.get(session_cookie()), str(request.path_params["survey"]))


ROUTES: list[BaseRoute] = [Route("/api/surveys/{survey}/survey.json", file, methods=["GET"])]
