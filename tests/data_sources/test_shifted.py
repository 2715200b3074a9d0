"""Are rows whose cells have slid into other columns set aside with their column, and are rows that are only odd left alone?"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from data_sources import batches, files
from data_sources.base import Context
from data_sources.policing.generic import as_source
from data_sources.policing.propose import propose
from data_sources.recognise import sources
from data_sources.stage import stage
from tests.data_sources.policing.conftest import REAL
from tests.data_sources.test_stage import TODAY, counts, rows_of

HEADER = ("date", "time", "district", "race", "sex", "age", "reason", "searched", "charges", "outcome", "notes")


def people(number: int, seed: int = 7) -> list[list[str]]:
    """Made-up stops with the columns of HEADER; nothing is wrong with them."""
    pick = random.Random(seed)
    return [
        [
            f"2024-0{1 + place % 5}-{1 + place % 28:02d}",
            f"{pick.randrange(24):02d}:{pick.randrange(60):02d}",
            pick.choice(("North", "South", "Harbour")),
            pick.choice(("White", "White", "Black", "Hispanic", "Asian")),
            pick.choice(("M", "M", "F")),
            str(pick.randrange(16, 80)),
            pick.choice(("Speeding", "Equipment", "Lights")),
            pick.choice(("Y", "N", "N")),
            pick.choice(("", "", "", "Flight", "No licence", "Trespass")),
            pick.choice(("Warning", "Citation", "Arrest")),
            "",
        ]
        for place in range(number)
    ]


def staged(folder: Path, rows: list[list[str]], header: tuple[str, ...] = HEADER) -> Staged:
    path = folder / "stops.csv"
    path.write_text("\n".join(",".join(row) for row in [list(header), *rows]) + "\n")
    (table,) = files.read(path)
    return stage([table], as_source(propose(table.header, table.sample)), Context(site_key=b"k" * 32), folder / "staged", "one", today=TODAY)


def reasons(result: Staged) -> dict[str, tuple[int, tuple[int, ...]]]:
    return {problem.sentence: (problem.count, problem.rows) for problem in result.problems}


def slid(row: list[str], at: str, pieces: int = 1) -> list[str]:
    """The row after the cell of a column was cut at commas that nobody quoted: its last cells fall off."""
    place = HEADER.index(at)
    return (row[:place] + [row[place] or "Flight"] + [" carrying a weapon"] * pieces + row[place + 1 :])[: len(row)]


def test_nothing_is_set_aside_where_nothing_has_slid(tmp_path: Path) -> None:
    result = staged(tmp_path, people(400))
    assert counts(result) == (400, 400, 0, 0)


@pytest.mark.parametrize(("at", "pieces", "words"), [("district", 1, "one column"), ("reason", 1, "one column"), ("race", 2, "two columns")])
def test_a_row_that_slid_to_the_right_is_set_aside_with_its_column(tmp_path: Path, at: str, pieces: int, words: str) -> None:
    rows = people(400)
    rows[122] = slid(rows[122], at, pieces)
    result = staged(tmp_path, rows)
    assert counts(result) == (400, 399, 1, 0)
    assert reasons(result) == {f"Values appear moved {words} to the right from '{at}'.": (1, (124,))}
    (aside,) = pq.read_table(result.quarantine).to_pylist()
    assert (aside["raw_outcome"] or "") == rows[122][9]
    assert aside["reason"] == f"shifted_right_{pieces}_from_{at}"


def test_the_last_columns_alone_tell_as_well(tmp_path: Path) -> None:
    header, rows = HEADER[:-1], [row[:-1] for row in people(400)]
    kept = rows[5]
    rows[5] = [*kept[:6], "Flight", " carrying a weapon", kept[7], kept[8]]
    result = staged(tmp_path, rows, header)
    assert reasons(result) == {"Values appear moved one column to the right from 'reason'.": (1, (7,))}


def test_a_row_that_slid_to_the_left_is_set_aside(tmp_path: Path) -> None:
    header, rows = HEADER[:-1], [row[:-1] for row in people(400)]
    del rows[40][2]
    rows[40].append("")
    result = staged(tmp_path, rows, header)
    assert reasons(result) == {"Values appear moved one column to the left from 'district'.": (1, (42,))}


def test_many_rows_that_slid_alike_are_still_strange(tmp_path: Path) -> None:
    rows = people(2_000)
    planted = range(11, 2_000, 80)  # 25 rows, more than one in a hundred
    for place in planted:
        rows[place] = slid(rows[place], "district")
    result = staged(tmp_path, rows)
    assert [count for count, _ in reasons(result).values()] == [len(planted)]


def test_rare_words_and_neighbours_that_share_words_are_left_alone(tmp_path: Path) -> None:
    rows = people(400)
    rows[1][3], rows[1][4] = "Samoan", "X"
    rows[2][2], rows[2][6] = "Airport", "Parade"
    rows[3][5] = "Black"  # one cell in a wrong column is a slip of the pen; the age is not read
    rows[4] = [*rows[4][:6], "", "", "", "", ""]
    header = (*HEADER[:3], "officer_race", *HEADER[3:])
    twice = [[*row[:3], "White" if place % 7 else "Black", *row[3:]] for place, row in enumerate(rows)]
    twice[9][3], twice[9][4] = "Asian", "Zulu"
    assert staged(tmp_path, rows).rows_quarantined == 0
    assert staged(tmp_path, twice, header).rows_quarantined == 0


def test_a_new_coding_half_way_is_no_shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS", 300)
    monkeypatch.setattr(batches, "FEW", 100)
    rows = people(300) + [[*row[:2], "1", "W", "Male", *row[5:7], "Yes", *row[8:]] for row in people(300, seed=8)]
    assert staged(tmp_path, rows).rows_quarantined == 0


def test_later_batches_are_held_against_the_habits_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS", 300)
    monkeypatch.setattr(batches, "FEW", 100)
    rows = people(640)
    rows[20], rows[630] = slid(rows[20], "race"), slid(rows[630], "race")
    result = staged(tmp_path, rows)
    assert counts(result) == (640, 638, 2, 0)
    assert reasons(result) == {"Values appear moved one column to the right from 'race'.": (2, (22, 632))}
    assert {row["source_row"] for row in rows_of(result)}.isdisjoint({22, 632})


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("force/new_orleans__NOPD_Use_of_Force_Incidents.csv", {"Values appear moved one column to the right from 'Subject Arrest Charges'.": 3}),
        ("stops/nypd_sqf_2021.xlsx", {}),
        ("stops/ct_wethersfield_wethersfield-r5.csv", {}),
        ("stops/uk_bedfordshire/2023-08-bedfordshire-stop-and-search.csv", {}),
    ],
)
def test_the_three_known_rows_of_a_real_export_and_no_others(tmp_path: Path, name: str, expected: dict[str, int], real: Any) -> None:
    (table,) = files.read(real(name))
    source = next((one for one in sources().values() if one.recognises(table.header, table.sample).confidence > 0.9), None)
    if source is None:
        source = as_source(propose(table.header, table.sample, "use_of_force", {"date": "Date Occurred", "force_type_raw": "Use of Force Type"}))
    result = stage([table], source, Context(site_key=b"k" * 32), tmp_path, "one")
    moved = {problem.sentence: problem.count for problem in result.problems if problem.code.startswith("shifted")}
    assert moved == expected


@pytest.fixture
def real() -> Any:
    def path(name: str) -> Path:
        if not (REAL / name).exists():
            pytest.skip(f"the real export {name} is not beside the project")
        return REAL / name

    return path
