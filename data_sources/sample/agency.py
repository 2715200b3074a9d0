"""What is Riverton: its districts, the people who live and drive there, and the officers with their postings and shifts?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import early, truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENTRE = (39.90, -83.00)
# what a home that holds the sample should be set to
SETTINGS: Mapping[str, str | float] = {
    "agency.name": truth.NAME,
    "agency.area": truth.AGENCY,
    "agency.latitude": CENTRE[0],
    "agency.longitude": CENTRE[1],
    "import.timezone": truth.ZONE,
}
# name -> latitude, longitude, residents, drivers who come in to work, and effects on logit risk and log discernment
PLACES: Mapping[str, tuple[float, float, int, int, float, float]] = {
    "Northgate": (39.948, -82.995, 26_400, 2_600, 0.5, 0.02),
    "Old Town": (39.903, -83.001, 18_900, 9_100, 1.0, -0.02),
    "Eastfield": (39.906, -82.952, 24_700, 2_100, 0.2, 0.02),
    "Harbor": (39.871, -82.983, 16_300, 5_200, -0.6, 0.01),
    "Southside": (39.856, -83.021, 25_200, 1_900, 0.75, -0.02),
    "Westbrook": (39.893, -83.058, 21_800, 3_800, -1.1, 0.02),
    "University": (39.927, -83.027, 17_100, 2_900, -0.9, -0.02),
    "Mill Island": (39.884, -83.012, 480, 60, 0.0, 0.0),
}
# shares of residents by group, in the order of truth.GROUPS
MIX: Mapping[str, tuple[float, ...]] = {
    "Northgate": (0.56, 0.22, 0.12, 0.05, 0.004, 0.036, 0.01),
    "Old Town": (0.46, 0.29, 0.15, 0.05, 0.006, 0.034, 0.01),
    "Eastfield": (0.39, 0.35, 0.17, 0.04, 0.006, 0.034, 0.01),
    "Harbor": (0.50, 0.17, 0.24, 0.04, 0.008, 0.032, 0.01),
    "Southside": (0.41, 0.33, 0.17, 0.04, 0.006, 0.034, 0.01),
    "Westbrook": (0.53, 0.16, 0.21, 0.05, 0.004, 0.036, 0.01),
    "University": (0.58, 0.15, 0.10, 0.12, 0.004, 0.036, 0.01),
    "Mill Island": (0.66, 0.15, 0.11, 0.04, 0.005, 0.025, 0.01),
}
REGION = np.array([0.68, 0.15, 0.10, 0.04, 0.003, 0.02, 0.007])  # drivers who come in
OF_AGE = 0.80
WITH_CAR = np.array([0.92, 0.76, 0.82, 0.88, 0.80, 0.86, 0.84])
LEAVE = 0.30  # share of resident drivers who are elsewhere

UNITS = ("patrol", "traffic", "investigations", "supervision", "command")
SHIFTS = ("day", "evening", "night")
RANKS = ("officer", "detective", "sergeant", "lieutenant", "command")
HALVES = 8  # half-years of the sample: postings change only between them
MOVES = 0.08  # chance of a new posting at each half-year


def residents() -> Floats:
    """People who live there (districts, groups)."""
    return np.array([np.round(np.array(MIX[name]) * PLACES[name][2]) for name in truth.DISTRICTS])


def of_age() -> Floats:
    """Residents aged 16 and over (districts, groups)."""
    return residents() * OF_AGE


def drivers() -> Floats:
    """Resident drivers (districts, groups)."""
    return np.asarray(of_age() * WITH_CAR)


def at_risk() -> Floats:
    """Drivers on the road there: residents who stay and those who come in (districts, groups)."""
    arriving = np.array([PLACES[name][3] for name in truth.DISTRICTS])
    return np.asarray(drivers() * (1 - LEAVE) + arriving[:, None] * REGION)


def stop_weights() -> Floats:
    """Share of all stops that falls on each district and group: drivers at risk times the planted ratio (districts, groups)."""
    ratio = np.array([[truth.stopped_ratio(group, district) for group in truth.GROUPS] for district in truth.DISTRICTS])
    weights = at_risk() * ratio
    return np.asarray(weights / weights.sum())


def risk(group: str, district: str) -> float:
    """Chance that a person of the group stopped here carries something."""
    return float(1 / (1 + np.exp(-(truth.logit(truth.RISK[group]) + PLACES[district][4]))))


def discernment(group: str, district: str) -> float:
    """How far apart the signals of those with and without contraband are."""
    return float(truth.DISCERNMENT[group] * np.exp(PLACES[district][5]))


@dataclass(frozen=True, slots=True)
class Officers:
    """All officers: postings by half-year (officers, HALVES) as codes, `serving` marks, and what never changes (officers,)."""

    unit: Ints
    district: Ints
    shift: Ints
    serving: NDArray[np.bool_]
    rank: Ints
    group: Ints
    female: NDArray[np.bool_]
    birth_year: Ints
    start: NDArray[np.datetime64]
    pace: Floats
    citing: Floats
    force: Floats
    complaint: Floats


def half_starts() -> NDArray[np.datetime64]:
    """First day of each half-year."""
    return np.arange(np.datetime64(f"{truth.FIRST.year}-01"), np.datetime64(f"{truth.LAST.year + 1}-01"), 6).astype("datetime64[D]")


@lru_cache(maxsize=4)
def officers(seed: int) -> Officers:
    """Who serves in Riverton? 168 on patrol spread over districts and shifts, the others city-wide."""
    rng = np.random.default_rng([seed, 1])
    size = truth.OFFICERS
    unit0 = np.repeat(np.arange(5), (168, 24, 18, 24, 6))
    rank = np.where(unit0 < 2, 0, unit0 - 1)
    rank[unit0 == 3] = np.repeat([2, 3], (18, 6))
    home = np.arange(size) % len(truth.DISTRICTS)
    watch = np.arange(size) // len(truth.DISTRICTS) % 3
    moved = rng.random((size, HALVES)) < MOVES
    moved[:, 0] = False
    district = np.where(np.cumsum(moved, axis=1) % 2 == 0, home[:, None], rng.integers(0, len(truth.DISTRICTS), size)[:, None])
    shift = np.where(np.cumsum(moved, axis=1) < 2, watch[:, None], rng.integers(0, 3, size)[:, None])
    half = np.arange(HALVES)[None, :]
    joined = np.where(rng.random(size) < 0.15, rng.integers(1, HALVES, size), 0)
    left = np.where((rng.random(size) < 0.12) & (joined == 0), rng.integers(1, HALVES, size), HALVES)
    began = np.where(joined > 0, half_starts()[joined], np.datetime64("2021-12-01") - rng.integers(60, 9000, size).astype("timedelta64[D]"))
    years = began.astype("datetime64[Y]").astype(int) + 1970
    return Officers(
        np.broadcast_to(unit0[:, None], (size, HALVES)),
        district,
        shift,
        (half >= joined[:, None]) & (half < left[:, None]),
        rank,
        rng.choice(len(truth.GROUPS), size, p=[0.66, 0.16, 0.11, 0.03, 0.005, 0.025, 0.01]),
        rng.random(size) < 0.17,
        years - 21 - rng.integers(0, 10, size),
        began.astype("datetime64[D]"),
        early.paces(rng.lognormal(0, 0.5, size)),
        rng.normal(0, truth.OFFICER_CITATION_SD, size),
        early.ratios(rng.gamma(truth.OFFICER_FORCE_SHAPE, 1 / truth.OFFICER_FORCE_SHAPE, size)),
        rng.gamma(truth.OFFICER_COMPLAINT_SHAPE, 1 / truth.OFFICER_COMPLAINT_SHAPE, size),
    )


@lru_cache(maxsize=8)
def duty(seed: int, traffic: bool) -> Floats:
    """Who makes a stop where? Cumulative shares offset by cell: row = (half, district, shift), columns = officers; search it for cell + u.

    Patrol works its own district and shift; the traffic unit works everywhere, in vehicle stops more than in others. Shape (cells * officers,).
    """
    force = officers(seed)
    cells: list[Floats] = []
    for half in range(HALVES):
        for district in range(len(truth.DISTRICTS)):
            for shift in range(3):
                local = (force.unit[:, half] == 0) & (force.district[:, half] == district) & (force.shift[:, half] == shift)
                roaming = (force.unit[:, half] == 1) * (0.08 if traffic else 0.01)
                weight = force.pace * force.serving[:, half] * np.maximum(local, roaming)
                rising = np.cumsum(weight) / weight.sum()
                rising[-1] = 1.0
                cells.append(rising + len(cells))
    return np.concatenate(cells)


def on_duty(table: Floats, cell: Ints, u: Floats) -> Ints:
    """The officer of each stop, given its cell and a uniform number."""
    return np.asarray(np.minimum(np.searchsorted(table, cell + u, side="right") - cell * truth.OFFICERS, truth.OFFICERS - 1))
