"""Are workbooks read without damage, and bombs and protected ones refused?"""

from __future__ import annotations

import datetime as dt
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from dashboard.errors import SourceError
from dashboard.settings import Settings
from data_sources import excel
from data_sources.excel import PRINTED, as_text, from_rows
from data_sources.files import read

HEADER = ["Event", "Day", "Time", "Found", "Age", "Code"]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, date_1904: bool = False) -> Path:
    with xlsxwriter.Workbook(path, {"date_1904": date_1904}) as book:
        day, clock = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, dt.time):
                        sheet.write_datetime(line, place, value, clock)
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(line, place, value, day)
                    elif isinstance(value, tuple):
                        sheet.write_number(line, place, value[0], day)
                    elif value is not None:
                        sheet.write(line, place, value)
    return path


ROWS = [
    ["a1", dt.datetime(2019, 1, 3, 8, 54), dt.time(20, 18), True, 31, "0211"],
    ["a2", dt.date(2019, 1, 4), dt.time(0, 5), False, 20210101.0, "01001"],
    ["a3", None, None, None, 2.5, "  "],
]


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_times_yes_and_codes_survive(tmp_path: Path, date_1904: bool) -> None:
    (table,) = read(workbook(tmp_path / "a.xlsx", {"Data": [HEADER, *ROWS]}, date_1904=date_1904))
    first, second, third = table.batches().read_all().to_pylist()
    assert list(first.values()) == ["a1", "2019-01-03 08:54:00", "20:18:00", "True", "31", "0211", 2]
    assert list(second.values()) == ["a2", "2019-01-04", "00:05:00", "False", "20210101", "01001", 3]
    assert (third["Day"], third["Age"], third["source_row"]) == (None, "2.5", 4)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20210101.0, "20210101"),
        (0.1, "0.1"),
        (True, "True"),
        (None, ""),
        (dt.datetime(2024, 5, 1), "2024-05-01"),
        (dt.timedelta(hours=26, minutes=3), "26:03:00"),
        (dt.time(9, 5, 0, 999), "09:05:00"),
        ("=1+1", "=1+1"),
    ],
)
def test_one_cell_as_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_titles_numbered_rows_and_sheets_without_a_table(tmp_path: Path) -> None:
    data = [["2017 Use of Force Data"], HEADER, *ROWS[:2], [3], [4], [None]]
    (table,) = read(workbook(tmp_path / "a.xlsx", {"Notes": [["Only a remark"]], "Data": data}))
    assert table.title == "2017 Use of Force Data"
    assert table.header == tuple(HEADER)
    told = [note.sentence for note in table.notes]
    assert "Header found on row 2." in told
    assert "2 numbered rows without data left out." in told
    assert [row["source_row"] for row in table.batches().read_all().to_pylist()] == [3, 4]


def test_a_clock_time_typed_into_a_date_cell_is_read_back(tmp_path: Path) -> None:
    (table,) = read(workbook(tmp_path / "a.xlsx", {"Data": [HEADER, ["a1", dt.date(2019, 1, 3), (1158,), True, 31, "x"], *ROWS]}))
    assert table.batches().read_all().to_pylist()[0]["Time"] == "11:58"
    (note,) = [note for note in table.notes if note.code == "time_in_date_cell"]
    assert (note.sentence, note.rows, note.column) == ("1158 in a date cell read as 11:58.", (2,), "Time")


def test_a_printed_report_is_refused() -> None:
    lines: list[list[object]] = [["Case", "Officer", "Rank", "Finding", "Days"]]
    for number in range(20):
        lines += [[f"C{number}", "", "", "", ""], ["", "x", "sergeant", "sustained", 3]]
    with pytest.raises(SourceError) as caught:
        from_rows("report.xls", lines)
    assert caught.value.message == PRINTED


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def test_a_bomb_is_refused_in_under_a_second(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * (60 << 20)})
    started = time.process_time()
    with pytest.raises(SourceError, match="100 times its size"):
        read(bomb)
    assert time.process_time() - started < 1.0
    with pytest.raises(SourceError, match=r"more than 1 MB"):
        read(
            workbook(tmp_path / "b.xlsx", {"D": [HEADER] + [[f"{n}{k}" for k in range(6)] for n in range(9000)]}),
            Settings.of({"import.max_expanded_mb": 1}),
        )
    with pytest.raises(SourceError, match="at most 2,000"):
        read(zipped(tmp_path / "c.xlsx", {"xl/workbook.xml": b"<x/>", **{f"xl/{n}": b"" for n in range(2000)}}))


def test_one_far_cell_ends_a_process_of_its_own_and_not_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", {"D": [HEADER] + [[f"{n}{k}" for k in range(6)] for n in range(40)]})
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    sheet = next(name for name in parts if "worksheets/" in name)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    bomb = zipped(tmp_path / "b.xlsx", parts | {sheet: parts[sheet].replace(b"</sheetData>", far)})
    with pytest.raises(SourceError, match="too much memory or time, or crashed, and was stopped"):
        read(bomb)
    far = far.replace(b"1048576", b"40000").replace(b"XFD", b"CZZ")
    wide = zipped(tmp_path / "c.xlsx", parts | {sheet: parts[sheet].replace(b"</sheetData>", far)})
    with pytest.raises(SourceError, match="more than 60,000,000 cells"):
        read(wide)
    monkeypatch.setattr(excel, "MAX_CELLS", 100)  # honest workbooks that ask for much room are opened apart, then refused here
    with pytest.raises(SourceError, match="more than 100 cells"):
        read(path)


def test_declared_sizes_are_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<x/>", "xl/big": b"0" * (8 << 20)})
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError):
        read(path)


def test_protected_damaged_and_empty_workbooks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600)
    with pytest.raises(SourceError, match="protected by a password"):
        read(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="damaged"):
        read(zipped(tmp_path / "b.xlsx", {"xl/workbook.xml": b"not xml"}))
    with pytest.raises(SourceError, match="No sheet of this workbook"):
        read(workbook(tmp_path / "c.xlsx", {"Data": [HEADER]}))
    with pytest.raises(SourceError, match="not a table"):
        read(zipped(tmp_path / "d.docx", {"word/document.xml": b"<x/>"}))


def test_a_workbook_inside_an_archive_is_read(tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", {"Data": [HEADER, *ROWS]}).read_bytes()
    (table,) = read(zipped(tmp_path / "a.zip", {"folder/a.xlsx": content}))
    assert table.sample.num_rows == 3
