"""Which address, which cookie, which form is ours? The small rules that every route shares."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from dashboard.access.address import behind_tls, public_url, session_cookie

FORM_COOKIE = "cg_form"


def same_origin(headers: Headers) -> bool:
    """Was this form sent from our own pages? Checks Sec-Fetch-Site and Origin; a POST with neither header is refused."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    expected = urlsplit(public_url()).netloc or headers.get("host", "")
    return urlsplit(origin).netloc == expected


def new_form_token() -> str:
    """A token that a form carries and its cookie repeats."""
    return secrets.token_urlsafe(32)


def form_is_ours(request: Request, field: object) -> bool:
    """Does the hidden field repeat the form cookie, and does the request come from our own page?"""
    cookie = request.cookies.get(FORM_COOKIE, "")
    return bool(cookie) and isinstance(field, str) and hmac.compare_digest(cookie, field) and same_origin(request.headers)


def set_form_cookie(response: Response, token: str) -> None:
    """Keep the form's token for the answer; gone after ten minutes."""
    response.set_cookie(FORM_COOKIE, token, max_age=600, httponly=True, samesite="strict", secure=behind_tls(), path="/")


def set_session_cookie(response: Response, token: str) -> None:
    """Give the visitor the session; it ends with the browser, and on the server whenever it times out."""
    response.set_cookie(session_cookie(), token, httponly=True, samesite="lax", secure=behind_tls(), path="/")


def drop_session_cookie(response: Response) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(session_cookie(), httponly=True, samesite="lax", secure=behind_tls(), path="/")
