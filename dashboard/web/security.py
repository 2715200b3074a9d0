"""Which address, which cookie, which form is ours? The small rules that every route shares."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from dashboard.access.address import behind_tls, public_url, session_cookie

PORTS = {"http": 80, "https": 443}


def same_origin(headers: Headers) -> bool:
    """Was this form sent from our own pages? Checks Sec-Fetch-Site and Origin; a POST with neither header is refused."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    ours = public_url() or f"http://{headers.get('host', '')}"
    return _place(origin) is not None and _place(origin) == _place(ours)


def _place(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address, as browsers compare them; None when it is not one."""
    try:
        parts: SplitResult = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def form_cookie() -> str:
    """The name of the cookie that repeats a form's token; bound to the host behind TLS, so that no neighbour can plant one."""
    return "__Host-cg_form" if behind_tls() else "cg_form"


def new_form_token() -> str:
    """A token that a form carries and its cookie repeats."""
    return secrets.token_urlsafe(32)


def form_is_ours(request: Request, field: object) -> bool:
    """Does the hidden field repeat the form cookie, and does the request come from our own page?"""
    cookie = request.cookies.get(form_cookie(), "")
    if not cookie or not isinstance(field, str) or not same_origin(request.headers):
        return False
    return hmac.compare_digest(cookie.encode(errors="replace"), field.encode(errors="replace"))


def set_form_cookie(response: Response, token: str) -> None:
    """Keep the form's token for the answer; gone after ten minutes."""
    response.set_cookie(form_cookie(), token, max_age=600, httponly=True, samesite="strict", secure=behind_tls(), path="/")


def set_session_cookie(response: Response, token: str) -> None:
    """Give the visitor the session; it ends with the browser, and on the server whenever it times out."""
    response.set_cookie(session_cookie(), token, httponly=True, samesite="lax", secure=behind_tls(), path="/")


def drop_session_cookie(response: Response) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(session_cookie(), httponly=True, samesite="lax", secure=behind_tls(), path="/")


def known_cookie() -> str:
    """The name of the cookie that marks a browser which a person has signed in with before."""
    return "__Host-cg_known" if behind_tls() else "cg_known"


def set_known_cookie(response: Response, mark: str) -> None:
    """Mark this browser for half a year. The mark opens nothing; see access/known_browsers.py."""
    response.set_cookie(known_cookie(), mark, max_age=180 * 86400, httponly=True, samesite="strict", secure=behind_tls(), path="/")
