"""Is a row's identity the same whenever and however it comes again?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from data_sources.engine import Engine
from data_sources.identity import HASH_DIGITS, row_hash


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def hashes(engine: Engine, **columns: list[str | None]) -> list[str]:
    rows = engine.given("rows", pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))
    return [row["h"] for row in engine.fetch(rows.select(h=row_hash(rows, list(columns))))]


def test_the_hash_is_md5_of_the_values_in_the_order_of_folded_headers(engine: Engine) -> None:
    wanted = hashlib.md5(b"1\x1fwhite\x1f10:00", usedforsecurity=False).hexdigest()[:HASH_DIGITS]
    assert hashes(engine, Time=["10:00"], id=["1"], RACE=["white"]) == [wanted]
    assert hashes(engine, id=["1"], race=["white"], time=["10:00"]) == [wanted]


def test_moved_and_missing_values_differ(engine: Engine) -> None:
    found = hashes(engine, a=["x", None, "xy", "x", None], b=[None, "x", "", "y", None])
    assert len(set(found)) == 5
    assert hashes(engine, a=["x"], b=[""]) == hashes(engine, a=["x"], b=[None])
