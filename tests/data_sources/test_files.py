"""Is every file read by what is inside it, or refused in one sentence?"""

from __future__ import annotations

import contextlib
import gzip
import json
import lzma
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.errors import SourceError
from data_sources import headers
from data_sources.files import TextTable, read

PLAIN = "id,day,race\n1,2024-01-01,white\n2,2024-01-02,black\n"


def only(path: Path, content: bytes | str) -> TextTable:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (table,) = read(path)
    return table


def rows(table: TextTable) -> list[dict[str, object]]:
    return list(table.batches().read_all().to_pylist())


def codes(table: TextTable) -> set[str]:
    return {note.code for note in table.notes}


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (PLAIN.encode(), ""),
        (b"\xef\xbb\xbf" + PLAIN.encode(), "byte_order_mark"),
        (PLAIN.encode("utf-16"), "utf_16"),
        (PLAIN.encode("utf-16-le"), "utf_16"),
        (PLAIN.encode("utf-16-be"), "utf_16"),
        (PLAIN.replace("\n", "\r\n").encode(), ""),
        (PLAIN.replace("\n", "\r").encode(), ""),
        (PLAIN.replace(",", ";").encode(), ""),
        (PLAIN.replace(",", "\t").encode(), ""),
        (PLAIN.replace(",", "|").encode(), ""),
        (PLAIN.replace("white", "wh\x00ite").encode(), "nul_bytes"),
        (gzip.compress(PLAIN.encode(), mtime=0), ""),
        (b"\n\n" + PLAIN.encode(), "header_row"),
        (b"Stops of 2024,,\n" + PLAIN.encode(), "header_row"),
    ],
)
def test_the_same_table_in_every_dress(tmp_path: Path, content: bytes, note: str) -> None:
    table = only(tmp_path / "anything.dat", content)
    assert table.header == ("id", "day", "race")
    assert [[row[name] for name in table.header] for row in rows(table)] == [["1", "2024-01-01", "white"], ["2", "2024-01-02", "black"]]
    assert note in codes(table) or not note
    assert table.sample.num_rows == 2
    assert table.position() == pytest.approx(1.0, abs=0.8)


def test_windows_1252_and_bytes_of_two_encodings(tmp_path: Path) -> None:
    county = only(tmp_path / "a.csv", "place,n,x\nDoña Ana,1,2\nKöln,2,3\n".encode("cp1252"))
    assert [row["place"] for row in rows(county)] == ["Doña Ana", "Köln"]
    assert "Read as Windows-1252." in [note.sentence for note in county.notes]
    mixed = only(tmp_path / "b.csv", ("place,n,x\n" + "Doña,1,2\n" * 30).encode() + b"K\xf6ln,2,3\n")
    assert [row["place"] for row in rows(mixed)][-2:] == ["Doña", "Köln"]
    assert "mixed_encoding" in codes(mixed)
    odd = only(tmp_path / "c.csv", b"place,n,x\n\xcc_\xcc_\xe5\xc8\x81,1,2\nb,2,3\n")
    assert len(rows(odd)) == 2
    assert "damaged_letters" in codes(odd)


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    table = only(tmp_path / "a.csv", "day;area;share\n31/12/2014;North;0,55\n31/12/2015;South;1,5\n" * 3)
    assert table.header == ("day", "area", "share")
    assert rows(table)[0]["share"] == "0,55"


def test_cells_stay_text_and_only_empty_ones_are_empty(tmp_path: Path) -> None:
    text = 'code,flag,word,formula\n01001,TRUE,NA,=1+1\n0211,,"(null)",-\n001,"","a ""b""\nc",@x\n'
    first, second, third = rows(only(tmp_path / "a.csv", text))
    assert (first["code"], first["flag"], first["word"], first["formula"]) == ("01001", "TRUE", "NA", "=1+1")
    assert (second["flag"], second["word"]) == (None, "(null)")
    assert (third["flag"], third["word"]) == (None, 'a "b"\nc')


