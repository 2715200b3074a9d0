"""Plain HTML pages beside the dashboard: sign-in, refusals, not found. No script, no remote file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from dashboard.access.door import agency_name, is_sample
from dashboard.errors import CommonGroundError

HERE = Path(__file__).resolve().parent
STYLE = HERE / "templates" / "plain.css"


@cache
def _templates() -> Environment:
    """The templates, every value escaped."""
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    """The one style sheet, printed into each page."""
    return STYLE.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The content security policy of plain pages: our own style by its hash, our own fonts, forms to ourselves, nothing else."""
    style = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _agency() -> str:
    """The agency's name; none while the records cannot be read, so that this can still be said."""
    try:
        return agency_name()
    except CommonGroundError:
        return ""


def page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """The named template as a response that no cache keeps."""
    text = _templates().get_template(template).render(agency=_agency(), sample=is_sample(), style=_style(), **values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy()})


def message(title: str, text: str, *, status: int, hint: str = "") -> HTMLResponse:
    """A page that says one thing."""
    return page("message.html", status=status, title=title, text=text, hint=hint)


def not_found() -> HTMLResponse:
    """There is nothing at this address."""
    return message("Nothing here", "There is no page at this address.", hint="Start again from the first page.", status=404)
