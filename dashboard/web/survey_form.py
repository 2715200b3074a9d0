"""The public survey form at /s/{code}: a page a section, works without a script, keeps what was typed, says 'stored' only after the commit."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import behind_tls, session_cookie
from dashboard.access.door import home, sessions
from dashboard.access.principal import ANYONE
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.schema.answering import Parsed, asked, following, pages, parse, preceding
from dashboard.services import forms
from dashboard.services.forms import Accepted, Form
from dashboard.services.house import House
from dashboard.web import flood, plain, sending, survey_key, survey_view
from dashboard.web.batching import batcher
from dashboard.web.security import same_origin
from dashboard.web.survey_view import Visit
from dashboard.web.words import preferred

MOST_BYTES = 256 * 1024
MOST_FIELDS = 2000
PATIENCE = 20.0  # seconds for a form to arrive
PLAIN_FIELDS = {"key", "page", "lang", "kiosk", "t", "action", "website", "carried"}
DEVICE = 180 * 24 * 3600  # seconds that a device remembers that it answered
LOG = logging.getLogger(__name__)


def _house() -> House:
    """The home as the public sees it."""
    return House(home(), visitor=ANYONE)


def _language(request: Request, form: Form | None) -> str:
    """The language asked for in the address, else the browser's."""
    offered = form.definition.languages if form else ("en", "es")
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in offered else preferred(request.headers.get("accept-language", ""), offered)


def _refused(request: Request, form: Form | None) -> Response | None:
    """A page instead of the form: unknown link, not open yet, closed, already answered on this device."""
    language = _language(request, form)
    if form is None:
        return survey_view.message(language, "not_found", status=404)
    if form.state == forms.SOON:
        return survey_view.message(language, "soon", status=200, opens=str(form.opens))
    if form.state == forms.CLOSED:
        return survey_view.message(language, "closed", status=410)
    if form.definition.once_per_device and request.cookies.get(_device(form)):
        return survey_view.message(language, "device", status=200)
    return None


def _device(form: Form) -> str:
    """The name of the mark that a device has answered."""
    return f"cg_answered_{form.wave_id}"


async def show(request: Request) -> Response:
    """GET /s/{code}: the first page, with a key of its own. Nothing is stored."""
    house = _house()
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    refusal = _refused(request, form)
    if refusal is not None or form is None:
        return refusal or plain.not_found()
    token = request.query_params.get("t", "")[:128]
    if not await run_in_threadpool(forms.invitation, house, form, token):
        return survey_view.message(_language(request, form), "invited", status=403)
    start = following(form.definition, {}, -1) or 0
    visit = Visit(form, _language(request, form), survey_key.new(home().site_key), start, kiosk="kiosk" in request.query_params, token=token)
    return survey_view.form_page(visit)


async def resume(request: Request) -> Response:
    """GET /s/{code}/{key}: the private link goes on where this device stopped, or shows the receipt."""
    house, key = _house(), str(request.path_params["key"])
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    language = _language(request, form)
    found = await run_in_threadpool(forms.resume, house, key) if form and survey_key.age(home().site_key, key) is not None else None
    if form is not None and isinstance(found, str):
        return survey_view.receipt(Visit(form, language, key), found)
    refusal = _refused(request, form)
    if refusal is not None or form is None:
        return refusal or plain.not_found()
    if found is None or isinstance(found, str):
        return survey_view.message(language, "start", status=404, link=f"/s/{form.code}")
    number, answers = found
    every = pages(form.definition)
    wanted = request.query_params.get("page", "")
    number = min(int(wanted) - 1, number) if wanted.isdecimal() and int(wanted) >= 1 else number
    number = min(number, len(every) - 1)
    typed = survey_view.typed_of(every[number], answers)
    kiosk, token = "kiosk" in request.query_params, request.query_params.get("t", "")[:128]
    return survey_view.form_page(Visit(form, language, key, number, answers, typed, kiosk=kiosk, token=token, kept=True))


def _foreign(headers: Headers) -> bool:
    """Whether a form was sent from somebody else's page. Old browsers say nothing; for them the signed key must do."""
    return ("sec-fetch-site" in headers or "origin" in headers) and not same_origin(headers)


