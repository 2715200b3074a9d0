"""One sample for all tests of this room: written once, read as columns."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from data_sources.sample import generate


@pytest.fixture(scope="package")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Staged]:
    return {one.table: one for one in generate.sample(tmp_path_factory.mktemp("riverton"))}


@pytest.fixture(scope="package")
def rows(staged: dict[str, Staged]) -> Callable[[str], pa.Table]:
    return lambda name: pa.concat_tables([pq.read_table(path) for path in staged[name].accepted])


@pytest.fixture(scope="package")
def stops(rows: Callable[[str], pa.Table]) -> pd.DataFrame:
    frame = rows("stops").to_pandas()
    frame["choice"] = frame["search_class_opp"].eq("discretionary")
    frame["hit"] = frame["choice"] & frame["contraband_found"].eq(True)
    return frame


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("again")
