"""Files that were dropped: kept under harmless names, checked apart, previewed, forgotten; the rows set aside leave as harmless cells."""

import csv
import io

import pytest

from dashboard.errors import CommonGroundError, SourceError
from dashboard.services import arrivals, imports
from dashboard.services.house import House

HEADER = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome"
GOOD = "1,2024-05-01,10:00,Main Street,white,male,vehicular,FALSE,NA,warning"
BAD = "2,never,10:00,=cmd|' /C calc'!A0,white,male,vehicular,FALSE,NA,warning"


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "home")


@pytest.mark.parametrize("name", ["../../evil.csv", "..", "/etc/passwd", "a\x00b.csv", "x" * 500 + ".csv", "C:\\evil\\a.csv", ""])
def test_a_dropped_file_stays_in_its_folder(house, name):
    dropped = arrivals.keep(house, [(name, b"a\n1\n")])
    assert dropped.paths[0].resolve().parent == dropped.folder.resolve()
    assert dropped.folder.resolve().parent == house.home.staging.resolve()
    assert dropped.paths[0].read_bytes() == b"a\n1\n"
    arrivals.forget(dropped)
    assert not dropped.folder.exists()


def test_two_files_of_one_name_are_both_kept(house):
    dropped = arrivals.keep(house, [("a.csv", b"1"), ("a.csv", b"2"), ("a.csv", b"3")])
    assert sorted(path.read_bytes() for path in dropped.paths) == [b"1", b"2", b"3"]


def test_a_drop_is_previewed_stored_and_its_quarantine_is_harmless(house):
    dropped = arrivals.keep(house, [("one.csv", f"{HEADER}\n{GOOD}\n{BAD}\n".encode())])
    looks = imports.look(house, dropped.paths)
    ((source, paths),) = arrivals.by_source(looks).items()
    seen = []
    staged = arrivals.check(house, source, paths, lambda share, words: seen.append((share, words)))
    assert seen
    assert (staged.rows_read, staged.rows_accepted, staged.rows_quarantined) == (2, 1, 1)
    preview = arrivals.preview(house, staged)
    assert {name: int(frame["n"].sum()) for name, frame in preview.by}["race_group"] == 1
    assert len(preview.examples) == 1
    receipt = imports.commit(house, staged, "test")
    rows = list(csv.reader(io.StringIO(arrivals.quarantine_csv(house, receipt.import_id).decode())))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for row in rows for cell in row)
    assert any("cmd" in cell for cell in rows[1])


def test_a_chosen_source_goes_before_the_recognised_one(house, tmp_path):
    (tmp_path / "one.csv").write_text(f"{HEADER}\n{GOOD}\n")
    (look,) = imports.look(house, [tmp_path / "one.csv"])
    assert list(arrivals.by_source([look], {"one.csv": "nypd"})) == ["nypd"]


def test_nothing_to_read_and_a_refused_file_are_said_in_words(house, tmp_path):
    with pytest.raises(SourceError, match="no file to read"):
        arrivals.check(house, "stanford", [])
    (tmp_path / "not.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (look,) = imports.look(house, [tmp_path / "not.xlsx"])
    assert look.refusal
    assert arrivals.by_source([look]) == {}


def test_bringing_what_is_not_there_stores_nothing(house, tmp_path):
    with pytest.raises(CommonGroundError, match="does not exist"):
        imports.bring(house, [tmp_path / "gone.csv"], "test")
    assert imports.listing(house) == []


def test_discarding_and_undoing_leave_no_rows(house, tmp_path):
    (tmp_path / "one.csv").write_text(f"{HEADER}\n{GOOD}\n")
    (staged,) = imports.stage(house, [tmp_path / "one.csv"])
    imports.discard(house, staged)
    assert not staged.folder.exists()
    (receipt,) = imports.bring(house, [tmp_path / "one.csv"], "test")
    imports.undo(house, receipt.import_id, "test")
    (entry,) = imports.listing(house)
    assert entry.receipt.state != "committed"
    with pytest.raises(CommonGroundError, match="set no rows aside"):
        imports.quarantine_file(house, receipt.import_id)
