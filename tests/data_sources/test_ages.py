"""Does the age agree with the birth date (X9), and are age bands that a spreadsheet took for dates read back?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from data_sources import files
from data_sources.ages import against_birth, band, birth_date
from data_sources.base import Context
from data_sources.engine import Engine
from data_sources.policing.generic import as_source
from data_sources.policing.propose import propose
from data_sources.recognise import sources
from data_sources.stage import stage
from tests.data_sources.test_stage import by_code, counts, rows_of

DAY = dt.date(2024, 6, 30)
STOPS = "stop_date,subject_race,age,dob,searched\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("engine"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("age", "born", "read", "codes"),
    [
        (34, "1990-01-15", 34, set()),
        (34, "1990-07-01", 34, set()),  # 33 by the day; one year is no contradiction
        (35, "1990-07-01", 34 - 1, {"X9"}),
        (99, "1990-06-30", 34, {"X9"}),
        (0, "1990-06-30", 34, {"X9"}),
        (None, "1990-06-30", 34, {"age_from_birth_date"}),
        (40, None, 40, set()),
        (40, "2023-01-01", 40, set()),  # a person of one year was not stopped: the birth date says nothing
        (40, "2030-01-01", 40, set()),
        (40, "1900-01-01", 40, set()),
        (None, None, None, set()),
    ],
)
def test_the_birth_date_counts_where_the_age_differs_by_more_than_a_year(
    engine: Engine, age: int | None, born: str | None, read: int | None, codes: set[str]
) -> None:
    content = pa.table({"age": pa.array([age], pa.int32()), "born": pa.array([born and dt.date.fromisoformat(born)], pa.date32())})
    rows = engine.given("births", content)
    value, checks = against_birth(rows.age, rows.born, ibis.literal(DAY))
    (row,) = engine.fetch(rows.select(value=value, **{check.code: check.condition for check in checks}))
    assert row["value"] == read
    assert {check.code for check in checks if row[check.code]} == codes


def test_a_year_of_two_digits_is_no_birth_after_the_event(engine: Engine) -> None:
    rows = engine.given("short", pa.table({"dob": ["5/22/55", "5/22/1955", "5/22/05", "2055-05-22", "22/5/1955"]}))
    read = [row["born"] for row in engine.fetch(rows.select(born=birth_date(rows.dob, "mdy", ibis.literal(DAY))))]
    assert read == [dt.date(1955, 5, 22), dt.date(1955, 5, 22), dt.date(2005, 5, 22), dt.date(2055, 5, 22), dt.date(1955, 5, 22)]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("Oct-14", "10-14"),
        ("14-Oct", "10-14"),
        ("OCT-17", "10-17"),
        ("19-Nov", "11-19"),
        ("2024-10-14", "10-14"),
        ("2024-10-14 00:00:00", "10-14"),
        ("2014-10-01", "10-14"),
        ("18-24", "18-24"),
        ("65+", "65+"),
        ("14-Okt", "14-Okt"),
        ("2024-10-09", "2024-10-09"),
        (None, None),
    ],
)
def test_bands_that_became_dates_are_read_back(engine: Engine, cell: str | None, read: str | None) -> None:
    rows = engine.given("bands", pa.table({"cell": pa.array([cell], pa.string())}))
    value, check = band(rows.cell)
    (row,) = engine.fetch(rows.select(value=value, noted=check.condition.fill_null(False)))
    assert (row["value"], row["noted"]) == (read, read != cell)


def mapped(folder: Path, text: str) -> Any:
    (folder / "export.csv").write_text(text)
    (table,) = files.read(folder / "export.csv")
    return stage([table], as_source(propose(table.header, table.sample)), Context(site_key=b"k" * 32), folder / "staged", "one", today=DAY)


def test_a_mapped_file_has_its_ages_held_against_its_birth_dates(tmp_path: Path) -> None:
    people = ("2024-01-05,White,34,1/2/1990,Yes", "2024-01-05,Black,99,1/2/1990,No", "2024-01-06,Black,,1/2/1990,No", "2024-01-07,White,40,,No")
    result = mapped(tmp_path, STOPS + "\n".join(people) + "\n")
    assert counts(result) == (4, 4, 0, 0)
    assert {"X9": 1, "age_from_birth_date": 1}.items() <= by_code(result.notes).items()
    rows = rows_of(result)
    assert [row["age"] for row in rows] == [34, 34, 34, 40]
    assert [row["raw_age"] for row in rows] == ["34", "99", None, "40"]
    assert not [name for name in rows[0] if "dob" in name]


def test_a_mapped_age_band_is_read_back_only_in_its_own_column(tmp_path: Path) -> None:
    text = "stop_date,race,age_group,beat\n" + "2024-01-05,White,Oct-14,Oct-14\n2024-01-05,Black,14-Oct,X\n2024-01-05,Black,25-34,X\n"
    result = mapped(tmp_path, text)
    rows = rows_of(result)
    assert [row["age_band"] for row in rows] == ["10-14", "10-14", "25-34"]
    assert rows[0]["raw_age_group"] == "Oct-14"
    assert {row["beat"] or row["district"] for row in rows} == {"Oct-14", "X"}
    notes = {note.code: (note.count, note.sentence) for note in result.notes}
    assert notes["age_band_as_date"] == (2, "A spreadsheet turned age bands into dates (10-14 into Oct-14); they were read back as bands.")
    assert not {"unseen_age_band", "not_allowed_age_band"} & notes.keys()


@pytest.mark.parametrize(("name", "folder"), [("police_uk", "police_uk"), ("openpolicedata", "openpolicedata")])
def test_published_formats_read_bands_back_as_well(tmp_path: Path, name: str, folder: str) -> None:
    (fixture,) = (Path(__file__).parents[1] / "fixtures" / folder).iterdir()
    text = fixture.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    if name == "police_uk":
        damaged = "\n".join([lines[0], *(line.replace("18-24", "17-Oct") for line in lines[1:])])
    else:
        damaged = "\n".join([lines[0] + ",SUBJECT_AGE_RANGE", *(line.replace(",30,", ",,").replace(",25,", ",,") + ",14-Oct" for line in lines[1:])])
    (tmp_path / fixture.name).write_text(damaged + "\n")
    result = stage(
        files.read(tmp_path / fixture.name), sources()[name], Context(site_key=b"k" * 32), tmp_path / "w", "one", today=dt.date(2026, 1, 1)
    )
    assert by_code(result.notes)["age_band_as_date"] == (
        2 if name == "openpolicedata" else damaged.count("-Oct")
    )  # a third row holds two people and is set aside
    if name == "openpolicedata":
        assert {row["age_band"] for row in rows_of(result)} == {"10-14"}
