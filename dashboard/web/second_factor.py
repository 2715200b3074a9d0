"""The second factor's pages: the code at sign-in, the QR code for an app (drawn here, sent to nobody), recovery codes, turning it off."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.account import Account
from dashboard.access.address import session_cookie
from dashboard.access.door import agency_name, sessions
from dashboard.access.second_factor import SecondFactor
from dashboard.access.sessions import CODE, ENROL
from dashboard.errors import AccessDenied, CommonGroundError, StoreError, TooSoon
from dashboard.web.posted import form_page, posted, refused
from dashboard.web.security import set_session_cookie
from dashboard.web.sign_in import gone_to

Form = Mapping[str, str]
Answer = Callable[[Request, Form], Response]


def _status(error: CommonGroundError) -> int:
    """How a refusal is answered."""
    return 429 if isinstance(error, TooSoon) else 401 if isinstance(error, AccessDenied) else 422


def _token(request: Request) -> str:
    """The session cookie."""
    return request.cookies.get(session_cookie(), "")


def _posting(answer: Answer) -> Callable[[Request], object]:
    """An endpoint that takes a form of ours."""

    async def endpoint(request: Request) -> Response:
        form = await posted(request)
        return refused() if form is None else await run_in_threadpool(answer, request, form)

    return endpoint


def _getting(answer: Callable[[Request], Response]) -> Callable[[Request], object]:
    """An endpoint that shows a page."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


# At sign-in


def ask_code(request: Request) -> Response:
    """GET /sign-in/code"""
    waiting = sessions().waiting(_token(request))
    return form_page(request, "code.html", trouble=None) if waiting and waiting.stage == CODE else gone_to("/sign-in")


def take_code(request: Request, form: Form) -> Response:
    """POST /sign-in/code: the session begins when the code fits."""
    waiting = sessions().waiting(_token(request))
    if waiting is None or waiting.stage != CODE:
        return gone_to("/sign-in")
    try:
        SecondFactor(sessions(), waiting.person_id).check(form.get("code", ""))
        token = sessions().finish(_token(request))
    except CommonGroundError as error:
        return form_page(request, "code.html", status=_status(error), trouble=error)
    response = gone_to("/")
    set_session_cookie(response, token)
    return response


# Turning it on, at sign-in or from the account


def _holder(request: Request) -> tuple[SecondFactor, str]:
    """Whose factor is being turned on, and their name for the app. AccessDenied when nobody is there."""
    waiting = sessions().waiting(_token(request))
    if waiting is not None and waiting.stage == ENROL:
        return SecondFactor(sessions(), waiting.person_id), waiting.stage
    account = Account.of(sessions(), _token(request))
    return SecondFactor(sessions(), account.person.person_id), ""


def drawn(address: str) -> str:
    """The QR code as a drawing inside the page."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=5, border=4, dark="#1B1F24", light="#FFFFFF", xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _enrol_page(request: Request, factor: SecondFactor, trouble: CommonGroundError | None = None, status: int = 200) -> Response:
    """The QR code, the secret in letters, and a field for the first code."""
    secret = factor.secret()
    picture = drawn(factor.address(factor.name, agency_name()))
    grouped = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return form_page(request, "second_factor.html", status=status, picture=picture, secret=grouped, trouble=trouble)


def show_enrol(request: Request) -> Response:
    """GET /account/second-factor"""
    try:
        factor, _ = _holder(request)
        return gone_to("/account") if factor.on else _enrol_page(request, factor)
    except AccessDenied:
        return gone_to("/sign-in?to=/account")
    except StoreError:
        return gone_to("/account")


def begin(request: Request, form: Form) -> Response:
    """POST /account/second-factor/begin: a secret is drawn."""
    try:
        account = Account.of(sessions(), _token(request))
    except AccessDenied:
        return gone_to("/sign-in?to=/account")
    SecondFactor(sessions(), account.person.person_id).begin()
    return gone_to("/account/second-factor")


def confirm(request: Request, form: Form) -> Response:
    """POST /account/second-factor: the first code turns it on; the recovery codes are shown this once."""
    try:
        factor, stage = _holder(request)
    except AccessDenied:
        return gone_to("/sign-in?to=/account")
    try:
        codes = factor.confirm(form.get("code", ""))
        token = sessions().finish(_token(request)) if stage else sessions().strengthened(_token(request))
    except StoreError:
        return gone_to("/account")
    except CommonGroundError as error:
        return _enrol_page(request, factor, error, _status(error))
    response = form_page(request, "recovery_codes.html", codes=codes, at_sign_in=bool(stage))
    set_session_cookie(response, token)
    return response


# Afterwards


def renew(request: Request, form: Form) -> Response:
    """POST /account/second-factor/codes: new recovery codes, after the password."""
    try:
        account = Account.of(sessions(), _token(request))
    except AccessDenied:
        return gone_to("/sign-in?to=/account")
    try:
        codes = account.renew_codes(form.get("current", ""))
    except CommonGroundError as error:
        return form_page(request, "factor_trouble.html", status=_status(error), trouble=error)
    return form_page(request, "recovery_codes.html", codes=codes, at_sign_in=False)


def turn_off(request: Request, form: Form) -> Response:
    """POST /account/second-factor/off: after the password, unless a role asks for it."""
    try:
        account = Account.of(sessions(), _token(request))
    except AccessDenied:
        return gone_to("/sign-in?to=/account")
    try:
        account.turn_second_factor_off(form.get("current", ""))
    except CommonGroundError as error:
        return form_page(request, "factor_trouble.html", status=_status(error), trouble=error)
    return gone_to("/account?done=factor-off")


ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in/code", _getting(ask_code), methods=["GET"]),
    Route("/sign-in/code", _posting(take_code), methods=["POST"], name="take code"),
    Route("/account/second-factor", _getting(show_enrol), methods=["GET"]),
    Route("/account/second-factor", _posting(confirm), methods=["POST"], name="confirm"),
    Route("/account/second-factor/begin", _posting(begin), methods=["POST"]),
    Route("/account/second-factor/codes", _posting(renew), methods=["POST"]),
    Route("/account/second-factor/off", _posting(turn_off), methods=["POST"]),
)
