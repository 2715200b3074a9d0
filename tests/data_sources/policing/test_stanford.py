"""Are both Stanford layouts read as their publisher means them?"""

from __future__ import annotations

import datetime as dt
from typing import Any


def test_standard(run: Any) -> None:
    staged, rows = run("stanford/stops.csv")
    assert staged.source == "stanford"
    assert [row["race_group"] for row in rows] == ["black", "hispanic", "asian_pacific_islander"]
    assert [(row["date"], row["time"], row["time_known"]) for row in rows][:3:2] == [
        (dt.date(2019, 3, 1), "14:05", True),
        (dt.date(2019, 3, 3), None, False),
    ]
    assert [row["outcome"] for row in rows] == ["citation", "arrest", "warning"]
    assert [row["contraband_found"] for row in rows] == [None, True, False]
    assert rows[1]["contraband_types"] == "drugs"
    assert rows[1]["search_bases"] == "probable_cause"
    assert rows[1]["officer_key"] == rows[2]["officer_key"] != rows[0]["officer_key"]
    assert "raw_officer_id_hash" not in rows[0]
    assert {note.code for note in staged.notes} >= {"merged_rows"}


def test_release_2017(run: Any) -> None:
    staged, rows = run("stanford_2017/stops.csv")
    assert staged.source == "stanford_2017"
    assert rows[1]["search_bases"] == "incident_to_arrest|vehicle_inventory"
    assert rows[1]["frisked"] is True
    assert rows[2]["arrest_made"] is False  # the passenger was arrested, not the driver
    assert rows[3]["race_group"] == rows[3]["outcome"] == "unknown"
    assert {note.code: note.count for note in staged.notes}["blank_person"] == 1
    assert all(row["contraband_found"] is None for row in rows)
