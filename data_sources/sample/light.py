"""How dark is it in Riverton at each minute of each day? Written apart from the measures' own sun times, so that one checks the other."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import agency, truth

SUNSET, DUSK = 0.833, 6.0  # degrees of the sun below the horizon


def days() -> NDArray[np.datetime64]:
    """All days of the sample."""
    return np.arange(np.datetime64(truth.FIRST), np.datetime64(truth.LAST) + 1)


@lru_cache(maxsize=1)
def offsets() -> NDArray[np.float64]:
    """Minutes by which the local clock differs from UTC on each day, taken at noon."""
    zone = ZoneInfo(truth.ZONE)
    found = [dt.datetime.combine(day, dt.time(12), zone).utcoffset() for day in days().astype(object)]
    return np.array([0.0 if shift is None else shift.total_seconds() / 60 for shift in found])


@lru_cache(maxsize=1)
def darkness() -> NDArray[np.float32]:
    """0 in daylight, 1 from civil dusk to dawn, and between them in step with the sun's depth; (days, 1440), at the city's centre.

    Declination and equation of time after Spencer 1971; sunset within about a minute of an almanac here.
    """
    lat, lng = agency.CENTRE
    day = (days() - days().astype("datetime64[Y]")).astype(float)
    angle = 2 * np.pi * day / 365.25
    declination = (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )
    equation = 229.18 * (0.000075 + 0.001868 * np.cos(angle) - 0.032077 * np.sin(angle) - 0.014615 * np.cos(2 * angle) - 0.040849 * np.sin(2 * angle))
    solar = np.arange(1440)[None, :] + (equation + 4 * lng - offsets())[:, None]
    hour = np.radians(solar / 4 - 180)
    height = np.sin(np.radians(lat)) * np.sin(declination)[:, None] + np.cos(np.radians(lat)) * np.cos(declination)[:, None] * np.cos(hour)
    depth = -np.degrees(np.arcsin(height))
    return np.asarray(np.clip((depth - SUNSET) / (DUSK - SUNSET), 0, 1), dtype=np.float32)
