"""Are both NYPD layouts read with their flags, dates and times as they are meant?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.data_sources.policing.conftest import FIXTURES


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


def test_to_2016_ages_are_held_against_birth_dates(tmp_path: Path, run: Any) -> None:
    lines = (FIXTURES / "nypd_to_2016" / "stops.csv").read_text(encoding="utf-8-sig").splitlines()
    dob = ("12311900", "4151990", "12311900", "12311900")
    (tmp_path / "stops.csv").write_text("\n".join([lines[0] + ",dob", *(f"{line},{one}" for line, one in zip(lines[1:], dob, strict=False))]) + "\n")
    staged, rows = run(tmp_path / "stops.csv")
    assert [row["age"] for row in rows] == [19, 24, None]  # '**' beside a birth date of 15 April 1990; 31 December 1900 is no birth date
    assert {note.code: note.count for note in staged.notes}["age_from_birth_date"] == 1
    assert "raw_dob" not in rows[0]
    (tmp_path / "stops.csv").write_text((tmp_path / "stops.csv").read_text().replace(",19,12311900", ",19,4151990"))
    staged, rows = run(tmp_path / "stops.csv")
    assert (rows[0]["age"], rows[0]["raw_age"]) == (23, "19")
    assert {note.code: note.count for note in staged.notes}["X9"] == 1


@pytest.mark.real
def test_published_figures_of_2021(run: Any, real: Any) -> None:
    staged, rows = run(real("stops/nypd_sqf_2021.xlsx"))
    groups = Counter(row["race_group"] for row in rows)
    assert staged.rows_accepted == 8_947
    assert (groups["black"], groups["hispanic"], groups["white"]) == (5_404, 2_457, 732)
    assert sum(row["outcome"] == "no_action" for row in rows) == 5_422
    notes = {note.code: note.count for note in staged.notes}
    # 89 rows by the weapon flag alone; five more name a weapon although that flag says No.
    assert (notes["X1"], notes["X2"], notes["X3"], notes["X4"]) == (94, 148, 390, 160)
