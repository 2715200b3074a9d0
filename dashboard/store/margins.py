"""To which population are community surveys weighted? Margins that a person brought in, kept in the home as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.errors import StoreError
from dashboard.store.home import Home

FILE = "survey_margins.json"


@dataclass(frozen=True, slots=True)
class Margins:
    """Question id -> category -> people or shares, and where they come from (table and year)."""

    source: str
    margins: Mapping[str, Mapping[str, float]]


def keep(home: Home, margins: Margins) -> None:
    """Keep the margins; StoreError when one is empty or negative."""
    for name, categories in margins.margins.items():
        if len(categories) < 2 or any(value < 0 for value in categories.values()) or not sum(categories.values()):
            raise StoreError(f"The margin {name} needs at least two categories with people in them.")
    body = {"source": margins.source, "margins": {name: dict(one) for name, one in margins.margins.items()}}
    half = home.path / f"{FILE}.part"
    half.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    half.replace(home.path / FILE)


def drop(home: Home) -> None:
    """Take the margins away; nothing when there are none."""
    (home.path / FILE).unlink(missing_ok=True)


def kept(home: Home) -> Margins | None:
    """The margins of this home, or none."""
    path = home.path / FILE
    if not path.exists():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    return Margins(str(body["source"]), body["margins"])
