"""When and to whom do stops happen in Riverton: days, clock times, darkness and the mix of drivers?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import agency, light, truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORKDAY = (14, 11, 8, 5, 4, 5, 9, 22, 26, 24, 24, 24, 23, 24, 27, 32, 36, 38, 36, 34, 31, 28, 25, 19)
WEEKEND = (24, 21, 16, 9, 5, 4, 6, 10, 14, 18, 22, 24, 25, 25, 26, 27, 28, 29, 31, 32, 31, 30, 30, 28)
WEEKDAY_VOLUME = (0.97, 1.02, 1.04, 1.05, 1.08, 0.97, 0.87)  # Monday first
WAVE = 0.10  # stops of a year rise and fall by this share, highest in early June
ON_FOOT, ON_FOOT_AT_NIGHT = 0.12, 0.17
DEPTHS = 21  # steps of darkness on which the mix is balanced
MINUTES = np.arange(1440)


def weekend() -> NDArray[np.bool_]:
    """Which days are Saturdays and Sundays? 1970-01-01 was a Thursday."""
    return np.asarray((light.days().astype(int) + 3) % 7 >= 5)


def volume() -> Floats:
    """Share of all stops on each day: a yearly decline, one wave a year, the days of the week."""
    day = np.arange(len(light.days()))
    weekday = (light.days().astype(int) + 3) % 7
    weight = (1 + truth.YEARLY_CHANGE) ** (day / 365.25) * (1 + WAVE * np.sin(2 * np.pi * (day - 65) / 365.25)) * np.take(WEEKDAY_VOLUME, weekday)
    return np.asarray(weight / weight.sum())


def profiles() -> Floats:
    """Share of a day's stops at each minute, on workdays and at weekends (2, 1440); the same in every season."""
    hours = np.arange(25) * 60
    rows = [np.interp(MINUTES, hours, (*profile, profile[0])) for profile in (WORKDAY, WEEKEND)]
    return np.array([row / row.sum() for row in rows])


def on_foot(minute: Ints) -> Floats:
    """The chance that a stop at this minute is not of a vehicle."""
    return np.where((minute >= 22 * 60) | (minute < 5 * 60), ON_FOOT_AT_NIGHT, ON_FOOT)


def clock_effect() -> Floats:
    """Log odds that the clock adds to each group (1440, groups)."""
    waves = [truth.CLOCK.get(group, (0.0, 0.0)) for group in truth.GROUPS]
    return np.array([size * np.sin(2 * np.pi * (MINUTES / 60 - rise) / 24) for size, rise in waves]).T


@dataclass(frozen=True, slots=True)
class Mix:
    """Log weights of the groups: by kind of stop (vehicle, other) and district, by minute, and what full darkness adds in vehicle stops."""

    base: Floats
    clock: Floats
    dark: Floats

    def draw(self, rng: np.random.Generator, vehicle: NDArray[np.bool_], district: Ints, minute: Ints, depth: NDArray[np.float32]) -> Ints:
        """One group per stop."""
        weight = (self.base[(~vehicle).astype(int), district] + self.clock[minute]).astype(np.float32)
        weight += (depth * vehicle)[:, None] * self.dark.astype(np.float32)
        rising = np.cumsum(np.exp(weight), axis=1)
        return np.asarray((rng.random(len(district), dtype=np.float32)[:, None] * rising[:, -1:] >= rising[:, :-1]).sum(axis=1))


def _exposure() -> Floats:
    """Expected share of stops by minute and depth of darkness (1440, DEPTHS)."""
    rows = profiles()
    level = np.rint(light.darkness() * (DEPTHS - 1)).astype(np.int64)
    total = np.zeros((1440, DEPTHS))
    for off, kind in ((~weekend(), 0), (weekend(), 1)):
        weights = np.broadcast_to(volume()[off][:, None], level[off].shape)
        counts = np.bincount((level[off] + MINUTES * DEPTHS).ravel(), weights.ravel(), 1440 * DEPTHS).reshape(1440, DEPTHS)
        total += counts * rows[kind][:, None]
    return total


def _balanced(exposure: Floats, effect: Floats, share: Floats) -> Floats:
    """Log weights (districts, groups) at which each group's share over all hours is as wanted, whatever clock and darkness do within the day."""
    logs = np.log(share)
    odds = np.exp(effect).reshape(-1, effect.shape[-1])
    weight = exposure.ravel() / exposure.sum()
    kept = weight > 0
    odds, weight = odds[kept], weight[kept]
    for _ in range(12):
        scaled = np.exp(logs)
        total = scaled @ odds.T
        found = scaled * ((weight / total) @ odds)
        logs += np.log(share / found)
    return logs


@lru_cache(maxsize=1)
def mix() -> Mix:
    """Who is stopped, given kind, district, minute and darkness?"""
    wanted = agency.stop_weights() / agency.stop_weights().sum(axis=1, keepdims=True)
    dark = np.array([truth.DARKNESS_BETA if group == truth.DARKNESS_GROUP else 0.0 for group in truth.GROUPS])
    clock, exposure = clock_effect(), _exposure()
    walking = on_foot(MINUTES)[:, None]
    by_depth = clock[:, None, :] + np.linspace(0, 1, DEPTHS)[None, :, None] * dark
    driving = _balanced(exposure * (1 - walking), by_depth, wanted)
    others = _balanced((exposure * walking).sum(axis=1), clock, wanted)
    return Mix(np.stack([driving, others]), clock, dark)


def minutes(rng: np.random.Generator, day: Ints) -> Ints:
    """The clock minute of each stop; one in ten is written down to the nearest five minutes. None falls in an hour that a clock change skips."""
    rising = np.cumsum(profiles(), axis=1)
    rising[:, -1] = 1.0
    kind = weekend()[day].astype(int)
    found = np.searchsorted(rising.ravel() + np.repeat([0, 1], 1440), kind + rng.random(len(day)), side="right") - kind * 1440
    found = np.where(rng.random(len(day)) < 0.1, np.minimum((found + 2) // 5 * 5, 1435), np.minimum(found, 1439))
    forward = np.flatnonzero(np.diff(light.offsets()) > 0) + 1
    skipped = np.isin(day, forward) & (found >= 120) & (found < 180)
    return np.asarray(np.where(skipped, found + 60, found))
