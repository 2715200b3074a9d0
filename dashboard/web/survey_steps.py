"""What becomes of one page that was sent: another language, back, on, given up, or stored? Whatever goes wrong, everything typed comes back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.access.address import behind_tls
from dashboard.access.door import site_key
from dashboard.errors import CommonGroundError
from dashboard.schema.answering import Parsed, asked, counted, fields_of, first_gap, following, pages, parse, preceding
from dashboard.schema.phrases import SHIPPED, preferred
from dashboard.services import forms
from dashboard.services.forms import Accepted, Form
from dashboard.services.house import House
from dashboard.web import flood, sending, survey_key, survey_view
from dashboard.web.batching import batcher
from dashboard.web.survey_fields import Fields, carried, first, foreign, typed
from dashboard.web.survey_view import Visit

DEVICE = 180 * 24 * 3600  # seconds that a device remembers that it answered
FOLLOW_UP = ("follow_name", "follow_phone")
LOG = logging.getLogger(__name__)
words = forms.intake
# what the store says -> the sentence above the form, and the status
REFUSED = {words.CHANGED: ("changed", 409), words.USED: ("used", 409), words.NOT_INVITED: ("not_invited", 403), words.CLOSED: ("closed", 410)}


def language_of(request: Request, form: Form | None) -> str:
    """The language asked for in the address, else the browser's."""
    offered = form.definition.languages if form else SHIPPED
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in offered else preferred(request.headers.get("accept-language", ""), offered)


def device_mark(form: Form) -> str:
    """The name of the mark that a device has answered."""
    return f"cg_answered_{form.wave_id}"


