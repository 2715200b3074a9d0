"""Are force reports counted by incident, person and officer, with lists split only where they fit?"""

from __future__ import annotations

from typing import Any

import pytest

from data_sources import files
from data_sources.recognise import verdict


def test_a_dallas_row_becomes_one_row_for_each_use_of_force(run: Any) -> None:
    staged, rows = run("dallas_force/2015.csv")
    assert [row["force_type"] for row in rows] == ["presence_verbal", "takedown", "neck_restraint", "unknown", "firearm_point"]
    assert [row["application_no"] for row in rows] == [1, 2, 3, 1, 1]
    assert [row["effective"] for row in rows] == [False, True, True, None, True]
    assert [row["counts_as_force"] for row in rows] == [False, True, True, True, True]
    assert [row["source_row"] for row in rows] == [2, 2, 2, 3, 4]
    assert len({row["incident_id"] for row in rows}) == 2
    assert len({row["subject_key"] for row in rows}) == 2
    assert len({row["officer_key"] for row in rows}) == 2
    assert rows[0]["subject_injury"] == "serious"
    assert rows[4]["race_group"] == "native_american"
    assert rows[4]["time"] == "04:14"
    assert {note.code for note in staged.notes} == {"list_unaligned"}


def test_who_an_officer_or_a_person_is_stays_unknown(run: Any) -> None:
    _, rows = run("dallas_force/2015.csv")
    written = {str(value) for row in rows for value in row.values()}
    assert not written & {"901", "902", "501"}
    assert not {name for row in rows for name in row if name in {"raw_current_badge_no", "raw_citnum", "raw_arc_street", "raw_hire_dt"}}
    assert all(len(row["officer_key"]) == 16 for row in rows)


def test_new_orleans_levels_reviews_and_cancelled_records(run: Any) -> None:
    staged, rows = run("new_orleans_force/force.csv")
    assert [row["force_type"] for row in rows] == ["firearm_display", "neck_restraint", "neck_restraint", "control_hold"]
    assert [row["force_level"] for row in rows] == [1, 4, 4, 1]
    assert [row["within_policy"] for row in rows] == ["yes_with_training"] * 3 + ["not_recorded"]
    assert [row["record_status"] for row in rows] == ["final"] * 3 + ["rejected"]
    assert [row["subject_injury"] for row in rows] == ["none", "injured", "injured", "none"]
    assert rows[3]["race_group"] == "asian_pacific_islander"
    assert rows[3]["age"] is None
    assert {row["officer_key"] for row in rows} == {None}
    assert "exact_copy" in {note.code for note in staged.notes}


def test_people_joined_in_a_cell_are_split_where_the_lists_agree(run: Any) -> None:
    staged, rows = run("new_orleans_force_lists/force.csv")
    assert [(row["force_type"], row["force_level"], row["effective"]) for row in rows[:2]] == [("control_hold", 1, False), ("ced_use", 2, True)]
    assert rows[2]["force_type"] == "unknown"
    assert {note.code for note in staged.notes} == {"list_unaligned"}


@pytest.mark.real
def test_seven_years_of_dallas_are_one_series(run: Any, real: Any) -> None:
    folder = real("force/dallas__Police_Response_to_Resistance_-_2013.csv").parent
    paths = sorted(folder.glob("dallas__*.csv"))
    tables = [table for path in paths for table in files.read(path)]
    assert {verdict(table.header, table.sample).source.name for table in tables} == {"dallas_force"}  # type: ignore[union-attr]
    staged, rows = run(*paths)
    assert staged.rows_quarantined == 1  # one row without a date
    years = {year: len({row["incident_id"] for row in rows if row["date"].year == year}) for year in range(2013, 2020)}
    assert years == {2013: 2131, 2014: 1919, 2015: 1739, 2016: 1479, 2017: 1664, 2018: 1651, 2019: 1645}
    months = {(row["date"].year, row["date"].month) for row in rows}
    assert len(months) == 84
    assert {row["agency_id"] for row in rows} == {"Dallas Police Department"}
    assert next(note for note in staged.notes if note.code == "list_unaligned").count == 18
    assert {row["time"] for row in rows if row["date"].year == 2018} == {None}


@pytest.mark.real
def test_new_orleans_has_2231_incidents(run: Any, real: Any) -> None:
    staged, rows = run(real("force/new_orleans__NOPD_Use_of_Force_Incidents.csv"))
    assert (staged.rows_read, staged.rows_quarantined) == (5750, 3)
    assert "moved one column to the right" in staged.problems[0].sentence
    stored = {row["incident_id"] for row in rows}
    assert len(stored) == 2230
    assert len(stored | {"FTN2016-0467"}) == 2231  # the three shifted rows are the whole of that incident
    assert next(note for note in staged.notes if note.code == "exact_copy").count == 311
    assert {row["officer_key"] for row in rows} == {None}