async def _fields(request: Request) -> dict[str, list[str]] | None:
    """The fields of a sent form; None when it is too large, too slow or not a form."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return None
    try:
        async with asyncio.timeout(PATIENCE), request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
            return _texts(sent)
    except (TimeoutError, HTTPException, UnicodeDecodeError):
        return None


def _texts(sent: FormData) -> dict[str, list[str]]:
    """Fields by name; characters that no text holds are taken out."""
    found: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value.replace("\x00", "").encode("utf-8", "replace").decode())
    return found


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """One value of a field."""
    return next(iter(fields.get(name, ())), "")


async def send(request: Request) -> Response:
    """POST /s/{code}: one page of answers."""
    house = _house()
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    if form is None:
        return survey_view.message(_language(request, None), "not_found", status=404)
    fields = await _fields(request)
    if fields is None:
        return plain.message("Not accepted", "The form was too large, or did not arrive whole.", hint="Open the survey again.", status=413)
    return await _answered(request, house, form, fields)


async def _answered(request: Request, house: House, form: Form, fields: dict[str, list[str]]) -> Response:
    """What to do with the fields of one page."""
    visit = await _visit(request, house, form, fields)
    if isinstance(visit, Response):
        return visit
    action, seconds = _first(fields, "action"), survey_key.age(home().site_key, visit.key)
    if action.startswith("lang-"):
        return survey_view.form_page(replace(visit, language=action[5:] if action[5:] in form.definition.languages else visit.language))
    refusal = _not_now(request, visit, seconds)
    if refusal is not None:
        return refusal
    try:
        return await _step(request, house, visit, fields, seconds or 0.0)
    except CommonGroundError as error:
        LOG.error("answers could not be stored", exc_info=error)
        return survey_view.form_page(replace(visit, general="busy"), status=503)


def _not_now(request: Request, visit: Visit, seconds: float | None) -> Response | None:
    """Why this page is not taken: the survey closed meanwhile, the form is not from our page, or too many came. Everything typed is given back."""
    if visit.form.state != forms.OPEN:
        return survey_view.message(visit.language, "closed", status=410)
    if seconds is None or _foreign(request.headers):
        fresh = survey_key.new(home().site_key)
        return survey_view.form_page(replace(visit, key=fresh, general="old" if seconds is None else "foreign"), status=403)
    if flood.FORMS.full(flood.source_of(request), visit.form.per_minute):
        return survey_view.form_page(replace(visit, general="flood"), status=429)
    return None


async def _visit(request: Request, house: House, form: Form, fields: dict[str, list[str]]) -> Visit | Response:
    """The look at the form behind the fields of one page, with the answers of the pages before; a receipt for a form that was sent before."""
    language = _first(fields, "lang") if _first(fields, "lang") in form.definition.languages else _language(request, form)
    every, page = pages(form.definition), _first(fields, "page")
    number = min(max(int(page) - 1, 0), len(every) - 1) if page.isdecimal() and len(page) < 5 else 0
    typed = {name: values for name, values in fields.items() if name not in PLAIN_FIELDS}
    key, kiosk, token = _first(fields, "key")[:64], bool(_first(fields, "kiosk")), _first(fields, "t")[:128]
    visit = Visit(form, language, key, number, {}, typed, kiosk=kiosk, token=token)
    if form.draft:
        return replace(visit, answers=_carried(_first(fields, "carried")))
    if len(every) == 1:
        return visit
    found = await run_in_threadpool(forms.resume, house, key)
    if isinstance(found, str):
        again = number == len(every) - 1
        return survey_view.receipt(visit, found, again=True) if again else survey_view.form_page(replace(visit, general="changed"), status=409)
    return replace(visit, answers=found[1], kept=True) if found else visit


def _carried(text: str) -> dict[str, Any]:
    """The answers of the pages before in a preview, which stores nothing."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _merged(visit: Visit, parsed: Parsed) -> dict[str, Any]:
    """All answers so far: this page's in place of what it held before."""
    here = {name for question in pages(visit.form.definition)[visit.page].questions for name in question.answer_ids()}
    follow = {name: _first(visit.typed, name).strip() for name in ("follow_name", "follow_phone") if _first(visit.typed, name).strip()}
    return {name: value for name, value in visit.answers.items() if name not in here} | dict(parsed.answers) | dict(parsed.comments) | follow


