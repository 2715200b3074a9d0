"""How are the rollups of a table counted? In one pass over the files that came or went, added to the counts there were before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.schema.tables import ARROW, Kind, Table
from dashboard.store import evenings
from dashboard.store.cells import Cube, Keys, Words, at_least
from dashboard.store.cube import Coded, Dimension, batches
from dashboard.store.evenings_count import Counting
from dashboard.store.tally import DERIVED, DERIVED_KIND

if TYPE_CHECKING:
    from dashboard.store.rollups import Rollup

THREADS = 2  # rollups counted side by side
SURE = 1.1  # a rollup is given up early when it would have a tenth more cells than are worth keeping
TRIED = 100_000  # rows after which that can be told

_MADE: Mapping[str, tuple[str, Callable[[pa.Array], pa.Array]]] = {
    # derived column -> what it is made of, and how; the same values as the expressions of a tally
    "weekday": ("date", lambda days: pc.day_of_week(days).cast(pa.int32())),
    "hour": ("minute", lambda minutes: pc.divide(minutes, pa.scalar(60, pa.int32()))),
    "time_band": ("minute", lambda minutes: pc.divide(minutes, pa.scalar(240, pa.int32()))),
}
_GRAINS: Mapping[str, Callable[[pa.Array], pa.Array] | None] = {
    "day": None,
    "month": lambda days: pc.floor_temporal(days, unit="month"),
    "year": lambda days: pc.floor_temporal(days, unit="year"),
}


def schema_of(rollup: Rollup, table: Table) -> pa.Schema:
    """The columns of the stored counts: what remains of the date, the columns counted together, `n`."""
    kinds = {name: DERIVED_KIND[name] if name in DERIVED and name not in table.names else table.column(name).kind for name in rollup.columns}
    fields = [pa.field(table.date, ARROW[Kind.DATE]), *(pa.field(name, ARROW[kind]) for name, kind in kinds.items())]
    return pa.schema([*fields, pa.field("n", pa.int64())])


def dimensions(rollup: Rollup, table: Table) -> dict[str, Dimension]:
    """The columns of a rollup as they are counted, by a name that says the same in every rollup."""
    found = {f"{table.date} by {rollup.grain}": Dimension(table.date, table.date, _GRAINS[rollup.grain])}
    for name in rollup.columns:
        if name in table.names:
            found[name] = Dimension(name, name)
        else:
            source, made = _MADE[name]
            found[name] = Dimension(name, table.date if source == "date" else source, made)
    return found


class Counter:
    """The rollups of a table while they are counted, and the evenings `beside` them.

    `judged_at` is the number of cells from which a rollup is not worth keeping (0: never): one that will surely have more is given up early.
    """

    def __init__(self, table: Table, rollups: Sequence[Rollup], beside: Counting | None, judged_at: float) -> None:
        self.table, self.beside, self.judged_at = table, beside, judged_at
        self.rollups = {rollup.name: rollup for rollup in rollups}
        self.shapes = {rollup.name: dimensions(rollup, table) for rollup in rollups}
        every = {name: dimension for shape in self.shapes.values() for name, dimension in shape.items()}
        often = {name: sum(name in shape for shape in self.shapes.values()) for name in every}
        dated = [name for name in every if every[name].name == table.date]
        order = [*dated, *sorted((name for name in every if name not in dated), key=lambda name: -often[name])]
        kinds = {field.name: field.type for rollup in rollups for field in schema_of(rollup, table)}
        words = {name: Words(every[name], kinds[every[name].name]) for name in order}
        self.cube = Cube({name: tuple(shape) for name, shape in self.shapes.items()}, words)
        self.given_up: set[str] = set()

    def put(self, rollup: Rollup, counts: pa.Table) -> None:
        """Begin with counts made before."""
        named = {dimension.name: name for name, dimension in self.shapes[rollup.name].items()}
        self.cube.put(rollup.name, counts.rename_columns([named.get(name, name) for name in counts.column_names]))

    def count(self, files: Sequence[Path], sign: int) -> None:
        """Count the rows of these files; `sign` is -1 for rows that go."""
        sources = {dimension.source for shape in self.shapes.values() for dimension in shape.values()}
        sources |= {rollup.within[0] for rollup in self.rollups.values() if rollup.within} | set(evenings.SOURCES if self.beside else ())
        plain = ("lat", "lng") if self.beside else ()
        if not sources:
            return
        total = sum(pq.read_metadata(file).num_rows for file in files)
        with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(1) as reader:
            for file in files:
                coming = batches(file, sorted(sources), self.table.schema, plain)
                ahead = reader.submit(next, coming, None)
                while (batch := ahead.result()) is not None:
                    ahead = reader.submit(next, coming, None)  # read while this one is counted
                    columns, numbers = batch
                    also = pool.submit(self.beside.add, columns, numbers, sign) if self.beside else None
                    blocks = self.cube.take_in(columns)
                    list(pool.map(partial(self._count_one, columns, blocks, sign, total), self._wanted()))
                    if also:
                        also.result()

    def _wanted(self) -> list[str]:
        """The rollups that are still counted."""
        self.given_up |= {name for name in self.rollups if not self.cube.fits(name)}
        return [name for name in self.rollups if name not in self.given_up]

    def _count_one(self, columns: Mapping[str, Coded], blocks: Mapping[tuple[str, ...], Keys], sign: int, total: int, name: str) -> None:
        """Count a batch of rows for one rollup, and judge from time to time whether it can be worth it."""
        key = self.cube.key(name, blocks)
        within = self.rollups[name].within
        if within is not None:
            key = key[_inside(columns[within[0]], *within[1:])]
        cells = self.cube.cells[name]
        before = cells.rows
        cells.add(key, sign)
        if self.judged_at and cells.rows >= TRIED and before.bit_length() < cells.rows.bit_length():  # whenever the rows have doubled
            cells.settle()
            if at_least(len(cells.keys), cells.rows, total) > SURE * self.judged_at:
                self.given_up.add(name)
                cells.clear()

    def table_of(self, rollup: Rollup) -> pa.Table | None:
        """The counts of a rollup under its own column names; None when it was given up."""
        if rollup.name not in self._wanted():
            return None
        found = self.cube.table(rollup.name)
        names = {name: dimension.name for name, dimension in self.shapes[rollup.name].items()}
        return found.rename_columns([names.get(name, name) for name in found.column_names]).select(schema_of(rollup, self.table).names)


def _inside(column: Coded, low: int, high: int) -> Keys:
    """The rows whose value lies inside the limits."""
    inside = np.asarray(pc.fill_null(pc.and_(pc.greater_equal(column.values, low), pc.less_equal(column.values, high)), False), dtype=bool)
    return np.flatnonzero(np.concatenate([[False], inside])[column.codes])
