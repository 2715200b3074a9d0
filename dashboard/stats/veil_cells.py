"""Which stops fall in the window, which of them in the dark, and into which cells of the model?

Cells are place, five-minute clock bin, light or dark, and a week of a month; everything set aside is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.cells_levels import Pairs
from dashboard.stats.twilight import NEVER, Edges, Place, Sky, VeilCounts, VeilEvenings, edges, tables_for
from dashboard.stats.veil_atoms import BIN_MINUTES, Atoms, atoms_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

NEAR_CHANGE_DAYS = 30
WEEK = 7
SUNDAY = 4  # days from the Sunday before 1 January 1970: clocks change on Sundays, so that no week straddles a change


@dataclass(frozen=True, slots=True)
class SetAside:
    """Stops that do not enter the model, each counted once: why, in the order in which they were set aside."""

    clock_change: float = 0.0
    no_dusk: float = 0.0
    outside_window: float = 0.0
    twilight: float = 0.0


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days cut into weeks that end with their month: the `level` of each day; per level its `middle` (a day number), season and year, and the
    clock change within 30 days (-1: none)."""

    level: Ints
    middle: Floats
    season: Ints
    change: Ints
    near: Marks


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that stops can fall into, however dusk is moved: per cell its place, clock bin (a number into `bins`, their middle minutes), darkness
    and level of the calendar. Every model is fitted on these, so that what follows from them alone is worked out once (`joint`)."""

    place: Ints
    clock: Ints  # 2 x bin + darkness
    level: Ints
    bins: Floats
    places: int
    calendar: Calendar
    low: int
    high: int
    joint: dict[tuple[str, str], Pairs] = field(default_factory=dict, repr=False, compare=False)

    @property
    def dark(self) -> Marks:
        """Which cells are dark."""
        return np.asarray(self.clock % 2 == 1)


@dataclass(frozen=True, slots=True)
class Classified:
    """Stops in the window: rows (atoms) for the variance, cells for the model, what was left out, and which atoms were kept.

    Per row its `cell` and its stops `by_group` (groups x rows); rows `starts[c]` to `starts[c + 1]` are those of cluster c. `counts` are the stops by
    group in each cell (groups x cells).
    """

    cells: Cells
    cell: NDArray[np.int32]
    starts: NDArray[np.int32]
    by_group: NDArray[np.float32]
    counts: Floats
    set_aside: SetAside
    kept: Marks

    @property
    def clusters(self) -> int:
        """How many days, or officers, have stops in the window."""
        return int(np.count_nonzero(np.diff(self.starts)))


@dataclass(frozen=True, slots=True)
class Moved:
    """What changes when dusk is moved: rows that leave a cell (negative) or come into one, with their cluster; and the stops by cell after that."""

    cell: NDArray[np.int32]
    cluster: Ints
    by_group: Floats
    counts: Floats


def seasons(tables: Sky) -> tuple[Ints, int]:
    """Which season and year is each day in? Winter is December to February and carries the year of its January. Codes and their number."""
    months = (np.arange(tables.days) + tables.first).astype("datetime64[M]").astype(np.int64)
    codes = (months + 1) // 3
    codes = codes - codes.min()
    return codes, int(codes.max()) + 1


def near_changes(tables: Sky) -> Ints:
    """Which clock change lies within 30 days of each day? Codes from 0, or -1."""
    codes = np.full(tables.days, -1, dtype=np.int64)
    for number, day in enumerate(tables.change_days):
        codes[max(0, day - NEAR_CHANGE_DAYS) : day + NEAR_CHANGE_DAYS] = number
    return codes


def calendar(tables: Sky, days: int = WEEK) -> Calendar:
    """In which week of its month is each day? `days` is the length of a week: 1 tells every day apart."""
    dates = np.arange(tables.days) + tables.first
    week = (dates.astype(np.int64) + SUNDAY) // days
    _, first, level = np.unique(week * 2**20 + dates.astype("datetime64[M]").astype(np.int64), return_index=True, return_inverse=True)
    middle = np.bincount(level, np.arange(tables.days)) / np.bincount(level)
    near = near_changes(tables)
    change = np.full(len(first), -1, dtype=np.int64)
    np.maximum.at(change, level, near)
    return Calendar(level.astype(np.int64), middle, seasons(tables)[0][first], change, near >= 0)


Verdict = tuple[Marks, Marks]  # in the window outside twilight; in the dark


def judge(atoms: Atoms, tables: Sky, here: Edges, shift: int = 0, rows: Ints | slice = slice(None)) -> Verdict:
    """Which atoms (of these rows) are in the window outside twilight, and which are in the dark, with sunset and dusk moved by `shift` minutes?"""
    at = atoms.place[rows] * np.int32(tables.days) + atoms.day[rows]
    moved = atoms.minute[rows] - np.int16(shift)
    dark = moved >= here.dark[at]
    kept = (moved >= here.low[at]) & (moved < here.end[at]) & (dark | (moved < here.twilight[at])) & ~here.lacking[at]
    return kept & ~_odd(atoms, tables, rows), dark


def _odd(atoms: Atoms, tables: Sky, rows: Ints | slice = slice(None)) -> Marks:
    """Which atoms lie in minutes that a clock change skipped or repeated?"""
    minute, day = atoms.minute[rows], atoms.day[rows]
    odd = np.zeros(len(minute), dtype=bool)
    lowest, highest = (int(minute.min()), int(minute.max())) if len(minute) else (0, -1)
    for index, start, end in tables.changes:
        if highest >= start and lowest <= end:
            odd |= (day == index) & (minute >= start) & (minute <= end)
    return odd


def _left(atoms: Atoms, tables: Sky, here: Edges, kept: Marks) -> SetAside:
    """Why are the other stops set aside?"""
    rows = np.flatnonzero(~kept)
    n = atoms.counts[:, rows].sum(axis=0, dtype=np.float64)
    at = atoms.place[rows] * np.int32(tables.days) + atoms.day[rows]
    odd, lacking = _odd(atoms, tables, rows), here.lacking[at]
    outside = (atoms.minute[rows] < here.low[at]) | (atoms.minute[rows] >= here.end[at])
    reasons = (odd, lacking & ~odd, outside & ~lacking & ~odd, ~outside & ~lacking & ~odd)
    return SetAside(*(float(n[reason].sum()) for reason in reasons))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Every cell that could be, numbered: level, place, clock bin from `start` on, darkness."""

    days: Calendar
    places: int
    start: int
    bins: int
    width: int

    def keys(self, atoms: Atoms, rows: Ints, dark: Marks) -> Ints:
        """The cell of each of these rows."""
        level = self.days.level[atoms.day[rows]] * self.places + atoms.place[rows]
        return np.asarray((level * self.bins + atoms.minute[rows] // np.int16(self.width) - self.start) * 2 + dark)

    def cells(self, keys: Sequence[Ints], tables: Sky) -> tuple[Cells, NDArray[np.int32]]:
        """The cells that occur among these keys, and for each key the number of its cell."""
        occurs = np.zeros(len(self.days.middle) * self.places * self.bins * 2, dtype=bool)
        for key in keys:
            occurs[key] = True
        used = np.flatnonzero(occurs)
        number = np.zeros(len(occurs), dtype=np.int32)
        number[used] = np.arange(len(used), dtype=np.int32)
        rest, clock = np.divmod(used, 2 * self.bins)
        level, place = np.divmod(rest, self.places)
        bins = (np.arange(self.bins) + self.start) * self.width + (self.width - 1) / 2
        low, high = tables.low[tables.high != NEVER], tables.high[tables.high != NEVER]
        lowest, highest = (int(low.min()), int(high.max())) if len(low) else (0, 0)
        return Cells(place, clock, level, np.asarray(bins, dtype=float), self.places, self.days, lowest, highest), number


def _grid(atoms: Atoms, tables: Sky, days: Calendar, rows: Sequence[Ints]) -> _Grid:
    """The grid over these rows."""
    width = atoms.bin_minutes
    ends = [edge for at in rows if len(at) for edge in (int(atoms.minute[at].min()), int(atoms.minute[at].max()))]
    start = min(ends, default=0) // width
    return _Grid(days, tables.sunset.shape[0], start, max(ends, default=0) // width - start + 1, width)


def gather(
    atoms: Atoms, tables: Sky, days: Calendar, settings: Settings = DEFAULTS, shifts: Sequence[int] = (), *, near: bool = False
) -> tuple[Classified, dict[int, Moved]]:
    """Into which cells do the stops fall as they are, and what changes when dusk is moved by each of `shifts` minutes?

    With `near` only days within 30 days of a clock change count.
    """
    here = edges(tables, settings)
    kept, dark = judge(atoms, tables, here)
    left = _left(atoms, tables, here, kept)
    if near:
        kept = kept & days.near[atoms.day]
    rows = np.flatnonzero(kept)
    changes = {shift: _changes(atoms, tables, here, shift, (kept, dark)) for shift in shifts}
    grid = _grid(atoms, tables, days, [rows, *(at for at, _, _ in changes.values())])
    key = grid.keys(atoms, rows, dark[rows])
    keys = {shift: grid.keys(atoms, at, is_dark) for shift, (at, is_dark, _) in changes.items()}
    cells, number = grid.cells([key, *keys.values()], tables)
    cell, by_group = number[key], atoms.counts[:, rows]
    size = len(cells.place)
    cluster = atoms.day.astype(np.int64) if atoms.cluster is None else atoms.cluster
    starts = np.searchsorted(cluster[rows], np.arange(int(cluster.max(initial=-1)) + 2)).astype(np.int32)
    counts = _by_cell(cell, by_group, size)
    moved = {}
    for shift, (at, _, sign) in changes.items():
        signed, into = atoms.counts[:, at] * sign, number[keys[shift]]
        moved[shift] = Moved(into, cluster[at], signed, counts + _by_cell(into, signed, size))
    return Classified(cells, cell, starts, by_group, counts, left, kept), moved


def _changes(atoms: Atoms, tables: Sky, here: Edges, shift: int, main: Verdict) -> tuple[Ints, Marks, Floats]:
    """Rows that leave (sign -1) or enter (sign 1) the window, or change sides, when dusk is moved; and whether each is dark."""
    kept, dark = judge(atoms, tables, here, shift)
    other = (kept != main[0]) | (kept & (dark != main[1]))
    gone, come = np.flatnonzero(other & main[0]), np.flatnonzero(other & kept)
    sign = np.concatenate([np.full(len(gone), -1.0), np.ones(len(come))])
    return np.concatenate([gone, come]), np.concatenate([main[1][gone], dark[come]]), sign


def _by_cell(cell: NDArray[np.int32], by_group: Floats | NDArray[np.float32], size: int) -> Floats:
    """Rows added up by cell: groups x cells."""
    return np.array([np.bincount(cell, one, size) for one in by_group], dtype=float).reshape(len(by_group), size)


def classify(
    counts: VeilCounts | VeilEvenings,
    places: Mapping[str, Place],
    zone: str,
    settings: Settings = DEFAULTS,
    *,
    bin_minutes: int = BIN_MINUTES,
    week: int = WEEK,
) -> Classified:
    """Which counts stand in the cells of the model: place, clock bin, light or dark, week? With what was set aside, and why."""
    tables = tables_for(counts, places, zone, settings)
    return gather(atoms_of(counts, tables, settings, bin_minutes), tables, calendar(tables, week), settings)[0]
