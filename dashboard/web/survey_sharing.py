"""What hangs on a wall or is handed out: the QR code of a survey link as SVG and PNG, a poster and cards to print."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlencode

import segno
import typst
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.services import forms
from dashboard.services.forms import Form
from dashboard.services.house import House
from dashboard.web import plain

TEMPLATES = Path(__file__).resolve().parent / "templates"
TYPES = {"qr.svg": "image/svg+xml", "qr.png": "image/png", "sheet.pdf": "application/pdf", "cards.pdf": "application/pdf"}


def address(request: Request, code: str, language: str = "") -> str:
    """The address that the code holds: the agency's public one where it is named; with a language if the code is for readers of it."""
    more = f"?{urlencode({'lang': language})}" if language else ""
    return f"{public_url() or str(request.base_url).rstrip('/')}/s/{code}{more}"


def qr(link: str, kind: str) -> bytes:
    """The QR code of an address, error correction M, with the quiet zone that scanners need."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind=kind, scale=12 if kind == "png" else 8, border=4, dark="#1B1F24", light="#FFFFFF")
    return out.getvalue()


def print_out(form: Form, link: str, language: str, kind: str) -> bytes:
    """A poster (sheet.pdf) or ten cards a page (cards.pdf): title, caption, code, address. Texts go in as data, never as markup."""
    said = form.phrases(language)
    texts = {
        "title": form.say(form.definition.title, language),
        "purpose": form.say(form.definition.purpose, language),
        "scan": said["scan"],
        "promise": said["promise_contact" if form.definition.family == "post_contact" else "promise"],
        "address": link.partition("://")[2],
        "agency": form.agency,
        "language": language,
    }
    texts["code"] = qr(link, "svg").decode()
    template = (TEMPLATES / kind.replace(".pdf", ".typ")).read_bytes()
    return typst.compile(template, sys_inputs=texts, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True)


async def picture(request: Request) -> Response:
    """GET /s/{code}/qr.svg, qr.png, sheet.pdf and cards.pdf; `lang` makes them for readers of one language."""
    kind = str(request.path_params["kind"])
    house = House(home(), visitor=ANYONE)
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    if form is None:
        return plain.not_found()
    wanted = request.query_params.get("lang", "")
    chosen = wanted if wanted in form.definition.languages else ""
    link = address(request, form.code, chosen)
    if kind.endswith(".pdf"):
        content = await run_in_threadpool(print_out, form, link, chosen or form.definition.languages[0], kind)
    else:
        content = qr(link, kind[3:])
    name = f"survey-{form.code}{f'-{chosen}' if chosen else ''}-{kind}"
    headers = {"Cache-Control": "public, max-age=300", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _route(kind: str) -> Route:
    """One file."""

    async def one(request: Request) -> Response:
        request.path_params["kind"] = kind
        return await picture(request)

    return Route(f"/s/{{code}}/{kind}", one, methods=["GET"], name=kind)


ROUTES: list[BaseRoute] = [_route(kind) for kind in TYPES]
