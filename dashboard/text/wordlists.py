"""The word lists shipped with the package, each read once."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def shipped(name: str) -> str:
    """The text of one file of this package."""
    return files("dashboard.text").joinpath(name).read_text(encoding="utf-8")


@cache
def toml(name: str) -> Mapping[str, Any]:
    """One TOML file of this package."""
    return tomllib.loads(shipped(name))


def folded(text: str) -> str:
    """Small letters without accents; a word keeps its length only where no letter falls apart."""
    lower = text.lower()
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower)
    return "".join(one for one in apart if not unicodedata.combining(one)).replace("’", "'")


@cache
def names(kind: str) -> frozenset[str]:
    """One list of names.toml, folded: `given`, `words`, `family` or `family_words`."""
    return frozenset(folded(toml("names.toml")[kind]).split())


@cache
def listed(key: str) -> frozenset[str]:
    """One list of words.toml."""
    found = toml("words.toml")[key]
    return frozenset(found if isinstance(found, list) else found.split())


@cache
def stops() -> frozenset[str]:
    """English and Spanish words without a subject of their own, folded."""
    return frozenset(folded(one) for one in listed("english_stops") | listed("spanish_stops"))


def table(name: str) -> tuple[str, list[dict[str, str]]]:
    """A CSV file of this package whose first line is `# version X`: the version and its rows."""
    head, _, rest = shipped(name).partition("\n")
    return head.removeprefix("# version").strip(), list(csv.DictReader(rest.splitlines()))
