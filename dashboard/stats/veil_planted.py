"""Stops with a known effect of darkness: what the tests recover and the benchmark times."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import DEFAULTS
from dashboard.stats.twilight import NEVER, Place, VeilCounts, sky
from dashboard.stats.veil_cells import seasons

ZONE = "America/New_York"
Floats = NDArray[np.float64]


def planted_places(number: int) -> dict[str, Place]:
    """Districts a few kilometres apart around 40 N, 75 W."""
    return {f"district {i:02d}": Place(f"district {i:02d}", 40.0 + 0.02 * i, -75.0 - 0.03 * i) for i in range(number)}


def planted_stops(
    stops: int,
    betas: tuple[float, ...],
    seed: int,
    *,
    places: int = 6,
    years: int = 2,
    day_sd: float = 0.0,
    drift: float = 0.0,
    minutes: tuple[int, int] = (960, 1290),
) -> VeilCounts:
    """One row per stop: group 0 is the reference, group g > 0 has log odds against it of a clock curve + place + season + betas[g - 1] * dark.

    Dates are uniform over `years` from 2018; `day_sd` adds one normal shift per date and group, so that stops of a day go together. The season's
    effect is a step per season; with `drift` the log odds of every group also swing by so much over the year, slowly and within seasons.
    """
    rng = np.random.default_rng(seed)
    first, last = dt.date(2018, 1, 1), dt.date(2017 + years, 12, 31)
    tables = sky(list(planted_places(places).values()), first, last, ZONE, DEFAULTS)
    day = rng.integers(0, tables.days, stops)
    place = rng.integers(0, places, stops)
    minute = rng.integers(minutes[0], minutes[1] + 1, stops)
    dusk = tables.dusk[place, day]
    dark = (minute > dusk) & (dusk != NEVER)
    clock = np.sin((minute - 900) / 120.0)
    season = np.cos(np.pi * seasons(tables)[0] / 2)[day]
    swing = drift * np.cos(2 * np.pi * day / 365.25)
    odds = np.ones((stops, len(betas) + 1))
    for number, beta in enumerate(betas, start=1):
        shift = rng.normal(0, day_sd, tables.days) if day_sd else np.zeros(tables.days)
        odds[:, number] = np.exp(-0.4 * number + 0.3 * clock + 0.1 * (place - places / 2) / places + 0.1 * season + swing + beta * dark + shift[day])
    rising = np.cumsum(odds, axis=1)
    group = (rng.random(stops)[:, None] * rising[:, -1:] > rising[:, :-1]).sum(axis=1)
    names = ("white", "black", "hispanic", "asian")[: len(betas) + 1]
    return VeilCounts(
        (tables.first + day).astype("datetime64[D]"),
        minute.astype(np.int16),
        place.astype(np.int32),
        group.astype(np.int32),
        np.ones(stops),
        tuple(planted_places(places)),
        names,
    )
