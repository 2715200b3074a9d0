"""When did the sun set, and when was it dark? One value per local date and place, as plain arithmetic on arrays.

Two ways, chosen by the setting `darkness.sun`: `noaa`, after the solar equations of the US National Oceanic and Atmospheric Administration
(Meeus, Astronomical Algorithms, 1998), within seconds of an ephemeris; and `suncalc`, the shorter series of the library of that name, up to
minutes off, kept only to reproduce published work that used it.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

SUNSET = -0.833  # degrees: the upper limb with mean refraction
CIVIL_DUSK = -6.0
J2000_UNIX_DAY = 10957.5  # days from 1970-01-01 to 2000-01-01 12:00
JULIAN_UNIX = 2440587.5


def _solar(century: Floats) -> tuple[Floats, Floats]:
    """Where does the sun stand: declination (radians) and equation of time (minutes) at `century` Julian centuries from J2000."""
    t = century
    mean_longitude = np.radians(280.46646 + t * (36000.76983 + 0.0003032 * t))
    anomaly = np.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        np.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + 0.000289 * np.sin(3 * anomaly)
    )
    node = np.radians(125.04 - 1934.136 * t)
    longitude = np.radians(np.degrees(mean_longitude) + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(23.43929111 - 0.0130042 * t + 0.00256 * np.cos(node))
    declination = np.arcsin(np.sin(obliquity) * np.sin(longitude))
    y = np.tan(obliquity / 2) ** 2
    equation = 4 * np.degrees(
        y * np.sin(2 * mean_longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * mean_longitude)
        - 0.5 * y**2 * np.sin(4 * mean_longitude)
        - 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    )
    return declination, equation


def _hour_angle(altitude: float, latitude: Floats, declination: Floats) -> Floats:
    """Hour angle in radians at which the sun passes `altitude`; NaN where it does not that day (|cos H| > 1)."""
    cosine = (np.sin(np.radians(altitude)) - np.sin(latitude) * np.sin(declination)) / (np.cos(latitude) * np.cos(declination))
    return np.where(np.abs(cosine) <= 1, np.arccos(np.clip(cosine, -1, 1)), np.nan)


def _noaa(days: Floats, lat: Floats, lng: Floats, altitude: float) -> Floats:
    """Unix seconds of the evening event on each solar date, iterated three times at the event itself."""
    latitude = np.radians(lat)
    minutes = 720.0 - 4 * lng + 360.0 + np.zeros_like(days)
    for _ in range(4):
        declination, equation = _solar((days + minutes / 1440.0 - J2000_UNIX_DAY) / 36525.0)
        angle = np.degrees(_hour_angle(altitude, latitude, declination))
        found: Floats = 720.0 - 4 * lng - equation + 4 * angle
        minutes = np.where(np.isnan(found), 720.0 - 4 * lng, found)
    return np.asarray((days * 1440.0 + found) * 60.0)


def _suncalc(days: Floats, lat: Floats, lng: Floats, altitude: float) -> Floats:
    """Unix seconds of the evening event by the suncalc series, given 12:00 UTC of each date."""
    west = -np.radians(lng)
    since = days + 0.5 - J2000_UNIX_DAY
    cycle = np.round(since - 0.0009 - west / (2 * np.pi))
    transit = 0.0009 + west / (2 * np.pi) + cycle
    anomaly = np.radians(357.5291 + 0.98560028 * transit)
    centre = np.radians(1.9148 * np.sin(anomaly) + 0.02 * np.sin(2 * anomaly) + 0.0003 * np.sin(3 * anomaly))
    longitude = anomaly + centre + np.radians(102.9372) + np.pi
    declination = np.arcsin(np.sin(np.radians(23.4397)) * np.sin(longitude))
    angle = _hour_angle(altitude, np.radians(lat), declination)
    julian = 2451545.0 + 0.0009 + (angle + west) / (2 * np.pi) + cycle + 0.0053 * np.sin(anomaly) - 0.0069 * np.sin(2 * longitude)
    return np.asarray((julian - JULIAN_UNIX) * 86400.0)


def event(dates: Days, lat: float | Floats, lng: float | Floats, altitude: float, method: str = "noaa") -> Floats:
    """At which Unix second does the setting sun pass `altitude` (degrees) on each date? NaN where it does not that day.

    `dates` are days (datetime64[D]) of the place's own solar calendar; `lat` and `lng` are degrees, east positive, and broadcast with `dates`.
    """
    if method not in {"noaa", "suncalc"}:
        raise MeasureError(f"There is no way of computing the sun named '{method}'.", hint="Choose noaa or suncalc.")
    days, latitude, longitude = np.broadcast_arrays(
        dates.astype("datetime64[D]").astype(np.int64).astype(np.float64), np.asarray(lat, dtype=float), np.asarray(lng, dtype=float)
    )
    if np.any(np.abs(latitude) > 90) or np.any(np.abs(longitude) > 180):
        raise MeasureError("A place has coordinates outside -90..90 and -180..180.", hint="Latitude first, longitude second, in degrees.")
    return (_noaa if method == "noaa" else _suncalc)(days, latitude, longitude, altitude)


def _stamp(day: dt.date, minute: int, zone: ZoneInfo, fold: int = 0) -> dt.timedelta:
    """The zone's offset at a wall-clock minute of a date."""
    offset = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone, fold=fold).utcoffset()
    return dt.timedelta() if offset is None else offset


