"""When is it light in summer and dark in winter? Sunset, dusk and the window between the dusks of a year, for the places and days of the stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
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

Counts16 = NDArray[np.uint16]

NEVER, LATEST = -30000, 30000  # minutes that stand for "no such event that day"


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


@dataclass(frozen=True, slots=True)
class VeilEvenings:
    """The same counts, an evening at a time: per evening its date and the codes of its place and group; `blocks` gives some evenings at a time
    with their stops in each of so many `minutes` from `first_minute` on (evenings x minutes). Evenings come by date; one may come in parts.
    """

    date: NDArray[np.datetime64]
    place: NDArray[np.int32]
    group: NDArray[np.int32]
    places: tuple[str, ...]
    groups: tuple[str, ...]
    first_minute: int
    minutes: int
    blocks: Callable[[], Iterator[tuple[slice, Counts16]]]


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


def tables_for(counts: VeilCounts | VeilEvenings, places: Mapping[str, Place], zone: str, settings: Settings = DEFAULTS) -> Sky:
    """Sunset and dusk for the places and dates of these counts. MeasureError names a place without coordinates."""
    missing = [name for name in counts.places if name not in places]
    if missing:
        raise MeasureError(f"No coordinates for {', '.join(missing[:5])}.", hint="Give each place one latitude and longitude.")
    if not len(counts.date):
        raise MeasureError("There are no stops.", hint="The veil of darkness needs stops with a date and a time.")
    first, last = counts.date.min().astype(dt.date), counts.date.max().astype(dt.date)
    return sky([places[name] for name in counts.places], first, last, zone, settings)


@dataclass(frozen=True, slots=True)
class Edges:
    """The minutes at which something changes at a place on a day (flat: place x days + day): the window begins (`low`), daylight ends (`twilight`),
    darkness begins (`dark`), the window ends (`end`). All are NEVER where `lacking`: no sunset or no dusk that day.
    """

    low: NDArray[np.int16]
    twilight: NDArray[np.int16]
    dark: NDArray[np.int16]
    end: NDArray[np.int16]
    lacking: Marks


def edges(tables: Sky, settings: Settings = DEFAULTS) -> Edges:
    """When do window, twilight and darkness begin and end? `darkness.edges` says whether the minutes of sunset and dusk are twilight (inclusive)."""
    sunset, dusk = tables.sunset.ravel(), tables.dusk.ravel()
    lacking = (sunset == NEVER) | (dusk == NEVER)
    strict = settings.text("darkness.edges") == "strict"
    twilight = sunset + np.int16(1 if strict else 0)
    dark = dusk + np.int16(0 if strict else 1)
    parts = (tables.low.ravel(), twilight, dark, tables.high.ravel() + np.int16(1))
    low, twilight, dark, end = (np.where(lacking, np.int16(NEVER), part) for part in parts)
    return Edges(low, twilight, dark, end, lacking)
