"""The survey form's own words ("Next", "Back", what is kept): shipped in English and Spanish, written by the author in any other language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

SHIPPED = ("en", "es")
STAFF = "staff_"  # words that only employee surveys use
RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "yi"}


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The shipped words of one language; English where none are shipped."""
    name = language if language in SHIPPED else "en"
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def needed(*, staff: bool) -> dict[str, str]:
    """The English words that a form needs: those of employee surveys only for `staff`."""
    return {name: text for name, text in phrases("en").items() if staff or not name.startswith(STAFF)}


def gaps(language: str, own: Mapping[str, Mapping[str, str]], *, staff: bool = False) -> list[str]:
    """Which of the form's words are missing in a language: not written yet, or without a placeholder that the sentence needs. Words of employee
    surveys are only needed for `staff`."""
    if language in SHIPPED:
        return []
    return [name for name, text in needed(staff=staff).items() if not _fits(own.get(name, {}).get(language, ""), text)]


def spoken(language: str, own: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The form's words in a language: shipped, or the author's; a word that is still missing in a draft is English."""
    if language in SHIPPED:
        return phrases(language)
    return {name: made if _fits(made := own.get(name, {}).get(language, ""), text) else text for name, text in phrases("en").items()}


def _fits(made: str, text: str) -> bool:
    """Whether a translation is there and holds the placeholders of the English sentence and no other."""
    return bool(made.strip()) and sorted(re.findall(r"{[^}]*}?|}", made)) == sorted(re.findall(r"{[^}]*}?|}", text))


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
