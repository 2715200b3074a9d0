"""What hangs on a wall: the QR code of a survey link as SVG and PNG, and a sheet to print."""

from __future__ import annotations

import io
from pathlib import Path

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

SHEET = Path(__file__).resolve().parent / "templates" / "sheet.typ"
TYPES = {"qr.svg": "image/svg+xml", "qr.png": "image/png", "sheet.pdf": "application/pdf"}
SCAN = {"en": "Scan the code, or type the address:", "es": "Escanee el código o escriba la dirección:"}


def address(request: Request, code: str) -> str:
    """The address that the code holds: the agency's public one where it is named."""
    return f"{public_url() or str(request.base_url).rstrip('/')}/s/{code}"


def qr(link: str, kind: str) -> bytes:
    """The QR code of an address, error correction M, with the quiet zone that scanners need."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind=kind, scale=12 if kind == "png" else 8, border=4, dark="#1B1F24", light="#FFFFFF")
    return out.getvalue()


def sheet(form: Form, link: str, language: str) -> bytes:
    """A sheet to print: title, code, address. Texts go in as data, never as markup."""
    texts = {
        "title": form.say(form.definition.title, language),
        "purpose": form.say(form.definition.purpose, language),
        "scan": SCAN.get(language, SCAN["en"]),
        "address": link.partition("://")[2],
        "agency": form.agency,
        "language": language,
    }
    texts["code"] = qr(link, "svg").decode()
    return typst.compile(SHEET.read_bytes(), sys_inputs=texts, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True)


async def picture(request: Request) -> Response:
    """GET /s/{code}/qr.svg, qr.png and sheet.pdf"""
    kind = str(request.path_params["kind"])
    house = House(home(), visitor=ANYONE)
    form = await run_in_threadpool(forms.find, house, request.path_params["code"])
    if form is None:
        return plain.not_found()
    link = address(request, form.code)
    wanted = request.query_params.get("lang", "")
    language = wanted if wanted in form.definition.languages else form.definition.languages[0]
    content = await run_in_threadpool(sheet, form, link, language) if kind == "sheet.pdf" else qr(link, kind[3:])
    headers = {"Cache-Control": "public, max-age=300", "Content-Disposition": f'inline; filename="survey-{form.code}-{kind}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _route(kind: str) -> Route:
    """One file."""

    async def one(request: Request) -> Response:
        request.path_params["kind"] = kind
        return await picture(request)

    return Route(f"/s/{{code}}/{kind}", one, methods=["GET"], name=kind)


ROUTES: list[BaseRoute] = [_route(kind) for kind in TYPES]
