"""Do Chicago's tactical response reports become incidents, people and techniques, and never names?"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from data_sources.policing.chicago_reports import EVENTS_OF_NOBODY, listed

FILES = tuple(f"chicago_force/TRR-{name}.csv" for name in ("main", "actions-responses", "subjects", "officers"))


def test_a_report_is_an_officer_and_a_person_and_every_action_a_row(run: Any) -> None:
    staged, rows = run(*FILES)
    assert staged.source == "chicago_force"
    by_report: dict[str, list[Any]] = {}
    for row in rows:
        by_report.setdefault(row["raw_trr_id"], []).append(row)
    types = {number: sorted(row["force_type"] for row in found) for number, found in by_report.items()}
    assert types == {
        "70001": ["ced_use", "control_hold", "presence_verbal", "takedown"],
        "70002": ["escort", "presence_verbal", "presence_verbal"],
        "70003": ["firearm_discharge", "impact_projectile"],
        "70004": ["other"],
        "70005": ["unknown"],
    }
    assert {number: {row["incident_id"] for row in found} for number, found in by_report.items()} == {
        **{"70001": {"ZZ900001"}, "70002": {"ZZ900001"}, "70003": {"ZZ900002"}, "70004": {"4444"}, "70005": {"report 70005"}},
    }
    assert [row["counts_as_force"] for row in by_report["70002"]] == [False, False, True]
    assert {row["source_grain"] for row in rows} == {"officer_subject"}
    assert "same rd_no" in staged.questions[0]


def test_people_states_and_places(run: Any) -> None:
    staged, rows = run(*FILES)
    first = {row["raw_trr_id"]: row for row in reversed(rows)}
    assert [first[str(number)]["race_group"] for number in range(70001, 70006)] == ["black", "black", "hispanic", "unknown", "unknown"]
    assert first["70002"]["raw_subject_race"] == "BLK"  # the written word stays beside the group
    assert (first["70001"]["age"], first["70002"]["age"]) == (29, 29)  # from the year of birth, and as written
    assert [first[str(number)]["record_status"] for number in range(70001, 70006)] == ["final", "final", "rejected", "pending", "pending"]
    assert [first[str(number)]["time"] for number in range(70001, 70006)] == ["14:30", "14:30", "00:25", "09:05", "22:10"]
    assert [(first[str(n)]["district"], first[str(n)]["beat"]) for n in (70001, 70003, 70005)] == [("11", "1132"), ("2", "0211"), (None, None)]
    assert (first["70001"]["resistance"], first["70003"]["resistance"], first["70004"]["resistance"]) == ("active|passive", "aggressive", "fled")
    assert [first[str(number)]["subject_injury"] for number in (70001, 70002, 70003)] == ["injured", "complaint", "none"]
    assert [first[str(number)]["deescalation_tried"] for number in (70001, 70002)] == [None, True]
    assert first["70001"]["subject_key"] == first["70002"]["subject_key"] != first["70003"]["subject_key"]
    notes = {note.code: note.count for note in staged.notes}
    assert (notes["repeated_report"], notes["no_report"], notes["several_subjects"], notes["no_event_number"], notes["no_action"]) == (1, 1, 1, 1, 1)


def test_no_name_number_or_street_is_kept_and_the_officer_is_a_pseudonym(run: Any) -> None:
    _, rows = run(*FILES)
    kept = {str(value) for row in rows for value in row.values()}
    assert not kept & {"NOBODY", "PAT", "SAM", "LEE", "51", "51.0", "52", "53", "aa11", "bb22", "EXAMPLE ST", "12XX", "1990.0"}
    officers = {row["raw_trr_id"]: row["officer_key"] for row in rows}
    assert officers["70001"] == officers["70003"] != officers["70002"]  # 51.0 and 51 are one officer
    assert officers["70005"] is None


def test_a_number_in_fifty_events_is_nobody(run: Any, tmp_path: Path) -> None:
    events = range(EVENTS_OF_NOBODY)
    texts = {
        "main": ["trr_id,rd_no,trr_date,indoor_or_outdoor", *(f"{n},Z{n},2020-01-01,Indoor" for n in events), "900,Y1,2020-01-02,Indoor"],
        "actions": ["trr_id,person,action", *(f"{n},Member Action,KICKS" for n in (*events, 900))],
        "subjects": ["trr_id,subject_cb_no,gender,race,armed", *(f"{n},blank,MALE,BLACK,No" for n in events), "900,one,MALE,WHITE,No"],
    }
    paths = []
    for name, lines in texts.items():
        paths.append(tmp_path / f"{name}.csv.gz")
        paths[-1].write_bytes(gzip.compress("\n".join(lines).encode()))
    staged, rows = run(*paths)
    keys = {row["incident_id"]: row["subject_key"] for row in rows}
    assert keys["Z1"].startswith("Z1:")  # made of what is known of the person
    assert ":" not in keys["Y1"]
    notes = {note.code: note.count for note in staged.notes}
    assert (notes["X14"], notes["no_officers"]) == (EVENTS_OF_NOBODY, EVENTS_OF_NOBODY + 1)
    assert {row["officer_key"] for row in rows} == {None}


def test_commas_inside_brackets_do_not_divide() -> None:
    assert listed("KICKS, OTHER (SPECIFY, HERE), ") == ["KICKS", "OTHER (SPECIFY, HERE)"]
