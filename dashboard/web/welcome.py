"""How does an invited person, the first person of a home, or somebody who forgot a password set one? By a link that works once."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.account import OWNER, Welcome
from dashboard.access.door import sessions
from dashboard.access.passwords import SHORTEST
from dashboard.access.provider import provider
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.web import flood, plain
from dashboard.web.posted import form_page, posted, refused
from dashboard.web.security import set_session_cookie
from dashboard.web.sign_in import LONGEST_TOKEN, STEPS, gone_to, visit_of


def _spent(denied: AccessDenied) -> Response:
    """The link is worth nothing."""
    return plain.message("This link is spent", denied.message, hint=denied.hint, status=410)


def _form(
    request: Request, link: str, trouble: CommonGroundError | None = None, typed: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """The form that sets a password; AccessDenied when the link is spent."""
    person = Welcome(sessions(), link).person()
    first = person.sign_in_name == OWNER
    shown = {"name": "" if first else person.name, "sign_in_name": "" if first else person.sign_in_name, "email": person.email, **(typed or {})}
    return form_page(
        request, "welcome.html", status=status, link=link, first=first, trouble=trouble, shown=shown, shortest=SHORTEST, provider=provider()
    )


def _begin(link: str, form: Mapping[str, str], request: Request) -> tuple[str, str]:
    """Set the password and open a session: its token and the step that is still missing."""
    names = (form.get("name", ""), form.get("sign_in_name", ""), form.get("email", ""))
    person = Welcome(sessions(), link).set_password(form.get("password", ""), form.get("again", ""), names)
    visit = visit_of(request)
    return sessions().admit(person.id, "welcome", before=visit.before, device=visit.device)


async def show(request: Request) -> Response:
    """GET /welcome/{token}: opening the link uses nothing up."""
    link = str(request.path_params["token"])
    if len(link) > LONGEST_TOKEN:
        return plain.not_found()
    if flood.SIGN_INS.full(flood.source_of(request)):
        return plain.message("Too many tries", "Too many links failed from here just now.", hint="Wait a minute, then try again.", status=429)
    try:
        return await run_in_threadpool(_form, request, link)
    except AccessDenied as denied:
        flood.SIGN_INS.count(flood.source_of(request))
        return _spent(denied)


async def use(request: Request) -> Response:
    """POST /welcome/{token}: the password is set and the session opened."""
    link, form = str(request.path_params["token"]), await posted(request)
    if len(link) > LONGEST_TOKEN or form is None:
        return refused()
    try:
        token, stage = await run_in_threadpool(_begin, link, form, request)
    except AccessDenied as denied:
        return _spent(denied)
    except CommonGroundError as error:
        typed = {name: form.get(name, "") for name in ("name", "sign_in_name", "email") if name in form}
        try:
            return await run_in_threadpool(_form, request, link, error, typed, 422)
        except AccessDenied as denied:
            return _spent(denied)
    response = gone_to(STEPS.get(stage, "/"))
    set_session_cookie(response, token)
    return response


ROUTES: tuple[BaseRoute, ...] = (
    Route("/welcome/{token}", show, methods=["GET"]),
    Route("/welcome/{token}", use, methods=["POST"]),
)
