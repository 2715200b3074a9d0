"""Which stops fall in the hours that are light in summer and dark in winter, and which were made in the dark?

Counts by date, exact minute, place and group go in; counts in the cells of a model come out, with everything set aside counted. Light and dark
are decided on the exact minute and date; only afterwards are minutes put into bins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.errors import MeasureError
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats import sun

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

NEVER, LATEST = -30000, 30000  # minutes that stand for "no such event that day"
BIN_MINUTES = 5
NEAR_CHANGE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where stops were made: a district or town, with latitude and longitude in degrees (east positive)."""

    name: str
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class VeilCounts:
    """Counts of stops by local date, minute of the local day (0-1439), place and group; every array has one value per row.

    `place` and `group` are codes into `places` and `groups`; `n` may be any positive count; `cluster` (an officer, as a code from 0) is optional.
    """

    date: NDArray[np.datetime64]
    minute: NDArray[np.int16]
    place: NDArray[np.int32]
    group: NDArray[np.int32]
    n: Floats
    places: tuple[str, ...]
    groups: tuple[str, ...]
    cluster: Ints | None = None

    @classmethod
    def of(
        cls,
        date: ArrayLike,
        minute: ArrayLike,
        place: ArrayLike,
        group: ArrayLike,
        n: ArrayLike,
        *,
        cluster: ArrayLike | None = None,
    ) -> VeilCounts:
        """The same from columns as a store delivers them: words or categories for place, group and cluster. MeasureError on bad rows."""
        import pandas as pd

        place_codes, places = pd.factorize(_column(place), sort=True)
        group_codes, groups = pd.factorize(_column(group), sort=True)
        count, minutes = np.asarray(n, dtype=float), np.asarray(minute)
        _check_rows(minutes, count, place_codes, group_codes)
        keys = None if cluster is None else pd.factorize(_column(cluster))[0].astype(np.int64)
        return cls(
            np.asarray(date, dtype="datetime64[D]"),
            minutes.astype(np.int16),
            place_codes.astype(np.int32),
            group_codes.astype(np.int32),
            count,
            tuple(str(name) for name in places),
            tuple(str(name) for name in groups),
            keys,
        )


def _column(values: ArrayLike) -> Any:
    """Values that pandas can number: categories stay categories, anything else becomes an array."""
    return values if hasattr(values, "dtype") else np.asarray(values, dtype=object)


def _check_rows(minute: NDArray[Any], n: Floats, place: NDArray[Any], group: NDArray[Any]) -> None:
    """Refuse rows that cannot be counts of stops at a place and a minute."""
    if len({len(minute), len(n), len(place), len(group)}) > 1:
        raise MeasureError("The columns of the stop counts differ in length.")
    if len(minute) and (minute.min() < 0 or minute.max() > 1439):
        raise MeasureError("A minute of the day lies outside 0 to 1439.", hint="Minutes count from local midnight.")
    if np.any(n < 0) or np.any(~np.isfinite(n)):
        raise MeasureError("A count of stops is negative or missing.")
    if np.any(place < 0) or np.any(group < 0):
        raise MeasureError("Some rows have no place or no group.", hint="Write 'unknown' for a group that was not recorded.")


@dataclass(frozen=True, slots=True)
class TwilightWindow:
    """Sunset and civil dusk at one place: local clock minutes per date (NaN: none that day), and the window between the dusks of each year.

    `by_year` holds (year, earliest dusk, latest dusk) over the whole calendar year; `changes` the wall-clock minutes that a clock change skips or
    repeats, as (date, first, last minute), both included.
    """

    place: Place
    dates: tuple[dt.date, ...]
    sunset: tuple[float, ...]
    dusk: tuple[float, ...]
    earliest: float
    latest: float
    by_year: tuple[tuple[int, float, float], ...]
    changes: tuple[tuple[dt.date, int, int], ...]


@dataclass(frozen=True, slots=True)
class Sky:
    """Tables of whole minutes per place and day, from 1 January of the first year to 31 December of the last: shapes (places, days)."""

    first: np.datetime64
    sunset: NDArray[np.int16]
    dusk: NDArray[np.int16]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    years: Ints
    changes: tuple[tuple[int, int, int], ...]
    change_days: Ints

    @property
    def days(self) -> int:
        """How many days the tables cover."""
        return int(self.sunset.shape[1])


