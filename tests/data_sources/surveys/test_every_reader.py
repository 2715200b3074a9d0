"""Does every survey reader keep the promises that all of them make?"""

from __future__ import annotations

import json
import socket
from pathlib import Path

import openpyxl
import pytest

from data_sources.surveys import recognise
from data_sources.surveys.base import META, SurveyExport, Tracker
from data_sources.surveys.grid import grids

FIXTURES = Path(__file__).parents[2] / "fixtures" / "surveys"
FILES = sorted(path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.csv"))
# Every value in a column that must go holds one of these; no answer that stays does.
SECRET = ("zq", "99000", "203.0.113.", "555-01", "555 0134", "212) 555", "47.99", "7.99", "2026-04-06 10", "09:15", "4821", "no. 1234")
IDENTITIES = {
    **{"surveymonkey/expanded.csv": 9, "qualtrics/three_rows.csv": 8, "google_forms/answers.csv": 2, "ms_forms/answers.csv": 3},
    **{"limesurvey/codes.csv": 5, "formbricks/answers.csv": 13, "generic/town.csv": 1},
}


def test_every_reader_has_a_fixture() -> None:
    assert {name.split("/")[0] for name in FILES} == set(recognise.readers())


@pytest.mark.parametrize("name", FILES)
def test_exactly_one_reader_claims_it(name: str) -> None:
    found = recognise.look(FIXTURES / name)
    assert [one.tool for one in found] == [name.split("/", maxsplit=1)[0]]
    assert found[0].why


@pytest.mark.parametrize("name", FILES)
def test_the_others_do_not_claim_it(name: str) -> None:
    (grid,) = grids(FIXTURES / name, recognise.DEFAULTS)
    tool = name.split("/", maxsplit=1)[0]
    others = [
        reader.name for reader in recognise.readers().values() if reader.name not in {tool, "generic"} and reader.recognises(grid).confidence > 0
    ]
    assert not others


@pytest.mark.parametrize("name", FILES)
def test_who_answered_is_gone_and_the_receipt_adds_up(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*args: object, **rest: object) -> None:
        raise AssertionError("a reader must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.chdir(tmp_path)
    for found in recognise.read(FIXTURES / name):
        if isinstance(found, Tracker):
            assert found.rows_read
            continue
        receipt = found.receipt
        assert receipt.rows_read == receipt.rows_kept + sum(receipt.rows_dropped.values())
        assert receipt.rows_kept == found.answers.num_rows > 0
        assert found.answers.column_names == [*(column.key for column in found.columns), *META]
        said = json.dumps([found.answers.to_pylist(), receipt.as_json(), [repr(one) for one in (*found.notes, *found.columns)]], ensure_ascii=False)
        text = said.replace(receipt.checksum, "").casefold()
        assert not [secret for secret in SECRET if secret in text]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("tracker")])
def test_the_secrets_were_in_the_file(name: str) -> None:
    """Otherwise the test above could not fail."""
    plain = (FIXTURES / name).read_bytes().decode("cp1252").casefold()
    if name not in {"google_forms/unclear_dates.csv", "google_forms/with_zone.csv", "limesurvey/two_rows.csv"}:
        assert [secret for secret in SECRET if secret in plain]


def without_sign(found: SurveyExport) -> list[dict[str, object]]:
    """The answers without a leading '=', which a workbook would take for a formula."""
    return [{key: value.lstrip("=") if isinstance(value, str) else value for key, value in row.items()} for row in found.answers.to_pylist()]


@pytest.mark.parametrize("name", FILES)
def test_a_workbook_reads_like_the_text_file(name: str, tmp_path: Path) -> None:
    (grid,) = grids(FIXTURES / name, recognise.DEFAULTS)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, int(grid.lines[-1]) + 1):
        cells = grid.cells.to_pylist()[list(grid.lines).index(row)].values() if row in grid.lines else []
        for place, cell in enumerate(cells, 1):
            sheet.cell(row, place).value = None if cell is None else cell.lstrip("=")
            sheet.cell(row, place).data_type = "n" if cell is None else "s"
    path = tmp_path / "answers.xlsx"
    book.save(path)
    (text,), (workbook,) = recognise.read(FIXTURES / name), recognise.read(path)
    if isinstance(text, SurveyExport) and isinstance(workbook, SurveyExport):
        assert without_sign(workbook) == without_sign(text)
        assert workbook.receipt.dropped == text.receipt.dropped
    elif isinstance(text, Tracker) and isinstance(workbook, Tracker):
        assert workbook.rows == text.rows


@pytest.mark.parametrize("name", sorted(IDENTITIES))
def test_identities_stay_only_when_asked_for(name: str) -> None:
    (kept,), (gone,) = recognise.read(FIXTURES / name, anonymous=False), recognise.read(FIXTURES / name)
    assert isinstance(kept, SurveyExport)
    assert isinstance(gone, SurveyExport)
    assert sum(column.kind == "meta" for column in kept.columns) == IDENTITIES[name]
    assert not [column for column in gone.columns if column.kind == "meta"]
    assert len(kept.columns) == len(gone.columns) + IDENTITIES[name]
    assert not kept.receipt.redactions
