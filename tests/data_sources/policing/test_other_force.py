"""Are the force reports and arrests that are known from documents read as their documents say?"""

from __future__ import annotations

from typing import Any


def test_new_jersey_drops_names_and_splits_techniques_but_not_people(run: Any) -> None:
    staged, rows = run("new_jersey_force/reports.csv")
    assert [row["force_type"] for row in rows] == ["takedown", "control_hold", "chemical", "firearm_discharge"]
    assert [row["race_group"] for row in rows] == ["hispanic", "hispanic", "unknown", "unknown"]
    assert [row["subject_kind"] for row in rows] == ["person", "person", "person", "animal"]
    assert len({row["officer_key"] for row in rows}) == 2
    assert not [value for row in rows for value in row.values() if "Nobody" in str(value)]
    assert {"several_subjects", "X15"} <= {note.code for note in staged.notes}


def test_austins_level_one_is_the_most_serious(run: Any) -> None:
    staged, rows = run("austin_force/r2r.csv")
    assert [row["force_type"] for row in rows] == ["control_hold", "ced_use", "chemical", "firearm_discharge"]
    assert [row["force_level"] for row in rows] == [1, 2, 2, 4]
    assert [row["force_level_agency"] for row in rows] == ["3", "3", "13", "1"]
    assert len({row["incident_id"] for row in rows}) == 2
    assert rows[0]["race_group"] == "hispanic"
    assert rows[0]["time"] == "03:30"
    assert "bad_level" in {note.code for note in staged.notes}
    assert "most serious" in staged.questions[0]


def test_an_iapro_extract_repeats_its_id_for_each_officer_and_technique(run: Any) -> None:
    _, rows = run("iapro_force/force.csv")
    assert [row["force_type"] for row in rows] == ["takedown", "ced_use", "other"]
    assert len({row["incident_id"] for row in rows}) == 2
    assert len({row["officer_key"] for row in rows}) == 2
    assert [row["within_policy"] for row in rows] == ["yes", "yes", "pending"]
    assert not {"o1", "o2", "p1", "p2"} & {str(value) for row in rows for value in row.values()}


def test_hartford_arrests(run: Any) -> None:
    staged, rows = run("hartford_arrests/arrests.csv")
    assert [row["arrest_id"] for row in rows] == ["17-9001", "17-9002"]
    assert [row["time"] for row in rows] == ["06:42", "00:50"]
    assert [row["offence_group"] for row in rows] == ["property", "violent"]
    assert rows[0]["charge_count"] == 2
    assert rows[0]["race_group"] == "hispanic"
    assert "minutes_only" in {note.code for note in staged.notes}
    assert not [value for row in rows for value in row.values() if "NOBODY" in str(value)]


def test_toronto_arrests_are_dated_by_quarter(run: Any) -> None:
    _, rows = run("toronto_arrests/arrests.csv")
    assert [(str(row["date"]), row["date_precision"]) for row in rows] == [
        ("2021-01-01", "quarter"),
        ("2020-07-01", "quarter"),
        ("2020-10-01", "quarter"),
    ]
    assert [row["race_group"] for row in rows] == ["asian", "unknown", "unknown"]
    assert [row["booked"] for row in rows] == [True, True, None]
    assert [row["items_found"] for row in rows] == [True, None, None]
    assert rows[1]["district"] is None
