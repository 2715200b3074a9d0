"""How does a table of numbers read, cell by cell and heading by heading? The same words on a page and in a report."""

from __future__ import annotations

from dashboard.schema import say
from dashboard.schema.result import Estimate, NumberTable


def cell(value: object, kind: str = "number") -> str:
    """A table's cell as text: an estimate with its interval, a whole number with separators, unknown as 'not available'."""
    if isinstance(value, Estimate):
        return say.compact(value, kind)
    if value is None:
        return say.NOT_AVAILABLE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return say.count(value)
    return say.WRITERS[kind](value) if isinstance(value, float) else str(value)


def heading(table: NumberTable, place: int) -> str:
    """A column's heading, which says once for all rows that an interval stands beside the number."""
    cells = [row[place] for row in table.rows]
    spread = any(isinstance(one, Estimate) and one.low is not None for one in cells)
    return f"{table.columns[place]} (95% interval)" if spread else table.columns[place]


def written(table: NumberTable) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A whole table in words: its headings and its rows."""
    places = range(len(table.columns))
    rows = tuple(tuple(cell(row[place], table.kind(place)) for place in places) for row in table.rows)
    return tuple(heading(table, place) for place in places), rows
