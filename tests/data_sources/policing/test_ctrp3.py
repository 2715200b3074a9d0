"""Is the Connecticut layout read alike from every dress it comes in?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest


def test_fixture(run: Any) -> None:
    staged, rows = run("ctrp3/stops.csv")
    assert (staged.rows_accepted, staged.rows_duplicate) == (2, 1)
    first, second = rows
    assert (first["race_group"], first["race_group_doj"]) == ("hispanic", "hispanic")
    assert first["lat"] == pytest.approx(41 + 42 / 60 + 58 / 3600)
    assert first["lng"] == pytest.approx(-(72 + 40 / 60 + 1 / 3600))
    assert first["stop_reason_group"] == "traffic_regulatory"
    assert (second["date"], second["time"], second["minute"]) == (dt.date(2019, 1, 3), "20:18", 1218)
    assert (second["outcome"], second["arrest_made"], second["age"]) == ("arrest", True, None)
    assert second["search_bases"] == "other"
    assert {note.code for note in staged.notes} >= {"X10", "age_out_of_range"}
    assert "raw_reportingofficeridentificationid" not in first


def test_search_authority_is_a_setting(run: Any) -> None:
    _, rows = run("ctrp3/stops.csv", **{"ctrp3.other_search": "probable_cause"})
    assert rows[1]["search_bases"] == "probable_cause"


@pytest.mark.real
def test_2018_shares(run: Any, real: Any) -> None:
    staged, rows = run(real("stops/ct_wethersfield_wethersfield-r5.csv"))
    groups = [row["race_group"] for row in rows]
    assert staged.rows_read == 3_150
    assert round(100 * groups.count("hispanic") / len(groups), 1) in {31.8, 31.9}
    assert round(100 * groups.count("black") / len(groups), 1) == 18.3
    assert len({row["officer_key"] for row in rows}) == 46


@pytest.mark.real
def test_csv_and_workbook_agree(run: Any, real: Any) -> None:
    def canonical(name: str) -> list[dict[str, Any]]:
        _, rows = run(real(name))
        skip = {"row_hash", "source_file", "source_row", "import_id"}
        kept = [{key: value for key, value in row.items() if not key.startswith("raw_") and key not in skip} for row in rows]
        return sorted(kept, key=lambda row: row["stop_person_id"])

    name = "stops/ct_wethersfield_2019WethersfieldJan-Mar"
    assert canonical(f"{name}.csv") == canonical(f"{name}.xlsx")