def test_headers_blank_repeated_and_in_groups(tmp_path: Path) -> None:
    table = only(tmp_path / "a.csv", ",Age,age,Race ,\n1,2,3,w,x\n2,3,4,b,y\n")
    assert table.header == ("column 1", "Age", "age (2)", "Race", "column 5")
    assert "repeated_header_names" in codes(table)
    grouped = only(tmp_path / "b.csv", "Use of force,,,,,\n,OFFICER,,SUBJECT,,\nDATE,AGE,SEX,AGE,SEX,RACE\n1/1/10,30,M,20,F,W\n2/1/10,31,M,21,F,B\n")
    assert grouped.header == ("DATE", "OFFICER AGE", "OFFICER SEX", "SUBJECT AGE", "SUBJECT SEX", "RACE")
    assert grouped.title.startswith("Use of force")
    assert [row["source_row"] for row in rows(grouped)] == [4, 5]


def test_a_mark_damaged_by_another_program_is_told(tmp_path: Path) -> None:
    table = only(tmp_path / "a.csv", "ï..year,pct,ser\n2016,1,2\n2016,2,3\n")
    assert table.header[0] == "year"
    assert "The first column name was damaged by a byte-order mark and read as year." in [note.sentence for note in table.notes]


def test_folding_a_header_ignores_case_punctuation_and_blanks() -> None:
    assert headers.fold("\ufeff Off\xa0 Race_(1)") == headers.fold("OFF RACE 1")
    assert headers.raw_names(["Off Race", "off-race", "%"]) == {"Off Race": "raw_off_race", "off-race": "raw_off_race_2", "%": "raw_column"}


def test_no_header_row_is_said_not_guessed(tmp_path: Path) -> None:
    table = only(tmp_path / "Stop.txt", "1\tDurham\t2015-01-01\t5\n2\tCary\t2015-01-02\t6\n")
    assert table.headerless
    assert table.header == ("column 1", "column 2", "column 3", "column 4")
    assert [row["source_row"] for row in rows(table)] == [1, 2]
    assert "no_header" in codes(table)


def test_empty_rows_are_left_out_and_lines_still_counted_right(tmp_path: Path) -> None:
    table = only(tmp_path / "a.csv", "a,b,c\n1,2,3\n\n , ,\n4,5,6\n   ,,\n")
    assert [(row["a"], row["source_row"]) for row in rows(table)] == [("1", 2), ("4", 5)]
    assert table.empty_rows == 3
    assert table.reading.empty == [3, 4, 6]


def test_ragged_rows_are_collected_with_their_lines(tmp_path: Path) -> None:
    lines = ["a,b,c"] + [f"{number},x,y" for number in range(2, 203)]
    lines[49] = "short,1"
    lines[99] = "long,1,2,3"
    table = only(tmp_path / "a.csv", "\n".join(lines) + "\n")
    found = rows(table)
    assert [(row.source_row, row.text, row.fields) for row in table.ragged] == [(50, "short,1", 2), (100, "long,1,2,3", 4)]
    assert len(found) == 199
    assert all(row["a"] == str(row["source_row"]) for row in found)
    assert len(rows(table)) == 199
    assert len(table.ragged) == 2


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    table = only(tmp_path / "a.csv", "a,b,c\n" + "1,2,3\n" * 60 + "1,2")
    assert len(rows(table)) == 60
    assert [(row.source_row, row.cut_off) for row in table.ragged] == [(62, True)]


def test_many_ragged_rows_refuse_the_file(tmp_path: Path) -> None:
    table_text = "a,b,c\n" + "1,2,3\n" * 90 + "1,2\n" * 10
    with pytest.raises(SourceError, match=r"wrong \(first at line 92\)"):
        only(tmp_path / "a.csv", table_text)