def _whole(minutes: Floats) -> NDArray[np.int16]:
    """Minutes cut to the whole minute that the clock shows."""
    return np.where(np.isnan(minutes), NEVER, np.floor(np.nan_to_num(minutes))).astype(np.int16)


def sky(places: Sequence[Place], first: dt.date, last: dt.date, zone: str, settings: Settings = DEFAULTS) -> Sky:
    """When do sunset and dusk fall at these places, every day of the calendar years from `first` to `last`?"""
    days = np.arange(f"{first.year}-01-01", f"{last.year + 1}-01-01", dtype="datetime64[D]")
    lat, lng = np.array([place.lat for place in places]), np.array([place.lng for place in places])
    method = settings.text("darkness.sun")
    sunset = _whole(sun.local_minutes(days, lat, lng, sun.SUNSET, zone, method=method))
    dusk = _whole(sun.local_minutes(days, lat, lng, sun.CIVIL_DUSK, zone, method=method))
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    low, high = np.full_like(dusk, LATEST), np.full_like(dusk, NEVER)
    inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    seen = dusk != NEVER
    pieces = [years == year for year in np.unique(years)]
    if settings.text("darkness.window") == "file":
        known = dusk[:, inside][seen[:, inside]]
        if len(known):
            low[:], high[:] = known.min(), known.max()
        pieces = []
    for piece in pieces:
        low[:, piece] = np.where(seen[:, piece], dusk[:, piece], LATEST).min(axis=1, keepdims=True)
        high[:, piece] = dusk[:, piece].max(axis=1, keepdims=True)
    offsets, changes = sun.clock_offsets(first.replace(month=1, day=1), last.replace(month=12, day=31), zone)
    moved = np.flatnonzero(np.diff(offsets) != 0) + 1
    return Sky(days[0], sunset, dusk, low, high, years, changes, moved)


def window(place: Place, dates: Sequence[dt.date], zone: str, settings: Settings = DEFAULTS) -> TwilightWindow:
    """Between which clock times is it light on some days of the year and dark on others at this place, and when is sunset on each date?"""
    if not dates:
        raise MeasureError("No dates were given.", hint="A window needs at least one date.")
    first, last = min(dates), max(dates)
    tables = sky([place], first, last, zone, settings)
    index = (np.array(dates, dtype="datetime64[D]") - tables.first).astype(int)
    days = np.arange(tables.days) + tables.first
    method = settings.text("darkness.sun")
    lat, lng = np.array([place.lat]), np.array([place.lng])
    sunset = sun.local_minutes(days, lat, lng, sun.SUNSET, zone, method=method)[0]
    dusk = sun.local_minutes(days, lat, lng, sun.CIVIL_DUSK, zone, method=method)[0]
    known = np.isfinite(dusk)
    by_year = tuple(
        (int(year), float(dusk[known & (tables.years == year)].min()), float(dusk[known & (tables.years == year)].max()))
        for year in np.unique(tables.years[known])
    )
    earliest = min((low for _, low, _ in by_year), default=float("nan"))
    latest = max((high for _, _, high in by_year), default=float("nan"))
    changes = tuple((days[day].astype(dt.date), start, end) for day, start, end in tables.changes)
    sunsets, dusks = tuple(float(value) for value in sunset[index]), tuple(float(value) for value in dusk[index])
    return TwilightWindow(place, tuple(dates), sunsets, dusks, earliest, latest, by_year, changes)


