"""Which survey tool wrote this file, and what does it hold?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.errors import SourceError
from dashboard.settings import DEFAULTS, Settings
from data_sources.base import Recognition
from data_sources.recognise import CLEAR, LEAD
from data_sources.surveys.base import Asked, Order, Reader, SurveyExport, Tracker, registered
from data_sources.surveys.grid import Grid, grids

GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One table of a file and one reader that claims it; `confidence` from 0 to 1, `why` in words."""

    table: str
    tool: str
    title: str
    confidence: float
    why: str


@cache
def _load() -> None:
    """Import every file of this room once, so that each reader registers itself."""
    package = importlib.import_module("data_sources.surveys")
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"data_sources.surveys.{found.name}")


def readers() -> Mapping[str, Reader]:
    """Every reader there is, by name."""
    _load()
    return registered()


def claims(grid: Grid) -> list[tuple[Reader, Recognition]]:
    """The readers that claim this table, the surest first; the generic one stands back whenever another is clear."""
    found = [(reader, reader.recognises(grid)) for reader in readers().values()]
    known = [one for one in found if one[0].name != GENERIC and one[1].confidence >= CLEAR]
    chosen = known or [one for one in found if one[0].name == GENERIC and one[1].confidence > 0]
    return sorted(chosen, key=lambda one: (-one[1].confidence, one[0].name))


def look(path: Path, settings: Settings = DEFAULTS) -> list[Candidate]:
    """Who claims which table of the file, the surest first. Raises SourceError in one sentence when it holds no table."""
    return [
        Candidate(grid.name, reader.name, reader.title, claim.confidence, claim.why)
        for grid in grids(path, settings)
        for reader, claim in claims(grid)
    ]


def read(
    path: Path,
    settings: Settings = DEFAULTS,
    tool: str | None = None,
    anonymous: bool = True,
    *,
    incomplete: bool = False,
    order: Order = "",
) -> list[SurveyExport | Tracker]:
    """Every survey in the file. Nothing is written to disk; with `anonymous`, whatever says who answered is gone from the result.

    `tool` names the reader; without it the clear one is taken, and SourceError asks when two are equally sure. Sheets that are no survey are left
    out as long as another table of the file is one. `order` is the order of day and month where the dates do not show it.
    """
    asked = Asked(settings, anonymous, incomplete, order)
    if tool is not None and tool not in readers():
        raise SourceError(f"There is no survey reader named '{tool}'.", hint=f"The readers are: {', '.join(readers())}.")
    tables = [(grid, _named(grid, readers()[tool]) if tool else _clear(grid)) for grid in grids(path, settings)]
    found = [(grid, reader) for grid, reader in tables if reader is not None]
    if any(reader.name != GENERIC for _, reader in found) and not tool:
        found = [(grid, reader) for grid, reader in found if reader.name != GENERIC]
    if not found:
        kind = f"export of {readers()[tool].title}" if tool else "survey"
        raise SourceError(f"No {kind} was found in this file.", hint="Export the answers as CSV with one row per person.", where=path.name)
    return [reader.read(grid, asked) for grid, reader in found]


def _named(grid: Grid, reader: Reader) -> Reader | None:
    """The reader that was named, if the table has what it needs."""
    return reader if reader.recognises(grid).confidence > 0 else None


def _clear(grid: Grid) -> Reader | None:
    """The one clear reader of a table; None when nobody claims it."""
    ranked = claims(grid)
    if len(ranked) > 1 and ranked[0][1].confidence - ranked[1][1].confidence < LEAD:
        names = " or ".join(reader.title for reader, _ in ranked[:3])
        raise SourceError(f"This could be {names}.", hint="Say which tool wrote the file.", where=grid.name)
    return ranked[0][0] if ranked else None
