"""Your account: name and address, password, and where you are signed in. Plain forms, so that no password ever passes through the pages' engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.account import Account
from dashboard.access.address import session_cookie
from dashboard.access.door import sessions
from dashboard.access.passwords import SHORTEST
from dashboard.access.roles import TITLES
from dashboard.errors import AccessDenied, CommonGroundError, TooSoon
from dashboard.web.posted import form_page, posted, refused
from dashboard.web.sign_in import gone_to

DONE = {
    "details": "Your details were changed.",
    "password": "Your password was changed. Your other sessions have ended.",
    "session": "That session has ended.",
    "factor-off": "The second factor is off.",
}


def account_of(request: Request) -> Account:
    """The account of whoever is signed in; AccessDenied for others."""
    return Account.of(sessions(), request.cookies.get(session_cookie()))


def _page(request: Request, account: Account, done: str = "", trouble: CommonGroundError | None = None, status: int = 200) -> Response:
    """The whole page."""
    return form_page(
        request,
        "account.html",
        status=status,
        member=account.member,
        roles=[TITLES[role] for role in account.person.roles],
        has_password=account.has_password,
        factor=account.factor.kept,
        asked=account.factor_asked,
        open_sessions=account.open_sessions(),
        done=DONE.get(done, ""),
        trouble=trouble,
        shortest=SHORTEST,
    )


async def show(request: Request) -> Response:
    """GET /account"""
    try:
        return await run_in_threadpool(lambda: _page(request, account_of(request), request.query_params.get("done", "")))
    except AccessDenied:
        return gone_to("/sign-in?to=/account")


Change = Callable[[Account, Mapping[str, str]], None]


def _details(account: Account, form: Mapping[str, str]) -> None:
    account.change_details(form.get("name", ""), form.get("email", ""), form.get("current", ""))


def _password(account: Account, form: Mapping[str, str]) -> None:
    account.change_password(form.get("current", ""), form.get("password", ""), form.get("again", ""))


def _session(account: Account, form: Mapping[str, str]) -> None:
    account.end_session(form.get("mark", ""))


CHANGES: Mapping[str, Change] = {"details": _details, "password": _password, "session": _session}


def _route(name: str, change: Change) -> Route:
    """One form of the page."""

    def made(request: Request, form: Mapping[str, str]) -> Response:
        try:
            account = account_of(request)
        except AccessDenied:
            return gone_to("/sign-in?to=/account")
        try:
            change(account, form)
        except CommonGroundError as error:
            return _page(request, account, trouble=error, status=429 if isinstance(error, TooSoon) else 422)
        return gone_to(f"/account?done={name}")

    async def endpoint(request: Request) -> Response:
        form = await posted(request)
        return refused() if form is None else await run_in_threadpool(made, request, form)

    return Route(f"/account/{name}", endpoint, methods=["POST"], name=f"account {name}")


ROUTES: tuple[BaseRoute, ...] = (Route("/account", show, methods=["GET"]), *(_route(name, change) for name, change in CHANGES.items()))