@lru_cache(maxsize=64)
def _calendar(first: dt.date, last: dt.date, zone_name: str) -> tuple[tuple[float, ...], tuple[tuple[int, int, int], ...]]:
    """Evening offset (minutes) of each date, and the wall-clock stretches that a clock change repeats or skips: (day index, first, last minute)."""
    zone = ZoneInfo(zone_name)
    days = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
    evening = tuple(_stamp(day, 18 * 60, zone).total_seconds() / 60 for day in days)
    changes: list[tuple[int, int, int]] = []
    for index, day in enumerate(days):
        if _stamp(day, 0, zone) == _stamp(day + dt.timedelta(days=1), 0, zone):
            continue
        odd = [minute for minute in range(1440) if _stamp(day, minute, zone, 0) != _stamp(day, minute, zone, 1)]
        if odd:
            changes.append((index, odd[0], odd[-1]))
    return evening, tuple(changes)


def clock_offsets(first: dt.date, last: dt.date, zone: str) -> tuple[Floats, tuple[tuple[int, int, int], ...]]:
    """How far is the local clock from UTC each evening (minutes), and which minutes did a clock change skip or repeat?

    The second part lists (days after `first`, first minute, last minute), wall-clock minutes of the local day, both ends included.
    """
    try:
        offsets, changes = _calendar(first, last, zone)
    except (KeyError, ValueError, OSError) as error:
        raise MeasureError(f"There is no time zone named '{zone}'.", hint="Write it like America/New_York.") from error
    return np.array(offsets), changes


def local_minutes(dates: Days, lat: Floats, lng: Floats, altitude: float, zone: str, *, method: str = "noaa") -> Floats:
    """At which minute of the local clock does the event fall? Shape (places, dates); NaN where there is none that day.

    `dates` must be consecutive days. Where a zone keeps a calendar date far from the sun's (east of the date line), the solar date is moved.
    """
    first, last = dates[0].astype(dt.date), dates[-1].astype(dt.date)
    offsets, _ = clock_offsets(first, last, zone)
    lat, lng = np.asarray(lat, dtype=float)[:, None], np.asarray(lng, dtype=float)[:, None]
    lag = np.round((offsets[None, :] - 4 * lng) / 1440.0).astype(int)
    solar = dates[None, :] - lag.astype("timedelta64[D]")
    seconds = event(solar, lat, lng, altitude, method)
    midnight = dates.astype("datetime64[D]").astype(np.int64) * 1440.0
    return np.asarray(seconds / 60.0 + offsets[None, :] - midnight[None, :])
