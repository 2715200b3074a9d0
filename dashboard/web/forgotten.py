"""Forgot the password? Ask for a link by mail: the same answer, as quickly, whether or not there is such a person."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.services import forgotten
from dashboard.services.house import House
from dashboard.web import flood, plain
from dashboard.web.posted import form_page, posted, refused


async def show(request: Request) -> Response:
    """GET /sign-in/forgot"""
    return form_page(request, "forgot.html", asked=False) if forgotten.offered() else plain.not_found()


async def ask(request: Request) -> Response:
    """POST /sign-in/forgot: the mail is made and sent after the answer."""
    form = await posted(request)
    if form is None:
        return refused()
    if not forgotten.offered():
        return plain.not_found()
    source = flood.source_of(request)
    if flood.SIGN_INS.full(source):
        return plain.message("Too many tries", "Too many links were asked for from here just now.", hint="Wait a minute, then try again.", status=429)
    flood.SIGN_INS.count(source)
    response = form_page(request, "forgot.html", asked=True)
    base = public_url() or str(request.base_url).rstrip("/")
    response.background = BackgroundTask(forgotten.send, House(home(), visitor=ANYONE), form.get("name", "")[:254], base)
    return response


ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in/forgot", show, methods=["GET"]),
    Route("/sign-in/forgot", ask, methods=["POST"]),
)