def _parsed(visit: Visit) -> Parsed:
    """This page read, with the one rule across fields: who wants to be called leaves a number."""
    questions = asked(pages(visit.form.definition)[visit.page], visit.answers)
    parsed = parse(questions, visit.typed)
    wishes = [one.id for one in questions if one.concept == survey_view.RECOVERY and parsed.answers.get(one.id) == "yes"]
    if wishes and not _first(visit.typed, "follow_phone").strip():
        return replace(parsed, mistakes={**parsed.mistakes, "follow_phone": "phone"})
    return parsed


async def _step(request: Request, house: House, visit: Visit, fields: Mapping[str, Sequence[str]], seconds: float) -> Response:
    """Back, on, or send."""
    form, parsed = visit.form, _parsed(visit)
    merged = _merged(visit, parsed)
    if _first(fields, "action") == "back":
        return await _go(house, visit, merged, preceding(form.definition, merged, visit.page) or 0)
    if parsed.mistakes:
        return survey_view.form_page(replace(visit, mistakes=parsed.mistakes), status=422)
    after = following(form.definition, merged, visit.page)
    if after is not None:
        return await _go(house, visit, merged, after)
    if form.draft:
        return survey_view.receipt(visit, "")
    flood.FORMS.count(flood.source_of(request), form.per_minute)
    submission = sending.submission(visit, merged, seconds, trapped=bool(_first(fields, "website")))
    done = await batcher(lambda batch: forms.accept(house, batch)).send(submission)
    return _outcome(visit, done)


async def _go(house: House, visit: Visit, merged: Mapping[str, Any], page: int) -> Response:
    """Keep the answers and go to another page; a preview goes there without keeping."""
    form = visit.form
    if form.draft:
        every = pages(form.definition)
        typed = survey_view.typed_of(every[page], merged)
        return survey_view.form_page(replace(visit, page=page, answers=merged, typed=typed, mistakes={}))
    reached = max(page, visit.page)
    await run_in_threadpool(forms.keep, house, visit.key, form.wave_id, reached, merged)
    more = {"page": str(page + 1), "lang": visit.language} | ({"kiosk": "1"} if visit.kiosk else {}) | ({"t": visit.token} if visit.token else {})
    return RedirectResponse(f"/s/{form.code}/{visit.key}?{urlencode(more)}", status_code=303, headers={"Cache-Control": "no-store"})


def _outcome(visit: Visit, done: Accepted) -> Response:
    """What the respondent is told."""
    words = forms.intake
    if done.outcome == words.CHANGED:
        return survey_view.form_page(replace(visit, general="changed"), status=409)
    if done.outcome == words.USED:
        return survey_view.message(visit.language, "invited", status=409)
    if done.outcome == words.CLOSED:
        return survey_view.message(visit.language, "closed", status=410)
    response = survey_view.receipt(visit, done.receipt, again=done.outcome == words.REPLAYED)
    if visit.form.definition.once_per_device and not visit.kiosk:
        response.set_cookie(_device(visit.form), "1", max_age=DEVICE, httponly=True, samesite="lax", secure=behind_tls(), path="/s/")
    return response


def _author(request: Request) -> House:
    """The home as the signed-in author sees it."""
    return House(home(), visitor=sessions().principal(request.cookies.get(session_cookie())))


async def preview(request: Request) -> Response:
    """GET and POST /s/preview/{survey}: the author's draft as a respondent would see it. Nothing is stored."""
    try:
        form = await run_in_threadpool(lambda: forms.preview(_author(request), request.path_params["survey"]))
    except AccessDenied:
        return plain.message("Not open to you", "Only authors of surveys see drafts.", hint="Sign in first.", status=403)
    except CommonGroundError:
        return plain.not_found()
    if not pages(form.definition) or not any(page.questions for page in pages(form.definition)):
        return plain.message("Nothing to show yet", "This survey has no question yet.", status=200)
    if request.method == "POST":
        fields = await _fields(request)
        if fields is None:
            return plain.not_found()
        return await _answered(request, _author(request), form, fields)
    return survey_view.form_page(Visit(form, _language(request, form), survey_key.new(home().site_key), following(form.definition, {}, -1) or 0))


ROUTES: list[BaseRoute] = [
    Route("/s/preview/{survey}", preview, methods=["GET", "POST"]),
    Route("/s/{code}", show, methods=["GET"]),
    Route("/s/{code}", send, methods=["POST"]),
    Route("/s/{code}/{key}", resume, methods=["GET"]),
]
