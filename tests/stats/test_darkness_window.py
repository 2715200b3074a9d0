"""Which stops lie in the window between the earliest and the latest dusk, and which are set aside and counted?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.darkness import Place, VeilCounts
from dashboard.stats.twilight import edges, tables_for, window
from dashboard.stats.veil_atoms import atoms_of
from dashboard.stats.veil_cells import classify, judge
from dashboard.stats.veil_planted import ZONE


def _one_place(minutes: list[int], day: str = "2019-10-10", settings: Settings = DEFAULTS) -> tuple[list[bool], list[bool]]:
    rows = [(day, minute, "town", "white", 1) for minute in minutes]
    counts = VeilCounts.of(*(list(column) for column in zip(*rows, strict=True)))
    tables = tables_for(counts, {"town": Place("town", 40.0, -75.0)}, ZONE, settings)
    atoms = atoms_of(counts, tables, settings)
    assert list(atoms.minute) == minutes
    kept, dark = judge(atoms, tables, edges(tables, settings))
    return list(kept), list(dark)


def test_the_very_minutes_of_sunset_and_dusk() -> None:
    found = window(Place("town", 40.0, -75.0), [dt.date(2019, 10, 10)], ZONE)
    sunset, dusk = int(found.sunset[0]), int(found.dusk[0])
    minutes = [sunset - 1, sunset, dusk, dusk + 1]
    assert _one_place(minutes) == ([True, False, False, True], [False, False, False, True])
    strict = Settings.of({"darkness.edges": "strict"})
    assert _one_place(minutes, settings=strict) == ([True, True, True, True], [False, False, True, True])


def test_window_runs_from_the_earliest_to_the_latest_dusk_of_each_year() -> None:
    found = window(Place("town", 40.0, -75.0), [dt.date(2019, 3, 1), dt.date(2020, 6, 1)], ZONE)
    assert [year for year, _, _ in found.by_year] == [2019, 2020]
    _, low, high = found.by_year[0]
    assert 17 * 60 < low < 17.2 * 60  # early December
    assert 21 * 60 < high < 21.2 * 60  # late June
    assert found.earliest <= low
    assert found.latest >= high
    assert (dt.date(2019, 3, 10), 120, 179) in found.changes


def test_file_window_covers_only_the_dates_of_the_file() -> None:
    counts = VeilCounts.of(["2019-06-20", "2019-01-20"], [1125, 1125], ["town", "town"], ["white", "white"], [5, 5])
    counts = replace(counts, date=np.where(counts.date > np.datetime64("2019-03-01"), np.datetime64("2019-04-20"), counts.date))
    places = {"town": Place("town", 40.0, -75.0)}
    whole = tables_for(counts, places, ZONE)
    narrow = tables_for(counts, places, ZONE, Settings.of({"darkness.window": "file"}))
    assert narrow.high.max() < whole.high.max()
    assert narrow.low.min() > whole.low.min()


def test_clock_changes_and_days_without_dusk_are_set_aside_and_counted() -> None:
    rows = [("2021-11-07", 75, "town", "white", 3), ("2021-03-14", 130, "town", "white", 2), ("2021-11-08", 75, "town", "white", 1)]
    rows += [("2021-06-20", 1300, "north", "white", 4)]
    counts = VeilCounts.of(*(list(column) for column in zip(*rows, strict=True)))
    places = {"town": Place("town", 40.0, -75.0), "north": Place("north", 66.0, -75.0)}
    left = classify(counts, places, ZONE).set_aside
    assert (left.clock_change, left.no_dusk, left.outside_window, left.twilight) == (5, 4, 1, 0)
