"""Are there enough stops, complete years and honest clock times for the veil of darkness? And the plain numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.schema.result import Estimate, Gate
from dashboard.settings import Settings
from dashboard.stats.intervals import UNKNOWN_LIMIT, Z, wilson
from dashboard.stats.twilight import Sky
from dashboard.stats.veil_atoms import Atoms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_WINDOW, MIN_SIDE = 100, 30
HEAPED = 0.20
MOST = 0.95  # of the stops: a place too small to pass a gate of its own does not speak for the others


def crude_odds_ratio(light: float, dark: float, reference_light: float, reference_dark: float) -> Estimate:
    """How do the odds of daylight compare between group and reference, with nothing held fixed? Woolf's interval on the log scale."""
    total = light + dark + reference_light + reference_dark
    if min(light, dark, reference_light, reference_dark) <= 0:
        return Estimate.unavailable("One of the four counts is zero, so the ratio of odds does not exist.", total)
    value = (light / dark) / (reference_light / reference_dark)
    half = Z * np.sqrt(1 / light + 1 / dark + 1 / reference_light + 1 / reference_dark)
    return Estimate(float(value), float(value * np.exp(-half)), float(value * np.exp(half)), total)


def heaping(minute: Ints | NDArray[np.int16], n: Floats) -> tuple[float, bool]:
    """Are clock times rounded? The share of stops at :00 and :30 (3.3 % when times are exact), and whether midnight holds a spike.

    A spike: the count at 0:00 exceeds ten times the mean of the ten minutes before and after it, and 1 % of all stops.
    """
    by_minute = np.bincount(minute, n, 1440).astype(float)
    total = float(by_minute.sum())
    if total <= 0:
        return 0.0, False
    round_share = float(by_minute.reshape(24, 60)[:, [0, 30]].sum()) / total
    around = float(np.concatenate([by_minute[-10:], by_minute[1:11]]).mean())
    return round_share, bool(by_minute[0] > 0.01 * total and by_minute[0] > 10 * around)


def minimum(name: str, light: float, dark: float) -> Gate:
    """100 stops in the window, 30 in daylight and 30 in the dark: below this no number is given."""
    passed = light + dark >= MIN_WINDOW and min(light, dark) >= MIN_SIDE
    needed = f"{MIN_WINDOW} stops in the window, {MIN_SIDE} in daylight and {MIN_SIDE} in the dark"
    return Gate(f"Stops of {name}", needed, f"{light + dark:,.0f}: {light:,.0f} in daylight, {dark:,.0f} in the dark", passed)


def share(count: float, total: float) -> Estimate:
    """A share of window stops with Wilson's interval."""
    if total <= 0:
        return Estimate.unavailable("No stops on this side of dusk.")
    low, high = wilson(count, total)
    return Estimate(count / total, float(low), float(high), total)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Stops by place-year (those that have any): how many of each group (place-years x groups), and whether the year is complete."""

    stops: Floats
    full: NDArray[np.bool_]


def crowd(atoms: Atoms, tables: Sky) -> Crowd:
    """Which place-years have 100 days with stops, all 12 months, a first stop by 15 January and a last after 15 December?"""
    calendar = np.arange(tables.days) + tables.first
    years = tables.years - tables.years.min()
    number, places = int(years.max()) + 1, tables.sunset.shape[0]
    at = atoms.place.astype(np.int64) * tables.days + atoms.day
    seen = np.bincount(at, atoms.counts.sum(axis=0), places * tables.days).reshape(places, tables.days) > 0
    months = calendar.astype("datetime64[M]").astype(np.int64)
    since = (calendar - calendar.astype("datetime64[Y]").astype("datetime64[D]")).astype(int)
    good = np.zeros((places, number), dtype=bool)
    used = np.zeros_like(good)
    for year in range(number):
        piece = years == year
        here = seen[:, piece]
        by_month = np.array([here[:, months[piece] == month].any(axis=1) for month in np.unique(months[piece])])
        length = int(piece.sum())
        early, late = here[:, since[piece] < 15].any(axis=1), here[:, since[piece] >= length - 16].any(axis=1)
        good[:, year] = (here.sum(axis=1) >= 100) & by_month.all(axis=0) & (by_month.shape[0] == 12) & early & late
        used[:, year] = here.any(axis=1)
    in_year = atoms.place.astype(np.int64) * number + years[atoms.day]
    stops = np.column_stack([np.bincount(in_year, one, places * number) for one in atoms.counts])
    return Crowd(stops[used.ravel()].astype(float), good[used])


def data_gates(people: Crowd, clock: Floats) -> tuple[tuple[Gate, ...], tuple[str, ...]]:
    """The gates on the file as a whole, and the cautions that follow from those that were missed; `clock` counts stops by minute of the day."""
    needed = f"100 days, all 12 months, a first stop by 15 January and a last after 15 December, for {MOST:.0%} of the stops"
    years = _for_most("Complete years", needed, people.full, people.stops.sum(axis=1))
    share, spike = heaping(np.arange(1440), clock)
    found = f"{share:.1%} at :00 or :30" + (", and a spike at midnight" if spike else "")
    clocks = Gate("Clock times", f"at most {HEAPED:.0%} of stops at :00 or :30 and no spike at 0:00", found, share <= HEAPED and not spike)
    cautions = []
    if not years.passed:
        cautions.append(f"Only {years.found}, are complete.")
    if not clocks.passed:
        cautions.append(f"Clock times look rounded: {found}.")
    return (years, clocks), tuple(cautions)


def _for_most(name: str, needed: str, good: NDArray[np.bool_], stops: Floats) -> Gate:
    """Do the place-years that pass hold nearly all stops?"""
    total = float(stops.sum())
    held = float(stops[good].sum()) / total if total > 0 else 0.0
    return Gate(name, needed, f"{int(good.sum())} of {len(good)} place-years, with {held:.1%} of the stops", held >= MOST)


def thin(people: Crowd, group: int, reference: Ints) -> Gate:
    """Do the place-years that hold most of the group's stops hold 100 of the group and of the reference each?"""
    own, other = people.stops[:, group], people.stops[:, reference].sum(axis=1)
    needed = f"100 of the group and of the reference, for {MOST:.0%} of the group's stops"
    return _for_most("Stops per place and year", needed, (own >= 100) & (other >= 100), own)


def file_cautions(unknown: float, total: float, clusters: int, settings: Settings) -> tuple[str, ...]:
    """Cautions about the unknown group and about too few clusters."""
    found = []
    if total > 0 and unknown / total > UNKNOWN_LIMIT:
        found.append(f"The group is unknown for {unknown / total:.0%} of the stops.")
    if clusters < settings.number("adjusted.min_clusters"):
        found.append(f"Only {clusters} clusters: the interval is a lower bound on the uncertainty.")
    return tuple(found)
