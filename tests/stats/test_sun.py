"""Sunset and dusk against published test values, an independent ephemeris, and awkward calendars."""

from __future__ import annotations

import datetime as dt
import math

import ephem
import numpy as np
import pytest

from dashboard.errors import MeasureError
from dashboard.stats import sun

MARCH_5 = np.array(["2013-03-05"], dtype="datetime64[D]")


def _clock(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%H:%M:%S")


@pytest.mark.parametrize(
    ("method", "altitude", "expected"),
    [
        ("suncalc", sun.SUNSET, "15:46:57"),  # the two values of suncalc's own test suite
        ("suncalc", sun.CIVIL_DUSK, "16:19:36"),
        ("noaa", sun.SUNSET, "15:46:18"),
        ("noaa", sun.CIVIL_DUSK, "16:18:58"),
    ],
)
def test_published_values(method: str, altitude: float, expected: str) -> None:
    assert _clock(float(sun.event(MARCH_5, 50.5, 30.5, altitude, method)[0])) == expected


def _ephemeris(day: dt.date, lat: float, lng: float, altitude: float) -> float:
    observer = ephem.Observer()
    observer.lat, observer.lon, observer.pressure, observer.horizon = str(lat), str(lng), 0, str(altitude)
    observer.date = ephem.Date(dt.datetime.combine(day, dt.time(12)) - dt.timedelta(minutes=4 * lng))
    try:
        found = observer.next_setting(ephem.Sun(), use_center=True).datetime().replace(tzinfo=dt.UTC).timestamp()
    except (ephem.AlwaysUpError, ephem.NeverUpError):
        return math.nan
    return float(found)


@pytest.mark.parametrize(("lat", "lng", "tolerance"), [(0.0, 10.0, 5), (25.8, -80.2, 5), (40.0, -75.0, 5), (54.5, -1.5, 5), (61.0, -150.0, 30)])
def test_dusk_agrees_with_an_ephemeris_every_third_day(lat: float, lng: float, tolerance: float) -> None:
    days = np.arange("2021-01-01", "2022-01-01", 3, dtype="datetime64[D]")
    ours = sun.event(days, lat, lng, sun.CIVIL_DUSK)
    theirs = np.array([_ephemeris(day.astype(dt.date), lat, lng, sun.CIVIL_DUSK) for day in days])
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))  # days without a dusk are missing, not wrong
    assert np.nanmax(np.abs(ours - theirs)) < tolerance


def test_days_without_dusk_are_missing_at_high_latitude() -> None:
    days = np.arange("2021-06-15", "2021-06-25", dtype="datetime64[D]")
    assert np.isnan(sun.event(days, 61.0, -150.0, sun.CIVIL_DUSK)).all()
    assert np.isfinite(sun.event(days, 61.0, -150.0, sun.SUNSET)).all()


def test_suncalc_is_minutes_off_and_noaa_is_not() -> None:
    days = np.arange("2021-01-01", "2022-01-01", dtype="datetime64[D]")
    apart = np.abs(sun.event(days, 40.0, -75.0, sun.CIVIL_DUSK, "suncalc") - sun.event(days, 40.0, -75.0, sun.CIVIL_DUSK))
    assert 60 < apart.max() < 195


def test_local_clock_follows_daylight_saving() -> None:
    days = np.arange("2021-03-12", "2021-03-16", dtype="datetime64[D]")
    minutes = sun.local_minutes(days, np.array([40.0]), np.array([-75.0]), sun.SUNSET, "America/New_York")[0]
    steps = np.diff(minutes)
    assert steps[1] == pytest.approx(61, abs=0.5)  # the clock change between the 13th and the 14th
    assert steps[0] == pytest.approx(1, abs=0.5)
    assert steps[2] == pytest.approx(1, abs=0.5)


def test_a_calendar_east_of_the_date_line_keeps_its_own_dates() -> None:
    days = np.arange("2021-06-01", "2021-06-03", dtype="datetime64[D]")
    minutes = sun.local_minutes(days, np.array([-13.83]), np.array([-171.77]), sun.SUNSET, "Pacific/Apia")[0]
    assert ((minutes > 17.5 * 60) & (minutes < 18.5 * 60)).all()


def test_skipped_and_repeated_minutes_are_listed() -> None:
    _, changes = sun.clock_offsets(dt.date(2021, 1, 1), dt.date(2021, 12, 31), "America/New_York")
    assert changes == ((72, 120, 179), (310, 60, 119))  # 14 March 02:00-02:59 skipped, 7 November 01:00-01:59 repeated
    _, evening = sun.clock_offsets(dt.date(2021, 1, 1), dt.date(2021, 12, 31), "Asia/Beirut")
    assert evening == ((86, 0, 59), (302, 1380, 1439))
    assert sun.clock_offsets(dt.date(2021, 1, 1), dt.date(2021, 12, 31), "America/Phoenix")[1] == ()


def test_refusals() -> None:
    with pytest.raises(MeasureError, match="coordinates"):
        sun.event(MARCH_5, 140.0, 30.0, sun.SUNSET)
    with pytest.raises(MeasureError, match="named 'astral'"):
        sun.event(MARCH_5, 40.0, 30.0, sun.SUNSET, "astral")
    with pytest.raises(MeasureError, match="no time zone"):
        sun.clock_offsets(dt.date(2021, 1, 1), dt.date(2021, 1, 2), "Mars/Olympus")
