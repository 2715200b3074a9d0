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


def test_seattle_incidents_are_formed_by_minute_and_beat(run: Any) -> None:
    _, rows = run("seattle_force/force.csv")
    assert len({row["incident_id"] for row in rows}) == 3
    assert [row["force_level"] for row in rows] == [1, 2, 4, 1]
    assert [row["force_type"] for row in rows] == ["unknown", "unknown", "firearm_discharge", "unknown"]
    assert rows[2]["race_group"] == "pacific_islander"
    assert rows[2]["district"] is None
    assert not {"11", "12", "201"} & {str(value) for row in rows for value in row.values()}


def test_a_title_row_gives_the_year_and_nothing_finer(run: Any) -> None:
    staged, rows = run("northampton_force/2017.csv")
    assert {(str(row["date"]), row["date_precision"]) for row in rows} == {("2017-01-01", "year")}
    assert [row["force_type"] for row in rows] == ["chemical", "control_hold", "firearm_point", "takedown"]
    assert [row["race_group"] for row in rows] == ["white", "white", "hispanic", "black"]
    assert [row["subject_armed"] for row in rows] == [False, False, True, False]
    assert rows[0]["subject_injury"] == "complaint"
    assert rows[0]["time"] == "09:00"
    assert "2017" in staged.questions[0]


def test_ticked_columns_become_rows(run: Any) -> None:
    _, rows = run("bloomington_force/2016.csv")
    assert [row["force_type"] for row in rows] == ["control_hold", "firearm_display", "presence_verbal", "unknown", "other"]
    assert [row["race_group"] for row in rows] == ["white"] * 3 + ["black", "hispanic"]
    assert len({row["subject_key"] for row in rows}) == 3
    assert rows[0]["arrest_made"] is True


def test_forms_of_one_dispatch_are_one_incident_and_a_deer_is_no_person(run: Any) -> None:
    _, rows = run("beloit_force/2019.csv")
    assert [row["force_type"] for row in rows] == ["presence_verbal", "takedown", "control_hold", "strike", "firearm_display"]
    assert len({row["incident_id"] for row in rows}) == 2
    assert [row["subject_kind"] for row in rows] == ["person"] * 4 + ["animal"]


@pytest.mark.real
def test_seattle(run: Any, real: Any) -> None:
    staged, rows = run(real("force/seattle__Use_Of_Force.csv"))
    assert staged.rows_accepted == 11_661
    assert len({row["officer_key"] for row in rows}) == 1_217
    assert len({row["subject_key"] for row in rows}) == 6_384
    assert len({(row["raw_occured_date_time"], row["subject_key"]) for row in rows}) == 9_739


@pytest.mark.real
def test_overlapping_beloit_files_do_not_count_twice(run: Any, real: Any) -> None:
    early, late = (
        real(f"force/beloit__{name}") for name in ("1Use_of_Force_2019_-_Updated_on_9-9-30-19.xls", "2Use_of_Force_2019_-_Updated_1-30-2020.xls")
    )
    alone, both = run(late)[1], run(early, late)[1]
    assert len({row["incident_id"] for row in both}) == len({row["incident_id"] for row in alone}) == 114
    assert {row["force_row_id"] for row in both} >= {row["force_row_id"] for row in alone}
    forms = {row["force_row_id"].partition("#")[0] for row in run(early)[1]}
    assert len(forms) == 159
    assert forms <= {row["force_row_id"].partition("#")[0] for row in alone}


@pytest.mark.real
def test_northampton_and_bloomington_workbooks_read(run: Any, real: Any) -> None:
    folder = real("force/northampton__PDI_Use_of_Force_2017.xlsx").parent
    _, rows = run(*sorted(folder.glob("northampton__*Use_of_Force*")))
    years = {year: len({row["incident_id"] for row in rows if row["date"].year == year}) for year in range(2014, 2020)}
    assert years == {2014: 83, 2015: 86, 2016: 81, 2017: 99, 2018: 85, 2019: 84}
    staged, rows = run(*sorted(folder.glob("bloomington__*.xlsx")))
    assert staged.rows_quarantined == 1
    assert {"time_in_date_cell", "merged"} <= {note.code for note in staged.notes}
    assert len({row["incident_id"] for row in rows}) == 699
