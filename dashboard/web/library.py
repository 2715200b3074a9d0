"""Documents over HTTP: /documents/{document} gives the version in force, /documents/{document}/{number} any version. A page among them cannot act."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import session_cookie
from dashboard.access.door import home, sessions
from dashboard.access.principal import ANYONE
from dashboard.errors import AccessDenied, CommonGroundError
from dashboard.schema.library import HTML, Version
from dashboard.services.house import House
from dashboard.services.library import desk, shelf
from dashboard.web import plain

# a page may show its own words, styles and pictures that it carries; it can run nothing, send nothing and fetch nothing
STILL = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
ENDINGS = {HTML: "html"}
KEEP = "public, max-age=300"


def _given(found: tuple[Version, bytes] | None, keep: str) -> Response:
    """The file as it was uploaded, to be shown where the browser can."""
    if found is None:
        return plain.not_found()
    one, content = found
    stem = one.name.rpartition(".")[0] or "document"
    headers = {
        "Cache-Control": keep,
        "Content-Disposition": f'inline; filename="{stem}-{one.number}.{ENDINGS.get(one.media, "pdf")}"',
        "Content-Security-Policy": STILL if one.media == HTML else STILL.replace("sandbox; ", "").replace("default-src 'none'", "default-src 'self'"),
    }
    return Response(content, media_type=f"{one.media}; charset=utf-8" if one.media == HTML else one.media, headers=headers)


def _number(request: Request) -> int:
    """The version that is asked for; 0 for the one in force; -1 for none that there can be."""
    text = str(request.path_params.get("number", "0"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


async def file(request: Request) -> Response:
    """GET /documents/{document} and /documents/{document}/{number}"""
    number = _number(request)
    if number < 0:
        return plain.not_found()
    return _given(await run_in_threadpool(shelf.file, House(home(), visitor=ANYONE), str(request.path_params["document"]), number), KEEP)


def _draft(token: str | None, name: str, number: int) -> Response:
    """A file that may not be public yet, for those who keep the library."""
    try:
        return _given(desk.content(House(home(), visitor=sessions().principal(token)), name, number), "no-store")
    except AccessDenied:
        return plain.message("Not open to you", "Only those who keep the library read drafts.", hint="Sign in first.", status=403)
    except CommonGroundError:
        return plain.not_found()


async def draft(request: Request) -> Response:
    """GET /api/library/{document}/{number}"""
    return await run_in_threadpool(_draft, request.cookies.get(session_cookie()), str(request.path_params["document"]), _number(request))


ROUTES: list[BaseRoute] = [
    Route("/documents/{document}", file, methods=["GET"]),
    Route("/documents/{document}/{number}", file, methods=["GET"]),
    Route("/api/library/{document}/{number}", draft, methods=["GET"]),
]