def follow_up_of(answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of a wish to be called, as they were typed."""
    return {name: [str(answers[name])] for name in FOLLOW_UP if name in answers}


async def answered(request: Request, house: House, form: Form, fields: Fields) -> Response:
    """What to do with the fields of one page."""
    visit = _visit(request, form, fields)
    action = first(fields, "action")
    seconds = survey_key.age(site_key(), form.bound, visit.key)
    if action == "restart":
        return await _given_up(house, visit, ours=seconds is not None)
    if seconds is not None and not form.draft and (len(visit.pages) > 1 or request.cookies.get(device_mark(form))):
        before = await _before(request, house, visit)
        if isinstance(before, Response):
            return before
        visit = before
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


def _visit(request: Request, form: Form, fields: Fields) -> Visit:
    """The look at the form behind the fields of one page; a preview brings the answers of the pages before along."""
    wanted, page = first(fields, "lang"), first(fields, "page")
    language = wanted if wanted in form.definition.languages else language_of(request, form)
    number = min(max(int(page) - 1, 0), len(pages(form.definition))) if page.isdecimal() and len(page) < 5 else 0
    answers = _sound(form, carried(first(fields, "carried"))) if form.carries else {}
    return Visit(form, language, first(fields, "key")[:64], number, answers, typed(fields), token=first(fields, "t")[:128])


def _sound(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that travelled with the pages, read anew: what no field of this form could have sent is left out."""
    if form.draft:
        return dict(answers)
    questions = [one for one in form.definition.questions() if one.kind != "note"]
    read = parse(tuple(questions), fields_of(questions, answers))
    return dict(read.answers) | dict(read.comments)


async def _before(request: Request, house: House, visit: Visit) -> Visit | Response:
    """The visit with the answers of the pages before; a receipt for a form that was sent already, or why this device may not send another."""
    form = visit.form
    receipt, same = await run_in_threadpool(forms.sent, house, visit.key, sending.body_of(visit))
    if receipt and same:
        return survey_view.receipt(visit, receipt, again=True)
    if receipt:
        return survey_view.form_page(replace(visit, general="changed"), status=409)
    if form.definition.once_per_device and not form.kiosk and request.cookies.get(device_mark(form)):
        return survey_view.form_page(replace(visit, general="device"), status=409)
    found = await run_in_threadpool(forms.half_filled, house, visit.key)
    return visit if found is None else replace(visit, answers=found, kept=True)


def _not_now(request: Request, visit: Visit, seconds: float | None) -> Response | None:
    """Why this page is not taken: the survey closed meanwhile, the form is not from our page, or too many came. Everything typed is given back."""
    form = visit.form
    if form.state != forms.OPEN:
        return survey_view.form_page(replace(visit, general="closed"), status=410)
    if seconds is None or foreign(request.headers):
        fresh = survey_key.new(site_key(), form.bound)
        return survey_view.form_page(replace(visit, key=fresh, general="old" if seconds is None else "foreign"), status=403)
    source = flood.source_of(request)
    if flood.FORMS.full(source, form.per_minute) or flood.PAGES.full(source, form.per_minute * len(visit.pages) * 2):
        return survey_view.form_page(replace(visit, general="flood"), status=429)
    return None


def _merged(visit: Visit, parsed: Parsed) -> dict[str, Any]:
    """All answers so far: this page's in place of what it held before."""
    here = {name for question in visit.here.questions for name in question.stored_ids()}
    follow = {name: first(visit.typed, name).strip() for name in FOLLOW_UP if first(visit.typed, name).strip()}
    return {name: value for name, value in visit.answers.items() if name not in here} | dict(parsed.answers) | dict(parsed.comments) | follow


def _parsed(visit: Visit) -> Parsed:
    """This page read, with the one rule across fields: who wants to be called leaves a number."""
    questions = asked(visit.here, counted(visit.form.definition, visit.answers))
    parsed = parse(questions, visit.typed)
    wishes = [one.id for one in questions if one.concept == survey_view.RECOVERY and parsed.answers.get(one.id) == "yes"]
    if wishes and not first(visit.typed, "follow_phone").strip():
        return replace(parsed, mistakes={**parsed.mistakes, "follow_phone": "phone"})
    return parsed


def _as_typed(visit: Visit, parsed: Parsed) -> dict[str, Any]:
    """What was typed where it could not be read: it is kept for who goes back, and looked at again before anything is sent."""
    names = {name for name, mistake in parsed.mistakes.items() if mistake != "required"}
    return {name: values[0] if len(values) == 1 else list(values) for name, values in visit.typed.items() if name in names}


async def _step(request: Request, house: House, visit: Visit, fields: Mapping[str, Sequence[str]], seconds: float) -> Response:
    """Back, on, or send."""
    form, parsed = visit.form, _parsed(visit)
    merged = _merged(visit, parsed)
    if first(fields, "action") == "back":
        merged |= _as_typed(visit, parsed)
        return await _go(request, house, visit, merged, preceding(form.definition, merged, visit.page) or 0)
    if parsed.mistakes:
        return survey_view.form_page(replace(visit, mistakes=parsed.mistakes), status=422)
    after = following(form.definition, merged, visit.page)
    if after is None and visit.page < len(visit.pages) - 1:
        after = len(visit.pages)  # nothing more is asked, but the button did not say that it sends
    if after is not None:
        return await _go(request, house, visit, merged, after)
    gap = first_gap(form.definition, merged)
    if gap is not None:
        return await _gap(house, visit, merged, *gap)
    if form.draft:
        return survey_view.receipt(visit, "")
    flood.FORMS.count(flood.source_of(request), form.per_minute)
    submission = sending.submission(visit, merged, seconds, trapped=bool(first(fields, "website")))
    return _outcome(visit, await batcher(lambda batch: forms.accept(house, batch)).send(submission))


async def _go(request: Request, house: House, visit: Visit, merged: Mapping[str, Any], page: int) -> Response:
    """Keep the answers and go to another page; a preview goes there without keeping."""
    form = visit.form
    if form.carries:
        there = replace(visit, page=page, answers=merged, mistakes={})
        return survey_view.form_page(replace(there, typed=fields_of(there.here.questions, merged) | follow_up_of(merged)))
    flood.PAGES.count(flood.source_of(request), form.per_minute * len(visit.pages) * 2)
    await run_in_threadpool(forms.keep, house, visit.key, form.wave_id, max(page, visit.page), merged)
    more = {"page": str(page + 1), "lang": visit.language} | ({"t": visit.token} if visit.token else {})
    return RedirectResponse(f"/s/{form.code}/{visit.key}?{urlencode(more)}", status_code=303, headers={"Cache-Control": "no-store"})


async def _gap(house: House, visit: Visit, merged: Mapping[str, Any], page: int, mistakes: Mapping[str, str]) -> Response:
    """An earlier page lacks something: back to it, with what is said there; the last page stays kept."""
    if not visit.form.carries:
        await run_in_threadpool(forms.keep, house, visit.key, visit.form.wave_id, visit.page, merged)
    there = replace(visit, page=page, answers=merged, mistakes=mistakes, kept=True)
    return survey_view.form_page(replace(there, typed=fields_of(there.here.questions, merged) | follow_up_of(merged)), status=422)


async def _given_up(house: House, visit: Visit, *, ours: bool) -> Response:
    """The respondent wants to begin anew, or a shared device was left: what was answered so far is forgotten."""
    form = visit.form
    if ours and not form.draft:
        await run_in_threadpool(forms.give_up, house, visit.key)
    more = {} if form.kiosk else {"lang": visit.language} | ({"t": visit.token} if visit.token else {})
    place = form.preview_at(**more) if form.draft else f"/s/{form.code}" + (f"?{urlencode(more)}" if more else "")
    return RedirectResponse(place, status_code=303, headers={"Cache-Control": "no-store"})


def _outcome(visit: Visit, done: Accepted) -> Response:
    """What the respondent is told. A link of staff that was used before is answered as one that was not: the first answers are stored."""
    if visit.form.of_staff and done.outcome == words.USED:
        return survey_view.receipt(visit, "")
    if done.outcome in REFUSED:
        general, status = REFUSED[done.outcome]
        return survey_view.form_page(replace(visit, general=general), status=status)
    response = survey_view.receipt(visit, done.receipt, again=done.outcome == words.REPLAYED)
    if visit.form.definition.once_per_device and not visit.form.kiosk:
        response.set_cookie(device_mark(visit.form), "1", max_age=DEVICE, httponly=True, samesite="lax", secure=behind_tls(), path="/s/")
    return response
