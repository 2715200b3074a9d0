"""Plain HTML pages beside the dashboard: sign-in, refusals, not found. No script, no remote file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from dashboard.access.door import agency_name, is_sample
from dashboard.errors import CommonGroundError

HERE = Path(__file__).resolve().parent
PLAIN = "plain.css"


@cache
def _templates() -> Environment:
    """The templates, every value escaped."""
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


@cache
def style(sheet: str) -> str:
    """A style sheet, printed into its page."""
    return (HERE / "templates" / sheet).read_text(encoding="utf-8")


def mark(text: str) -> str:
    """How a policy names an inline text: by its hash."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def policy(sheet: str = PLAIN, script: str = "", ancestors: str = "'none'") -> str:
    """The content security policy of a plain page: our own style and script by their hashes, fonts, frames and forms of our own, nothing else."""
    scripts = f"script-src {mark(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {mark(style(sheet))}; {scripts}font-src 'self'; img-src 'self'; frame-src 'self'; "
        f"form-action 'self'; frame-ancestors {ancestors}; base-uri 'none'"
    )


def _agency() -> str:
    """The agency's name; none while the records cannot be read, so that this can still be said."""
    try:
        return agency_name()
    except CommonGroundError:
        return ""


def rendered(template: str, values: Mapping[str, object]) -> str:
    """The named template with these values, every one escaped."""
    return _templates().get_template(template).render(**values)


def page(template: str, *, status: int = 200, sheet: str = PLAIN, script: str = "", framed: bool = False, **values: object) -> HTMLResponse:
    """The named template as a response that no cache keeps; `framed` lets our own pages show it in a frame."""
    shared: dict[str, object] = {"sample": is_sample(), "style": style(sheet), "script": script}
    if "agency" not in values:
        shared["agency"] = _agency()
    text = rendered(template, shared | values)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy(sheet, script, "'self'" if framed else "'none'")}
    return HTMLResponse(text, status_code=status, headers=headers | ({"X-Frame-Options": "SAMEORIGIN"} if framed else {}))


def message(title: str, text: str, *, status: int, hint: str = "") -> HTMLResponse:
    """A page that says one thing."""
    return page("message.html", status=status, title=title, text=text, hint=hint)


def not_found() -> HTMLResponse:
    """There is nothing at this address."""
    return message("Nothing here", "There is no page at this address.", hint="Start again from the first page.", status=404)
