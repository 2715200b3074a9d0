"""What arrived with a sent form? Its fields as text, within limits of size, number and time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dashboard.web.security import same_origin

MOST_BYTES = 1024 * 1024  # far above any honest form, so that even a text that is much too long comes back to who typed it
MOST_FIELDS = 2000
PATIENCE = 20.0  # seconds for a form to arrive
OWN_FIELDS = {"key", "page", "lang", "t", "action", "website", "carried"}

Fields = dict[str, list[str]]


async def fields_of(request: Request) -> Fields | None:
    """The fields of a sent form; None when it is too large, too slow or not a form."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return None
    try:
        async with asyncio.timeout(PATIENCE), request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
            return _texts(sent)
    except (TimeoutError, HTTPException, UnicodeDecodeError):
        return None


def _texts(sent: FormData) -> Fields:
    """Fields by name; characters that no text holds are taken out."""
    found: Fields = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value.replace("\x00", "").encode("utf-8", "replace").decode())
    return found


def first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """One value of a field."""
    return next(iter(fields.get(name, ())), "")


def typed(fields: Fields) -> Fields:
    """What the respondent gave: everything but the form's own fields."""
    return {name: values for name, values in fields.items() if name not in OWN_FIELDS}


def carried(text: str) -> dict[str, Any]:
    """The answers of the pages before in a preview, which stores nothing."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def foreign(headers: Headers) -> bool:
    """Whether a form was sent from somebody else's page. Old browsers say nothing; for them the signed key must do."""
    return ("sec-fetch-site" in headers or "origin" in headers) and not same_origin(headers)
