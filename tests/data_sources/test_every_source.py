"""Does every registered source keep the promises that all of them make?"""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboard.schema.tables import TABLES
from data_sources import files
from data_sources.base import Context
from data_sources.recognise import recognise, sources, verdict
from data_sources.stage import stage

FIXTURES = Path(__file__).parents[1] / "fixtures"
POLICING = sorted(name for name, source in sources().items() if source.map.__module__.startswith("data_sources.policing"))


def fixture(name: str) -> list[Path]:
    """The one file of a source, or all the files that belong together."""
    found = sorted(path for path in (FIXTURES / name).iterdir() if path.is_file())
    return found if sources()[name].joint else found[:1]


@pytest.mark.parametrize("name", POLICING)
def test_exactly_one_source_claims_its_fixture(name: str) -> None:
    for path in fixture(name):
        (table,) = files.read(path)
        assert [source.name for source, _ in recognise(table.header, table.sample)] == [name]
        assert verdict(table.header, table.sample).why


@pytest.mark.parametrize("name", POLICING)
def test_output_validates_and_every_row_is_accounted_for(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object, **rest: object) -> None:
        raise AssertionError("a source must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    source = sources()[name]
    tables = [table for path in fixture(name) for table in files.read(path)]
    staged = stage(tables, source, Context(site_key=b"k" * 32), tmp_path, "one", today=dt.date(2026, 1, 1))
    assert staged.rows_read == staged.rows_accepted + staged.rows_quarantined + staged.rows_duplicate
    assert staged.rows_accepted > 0
    table = TABLES[source.table]
    for path in staged.accepted:
        rows = pq.read_table(path)
        assert rows.schema.names[: len(table.names)] == list(table.names)
        for column in table.columns:
            if column.required:
                assert rows.column(column.name).null_count < rows.num_rows or column.name == "searched"
            if column.allowed:
                values = {word for value in rows.column(column.name).to_pylist() if value for word in value.split("|")}
                assert values <= set(column.allowed), column.name
    assert not [note for note in staged.notes if note.code.startswith("not_allowed")]


@pytest.mark.parametrize("name", POLICING)
def test_a_source_describes_itself(name: str) -> None:
    source = sources()[name]
    assert source.title
    assert source.publisher
    assert source.traps


def test_an_unknown_file_is_a_question(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("apples,pears,plums\na,b,c\nd,e,f\n")
    (table,) = files.read(path)
    found = verdict(table.header, table.sample)
    assert found.source is None
    assert "mapping" in found.question
