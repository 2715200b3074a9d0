"""Cells that hold several values: how does one row become one row per use of force, without guessing what belongs together?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from data_sources.base import Context
from data_sources.headers import fold
from data_sources.tables import ROW

PLACE = "place in the list"
TICKED = "technique ticked"
UNALIGNED = "lists of unequal length"
LISTS_SENTENCE = "Lists in parallel cells differ in length; the row was kept whole and not split by guess (list_unaligned)."
Shape = Callable[[pa.Table, Context], pa.Table]


def parts(cell: str | None, separator: str) -> list[str]:
    """The values of a cell; an empty cell is one empty value, a separator at the end adds none."""
    found = [part.strip() for part in (cell or "").split(separator)]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def unfolded(*parallel: str, separator: str = ",") -> Shape:
    """A shape that gives one row for each place of these parallel lists (alternatives of a header divided by '|').

    Where the lengths differ the row stays whole and is marked. A cell with one value beside longer lists counts for all of them only when every
    other list is as long; all other columns are repeated as they are.
    """

    def shape(table: pa.Table, context: Context) -> pa.Table:
        folded = {fold(name): name for name in table.column_names}
        named = [next((folded[fold(one)] for one in name.split("|") if fold(one) in folded), None) for name in parallel]
        columns = {name: [parts(cell, separator) for cell in table[name].to_pylist()] for name in named if name is not None}
        lengths = [{len(cells[row]) for cells in columns.values()} for row in range(table.num_rows)]
        repeats = [next(iter(found)) if len(found) == 1 else 1 for found in lengths]
        take = pa.array([row for row, times in enumerate(repeats) for _ in range(times)], pa.int64())
        places = [place for times in repeats for place in range(times)]
        rows = table.take(take)
        for name, cells in columns.items():
            whole = table[name].to_pylist()
            values = [cells[row][place] if len(lengths[row]) == 1 else whole[row] for row, place in zip(take.to_pylist(), places, strict=True)]
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, pa.string()))
        uneven = pa.array([str(len(found) > 1) for found in lengths], pa.string()).take(take)
        numbers = pa.array([str(place + 1) for place in places], pa.string())
        source_rows = rows[ROW]
        rows = rows.drop_columns([ROW]).append_column(PLACE, numbers).append_column(UNALIGNED, uneven)
        return rows.append_column(ROW, pc.cast(source_rows, pa.int64()))

    return shape


def headed(header: Sequence[str], *names: str) -> str | None:
    """The file's own header for the first of these names that is there."""
    folded = {fold(name): name for name in header}
    return next((folded[fold(name)] for name in names if fold(name) in folded), None)


def ticked(*columns: str, yes: tuple[str, ...] = ("yes", "y", "x", "true", "1"), free: str = "") -> Shape:
    """A shape for forms with one column per technique: one row for each that is ticked, named in a new column; rows without any stay, empty.

    `free` is a column for another technique in words: when it is filled it gives a row of its own.
    """

    def shape(table: pa.Table, context: Context) -> pa.Table:
        marks, words = _cells(table, columns), _cells(table, (free,))
        return _one_each(
            table,
            lambda row: [
                *(name for name, cells in marks.items() if cells[row].casefold() in yes),
                *(cells[row] for cells in words.values() if cells[row]),
            ],
        )

    return shape


def _cells(table: pa.Table, names: Sequence[str]) -> dict[str, list[str]]:
    """The trimmed cells of those of these columns that are there, by the file's own header; an empty one is ''."""
    there = [header for name in names if name and (header := headed(table.column_names, name))]
    return {header: [(cell or "").strip() for cell in table[header].to_pylist()] for header in there}


def _one_each(table: pa.Table, techniques: Callable[[int], list[str]]) -> pa.Table:
    """One row for each technique of a row, named, with its place among those of the same source row; a row without any stays, empty."""
    take: list[int] = []
    named: list[str | None] = []
    for row in range(table.num_rows):
        found = techniques(row)
        take += [row] * max(1, len(found))
        named += found or [None]
    rows = table.take(pa.array(take, pa.int64()))
    source_rows = rows[ROW]
    rows = rows.drop_columns([ROW]).append_column(TICKED, pa.array(named, pa.string()))
    return rows.append_column(PLACE, pa.array(_places(take), pa.string())).append_column(ROW, pc.cast(source_rows, pa.int64()))


def _places(take: Sequence[int]) -> list[str]:
    """The how-manieth row of its source row each one is; equal source rows stand together."""
    places, before, place = [], -1, 0
    for row in take:
        place = place + 1 if row == before else 1
        before = row
        places.append(str(place))
    return places


def spread(*columns: str) -> Shape:
    """A shape for numbered columns (Weapon Used 1 to 5): one row for each that is filled, in a new column; rows without any stay, empty."""

    def shape(table: pa.Table, context: Context) -> pa.Table:
        filled = _cells(table, columns)
        return _one_each(table, lambda row: [cells[row] for cells in filled.values() if cells[row]])

    return shape
