"""The public survey form at /s/{code}: a page a section, works without a script, keeps what was typed, says 'stored' only after the commit."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.door import home, site_key
from dashboard.access.principal import ANYONE
from dashboard.schema.answering import fields_of, following
from dashboard.services import forms
from dashboard.services.forms import Form
from dashboard.services.house import House
from dashboard.web import plain, survey_fields, survey_key, survey_preview, survey_steps, survey_view
from dashboard.web.survey_steps import DEVICE, device_mark, language_of
from dashboard.web.survey_view import Visit

__all__ = ["DEVICE", "ROUTES"]

MOST_PAGES = 1000


def _house() -> House:
    """The home as the public sees it."""
    return House(home(), visitor=ANYONE)


def _refused(request: Request, form: Form | None) -> Response | None:
    """A page instead of the form: unknown link, not open yet, closed, already answered on this device."""
    language = language_of(request, form)
    if form is None:
        return survey_view.message(language, "not_found", status=404)
    if form.state == forms.SOON:
        return survey_view.message(language, "soon", status=200, form=form, opens=str(form.opens))
    if form.state == forms.CLOSED:
        return survey_view.message(language, "closed", status=410, form=form)
    if form.definition.once_per_device and not form.kiosk and request.cookies.get(device_mark(form)):
        return survey_view.message(language, "device", status=200, form=form)
    return None


async def show(request: Request) -> Response:
    """GET /s/{code}: the first page, with a key of its own. Nothing is stored."""
    house = _house()
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    refusal = _refused(request, form)
    if refusal is not None or form is None:
        return refusal or plain.not_found()
    token = request.query_params.get("t", "")[:128]
    if not await run_in_threadpool(forms.invitation, house, form, token):
        return survey_view.message(language_of(request, form), "invited", status=403, form=form)
    start = following(form.definition, {}, -1) or 0
    return survey_view.form_page(Visit(form, language_of(request, form), survey_key.new(site_key(), form.bound), start, token=token))


async def resume(request: Request) -> Response:
    """GET /s/{code}/{key}: the private link goes on where this device stopped, or shows the receipt."""
    house, key = _house(), str(request.path_params["key"])
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    language = language_of(request, form)
    ours = form is not None and survey_key.age(site_key(), form.bound, key) is not None
    found = await run_in_threadpool(forms.resume, house, key) if ours else None
    if form is not None and isinstance(found, str):
        return survey_view.receipt(Visit(form, language, key), found)
    refusal = _refused(request, form)
    if refusal is not None or form is None:
        return refusal or plain.not_found()
    if found is None or isinstance(found, str):
        return survey_view.message(language, "start", status=404, form=form, link=f"/s/{form.code}")
    reached, answers = found
    wanted = request.query_params.get("page", "")
    number = min(int(wanted) - 1, reached) if wanted.isdecimal() and 1 <= int(wanted) <= MOST_PAGES else reached
    token = request.query_params.get("t", "")[:128]
    visit = Visit(form, language, key, number, answers, token=token, kept=True)
    return survey_view.form_page(replace(visit, typed=fields_of(visit.here.questions, answers) | survey_steps.follow_up_of(answers)))


async def send(request: Request) -> Response:
    """POST /s/{code}: one page of answers."""
    house = _house()
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    if form is None:
        return survey_view.message(language_of(request, None), "not_found", status=404)
    fields = await survey_fields.fields_of(request)
    if fields is None:
        return survey_view.message(language_of(request, form), "too_large", status=413, form=form)
    return await survey_steps.answered(request, house, form, fields)


ROUTES: list[BaseRoute] = [
    *survey_preview.ROUTES,
    Route("/s/{code}", show, methods=["GET"]),
    Route("/s/{code}", send, methods=["POST"]),
    Route("/s/{code}/{key}", resume, methods=["GET"]),
]
