"""What is refused before any route, and which headers does every answer carry?"""

from __future__ import annotations

import hashlib
import logging
import re
from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.address import behind_tls, is_ours, session_cookie
from dashboard.access.door import sessions
from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.web import plain

HIDDEN = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/_stcore/allowed-message-origins")
LOG = logging.getLogger(__name__)
UPLOADS = "/_stcore/upload_file"
SENDERS = (Permission.IMPORT_DATA, Permission.MANAGE_EMPLOYEE_SURVEYS, Permission.MANAGE_LIBRARY, Permission.MANAGE_OUTREACH)
FRAMED_ELSEWHERE = re.compile(r"frame-ancestors https?://")
TAB_HEADER = b"x-common-ground-tab"  # .streamlit/config.toml trusts it: a tab's state belongs to the session that opened it


@cache
def _inline_scripts() -> str:
    """Hashes of the inline scripts of the pages' own index file, so that no other inline script runs."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        return ""
    index = Path(spec.origin).parent / "static" / "index.html"
    bodies = re.findall(r"<script>(.*?)</script>", index.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(f"'sha256-{b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies)


@cache
def pages_policy() -> str:
    """The content security policy of the pages. Styles are inline because the page's own style engine writes them."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {_inline_scripts()} 'wasm-unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "media-src 'self'",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _hidden(path: str) -> bool:
    """Whether an address is none of a visitor's business."""
    return any(path == hidden or path.startswith(f"{hidden}/") for hidden in HIDDEN)


def _may_send(scope: Scope) -> bool:
    """Whether the visitor behind this request may send files: importers, HR, the library; a store that cannot be read lets nobody in."""
    token = HTTPConnection(scope).cookies.get(session_cookie())
    try:
        visitor = sessions().principal(token)
        may = any(visitor.may(one) for one in SENDERS)
        if not may:
            sessions().denied(visitor, "upload")
        return may
    except CommonGroundError:
        return False


def _bound(scope: Scope) -> Scope:
    """The connection of a tab, marked with its session: who presents another tab's id without that session gets a tab of their own."""
    token = HTTPConnection(scope).cookies.get(session_cookie(), "")
    mark = hashlib.sha256(b"tab " + token.encode()).hexdigest().encode() if token else b""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != TAB_HEADER]
    return {**scope, "headers": [*kept, (TAB_HEADER, mark)]}


def _secured(headers: MutableHeaders) -> None:
    """Put the protective headers on one answer; a route's own policy stays."""
    headers.setdefault("Content-Security-Policy", pages_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if not FRAMED_ELSEWHERE.search(headers["Content-Security-Policy"]):  # the older header knows no hosts: where a policy names some, it alone speaks
        headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if behind_tls():
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class Guard:
    """Hides what is not for visitors, refuses uploads of those who may not send any, and secures every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "websocket":
            await self._tab(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _tab(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The lasting connection of a page in a browser."""
        if is_ours(HTTPConnection(scope).headers.get("host", "")):
            await self.app(_bound(scope), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request and its answer."""
        path = "/" + scope["path"].strip("/")

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secured(MutableHeaders(scope=message))
            await send(message)

        if not is_ours(HTTPConnection(scope).headers.get("host", "")):
            hint = "Who runs it names its public address in COMMON_GROUND_URL."
            await plain.message("Not this address", "This server does not answer under this name.", hint=hint, status=421)(scope, receive, secured)
        elif _hidden(path):
            await plain.not_found()(scope, receive, secured)
        elif path.startswith(UPLOADS) and scope["method"] != "OPTIONS" and not await run_in_threadpool(_may_send, scope):
            refusal = plain.message(
                "Not accepted", "Only people who may import data, invite staff, keep the library or write outreach down can send files.", status=403
            )
            await refusal(scope, receive, secured)
        else:
            await self._answered(scope, receive, secured)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer of the route; one of our own errors that no route expected, such as records that cannot be read, is said in a sentence."""
        try:
            await self.app(scope, receive, send)
        except CommonGroundError as error:
            LOG.error("a request could not be answered", exc_info=error)
            sorry = plain.message("Not now", "This could not be answered just now.", hint="The reason is in the server's log.", status=503)
            await sorry(scope, receive, send)


def middleware() -> list[Middleware]:
    """What wraps every route, ours and the pages'."""
    return [Middleware(Guard)]
