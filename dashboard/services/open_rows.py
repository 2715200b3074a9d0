"""Some rows of a published table: filters on its declared columns, a page at a time. What the read interface answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.errors import ScopeError
from dashboard.services.open_tables import OpenTable
from dashboard.store import open_files

MOST_ROWS = 1_000
USUAL_ROWS = 100
MOST_VALUES = 50
MOST_OFFSET = 100_000_000
OURS = ("limit", "offset", "columns")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a table: columns, filters (column -> any of these values), and which rows."""

    columns: tuple[str, ...]
    keep: tuple[tuple[str, tuple[str, ...]], ...]
    offset: int
    limit: int


def asked(one: OpenTable, given: Sequence[tuple[str, str]]) -> Asked:
    """The question that an address holds. ScopeError says in one sentence what cannot be asked, and what can."""
    known = {*OURS, *one.dimensions}
    for name, _ in given:
        if name not in known:
            raise ScopeError(
                f"This table cannot be filtered by '{name[:60]}'.", hint=f"It can by: {', '.join(one.dimensions)}; and {', '.join(OURS)}."
            )
    if double := next((name for name in OURS if sum(other == name for other, _ in given) > 1), ""):
        raise ScopeError(f"'{double}' stands twice.", hint="Give it once.")
    texts = dict(given)
    columns = tuple(part.strip() for part in texts["columns"].split(",")) if texts.get("columns") else one.columns
    if unknown := [name for name in columns if name not in one.columns]:
        raise ScopeError(f"This table has no column '{unknown[0][:60]}'.", hint=f"It has: {', '.join(one.columns)}.")
    keep: dict[str, tuple[str, ...]] = {}
    for name, text in given:
        if name in one.dimensions:
            keep[name] = (*keep.get(name, ()), text)
    if any(len(values) > MOST_VALUES for values in keep.values()):
        raise ScopeError(f"A column can be filtered by at most {MOST_VALUES} values.")
    offset, limit = _number(texts, "offset", 0, 0, MOST_OFFSET), _number(texts, "limit", USUAL_ROWS, 1, MOST_ROWS)
    return Asked(tuple(dict.fromkeys(columns)), tuple(keep.items()), offset, limit)


def _number(texts: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    """A whole number within its limits."""
    text = texts.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise ScopeError(f"'{name}' must be a whole number from {least} to {most}.")
    return int(text)


def rows(one: OpenTable, wanted: Asked) -> tuple[list[dict[str, object]], bool]:
    """The rows as objects, and whether there are more."""
    found, more = open_files.page(one.file, dict(wanted.keep), wanted.columns, wanted.offset, wanted.limit)
    return [dict(zip(wanted.columns, row, strict=True)) for row in found], more