REFUSED = {
    "is empty": b"",
    "The file is empty": b" \r\n\r\n",
    "header but no rows": b"a,b,c\n",
    "web page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "not a text file": bytes(range(256)) * 40,
    "PDF": b"%PDF-1.7\n%...",
    "picture": b"\x89PNG\r\n\x1a\n....",
    "JSON layout is not known": b'{"a": [1, 2]}',
    "damaged or cut off": b'[{"a": 1}, {"a"',
    "R data files are not read; save as CSV.": gzip.compress(b"RDX3\nX\n\x00\x00\x00", mtime=0),
    "R data files": lzma.compress(b"X\n\x00\x00\x00\x03"),
    "use ZIP or gzip": lzma.compress(b"a,b,c\n1,2,3\n"),
    "damaged archive or workbook": b"PK\x03\x04 not really",
    "gzip file is damaged": b"\x1f\x8b\x08 not really",
    "workbook is damaged": b"\xd0\xcf\x11\xe0 not really" + b"\x00" * 600,
    "Parquet file is damaged": b"PAR1 not really",
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as caught:
        only(tmp_path / "stops.csv", REFUSED[sentence])
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(SourceError, match="cannot be opened"):
            read(path)


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def test_a_zip_gives_one_table_for_each_member_and_nothing_is_unpacked_to_disk(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {"2024/jan.csv": PLAIN.encode(), "../feb.csv": gzip.compress(PLAIN.encode(), mtime=0), "readme.pdf": b"%PDF", "__MACOSX/._jan.csv": b"x"},
    )
    first, second = read(path)
    assert (first.name, second.name) == ("jan.csv", "feb.csv")
    assert len(rows(first)) == len(rows(second)) == len(rows(first)) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


def test_archives_that_expand_absurdly_or_hold_nothing_are_refused(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"a.csv": PLAIN.encode()}).read_bytes()
    with pytest.raises(SourceError, match="100 times its size"):
        read(archive(tmp_path / "a.zip", {"a.csv": b"0" * (20 << 20)}))
    with pytest.raises(SourceError, match="no CSV file and no workbook"):
        read(archive(tmp_path / "b.zip", {"a.exe": b"MZ"}))
    with pytest.raises(SourceError, match="at most 2,000"):
        read(archive(tmp_path / "c.zip", {f"{number}.csv": b"" for number in range(2001)}))
    with pytest.raises(SourceError, match="archive within an archive"):
        read(archive(tmp_path / "d.zip", {"b.csv": inner}))
    with pytest.raises(SourceError, match="200 times its size"):
        only(tmp_path / "e.csv.gz", gzip.compress(b"a,b,c\n" + b"1,2,3\n" * (12 << 20), mtime=0))


def test_known_json_layouts(tmp_path: Path) -> None:
    rows_json = {"meta": {"view": {"name": "Arrests", "columns": [{"name": "id"}, {"name": "Age"}]}}, "data": [["a", 31], ["b", None]]}
    table = only(tmp_path / "rows.json", json.dumps(rows_json))
    assert (table.header, table.title) == (("id", "Age"), "Arrests")
    assert [row["Age"] for row in rows(table)] == ["31", None]
    stop = {
        "type": "Person search",
        "datetime": "2024-01-01T10:00:00+00:00",
        "involved_person": True,
        "self_defined_ethnicity": None,
        "outcome_object": {"name": "Arrest"},
        "location": None,
        "outcome_linked_to_object_of_search": False,
    }
    (row,) = rows(only(tmp_path / "stops.json", json.dumps([stop])))
    assert (row["Type"], row["Outcome"], row["Latitude"], row["Outcome linked to object of search"]) == ("Person search", "Arrest", None, "False")


def test_parquet_becomes_text(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1, 2], "hit": [True, None], "share": [2.0, 0.5], "code": ["01", "02"]}), tmp_path / "a.parquet")
    (table,) = read(tmp_path / "a.parquet")
    assert [[row[name] for name in table.header] for row in rows(table)] == [["1", "True", "2", "01"], ["2", None, "0.5", "02"]]


def test_hostile_headers_and_long_cells_are_only_text(tmp_path: Path) -> None:
    names = ['a"b', "x" * 10_000, "\u202eevil\u202c", "<b>html</b>", "a;b", "'; DROP TABLE stops; --"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    table = only(tmp_path / "a.csv", f"{header}\n" + ",".join(["<p>" + "x" * 100_000 + "</p>", *"12345"]) + "\n" + ",".join("123456") + "\n")
    assert list(table.header) == names
    assert len(rows(table)) == 2
    with pytest.raises(SourceError, match=r"A cell is not closed or is longer|same number of fields"):
        rows(only(tmp_path / "b.csv", 'a,b,c\n1,2,3\n"' + "x,y\n" * 3_000_000))


def test_no_bytes_make_reading_fail_in_any_other_way(tmp_path: Path) -> None:
    chance = random.Random(7)
    pieces = [
        PLAIN.encode(),
        b'"',
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b",,,,\n",
        b"\r",
        b"\n\n",
        bytes(range(128, 160)),
        b"PK",
        b"{",
        b"a|b;c\td\n",
    ]
    for number in range(150):
        content = b"".join(chance.choice(pieces) for _ in range(chance.randrange(1, 12)))
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content)
        with contextlib.suppress(SourceError):
            for table in read(path):
                assert len({*table.header}) == len(table.header)
                assert all(row["source_row"] for row in rows(table))
