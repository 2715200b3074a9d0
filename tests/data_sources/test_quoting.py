"""Is nothing lost, and nothing put into a wrong column, where quotation marks are missing or rows are wider than the header?"""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import SourceError
from data_sources import files
from data_sources.tables import TextTable
from tests.data_sources.test_stage import HEADER, by_code, counts, row, staged

NAMES = "id,day,race,found,notes"
LINES = [f'{number},2024-01-0{1 + number % 9},black,N,"said ""no"", twice"' for number in range(1, 41)]


def read(folder: Path, *lines: str) -> tuple[TextTable, list[dict[str, str | None]]]:
    path = folder / "stops.csv"
    path.write_text("\n".join(lines) + "\n", newline="")
    (table,) = files.read(path)
    return table, table.batches().read_all().to_pylist()


def test_a_row_that_ran_on_into_the_next_one_is_set_aside_line_by_line(tmp_path: Path) -> None:
    lines = list(LINES)
    lines[9] = '10,2024-01-02,black,N,"<p>a'
    table, rows = read(tmp_path, NAMES, *lines)
    assert len(rows) + len(table.ragged) == 40
    assert [(one.text[:14], one.open_quote) for one in table.ragged] == [("10,2024-01-02,", True), ("11,2024-01-03,", True)]
    assert {"10", "11"}.isdisjoint({one["id"] for one in rows})


def test_a_quote_opened_in_the_middle_of_a_row_mixes_no_two_rows(tmp_path: Path) -> None:
    lines = [line.replace(",black,", ',"black",') for line in LINES]
    lines[20] = lines[20].replace('"black"', '"black').replace('"said ""no"", twice"', "said no")
    table, rows = read(tmp_path, NAMES, *lines)
    assert all(one["race"] == "black" and one["found"] == "N" for one in rows)
    assert {one["id"] for one in rows} == {str(number) for number in range(1, 41)} - {"21", "22"}
    assert [one.text.split(",")[0] for one in table.ragged if one.open_quote] == ["21", "22"]


def test_receipts_count_both_lines_and_say_why(tmp_path: Path) -> None:
    text = HEADER + "".join(row(number, race='"black"') for number in range(1, 101))
    result = staged(tmp_path, {"a.csv": text.replace('7,2024-01-01,10:15,"black"', '7,2024-01-01,10:15,"black', 1)})
    assert counts(result) == (100, 98, 2, 0)
    assert by_code(result.problems) == {"open_quote": 2}
    assert result.problems[0].sentence == "A quotation mark is not closed, so the row runs on into the next one."


def test_long_cells_with_breaks_and_commas_stay(tmp_path: Path) -> None:
    page = '"<div onclick=""go(1, 2, 3, 4)"">\none, two, three, four, five\n<b>six</b></div>"'
    table, rows = read(tmp_path, NAMES, *(f"{number},2024-01-02,black,N,{page}" for number in range(1, 21)))
    assert not table.ragged
    assert len(rows) == 20
    assert str(rows[0]["notes"]).startswith('<div onclick="go(1')


def test_a_column_without_a_name_is_kept_and_told(tmp_path: Path) -> None:
    table, rows = read(tmp_path, "id,day,race", *(f"{number},2024-01-02,black,<p>x</p>" for number in range(1, 21)))
    assert table.header == ("id", "day", "race", "column 4")
    (note,) = table.notes
    assert note.sentence == "The header names 3 columns, but rows have 4 fields; the last ones have no name and are kept as they are."
    assert rows[0]["column 4"] == "<p>x</p>"


def test_separators_at_the_ends_of_rows_are_no_column_without_a_name(tmp_path: Path) -> None:
    table, rows = read(tmp_path, "id,day,race", *(f"{number},2024-01-02,black," for number in range(1, 21)))
    assert not table.notes
    assert len(rows) == 20


@pytest.mark.parametrize(
    "lines",
    [
        [f"{number},2024-01-02,12 Main St, Anytown,black" for number in range(1, 21)],  # every address was cut
        [f"{number},2024-01-02,12 Main St{',Anytown' if number % 4 else ''},black" for number in range(1, 21)],  # most were
    ],
)
def test_rows_wider_than_the_header_are_refused_where_no_one_knows_what_belongs_where(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(SourceError, match=r"same number of fields; .* \(first at line 2\)") as refused:
        read(tmp_path, "id,day,place,race", *lines)
    assert "names 4 columns, but rows have 5 fields" in refused.value.hint
