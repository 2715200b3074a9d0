"""An author's draft as a respondent would see it, alone or on a drawn phone. Nothing that is sent there is stored."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import home, sessions, site_key
from dashboard.access.roles import Permission
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.schema.answering import following, pages
from dashboard.services import forms
from dashboard.services.forms import Form
from dashboard.services.house import House
from dashboard.web import plain, survey_fields, survey_key, survey_steps, survey_view
from dashboard.web.survey_steps import language_of
from dashboard.web.survey_view import Visit

PHONE = "phone.css"


def _author(request: Request) -> House:
    """The home as the signed-in author sees it."""
    return House(home(), visitor=sessions().principal(request.cookies.get(session_cookie())))


def _looked_at(house: House, survey_id: str, divided: str) -> Form:
    """The draft: of residents for their authors, of employees for HR."""
    if house.visitor is not None and house.visitor.may(Permission.MANAGE_EMPLOYEE_SURVEYS) and not house.visitor.may(Permission.MANAGE_SURVEYS):
        return forms.preview_of_staff(house, survey_id, divided)
    return forms.preview(house, survey_id)


async def _draft(request: Request) -> Form | Response:
    """The draft for its author; a refusal for others."""
    try:
        return await run_in_threadpool(_looked_at, _author(request), request.path_params["survey"], request.query_params.get("divided", "")[:200])
    except AccessDenied:
        return plain.message("Not open to you", "Only authors of surveys see drafts.", hint="Sign in first.", status=403)
    except CommonGroundError:
        return plain.not_found()


async def preview(request: Request) -> Response:
    """GET and POST /s/preview/{survey}: the draft, page by page."""
    form = await _draft(request)
    if isinstance(form, Response):
        return form
    if not any(page.questions for page in pages(form.definition)):
        return survey_view.message("en", "empty", status=200, form=form)
    if request.method == "POST":
        fields = await survey_fields.fields_of(request)
        if fields is None:
            return survey_view.message(language_of(request, form), "too_large", status=413, form=form)
        return await survey_steps.answered(request, _author(request), form, fields)
    key = survey_key.new(site_key(), form.bound)
    return survey_view.form_page(Visit(form, language_of(request, form), key, following(form.definition, {}, -1) or 0))


async def phone(request: Request) -> Response:
    """GET /s/preview/{survey}/phone: the draft on a drawn phone."""
    form = await _draft(request)
    if isinstance(form, Response):
        return form
    inside = form.preview_at(lang=language_of(request, form))
    return plain.page("phone.html", sheet=PHONE, framed=True, inside=inside)


ROUTES: list[BaseRoute] = [
    Route("/s/preview/{survey}", preview, methods=["GET", "POST"]),
    Route("/s/preview/{survey}/phone", phone, methods=["GET"]),
]
