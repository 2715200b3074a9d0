"""What was sent in a small form of ours? Nothing when it is too large, too slow, broken, or from elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboard.web import plain
from dashboard.web.security import form_cookie, form_is_ours, new_form_token, set_form_cookie

MOST_BYTES = 16 * 1024
MOST_FIELDS = 12
PATIENCE = 10.0  # seconds for a form to arrive; nobody holds a connection open longer by sending half of one
OUR_TOKEN = re.compile(r"[\w-]{43}")
OUR_PLACES = re.compile(r"/[a-z0-9-]{0,60}(\?[\w=&%.,+-]{0,300})?")


async def posted(request: Request, most: int = MOST_BYTES) -> Mapping[str, str] | None:
    """The text fields of a POST that is small enough, from our own page, and carries the form's token; else None."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > most:
        return None
    try:
        async with asyncio.timeout(PATIENCE), request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            if not form_is_ours(request, form.get("form_token")):
                return None
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except (TimeoutError, HTTPException):
        return None


def form_page(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """A page with a form, its token in field and cookie. A browser keeps its token, so that forms in two tabs both work."""
    kept = request.cookies.get(form_cookie(), "")
    token = kept if OUR_TOKEN.fullmatch(kept) else new_form_token()
    response = plain.page(template, status=status, form_token=token, **values)  # type: ignore[arg-type]  # values go to the template
    set_form_cookie(response, token)
    return response


def refused() -> Response:
    """The form did not come from our own page."""
    return plain.message("Not accepted", "This form did not come from this site, or it waited too long.", hint="Open the page again.", status=403)


def our_place(text: str) -> str:
    """Where to go afterwards, if it is a page of ours; else the first page."""
    return text if OUR_PLACES.fullmatch(text) else "/"
