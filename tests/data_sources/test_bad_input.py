"""One file for each way in which an export goes wrong: accepted, noted, set aside or refused in one sentence, every row accounted for?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import SourceError
from dashboard.schema.staging import Staged
from data_sources import files
from data_sources.base import Context
from data_sources.recognise import verdict
from data_sources.stage import stage
from tests.data_sources.test_stage import rows_of

HEADER = (
    *("raw_row_number", "date", "time", "location", "district", "subject_age", "subject_race", "subject_sex", "type"),
    *("outcome", "contraband_found", "search_conducted"),
)
UK = (
    *("Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range"),
    *("Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome"),
    *("Outcome linked to object of search", "Removal of more than just outer clothing"),
)
HTML = '"<div onclick=""alert(1)""><script>alert(""x"")</script>\n<b>big, bold</b> text</div>"'
Rows = list[list[str]]


def people() -> Rows:
    races, results = ("white", "black", "hispanic"), ("warning", "citation", "arrest")
    return [
        [
            *(str(n), f"2021-{1 + n % 12:02d}-{1 + n % 28:02d}", f"{n % 24:02d}:{7 * n % 60:02d}", f"{n} Elm St", "ABC"[n % 3], str(18 + n % 50)),
            *(races[n % 3], ("male", "female")[n % 2], "vehicular", results[n % 3], "NA", "FALSE"),
        ]
        for n in range(1, 61)
    ]


def text(rows: Rows, header: tuple[str, ...] = HEADER, sign: str = ",") -> str:
    return "\n".join(sign.join(row) for row in [list(header), *rows]) + "\n"


def changed(name: str, value: Callable[[int, str], str]) -> str:
    rows, place = people(), HEADER.index(name)
    for number, row in enumerate(rows):
        row[place] = value(number, row[place])
    return text(rows)


def bring(folder: Path, content: str | bytes, name: str = "stops.csv") -> Staged:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    tables = files.read(path)
    source = verdict(tables[0].header, tables[0].sample).source
    assert source is not None
    result = stage(tables, source, Context(site_key=b"k" * 32), folder / "staged", "one", today=dt.date(2026, 1, 1))
    assert result.rows_read == result.rows_accepted + result.rows_quarantined + result.rows_duplicate
    assert result.rows_accepted == len(rows_of(result))
    return result


def serial(place: int, day: str) -> str:
    return str((dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days)


ALL = 60
DEFECTS: dict[str, tuple[str | bytes, dict[str, int], dict[str, int]]] = {  # content, notes, reasons to set aside
    "nothing": (text(people()), {}, {}),
    "wrong encoding": (changed("location", lambda n, _: f"{n} Peña Blvd").encode("cp1252"), {"windows_1252": 1}, {}),
    "another encoding": (text(people()).encode("utf-16"), {"byte_order_mark": 1, "utf_16": 1}, {}),
    "byte-order mark": (text(people()).encode("utf-8-sig"), {"byte_order_mark": 1}, {}),
    "damaged byte-order mark": ("ï..".encode() + text(people()).encode(), {"damaged_header": 1}, {}),
    "header not in the first row": ("Anytown Police\n\nStops of 2021\n" + text(people()), {"header_row": 1}, {}),
    "headers spelt otherwise": (text(people(), tuple(f" {name.upper().replace('_', ' ')} " for name in HEADER)), {}, {}),
    "duplicate headers": (
        text([[*row, "x"] for row in people()], (*HEADER, "Subject_Race")),
        {"repeated_header_names": 1},
        {},
    ),
    "ragged rows": (text([*people(), [*people()[9], "one too many"]]), {}, {"ragged": 1}),
    "Excel serial dates": (changed("date", serial), {"date_as_number": ALL}, {}),
    "(null)": (changed("subject_race", lambda n, race: race if n % 3 else "(null)"), {}, {}),
    "unpadded hmm times": (changed("time", lambda n, time: time.replace(":", "").lstrip("0") or "0"), {}, {}),
    "thousands separators": (changed("raw_row_number", lambda n, _: f'"1,{n:03d}"'), {}, {}),
    "ages 0 and 999": (changed("subject_age", {0: "0", 1: "999"}.get), {"age_out_of_range": 2}, {}),
    "a header inside the data": (text([*people()[:30], list(HEADER), *people()[30:]]), {}, {"repeated_header": 1}),
    "a total below": (text([*people(), ["Total", *[""] * 10, "60"]]), {}, {"date_missing": 1}),
    "a 26th column full of HTML": (
        text([[*row, *[""] * 13, HTML] for row in people()], (*HEADER, *(f"more {n}" for n in range(13)), "page")),
        {},
        {},
    ),
    "a 26th column full of HTML without a name": (
        text([[*row, *[""] * 13, HTML] for row in people()], (*HEADER, *(f"more {n}" for n in range(13)))),
        {"unnamed_columns": 1},
        {},
    ),
    "a name that says workbook": (text(people()), {}, {}),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_accepted_noted_or_set_aside(tmp_path: Path, defect: str) -> None:
    content, notes, reasons = DEFECTS[defect]
    result = bring(tmp_path, content, "stops.xlsx" if "workbook" in defect else "stops.csv")
    assert {problem.code: problem.count for problem in result.problems} == reasons
    assert {note.code: note.count for note in result.notes} == notes
    assert result.rows_accepted == ALL
    told: tuple[Any, ...] = (*result.notes, *result.problems)
    assert all(re.fullmatch(r"[A-Z'].* .*[.?]", one.sentence) for one in told)
    rows = rows_of(result)
    assert [row["date"].isoformat() for row in rows] == [row[1] for row in people()]  # type: ignore[attr-defined]
    assert [row["time"] for row in rows] == [row[2] for row in people()]
    assert sum(row["race_group"] == "unknown" for row in rows) == (20 if defect == "(null)" else 0)
    assert sum(row["age"] is None for row in rows) == (2 if "999" in defect else 0)


def test_utc_stamps_move_a_stop_to_its_own_day_and_month(tmp_path: Path) -> None:
    rest = ("False", "", "", "", "Male", "18-24", "White", "White", "Misuse", "Drugs", "Arrest", "True", "")
    rows = [["Person search", f"2021-04-30T{hour}:41:00+00:00", *rest] for hour in ("21", "22", "23")]
    result = bring(tmp_path, text(rows, UK), "2021-04-anyshire-stop-and-search.csv")
    assert [(row["date"], row["time"]) for row in rows_of(result)] == [
        (dt.date(2021, 4, 30), "22:41"),
        (dt.date(2021, 4, 30), "23:41"),
        (dt.date(2021, 5, 1), "00:41"),
    ]
    assert {note.code: note.count for note in result.notes}["other_months"] == 1


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "a PDF": (b"%PDF-1.7 and so on", "PDF document"),
    "a page": ("<!DOCTYPE html><html><table><tr><td>date</td></tr></table></html>", "web page"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
    "only a header": (text([]), "a header but no rows"),
    "nothing": ("\n \n", "empty"),
    "many ragged rows": (text([row if n % 5 else row[:-2] for n, row in enumerate(people())]), "same number of fields"),
    "cells cut at commas": (changed("location", lambda n, _: f"{n} Elm St, Anytown"), "same number of fields"),
    "days before months": (changed("date", lambda n, day: "/".join(reversed(day.split("-")))), "day and month stand the other way round"),
}


@pytest.mark.parametrize("defect", REFUSED)
def test_what_cannot_be_believed_is_refused_in_one_sentence(tmp_path: Path, defect: str) -> None:
    content, words = REFUSED[defect]
    with pytest.raises(SourceError, match=words) as refused:
        bring(tmp_path, content)
    assert re.fullmatch(r"[A-Z][^.]*(\.\d[^.]*)?\.", refused.value.message)
    assert not list((tmp_path / "staged").glob("*"))


def test_one_date_with_day_and_month_exchanged_is_set_aside(tmp_path: Path) -> None:
    result = bring(tmp_path, changed("date", lambda n, day: "13/02/2021" if n == 4 else day))
    assert [(problem.code, problem.count, problem.rows) for problem in result.problems] == [("day_and_month", 1, (6,))]
