"""Do searches land on their local day, with exact copies kept and re-sent files adding nothing?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

FILE = "police_uk/2022-06-anyshire-stop-and-search.csv"


def test_utc_becomes_london(run: Any) -> None:
    _, rows = run(FILE)
    assert (rows[0]["date"], rows[0]["time"]) == (dt.date(2022, 7, 1), "00:15")  # summer: one hour ahead
    assert (rows[2]["date"], rows[2]["time"]) == (dt.date(2022, 1, 15), "12:30")  # winter: the same clock
    assert rows[0]["agency_id"] == "anyshire"


def test_copies_are_kept_with_their_own_keys(run: Any) -> None:
    staged, rows = run(FILE)
    assert staged.rows_accepted == 4
    assert rows[0]["row_hash"] == rows[1]["row_hash"]
    assert rows[0]["stop_person_id"] != rows[1]["stop_person_id"]


def test_found_powers_and_persons(run: Any) -> None:
    _, rows = run(FILE)
    assert [row["contraband_found"] for row in rows] == [True, True, False, False]  # no further action is no find, though its link is blank
    assert [row["search_bases"] for row in rows] == ["reasonable_suspicion"] * 3 + ["no_suspicion_power"]
    assert rows[2]["stop_type"] == "vehicle_only"


def test_whose_judgement_is_a_setting(run: Any) -> None:
    _, rows = run(FILE, **{"uk.ethnicity": "self"})
    assert [row["race_group"] for row in rows] == ["white", "white", "unknown", "unknown"]
    assert rows[0]["race_source"] == "self_reported"


@pytest.mark.real
def test_thirty_six_months(run: Any, real: Any) -> None:
    files = sorted(real("stops/uk_bedfordshire").glob("*.csv"))
    staged, rows = run(*files)
    assert len(files) == 36
    assert staged.rows_read == staged.rows_accepted == 11_810
    assert min(row["date"] for row in rows) == dt.date(2021, 5, 1)
