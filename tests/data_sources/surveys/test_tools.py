"""Is each tool's layout read with all its traps?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.errors import SourceError
from data_sources.surveys import recognise
from data_sources.surveys.base import SurveyExport

Read = Callable[..., SurveyExport]


def values(found: SurveyExport, heading: str, option: str = "") -> list[object]:
    return list(found.answers.column(found.find(heading, option).key).to_pylist())


def test_surveymonkey_expanded(export: Read) -> None:
    found = export("surveymonkey/expanded.csv")
    assert values(found, "Which of these worry you?") == [["Burglary", "Speeding, noise"], ["Speeding, noise"], None]
    assert values(found, "Which of these worry you?", "Other (please specify)") == [None, "Dogs at night", None]
    rows = "How well do officers do at each of these?"
    assert [found.find(rows, row).kind for row in ("Answering calls", "Solving crime")] == ["grid", "grid"]
    assert values(found, rows, "Solving crime") == ["Fair", "Good", "Don't know"]
    assert values(found, "How much do you trust the police here?") == ["A lot", "Not at all", "Somewhat"]
    comment = "[badge number] never called back, mail [e-mail] or [phone]."
    assert values(found, "What should change?") == [comment, None, "0"]
    assert found.answers["_week"].to_pylist() == ["2026-03-30"] * 3
    assert found.answers["_channel"].to_pylist() == ["7001", "7002", "7001"]


def test_receipt_of_surveymonkey(export: Read) -> None:
    receipt = export("surveymonkey/expanded.csv").receipt
    dropped = {heading: (reason, cells) for heading, reason, cells in receipt.dropped}
    assert dropped["Contact information"] == ("contact details", 3)  # three columns, two of them under blank cells
    assert dropped["IP Address"] == ("network address", 4)
    assert dropped["Custom Data 1"] == ("data given by the sender", 1)
    assert dropped["End Date"] == ("exact time; the week is kept", 4)
    assert receipt.duplicates == 1
    assert receipt.rows_dropped == {"no answer at all": 1}
    assert set(receipt.redactions) == {(kind, "What should change?", 1) for kind in ("e-mail", "phone", "badge number")}
    assert len(receipt.checksum) == 64


def test_surveymonkey_condensed_keeps_zero(export: Read) -> None:
    found = export("surveymonkey/condensed.csv")
    assert values(found, "How likely to recommend?") == ["9", "0"]
    assert found.receipt.rows_read == 2


def test_surveymonkey_older(export: Read) -> None:
    found = export("surveymonkey/older.csv")
    assert [column.heading for column in found.columns] == ["Do you feel safe at night?", "Which brands of lock do you use?"]
    assert values(found, "Which brands of lock do you use?") == [["Bolt"], ["Bolt", "Chain"]]
    assert found.answers["_week"].to_pylist() == ["2025-12-29"] * 2


def test_qualtrics(export: Read) -> None:
    found = export("qualtrics/three_rows.csv")
    assert found.receipt.rows_dropped == {"status 'survey preview'": 1, "not finished": 1}
    assert values(found, "Which of these did you use?") == [["Web form"], ["Phone line"]]
    assert values(found, "How did you hear of us?", "Other - Text") == ["My neighbour", None]
    assert values(found, "Officers here", "listen to people") == ["Agree", "No sé"]
    assert found.answers["_language"].to_pylist() == ["en", "es"]
    assert found.answers["_channel"].to_pylist() == ["anonymous", "qr"]
    assert "Satisfied" not in found.find("How satisfied are you with your police?").labels  # it was answered in the preview only


def test_qualtrics_with_unfinished_answers(export: Read) -> None:
    found = export("qualtrics/three_rows.csv", incomplete=True)
    assert found.answers["_complete"].to_pylist() == [True, True, False]
    assert found.answers["_week"].to_pylist() == ["2026-04-06", "2026-04-06", "2026-04-13"]


def test_qualtrics_legacy(export: Read) -> None:
    found = export("qualtrics/legacy.csv")
    assert found.receipt.rows_dropped == {"status '1'": 1, "not finished": 1}
    assert values(found, "How good a job do they do?") == ["Good job"]
    assert values(found, "What should change?") == ["=More lights, please"]


def test_google_forms(export: Read) -> None:
    found = export("google_forms/answers.csv")
    ticked = values(found, "What do you need? (check all that apply)")
    assert ticked[0] == ["Lights, benches and trees", "More patrols"]
    assert ticked[5] == ["A dog park"]
    assert found.find("Is it rude?").kind == "single"  # 'Yes, a lot' is one answer
    assert values(found, "How safe do you feel?", "After dark")[:2] == ["Unsafe", "Don’t know"]
    assert found.answers["_week"].to_pylist()[:2] == ["2026-05-04", "2026-05-11"]


def test_dates_that_could_be_either_are_asked_about(export: Read) -> None:
    found = export("google_forms/unclear_dates.csv")
    assert [note.code for note in found.notes] == ["date_order"]
    assert found.answers["_week"].to_pylist() == ["", ""]
    assert export("google_forms/unclear_dates.csv", order="dmy").answers["_week"].to_pylist() == ["2026-09-07", "2026-03-02"]
    assert export("google_forms/unclear_dates.csv", order="mdy").answers["_week"].to_pylist() == ["2026-09-07", "2026-02-02"]


def test_stamps_with_a_zone(export: Read) -> None:
    assert export("google_forms/with_zone.csv").answers["_week"].to_pylist() == ["2026-09-21", "2026-09-28"]


def test_microsoft_forms(export: Read) -> None:
    found = export("ms_forms/answers.csv")
    assert values(found, "Which services did you use?") == [["Reports", "Lost – and found"], ["Reports"], None]
    assert values(found, "How would you rate the front desk? 1 – Very poor 5 – Very good") == ["4", "5", "3"]
    assert found.receipt.duplicates == 0  # 'anonymous' twice is nobody twice


def test_limesurvey_codes(export: Read) -> None:
    found = export("limesurvey/codes.csv")
    assert found.receipt.rows_dropped == {"not finished": 1}
    assert values(found, "M2") == ["=better", None]
    assert values(found, "M3") == [["SQ001"], []]
    assert values(found, "M3", "other") == [None, "cats"]
    assert values(found, "A", "SQ002") == ["Not Applicable (8)", "Neither"]
    assert {"M1Time", "groupTime8106", "interviewtime", "seed", "token"} <= {heading for heading, _, _ in found.receipt.dropped}


def test_limesurvey_full_text_and_no_dates(export: Read) -> None:
    found = export("limesurvey/full.csv")
    assert found.answers["_week"].to_pylist() == ["", ""]  # 1980-01-01 stands for no date
    assert values(found, "Which did you call?") == [["Desk"], []]
    assert values(found, "Officers here", "explain") == ["Disagree", "Don't know"]


def test_limesurvey_both(export: Read) -> None:
    found = export("limesurvey/both.csv")
    assert values(found, "Which did you call?") == [["Desk"], ["Hotline"]]
    assert values(found, "Which did you call?", "Other") == [None, "the mayor"]
    assert found.answers["_language"].to_pylist() == ["en", "es"]


def test_limesurvey_two_rows_in_german(export: Read) -> None:
    found = export("limesurvey/two_rows.csv")
    assert values(found, "Was haben Sie genutzt?") == [["Telefon"], [], None]
    assert values(found, "Was haben Sie genutzt?", "Sonstiges") == [None, "Onlinewache", None]
    assert values(found, "Wie sehr stimmen Sie zu?", "Die Polizei erklärt, was sie tut.") == ["Stimme vollständig zu", "Keine Angabe", None]


def test_formbricks(export: Read) -> None:
    found = export("formbricks/answers.csv")
    assert values(found, "What matters most?") == [["Noise", "Speeding, at night"], ["Noise"]]
    assert values(found, "Rate us", "Manners") == ["Very good", "Poor"]
    assert values(found, "What else?") == ["=fine; really", None]
    assert found.answers["_channel"].to_pylist() == ["poster", "newsletter"]
    assert found.receipt.rows_dropped == {"not finished": 1}


def test_heyform_says_what_its_export_loses(export: Read) -> None:
    assert "heyform" in {note.code for note in export("generic/heyform.csv").notes}


def test_headings_alike_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("Timestamp,How was it?,How was it?\n2026-01-05 10:00:00,Good,Poor\n2026-01-06 10:00:00,Fair,Good\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    assert [(column.key, column.heading) for column in found.columns] == [("q001", "How was it?"), ("q002", "How was it?")]
    assert found.answers.column("q002").to_pylist() == ["Poor", "Good"]


def test_a_column_of_addresses_goes_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    rows = "\n".join(f"2026-01-0{day} 10:00:00,Good,person{day}@example.org" for day in range(1, 7))
    path.write_text(f"Timestamp,How was it?,Where do we reach you?\n{rows}\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    assert ("Where do we reach you?", "e-mail in its answers", 6) in found.receipt.dropped
    assert [column.heading for column in found.columns] == ["How was it?"]


def test_rows_of_another_width_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("Timestamp,A thing,Another\n2026-01-05,Good,Poor\n2026-01-06,Good,Poor,Secret\n2026-01-07,Fair,Good\n", encoding="utf-8")
    (found,) = recognise.read(path)
    assert isinstance(found, SurveyExport)
    assert found.receipt.rows_dropped == {"another number of cells": 1}
    assert "Secret" not in repr(found)


@pytest.mark.parametrize(("content", "words"), [("", "empty"), ("Timestamp,A question,Another\n", "no answers"), ("%PDF-1.4 x", "PDF")])
def test_what_is_no_survey_is_refused_in_one_sentence(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        recognise.read(path, tool="google_forms")


def test_an_unknown_tool_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no survey reader named 'paper'"):
        recognise.read(tmp_path / "x.csv", tool="paper")
