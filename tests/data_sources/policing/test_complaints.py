"""Do the published complaint exports come in as cases, accusations and allegations, with nobody's name?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import SourceError

PHILADELPHIA = tuple(f"philadelphia_complaints/ppd_{name}.csv" for name in ("complaints", "complaint_disciplines", "complainant_demographics"))


def test_three_files_of_philadelphia_become_one_table(run: Any) -> None:
    staged, rows = run(*PHILADELPHIA)
    assert staged.source == "philadelphia_complaints"
    assert set(staged.files) == {Path(one).name for one in PHILADELPHIA}
    assert (staged.rows_read, staged.rows_accepted, staged.rows_duplicate) == (7, 6, 1)
    by_case = Counter(row["complaint_id"] for row in rows)
    assert by_case == {"90-0001": 3, "90-0002": 1, "90-0003": 1, "90-0004": 1}
    first = sorted((row for row in rows if row["complaint_id"] == "90-0001"), key=lambda row: row["source_row"])
    assert [row["allegation_no"] for row in first] == [1, 2, 1]  # two officers, the first with two allegations
    assert [row["finding"] for row in first] == ["sustained", "not_sustained", "sustained"]
    assert [row["discipline"] for row in first] == ["other", None, "training"]
    assert first[0]["officer_key"] == first[1]["officer_key"] != None  # noqa: E711
    assert first[2]["officer_key"] is None
    assert {row["complainant_race_group"] for row in first} == {"black"}
    (several,) = [row for row in rows if row["complaint_id"] == "90-0002"]
    assert (several["complainant_race_group"], several["district"], several["received_date"].isoformat()) == ("unknown", "2", "2015-12-31")
    (alone,) = [row for row in rows if row["complaint_id"] == "90-0004"]
    assert (alone["finding"], alone["district"], alone["allegation_group"]) == ("unknown", "2", "domestic")
    notes = {note.code: note for note in staged.notes}
    assert notes["officer_blank"].count == 2
    assert notes["officer_blank"].sentence.startswith("33% of the rows have no officer number")
    assert {"no_allegation", "several_complainants", "no_such_district", "merged", "joined"} <= set(notes)


def test_nobody_is_named(run: Any) -> None:
    _, rows = run(*PHILADELPHIA)
    kept = {name for row in rows for name in row}
    assert not {"raw_officer_initials", "raw_officer_id", "raw_summary", "raw_shortened_summary", "raw_officer_complaint_id"} & kept
    written = " ".join(str(value) for row in rows for value in row.values())
    assert "QQ" not in written
    assert "30/B/F" not in written


def test_the_complainants_may_be_missing_but_the_complaints_may_not(run: Any) -> None:
    _, rows = run(*PHILADELPHIA[:2])
    assert {row["complainant_race_group"] for row in rows} == {"unknown"}
    with pytest.raises(SourceError, match="belong together, and the complaints is missing"):
        run(PHILADELPHIA[1])
    with pytest.raises(SourceError, match="are both the complaints"):
        run(*PHILADELPHIA[:2], PHILADELPHIA[0])


def test_detroit_in_every_spelling(run: Any) -> None:
    staged, rows = run("detroit_complaints/complaints.csv")
    assert [row["complainant_race_group"] for row in rows] == ["black", "black", "black", "other", "black"]
    assert [row["officer_race_group"] for row in rows] == ["black", "black", "black", "white", "unknown"]
    assert [row["complainant_age"] for row in rows] == [65, 65, None, None, 30]
    assert [row["finding"] for row in rows] == ["not_sustained", "not_sustained", "administratively_closed", "sustained", "pending"]
    assert [row["days_open"] for row in rows] == [24, 24, 17, None, None]
    assert [row["status"] for row in rows] == ["closed", "closed", "closed", "closed", "open"]
    assert rows[0]["raw_ctznrace"] == "BLACK"
    notes = {note.code: note.count for note in staged.notes}
    assert notes["X7"] == 1
    assert notes["age_out_of_range"] == 2
    assert notes["local_group"] == 1
    assert len(staged.questions) == 2


def test_the_real_three_files(run: Any, real: Callable[[str], Path]) -> None:
    names = ("philly_ppd_complaints", "philly_ppd_complaint_disciplines", "philly_ppd_complainant_demographics")
    staged, rows = run(*(real(f"complaints/{name}.csv") for name in names))
    assert len({row["complaint_id"] for row in rows}) == 5296
    assert staged.rows_read == 13332 + 27
    assert (staged.rows_accepted, staged.rows_duplicate) == (13332 + 27 - 1054, 1054)
    notes = {note.code: note for note in staged.notes}
    assert notes["officer_blank"].count == 4929
    assert notes["officer_blank"].sentence.startswith("37%")
    assert notes["no_allegation"].count == 27


def test_the_real_detroit(run: Any, real: Callable[[str], Path]) -> None:
    staged, rows = run(real("complaints/detroit_citizen_complaints.csv"))
    assert staged.rows_accepted == 19735
    assert len({row["complaint_id"] for row in rows}) == 4482
    assert Counter(row["officer_race_group"] for row in rows)["black"] == 6581 + 1858 + 445
    assert next(note.count for note in staged.notes if note.code == "X7") >= 296


CHICAGO = tuple(f"chicago_complaints/complaints-{name}.csv" for name in ("accused", "complaints", "complainants"))


def test_chicago_in_three_files(run: Any) -> None:
    staged, rows = run(*CHICAGO)
    assert staged.source == "chicago_complaints"
    assert [row["complaint_id"] for row in rows] == ["9001", "9001", "9002", "9003", "9004"]
    assert [row["finding"] for row in rows] == ["sustained", "unfounded", "not_sustained", "no_affidavit", "pending"]
    assert [row["finding_stage"] for row in rows] == ["final", "final", "recommended", "final", "final"]
    assert [row["allegation_group"] for row in rows] == ["force", "bias", "search_stop_arrest", "procedure_service", "procedure_service"]
    assert [(row["discipline"], row["discipline_days"]) for row in rows[:2]] == [("suspension", 5), ("none", None)]
    assert rows[1]["officer_key"] is None  # UNKNOWN UNKNOWN is nobody
    assert rows[3]["officer_key"] == rows[4]["officer_key"] is not None
    assert [row["complainant_type"] for row in rows] == ["civilian", "civilian", "officer", "civilian", "civilian"]
    assert [row["complainant_race_group"] for row in rows] == ["black", "black", "unknown", "unknown", "unknown"]
    assert not {"raw_first_name", "raw_last_name", "raw_uid"} & {name for row in rows for name in row}
    notes = {note.code: note.count for note in staged.notes}
    assert (notes["repeated_accusation"], notes["unknown_officer"], notes["recommended_only"]) == (1, 1, 1)


def test_new_york_has_months_and_no_days(run: Any) -> None:
    staged, rows = run("nyc_ccrb/allegations.csv")
    assert [row["finding"] for row in rows] == ["sustained", "not_sustained", "sustained", "pending"]
    assert [row["discipline"] for row in rows] == ["training", None, "charges", None]
    assert [row["allegation_group"] for row in rows] == ["abuse_of_authority", "discourtesy", "offensive_language", "force"]
    assert {row["date_precision"] for row in rows} == {"month"}
    assert {row["days_open"] for row in rows} == {None}
    assert [row["received_date"].isoformat() for row in rows] == ["2019-07-01", "2019-07-01", "2018-11-01", "2020-01-01"]
    assert [row["district"] for row in rows] == ["78", "78", "67", None]
    assert rows[0]["officer_key"] == rows[1]["officer_key"] != rows[2]["officer_key"]
    assert not any(str(value) in {"Pat", "Sam", "Lee"} for row in rows for value in row.values())
    assert staged.source == "nyc_ccrb"


def test_templates(run: Any) -> None:
    staged, rows = run("template_bwc_requests/body-camera-requests.csv")
    assert staged.table == "bwc_requests"
    assert [row["status"] for row in rows] == ["released", "denied", "released_partly", "pending"]
    assert [row["days_to_decision"] for row in rows] == [23, 26, 37, None]
    staged, rows = run("template_camera_activations/camera-activations.csv")
    assert [row["recording_found"] for row in rows] == [True, False, None, False]
    assert [row["recording_expected"] for row in rows] == [True, True, True, False]
    assert rows[0]["officer_key"] == rows[2]["officer_key"] != rows[1]["officer_key"]
    assert not any("/41" in str(value) for row in rows for value in row.values())
    _, rows = run("template_complaints/complaints.csv")
    assert [(row["appealed"], row["appeal_outcome"]) for row in rows] == [(True, "upheld"), (False, None), (None, None)]
    assert [row["status"] for row in rows] == ["closed", "closed", "open"]


def test_the_templates_that_are_given_out_are_the_ones_that_are_tested() -> None:
    root = Path(__file__).parents[3]
    for name, file in (("bwc_requests", "body-camera-requests"), ("camera_activations", "camera-activations"), ("complaints", "complaints")):
        given = (root / "docs" / "templates" / f"{file}.csv").read_text()
        assert given == (root / "tests" / "fixtures" / f"template_{name}" / f"{file}.csv").read_text()
