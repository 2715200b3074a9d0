"""Are both NYPD layouts read with their flags, dates and times as they are meant?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest


def test_2017_and_later(run: Any) -> None:
    staged, rows = run("nypd/stops.csv")
    assert [row["race_group"] for row in rows] == ["hispanic", "black", "unknown"]
    assert [row["race_group_doj"] for row in rows] == ["hispanic", "black", "unknown"]
    assert [row["outcome"] for row in rows] == ["arrest", "no_action", "summons"]
    assert (rows[1]["date"], rows[1]["time"]) == (dt.date(2021, 1, 16), "01:50")
    assert rows[0]["contraband_found"] is True
    assert rows[0]["contraband_types"] == "weapon"
    assert rows[0]["force_used"] is False  # handcuffing alone
    assert [row["initiated_by"] for row in rows] == ["call_for_service", "officer", "third_party"]
    codes = {note.code: note.count for note in staged.notes}
    assert codes["X3"] == codes["weapon_flag"] == codes["age_out_of_range"] == 1


def test_to_2016(run: Any) -> None:
    _, rows = run("nypd_to_2016/stops.csv")
    assert [row["date"] for row in rows] == [dt.date(2014, 1, 1), dt.date(2014, 12, 31), dt.date(2014, 2, 3)]
    assert [row["time"] for row in rows] == ["00:05", "23:30", "09:30"]
    assert [row["outcome"] for row in rows] == ["no_action", "arrest", "summons"]
    assert rows[1]["searched"] is True
    assert rows[1]["contraband_types"] == "firearm|weapon"
    assert [row["race_group"] for row in rows] == ["black", "hispanic", "unknown"]
    assert [row["age"] for row in rows] == [19, None, None]
    assert rows[1]["stop_person_id"] == "NYPD-2014-1-12"


@pytest.mark.real
def test_published_figures_of_2021(run: Any, real: Any) -> None:
    staged, rows = run(real("stops/nypd_sqf_2021.xlsx"))
    groups = Counter(row["race_group"] for row in rows)
    assert staged.rows_accepted == 8_947
    assert (groups["black"], groups["hispanic"], groups["white"]) == (5_404, 2_457, 732)
    assert sum(row["outcome"] == "no_action" for row in rows) == 5_422
    assert {note.code: note.count for note in staged.notes}["X2"] == 148
    assert {note.code: note.count for note in staged.notes}["X3"] == 390
