"""The survey form's own words, in every language that is shipped."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

SHIPPED = ("en", "es")


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of one language; English where none are shipped."""
    name = language if language in SHIPPED else "en"
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def preferred(header: str, offered: tuple[str, ...]) -> str:
    """The language a browser asks for among those offered (RFC 9110, Accept-Language), else the first."""
    wishes = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(wishes) if tag in offered and weight < 0), offered[0] if offered else "en")
