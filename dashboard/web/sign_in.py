"""How does a person sign in and out? By password, or by a link that works once; sending a form opens the session. GET changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.by_password import PasswordDoor, Visit
from dashboard.access.device import device
from dashboard.access.door import sessions
from dashboard.access.passwords import warm_up
from dashboard.access.provider import provider
from dashboard.access.sessions import CODE, ENROL
from dashboard.errors import AccessDenied, TooSoon
from dashboard.services import forgotten
from dashboard.web import flood, plain
from dashboard.web.posted import form_page, our_place, posted, refused
from dashboard.web.security import drop_session_cookie, known_cookie, set_known_cookie, set_session_cookie

LONGEST_TOKEN = 128
STEPS: Mapping[str, str] = {CODE: "/sign-in/code", ENROL: "/account/second-factor"}  # the step that is missing -> where it is done


def visit_of(request: Request) -> Visit:
    """From where somebody signs in."""
    headers, cookies = request.headers, request.cookies
    return Visit(flood.source_of(request), device(headers.get("user-agent", "")), cookies.get(known_cookie(), ""), cookies.get(session_cookie()))


def gone_to(place: str) -> RedirectResponse:
    """On to a page of ours, after a form."""
    return RedirectResponse(place, status_code=303, headers={"Cache-Control": "no-store"})


def _form(request: Request, name: str = "", *, to: str = "/", trouble: AccessDenied | None = None, typed: str = "", status: int = 200) -> Response:
    """The sign-in page."""
    return form_page(
        request, "sign_in.html", status=status, name=name, to=to, trouble=trouble, typed=typed, mail=forgotten.offered(), provider=provider()
    )


async def show(request: Request) -> Response:
    """GET /sign-in"""
    signed_in = await run_in_threadpool(lambda: sessions().principal(request.cookies.get(session_cookie())))
    response = _form(request, signed_in.name, to=our_place(request.query_params.get("to", "/")))
    response.background = BackgroundTask(warm_up)
    return response


async def by_password(request: Request) -> Response:
    """POST /sign-in: name and password."""
    form = await posted(request)
    if form is None:
        return refused()
    name, password, to = form.get("name", "")[:200], form.get("password", ""), our_place(form.get("to", "/"))
    try:
        entry = await run_in_threadpool(lambda: PasswordDoor(sessions()).enter(name, password, visit_of(request)))
    except TooSoon as soon:
        answer = _form(request, to=to, trouble=soon, typed=name, status=429)
        answer.headers["Retry-After"] = str(soon.seconds)
        return answer
    except AccessDenied as denied:
        return _form(request, to=to, trouble=denied, typed=name, status=401)
    response = gone_to(STEPS.get(entry.stage, to))
    set_session_cookie(response, entry.token)
    set_known_cookie(response, entry.mark)
    return response


async def show_link(request: Request) -> Response:
    """A one-time link was opened: show the form that uses it. Mail scanners that open links use nothing up, and learn nothing."""
    token = str(request.path_params["token"])
    return plain.not_found() if len(token) > LONGEST_TOKEN else form_page(request, "sign_in_link.html", link=token)


async def use_link(request: Request) -> Response:
    """The form was sent: open the session, set the cookie, go to the first page."""
    token = str(request.path_params["token"])
    if len(token) > LONGEST_TOKEN or await posted(request) is None:
        return refused()
    visit = visit_of(request)
    if flood.SIGN_INS.full(visit.source):
        return plain.message("Too many tries", "Too many sign-ins failed from here just now.", hint="Wait a minute, then try again.", status=429)
    try:
        session = await run_in_threadpool(lambda: sessions().open(token, visit.before, visit.device))
    except AccessDenied as denied:
        flood.SIGN_INS.count(visit.source)
        return plain.message("This link is spent", denied.message, hint=denied.hint, status=410)
    response = gone_to("/")
    set_session_cookie(response, session)
    return response


async def show_sign_out(request: Request) -> Response:
    """Ask before signing out; GET changes nothing."""
    return form_page(request, "sign_out.html")


async def sign_out(request: Request) -> Response:
    """Close the session on the server and forget the cookie."""
    if await posted(request) is None:
        return refused()
    cookie = request.cookies.get(session_cookie())
    await run_in_threadpool(lambda: sessions().close(cookie))
    response = gone_to("/")
    drop_session_cookie(response)
    return response


ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", by_password, methods=["POST"]),
    Route("/sign-in/{token}", show_link, methods=["GET"]),
    Route("/sign-in/{token}", use_link, methods=["POST"]),
    Route("/sign-out", show_sign_out, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
)
