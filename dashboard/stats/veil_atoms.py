"""Which stops may be counted together before anyone asks whether it was dark?

Light and dark are decided on the exact minute. But only near sunset, near dusk and at the borders of the window does the minute matter, by as many
minutes as dusk will be moved; elsewhere every stop of a five-minute bin is judged alike, and outside the window and deep in twilight all are. So
the stops of a place and day are joined into stretches of minutes that no question can tell apart: the same answer from a fraction of the counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.twilight import Edges, Sky, VeilCounts, VeilEvenings, edges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Minutes = NDArray[np.int16]

BIN_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Atoms:
    """Stops joined as far as nothing can tell them apart: per atom its place, day (from the first day of the sky), first minute, and stops by group
    (`counts`, groups x atoms), by day or, where the counts carry an officer, by officer (`cluster`, then one atom per row of counts).

    `clock` counts all these stops by minute of the day.
    """

    place: NDArray[np.int32]
    day: NDArray[np.int32]
    minute: Minutes
    counts: NDArray[np.float32]
    cluster: Ints | None
    clock: Floats
    bin_minutes: int


def atoms_of(counts: VeilCounts | VeilEvenings, tables: Sky, settings: Settings = DEFAULTS, bin_minutes: int = BIN_MINUTES) -> Atoms:
    """The atoms of these counts, by date; one per row where rows carry an officer."""
    here, most = edges(tables, settings), int(settings.number("darkness.shift_minutes"))
    if isinstance(counts, VeilEvenings):
        return _of_evenings(counts, tables, here, most, bin_minutes)
    day = (counts.date - tables.first).astype(np.int32)
    clock = np.bincount(counts.minute, counts.n, 1440).astype(float)
    if counts.cluster is not None:
        order = np.argsort(counts.cluster, kind="stable")
        alone = np.zeros((len(counts.groups), len(order)), np.float32)
        alone[counts.group[order], np.arange(len(order))] = counts.n[order]
        return Atoms(counts.place[order], day[order], counts.minute[order], alone, counts.cluster[order], clock, bin_minutes)
    import pandas as pd

    start = _starts(counts.minute, counts.place * np.int32(tables.days) + day, here, most, bin_minutes)
    start = np.where(np.isin(day, [number for number, _, _ in tables.changes]), counts.minute, start)
    key = (day.astype(np.int64) * len(counts.places) + counts.place) * 1440 + start
    codes, found = pd.factorize(key)
    order = np.argsort(found)
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    size, groups = len(order), len(counts.groups)
    joined = np.bincount(counts.group.astype(np.int64) * size + number[codes], counts.n, groups * size).reshape(groups, size)
    rest = found[order] // 1440
    place, days = (rest % len(counts.places)).astype(np.int32), (rest // len(counts.places)).astype(np.int32)
    return Atoms(place, days, (found[order] % 1440).astype(np.int16), joined.astype(np.float32), None, clock, bin_minutes)


def _starts(minute: Minutes, at: NDArray[Any], here: Edges, most: int, width: int) -> Minutes:
    """The first minute of the stretch that each minute belongs to, at `at` (place x days + day); 0 before anything begins.

    Every edge may move by up to `most` minutes, so each minute around it begins a stretch of its own.
    """
    reach = np.int16(most)
    start = np.zeros(np.broadcast_shapes(minute.shape, at.shape), np.int16)
    window = here.low[at], here.twilight[at], here.dark[at], here.end[at]
    for edge in window:
        near = np.minimum(minute, edge + reach)
        np.maximum(start, np.where(near >= edge - reach, near, np.int16(0)), out=start)
    low, twilight, dark, end = window
    bin_start = minute // np.int16(width) * np.int16(width)
    inside = (bin_start >= low - reach) & (bin_start <= end + reach) & ((bin_start <= twilight + reach) | (bin_start >= dark - reach))
    return np.maximum(start, np.where(inside, bin_start, np.int16(0)))


def _of_evenings(counts: VeilEvenings, tables: Sky, here: Edges, most: int, width: int) -> Atoms:
    """The atoms of counts that come an evening at a time."""
    day = (counts.date - tables.first).astype(np.int32)
    key = day * np.int32(len(counts.places)) + counts.place
    first, last = _reach(counts, here, most, width)
    changed = np.array(sorted({number for number, _, _ in tables.changes}), np.int32)
    parts: list[tuple[NDArray[np.int32], Minutes, NDArray[np.float32]]] = []
    clock = np.zeros(1440)
    minute = np.arange(first, last, dtype=np.int16)[None, :]
    for rows, minutes in counts.blocks():
        clock[counts.first_minute : counts.first_minute + minutes.shape[1]] += minutes.sum(axis=0, dtype=np.int64)
        evenings, place = np.unique(key[rows], return_inverse=True)
        at = counts.group[rows].astype(np.int64) * len(evenings) + place
        stops = _by_evening(_cut(minutes, first - counts.first_minute, last - counts.first_minute), at, len(counts.groups) * len(evenings))
        where = evenings % len(counts.places) * np.int32(tables.days) + evenings // len(counts.places)
        begins = _starts(minute, where[:, None], here, most, width) == minute
        begins |= np.isin(evenings // len(counts.places), changed)[:, None]
        begins[:, 0] = True
        starts = np.flatnonzero(begins)
        joined = np.array([np.add.reduceat(one, starts) for one in stops.reshape(len(counts.groups), -1)])
        used = np.flatnonzero(joined.any(axis=0))
        evening, offset = np.divmod(starts[used], last - first)
        parts.append((evenings[evening], (offset + first).astype(np.int16), joined[:, used].astype(np.float32)))
    if not parts:
        nothing = np.zeros(0, np.int32)
        return Atoms(nothing, nothing, np.zeros(0, np.int16), np.zeros((len(counts.groups), 0), np.float32), None, clock, width)
    every = np.concatenate([part[0] for part in parts])
    minute_of, joined = np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts], axis=1)
    return Atoms(every % len(counts.places), every // len(counts.places), minute_of, joined, None, clock, width)


def _reach(counts: VeilEvenings, here: Edges, most: int, width: int) -> tuple[int, int]:
    """The minutes that can matter on any day, with one on either side for those that cannot."""
    known = ~here.lacking
    end = counts.first_minute + counts.minutes
    if not known.any():
        return counts.first_minute, end
    low, high = int(here.low[known].min()) - most - width, int(here.end[known].max()) + most + width
    first = min(max(low, counts.first_minute), end - 1)
    return first, max(first + 1, min(high, end))


def _cut(minutes: NDArray[np.uint16], first: int, last: int) -> NDArray[np.uint32]:
    """The minutes from `first` to before `last`, with the stops of those before and after them in the first and the last."""
    cut = minutes[:, first:last].astype(np.uint32)
    cut[:, 0] += minutes[:, :first].sum(axis=1, dtype=np.uint32)
    cut[:, -1] += minutes[:, last:].sum(axis=1, dtype=np.uint32)
    return cut


def _by_evening(minutes: NDArray[np.uint32], at: Ints, size: int) -> NDArray[np.uint32]:
    """Rows of minutes added up in their places: (size x minutes)."""
    stops = np.zeros((size, minutes.shape[1]), np.uint32)
    order = np.argsort(at, kind="stable")
    again = np.diff(at[order], prepend=-1) == 0
    stops[at[order[~again]]] = minutes[order[~again]]
    for row in order[again]:  # groups of one name
        stops[at[row]] += minutes[row]
    return stops
