"""Stages a fixture through the real pipeline and gives back its canonical rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from dashboard.settings import Settings
from data_sources import files
from data_sources.base import Context, Source
from data_sources.recognise import verdict
from data_sources.stage import stage

FIXTURES = Path(__file__).parents[2] / "fixtures"
REAL = Path(__file__).parents[4] / "shared" / "data"
Run = Callable[..., tuple[Staged, list[dict[str, Any]]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def staged(*paths: Path | str, source: Source | None = None, **settings: object) -> tuple[Staged, list[dict[str, Any]]]:
        tables = [table for path in paths for table in files.read(FIXTURES / path)]
        found = source or verdict(tables[0].header, tables[0].sample).source
        assert found is not None
        context = Context(settings=Settings.of(settings), site_key=b"k" * 32)
        result = stage(tables, found, context, tmp_path, "one", today=dt.date(2026, 1, 1))
        rows = pa.concat_tables([pq.read_table(path) for path in result.accepted], promote_options="default").to_pylist() if result.accepted else []
        return result, sorted(rows, key=lambda row: (row["source_file"], row["source_row"]))

    return staged


@pytest.fixture
def real() -> Callable[[str], Path]:
    def path(name: str) -> Path:
        if not (REAL / name).exists():
            pytest.skip(f"the real export {name} is not beside the project")
        return REAL / name

    return path
