"""Is every filled cell that came to nothing, every unknown word and every number taken for a day or a time told?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from data_sources import files
from data_sources.base import Context
from data_sources.policing.generic import as_source
from data_sources.policing.propose import propose
from data_sources.recognise import sources
from data_sources.stage import stage
from tests.data_sources.test_stage import counts, rows_of

HEADER = "raw_row_number,date,time,subject_age,subject_race,subject_sex,type,outcome,search_conducted,contraband_found"
USUAL = {"date": "2021-03-04", "time": "10:15", "age": "30", "race": "white", "sex": "male", "outcome": "warning", "searched": "FALSE", "found": "NA"}


def line(number: int, **changes: str) -> str:
    one = USUAL | changes
    return f"{number},{one['date']},{one['time']},{one['age']},{one['race']},{one['sex']},vehicular,{one['outcome']},{one['searched']},{one['found']}"


def read(folder: Path, *lines: str, name: str = "stanford") -> tuple[Any, list[dict[str, object]], dict[str, int]]:
    (folder / "export.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    tables = files.read(folder / "export.csv")
    source = sources()[name] if name else as_source(propose(tables[0].header, tables[0].sample))
    result = stage(tables, source, Context(site_key=b"k" * 32), folder / "staged", "one", today=dt.date(2026, 1, 1))
    return result, rows_of(result), {note.code: note.count for note in result.notes}


def test_what_is_missing_or_known_leaves_no_note(tmp_path: Path) -> None:
    blanks = dict.fromkeys(("time", "age", "race", "sex", "outcome", "searched"), "(null)")
    result, rows, notes = read(tmp_path, line(1), line(2, **blanks), line(3, race="unknown", sex="U", outcome="NA", time="", age=" . "))
    assert counts(result) == (3, 3, 0, 0)
    assert not [code for code in notes if code.startswith(("unread", "unseen")) or code.endswith("as_number")]
    assert (rows[1]["time"], rows[1]["age"], rows[1]["race_group"], rows[1]["searched"]) == (None, None, "unknown", None)


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"age": "forty"}, "unread_age", "age"),
        ({"time": "2360"}, "unread_time", "time"),
        ({"time": "quarter past"}, "unread_time", "time"),
        ({"searched": "maybe"}, "unread_searched", "searched"),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_empty_with_a_note(tmp_path: Path, changes: dict[str, str], code: str, column: str) -> None:
    result, rows, notes = read(tmp_path, line(1), line(2, **changes), line(3))
    assert counts(result) == (3, 3, 0, 0)
    assert notes == {code: 1}
    assert [row[column] is None for row in rows] == [False, True, False]
    assert f"{code}" in str(rows[1]["quality_notes"])


@pytest.mark.parametrize("name", ["stanford", ""])
def test_words_that_a_format_does_not_know_are_unknown_with_a_note(tmp_path: Path, name: str) -> None:
    _, rows, notes = read(tmp_path, line(1, race="Martian"), line(2, race="black"), line(3, outcome="scolding"), name=name)
    assert [row["race_group"] for row in rows] == ["unknown", "black", "white"]
    assert rows[2]["outcome"] == "unknown"
    if name:
        assert {"unseen_race_group": 1, "unseen_outcome": 1}.items() <= notes.items()


def test_days_and_times_that_a_spreadsheet_keeps_as_numbers_are_read_with_a_note(tmp_path: Path) -> None:
    lines = (line(1), line(2, date="44197", time="0.5"), line(3, date="44197.75", time=".3541667"), line(4, time="0.9999"), line(5, time="5"))
    _, rows, notes = read(tmp_path, *lines)
    assert [row["date"] for row in rows[:3]] == [dt.date(2021, 3, 4), dt.date(2021, 1, 1), dt.date(2021, 1, 1)]
    assert [row["time"] for row in rows] == ["10:15", "12:00", "08:30", "00:00", "00:05"]
    assert (notes["date_as_number"], notes["time_as_number"]) == (2, 3)


def test_a_heap_at_99_is_told_and_kept(tmp_path: Path) -> None:
    heap = [line(number, age="99" if number % 4 == 0 else str(20 + number % 60)) for number in range(1, 81)]
    result, rows, notes = read(tmp_path, *heap)
    assert notes["age_heap"] == 20
    assert sum(row["age"] == 99 for row in rows) == 20
    assert "does it mean that the age is not known?" in next(note.sentence for note in result.notes if note.code == "age_heap")
    (tmp_path / "old").mkdir()
    old = [line(number, age=str(90 + number % 10)) for number in range(1, 201)]
    assert "age_heap" not in read(tmp_path / "old", *old)[2]