def evening(places: Sequence[Place], first: dt.date, last: dt.date, zone: str, settings: Settings = DEFAULTS) -> tuple[int, int]:
    """Which minutes of the day must the store deliver? The widest window over all places and years, with room for the shifts."""
    tables = sky(places, first, last, zone, settings)
    spare = int(settings.number("darkness.shift_minutes"))
    known = tables.high[tables.high != NEVER]
    if not len(known):
        return 0, 1439
    return max(0, int(tables.low[tables.low != LATEST].min()) - spare), min(1439, int(known.max()) + spare)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Stops that do not enter the model, each counted once: why, in the order in which they were set aside."""

    clock_change: float = 0.0
    no_dusk: float = 0.0
    outside_window: float = 0.0
    twilight: float = 0.0


@dataclass(frozen=True, slots=True)
class Classified:
    """Stops in the window: per row its cell, its cluster and its counts `by_group` (groups x rows); per cell its counts by group (`counts`, cells x
    groups), place, clock minute, darkness and period; and what was left out. Rows are dates within cells where that is fewer, else rows as they came.

    `cell_season` is -1 and `cell_change` numbers the nearest clock change when the cells are built for the clock-change variant.
    """

    cell: Ints
    cluster: Ints
    by_group: Floats
    counts: Floats
    cell_place: Ints
    cell_minute: Floats
    cell_dark: Floats
    cell_period: Ints
    periods: int
    low: int
    high: int
    set_aside: SetAside
    kept: Marks


def seasons(tables: Sky) -> tuple[Ints, int]:
    """Which season and year is each day in? Winter is December to February and carries the year of its January. Codes and their number."""
    months = (np.arange(tables.days) + tables.first).astype("datetime64[M]").astype(np.int64)
    codes = (months + 1) // 3
    codes = codes - codes.min()
    return codes, int(codes.max()) + 1


def near_changes(tables: Sky) -> tuple[Ints, int]:
    """Which clock change lies within 30 days of each day? Codes from 0, or -1; and how many changes there are."""
    codes = np.full(tables.days, -1, dtype=np.int64)
    for number, day in enumerate(tables.change_days):
        codes[max(0, day - NEAR_CHANGE_DAYS) : day + NEAR_CHANGE_DAYS] = number
    return codes, len(tables.change_days)


def judge(counts: VeilCounts, tables: Sky, settings: Settings = DEFAULTS, shift: int = 0) -> tuple[Marks, Marks, SetAside]:
    """Which rows are in the window outside twilight, and which of them in the dark, with sunset and dusk moved by `shift` minutes?

    Decided on the exact minute and date. `darkness.edges` says whether the minutes of sunset and dusk themselves are set aside (inclusive).
    """
    day = (counts.date - tables.first).astype(np.int32)
    at = counts.place * np.int32(tables.days) + day
    minute = counts.minute
    odd = np.zeros(len(minute), dtype=bool)
    lowest, highest = (int(minute.min()), int(minute.max())) if len(minute) else (0, -1)
    for index, start, end in tables.changes:
        if highest < start or lowest > end:
            continue
        odd |= (day == index) & (minute >= start) & (minute <= end)
    sunset, dusk = tables.sunset.ravel(), tables.dusk.ravel()
    lacking = ((sunset == NEVER) | (dusk == NEVER))[at]
    low, high = tables.low.ravel() + np.int16(shift), tables.high.ravel() + np.int16(shift)
    strict = settings.text("darkness.edges") == "strict"
    # the first dark and the last light minute of each day, as the clock shows them
    first_dark = (dusk + np.int16(shift + (0 if strict else 1)))[at]
    last_light = (sunset + np.int16(shift - (0 if strict else 1)))[at]
    outside = (minute < low[at]) | (minute > high[at])
    dark = minute >= first_dark
    between = ~dark & (minute > last_light)
    left = SetAside(
        float(counts.n[odd].sum()),
        float(counts.n[lacking & ~odd].sum()),
        float(counts.n[outside & ~lacking & ~odd].sum()),
        float(counts.n[between & ~outside & ~lacking & ~odd].sum()),
    )
    return ~(odd | lacking | outside | between), dark, left


def tables_for(counts: VeilCounts, places: Mapping[str, Place], zone: str, settings: Settings = DEFAULTS) -> Sky:
    """Sunset and dusk for the places and dates of these counts. MeasureError names a place without coordinates."""
    missing = [name for name in counts.places if name not in places]
    if missing:
        raise MeasureError(f"No coordinates for {', '.join(missing[:5])}.", hint="Give each place one latitude and longitude.")
    if not len(counts.date):
        raise MeasureError("There are no stops.", hint="The veil of darkness needs stops with a date and a time.")
    first, last = counts.date.min().astype(dt.date), counts.date.max().astype(dt.date)
    return sky([places[name] for name in counts.places], first, last, zone, settings)


def _within(counts: VeilCounts, rows: Ints, key: Ints, dated: tuple[Ints, Ints, int]) -> tuple[Ints, Ints, Floats]:
    """The cell key, the cluster and the counts by group (groups x rows) of what the variance is summed over: dates within cells, or single rows.

    `dated` holds the day of each kept row, its cell within the day, and how many such cells there are. Adding up pays when there are many stops.
    """
    day, short, kinds = dated
    groups, group, n = len(counts.groups), counts.group[rows].astype(np.int64), counts.n[rows]
    size = (int(day.max(initial=0)) + 1) * kinds
    if counts.cluster is not None or size > len(rows):
        by_group = np.zeros((groups, len(rows)))
        by_group[group, np.arange(len(rows))] = n
        return key, day if counts.cluster is None else counts.cluster[rows], by_group
    within = day * kinds + short
    by_group = np.bincount(group * size + within, n, groups * size).astype(float).reshape(groups, size)
    used = np.flatnonzero(by_group.sum(axis=0))
    cell = np.empty(size, dtype=np.int64)
    cell[within] = key
    return cell[used], used // kinds, by_group[:, used]


def gather(
    counts: VeilCounts, tables: Sky, verdict: tuple[Marks, Marks, SetAside], period: tuple[Ints, int], bin_minutes: int = BIN_MINUTES
) -> Classified:
    """Into which cells (place, clock bin, darkness, period) do the kept stops fall? Days with period -1 are left out."""
    kept, dark, left = verdict
    codes, periods = period
    day = (counts.date - tables.first).astype(np.int32)
    if codes.min() < 0:
        kept = kept & (codes >= 0)[day]
    rows = np.flatnonzero(kept)
    minute, place, day = counts.minute[rows], counts.place[rows], day[rows]
    start = int(minute.min()) // bin_minutes if len(rows) else 0
    bins = (int(minute.max()) // bin_minutes - start + 1) if len(rows) else 1
    base = (np.arange(len(counts.places))[:, None] * periods + np.maximum(codes, 0)[None, :]).ravel() * (bins * 2)
    within = (minute // np.int16(bin_minutes) - start) * 2 + dark[rows]
    key = base[place * np.int32(tables.days) + day] + within
    # a date has one period, so date, place, clock bin and darkness name the cell
    dated = (day.astype(np.int64), place * np.int64(bins * 2) + within, len(counts.places) * bins * 2)
    rows_key, cluster, by_group = _within(counts, rows, key, dated)
    size, groups = len(counts.places) * periods * bins * 2, len(counts.groups)
    table = np.column_stack([np.bincount(rows_key, by_group[group], size) for group in range(groups)])
    used = np.flatnonzero(table.sum(axis=1) > 0)
    number = np.full(size, -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    rest = used // 2
    middle = (start + rest % bins) * bin_minutes + (bin_minutes - 1) / 2
    low, high = tables.low[tables.high != NEVER], tables.high[tables.high != NEVER]
    return Classified(
        number[rows_key],
        cluster,
        by_group,
        table[used].astype(float),
        rest // bins // periods,
        middle.astype(float),
        (used % 2).astype(float),
        rest // bins % periods,
        periods,
        int(low.min()) if len(low) else 0,
        int(high.max()) if len(high) else 0,
        left,
        kept,
    )


def classify(
    counts: VeilCounts, places: Mapping[str, Place], zone: str, settings: Settings = DEFAULTS, *, bin_minutes: int = BIN_MINUTES
) -> Classified:
    """Which counts stand in the cells of the model: place, clock bin, light or dark, season and year? With what was set aside, and why."""
    tables = tables_for(counts, places, zone, settings)
    return gather(counts, tables, judge(counts, tables, settings), seasons(tables), bin_minutes)
