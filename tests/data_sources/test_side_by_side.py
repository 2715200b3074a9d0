"""May reading, hashing, computing and writing go on side by side without getting in each other's way?"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_sources import batches, files, stage
from data_sources.base import Context
from data_sources.batches import ahead
from data_sources.engine import Engine
from data_sources.formulas import Layer, Stack
from data_sources.policing import stanford
from data_sources.recognise import sources

HEADER = "raw_row_number,date,time,lat,lng,subject_race,type,search_conducted,outcome"
TODAY = dt.date(2026, 1, 1)


def test_an_item_is_made_while_the_one_before_is_used() -> None:
    made: list[int] = []
    second = threading.Event()

    def source() -> Generator[int]:
        for number in range(1, 4):
            made.append(number)
            if number == 2:
                second.set()
            yield number

    coming = ahead(source())
    assert next(coming) == 1
    assert second.wait(10)  # nobody has asked for the second yet
    assert list(coming) == [2, 3]
    assert made == [1, 2, 3]


def test_what_goes_wrong_in_the_making_is_told_where_it_is_used() -> None:
    def source() -> Generator[int]:
        yield 1
        raise ValueError("no second")

    coming = ahead(source())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="no second"):
        next(coming)


def test_a_source_is_closed_when_nobody_wants_more_of_it() -> None:
    closed: list[bool] = []

    def source() -> Generator[int]:
        try:
            yield from range(100)
        finally:
            closed.append(True)

    coming = ahead(ahead(source()))
    next(coming)
    coming.close()
    assert closed == [True]


def test_two_threads_compute_over_tables_of_the_same_name(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    text = ibis.table({"n": "int64"}, name="text")
    upper = ibis.table({"n": "int64"}, name="upper")
    plain = Stack([Layer(text, {"n": text.n + 1})]).statements(["n"])
    layered = Stack([Layer(text, {"n": text.n * 2}), Layer(upper, {"n": upper.n + 1})]).statements(["n"])

    def sums(beside: bool) -> list[int]:
        data = pa.table({"n": pa.array(range(20_000), pa.int64())})
        statements = plain if beside else layered
        return [sum(engine.computed("text", data.slice(0, size), statements, beside=beside)["n"].to_pylist()) for size in range(0, 20_000, 500)]

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(sums, (True, False))
    assert one == [size * (size - 1) // 2 + size for size in range(0, 20_000, 500)]
    assert other == [size * (size - 1) + size for size in range(0, 20_000, 500)]
    engine.close()


@pytest.mark.parametrize("beside", [False, True])
def test_either_connection_reads_the_clock_in_utc_and_no_file_outside(tmp_path: Path, beside: bool) -> None:
    (tmp_path / "inside").mkdir()
    pq.write_table(pa.table({"n": [1]}), tmp_path / "outside.parquet")
    engine = Engine(tmp_path / "inside")
    nothing = pa.table({"n": [1]})
    assert engine.computed("text", nothing, [("", "SELECT current_setting('TimeZone') AS zone")], beside=beside)["zone"].to_pylist() == ["UTC"]
    with pytest.raises(duckdb.Error):
        engine.computed("text", nothing, [("", f"SELECT * FROM '{tmp_path}/outside.parquet'")], beside=beside)
    with pytest.raises(duckdb.Error):
        engine.computed("text", nothing, [("", "SELECT * FROM nothing")], beside=beside)  # a Python variable is not a table
    engine.close()


def test_many_small_batches_are_staged_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    races = ("white", "black", "hispanic", "martian")
    lines = [
        f"{row},{2015 + row % 12}-0{1 + row % 9}-1{row % 10},{row % 24:02}:30:00,{40 + row / 7000},{-73 - row / 9000},"
        f"{races[row % 4]},vehicular,{'TRUE' if row % 20 == 0 else 'FALSE'},warning"
        for row in range(9000)
    ]
    path = tmp_path / "stops.csv"
    path.write_text("\n".join([HEADER, *lines, *lines[:50]]), encoding="utf-8")
    source = sources()["stanford"]
    assert source.map is stanford.standard

    def staged(name: str) -> tuple[object, pa.Table]:
        found = stage.stage(files.read(path), source, Context(site_key=b"k" * 32), tmp_path / name, "one", today=TODAY)
        rows = pa.concat_tables([pq.read_table(file) for file in found.accepted]).sort_by("source_row")
        account = (
            found.rows_read,
            found.rows_accepted,
            found.rows_quarantined,
            found.rows_duplicate,
            found.notes,
            found.problems,
            found.content_hash,
        )
        return account, rows

    whole = staged("whole")
    monkeypatch.setattr("data_sources.delimited.BLOCK", 20_000)
    monkeypatch.setattr(batches, "ROWS", 700)
    many = staged("many")
    assert many[0] == whole[0]
    assert many[1].to_pylist() == whole[1].to_pylist()
    assert whole[0][2] > 0  # type: ignore[index]
