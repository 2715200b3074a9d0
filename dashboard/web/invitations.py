"""Links that work once each, for a list of people: the list is read in memory, handed back with a link a row, and not kept."""

from __future__ import annotations

import asyncio
import csv
import io

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url, session_cookie
from dashboard.access.door import home, sessions
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.schema.questions import EMPLOYEE
from dashboard.services.house import House
from dashboard.services.open_formats import neutral
from dashboard.services.surveys import authoring, sharing
from dashboard.web import plain
from dashboard.web.security import form_is_ours, new_form_token, set_form_cookie

MOST_BYTES = 5 * 1024 * 1024
MOST_PEOPLE = 50_000
PATIENCE = 30.0


def _house(request: Request) -> House:
    """The home as the signed-in author sees it."""
    return House(home(), visitor=sessions().principal(request.cookies.get(session_cookie())))


def _page(survey_id: str, title: str, trouble: str = "", status: int = 200) -> Response:
    """The form that takes a list."""
    token = new_form_token()
    response = plain.page("invitations.html", status=status, form_token=token, survey=survey_id, survey_title=title, trouble=trouble)
    set_form_cookie(response, token)
    return response


async def invitations(request: Request) -> Response:
    """GET shows the form, POST hands the list back with its links."""
    name = str(request.path_params["survey"])
    try:
        house = await run_in_threadpool(_house, request)
        found = await run_in_threadpool(authoring.desk, house, name)
    except AccessDenied:
        return plain.message("Not open to you", "Only authors of surveys make invitations.", hint="Sign in first.", status=403)
    except CommonGroundError:
        return plain.not_found()
    if found.survey.family == EMPLOYEE:
        hint = "There a second list never makes a second link for the same person."
        return plain.message("Made elsewhere", "Invitations of staff are made on the page Staff surveys.", hint=hint, status=404)
    if request.method != "POST":
        return _page(name, found.survey.title)
    return await _handed_back(request, house, name, found.survey.title)


async def _handed_back(request: Request, house: House, name: str, title: str) -> Response:
    """The list that was sent, with a link a row; or the form again with one sentence."""
    content = await _sent(request)
    if content is None:
        return _page(name, title, "The list was too large, or did not come from this page. Please send it again.", 413)
    rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"))) if any(cell.strip() for cell in row)]
    if len(rows) < 2 or len(rows) > MOST_PEOPLE:
        return _page(name, title, f"Send a CSV file with a heading and 1 to {MOST_PEOPLE:,} people, one a line.", 422)
    address = public_url() or str(request.base_url).rstrip("/")
    try:
        made = await run_in_threadpool(sharing.invite, house, name, rows[1:], address, house.visitor.name if house.visitor else "")
    except CommonGroundError as error:
        return _page(name, title, str(error), 422)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*rows[0], "link"])
    writer.writerows([[neutral(cell) for cell in row] for row in made])
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="invitations.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def _sent(request: Request) -> bytes | None:
    """The list, if it came from our page and is not too large."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return None
    try:
        async with asyncio.timeout(PATIENCE), request.form(max_files=1, max_fields=4) as form:
            file = form.get("list")
            if not form_is_ours(request, form.get("form_token")) or not isinstance(file, UploadFile):
                return None
            return await file.read()
    except (TimeoutError, HTTPException):
        return None


ROUTES: list[BaseRoute] = [Route("/api/surveys/{survey}/invitations", invitations, methods=["GET", "POST"])]
