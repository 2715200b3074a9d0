"""Ask a question at /ask: works without a script, keeps no address, stores redacted words only, and shows what was answered before."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.door import home, site_key
from dashboard.access.principal import ANYONE
from dashboard.errors import ScopeError
from dashboard.schema.library import MOST_QUESTION
from dashboard.services.house import House
from dashboard.services.library import asking, shelf
from dashboard.web import flood, plain, survey_key
from dashboard.web.posted import form_page, posted, refused

BOUND = "question"
LEAST_SECONDS = 3.0
SHOWN = 50
THANKS = "Your question was stored. Staff will read it with names and numbers taken out; the answer appears on this page."


def _page(request: Request, typed: str = "", trouble: ScopeError | None = None, status: int = 200) -> Response:
    """The form, and what was answered before."""
    found = shelf.answered(House(home(), visitor=ANYONE))[:SHOWN]
    key = survey_key.new(site_key(), BOUND)
    return form_page(request, "ask.html", status=status, key=key, typed=typed, trouble=trouble, answered=found, most=MOST_QUESTION)


async def show(request: Request) -> Response:
    """GET /ask: nothing is stored."""
    return await run_in_threadpool(_page, request)


async def send(request: Request) -> Response:
    """POST /ask"""
    source = flood.source_of(request)
    if flood.ASKS.full(source):
        return plain.message("Please wait", "Several questions came from here just now.", hint="Try again in ten minutes.", status=429)
    fields = await posted(request) or {}
    key = fields.get("key", "")
    age = survey_key.age(site_key(), BOUND, key)
    if age is None:
        return refused()
    words = fields.get("question", "")
    if fields.get("website", "") or age < LEAST_SECONDS:  # a field that people do not see, or faster than anybody types
        return plain.message("Thank you", THANKS, status=200)
    flood.ASKS.count(source)
    try:
        kept = await run_in_threadpool(asking.ask, House(home(), visitor=ANYONE), key, words)
    except ScopeError as error:
        return await run_in_threadpool(_page, request, words[:MOST_QUESTION], error, 400)
    if not kept:
        return plain.message("Not now", "Many questions wait for an answer.", hint="Try again in a few days, or come to a meeting.", status=503)
    return plain.message("Thank you", THANKS, status=200)


ROUTES: list[BaseRoute] = [Route("/ask", show, methods=["GET"]), Route("/ask", send, methods=["POST"])]
