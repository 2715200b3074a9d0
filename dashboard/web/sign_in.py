"""How does a person sign in and out? A one-time link shows a form; sending the form opens the session. GET changes nothing."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import sessions
from dashboard.errors import AccessDenied
from dashboard.web import flood, plain
from dashboard.web.security import (
    drop_session_cookie,
    form_is_ours,
    new_form_token,
    set_form_cookie,
    set_session_cookie,
)

LONGEST_TOKEN = 128
MOST_BYTES = 4096
PATIENCE = 10.0  # seconds for a form to arrive; nobody holds a connection open longer by sending half of one


def _with_form(template: str, link: str = "") -> Response:
    """A page with a form, its token in field and cookie."""
    token = new_form_token()
    response = plain.page(template, form_token=token, link=link)
    set_form_cookie(response, token)
    return response


async def _checked_form(request: Request) -> bool:
    """Whether a POST is small enough, from our own page, and carries the form's token."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return False
    try:
        async with asyncio.timeout(PATIENCE), request.form(max_files=0, max_fields=4) as form:
            return form_is_ours(request, form.get("form_token"))
    except TimeoutError:
        return False


def _refused() -> Response:
    """The form did not come from our own page."""
    return plain.message("Not accepted", "This form did not come from this site, or it waited too long.", hint="Open the page again.", status=403)


async def how_to(request: Request) -> Response:
    """How do I get in? Explains one-time links."""
    signed_in = await run_in_threadpool(lambda: sessions().principal(request.cookies.get(session_cookie())))
    return plain.page("sign_in.html", name=signed_in.name)


async def show_link(request: Request) -> Response:
    """A one-time link was opened: show the form that uses it. Mail scanners that open links use nothing up, and learn nothing."""
    token = str(request.path_params["token"])
    return plain.not_found() if len(token) > LONGEST_TOKEN else _with_form("sign_in_link.html", link=token)


async def use_link(request: Request) -> Response:
    """The form was sent: open the session, set the cookie, go to the first page."""
    token = str(request.path_params["token"])
    if len(token) > LONGEST_TOKEN or not await _checked_form(request):
        return _refused()
    source, before = flood.source_of(request), request.cookies.get(session_cookie())
    if flood.SIGN_INS.full(source):
        return plain.message("Too many tries", "Too many sign-ins failed from here just now.", hint="Wait a minute, then try again.", status=429)
    try:
        session = await run_in_threadpool(lambda: sessions().open(token, before))
    except AccessDenied as denied:
        flood.SIGN_INS.count(source)
        return plain.message("This link is spent", denied.message, hint=denied.hint, status=410)
    response = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
    set_session_cookie(response, session)
    return response


async def show_sign_out(request: Request) -> Response:
    """Ask before signing out; GET changes nothing."""
    return _with_form("sign_out.html")


async def sign_out(request: Request) -> Response:
    """Close the session on the server and forget the cookie."""
    if not await _checked_form(request):
        return _refused()
    cookie = request.cookies.get(session_cookie())
    await run_in_threadpool(lambda: sessions().close(cookie))
    response = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
    drop_session_cookie(response)
    return response


# The password door (POST /sign-in) and single sign-on belong here, in front of the same sessions.
ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in", how_to, methods=["GET"]),
    Route("/sign-in/{token}", show_link, methods=["GET"]),
    Route("/sign-in/{token}", use_link, methods=["POST"]),
    Route("/sign-out", show_sign_out, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
)
