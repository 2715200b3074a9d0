"""Codes of an export by its code sheet: words in their places, nothing guessed, what the sheet lacks stops everything with the list."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from dashboard.errors import SourceError
from data_sources.surveys import code_sheet
from data_sources.surveys.propose import propose
from data_sources.surveys.recode import recode

FIXTURES = Path(__file__).parents[2] / "fixtures" / "surveys" / "limesurvey"
EXPORT, SHEET = "limesurvey/only_codes.csv", FIXTURES / "only_codes_sheet.txt"


def rows() -> list[tuple[str, str, str]]:
    lines = SHEET.read_text(encoding="utf-8").splitlines()[1:]
    return [(a, b, c) for a, b, c in (line.split(";") for line in lines)]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    shutil.copy(SHEET, tmp_path / "sheet.csv")
    return tmp_path / "sheet.csv"


def test_codes_become_words_and_words_become_answers(export, sheet):
    coded = export(EXPORT)
    assert coded.find("M1").labels == ("A2", "A4", "A9")
    made = code_sheet.applied(coded, code_sheet.read_apart(sheet))
    trust = made.find("Overall, I trust the police.")
    assert made.answers.column(trust.key).to_pylist() == ["Agree", "Disagree", "Don't know"]
    assert made.answers.column(made.find("M3").key).to_pylist() == [["Desk"], ["Hotline"], ["Desk", "Hotline"]]
    assert made.answers.column(made.find("Officers here", "explain").key).to_pylist() == ["Strongly disagree", "Disagree", None]
    assert made.receipt == coded.receipt
    mapping = propose(made)
    answers = recode(made, mapping)
    name = next(one.stored_as for one in mapping.columns if one.heading == trust.heading)
    assert [row.get(name) for row in answers] == [4, 2, "dont_know"]


def test_a_workbook_gives_the_same(export, sheet, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Variable", "Value", "Answer"])
    for row in rows():
        book.active.append(list(row))
    book.save(tmp_path / "sheet.xlsx")
    assert code_sheet.read_apart(tmp_path / "sheet.xlsx") == code_sheet.read_apart(sheet)


def test_numbers_are_the_same_code_however_a_spreadsheet_writes_them(export):
    sheet = code_sheet.sheet_of([("M1", "4.0", "Agree"), ("M1", "04", "Zero four")])
    assert sheet.answers["m1"] == {"4": "Agree", "04": "Zero four"}


def test_codes_that_the_sheet_lacks_stop_it_with_the_list(export):
    short = code_sheet.sheet_of([row for row in rows() if row[:2] not in {("M1", "A9"), ("A", "A1")}])
    with pytest.raises(SourceError) as told:
        code_sheet.applied(export(EXPORT), short)
    for code in ("M1: A9 (1)", "A (SQ001): A1 (1)", "A (SQ002): A1 (1)"):
        assert code in told.value.message


def test_a_sheet_of_another_survey_changes_nothing(export):
    assert code_sheet.applied(export(EXPORT), code_sheet.sheet_of([("X1", "A1", "Yes")])) is None


def test_labels_that_are_there_already_stay(export):
    mixed = code_sheet.sheet_of([*(row for row in rows() if row[0] == "M1"), ("M2", "W", "West"), ("M2", "N", "E")])
    made = code_sheet.applied(export(EXPORT), mixed)
    assert made.answers.column(made.find("M2").key).to_pylist() == ["West", "E", "West"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([("Q", "1", "Yes"), ("Q", "1", "No")], "two labels"),
        ([("Q", "1", "Yes"), ("Q", "2", "Yes")], "two codes of q the label 'Yes'"),
        ([("Q", "", "Well?")], "no codes"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(given, said):
    with pytest.raises(SourceError, match=said):
        code_sheet.sheet_of(given)


def test_another_table_is_no_code_sheet(tmp_path):
    (tmp_path / "x.csv").write_text("name,age\nAda,36\n")
    with pytest.raises(SourceError, match="no code sheet"):
        code_sheet.read_apart(tmp_path / "x.csv")
