"""Does computing each different value once give the same rows as computing every row?"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from dashboard.settings import Settings
from data_sources import batches, delimited, files, joining, steps
from data_sources.base import Context, Source
from data_sources.policing.generic import as_source
from data_sources.policing.propose import propose
from data_sources.recognise import sources, verdict
from data_sources.stage import stage
from data_sources.tables import TextTable

FIXTURES = Path(__file__).parents[1] / "fixtures"
REAL = Path(__file__).parents[3] / "shared" / "data" / "stops"
POLICING = sorted(name for name, source in sources().items() if source.map.__module__.startswith("data_sources.policing"))
ODD = (
    "",
    " ",
    "NA",
    "(null)",
    "1/1/2020",
    "2018-02-30",
    "9:05",
    "905",
    "24:00",
    "0",
    "TRUE",
    "no",
    "999",
    "12,345",
    " consent",
    "arrest",
    "a|b",
    "ü",
)


def all_of(tables: list[TextTable], source: Source, folder: Path) -> tuple[Staged, list[dict[str, Any]], list[dict[str, Any]]]:
    """The account, the accepted rows and the rows set aside."""
    context = Context(settings=Settings.of({"import.max_quarantine_share": 0.5}), site_key=b"k" * 32)
    staged = stage(tables, source, context, folder, "one", today=dt.date(2026, 1, 1))
    rows = [row for path in staged.accepted for row in pq.read_table(path).to_pylist()]
    aside = pq.read_table(staged.quarantine).to_pylist() if staged.quarantine else []
    account = dataclasses.replace(staged, folder=Path(), accepted=(), quarantine=None)
    return account, *(sorted(found, key=lambda row: (row["source_file"], row["source_row"])) for found in (rows, aside))  # type: ignore[return-value]


def both_ways(tables: list[TextTable], source: Source, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FEW", 10**9)
    every_row = all_of(tables, source, folder / "rows")
    monkeypatch.setattr(batches, "FEW", 0)
    monkeypatch.setattr(batches, "REPEATED", 1.0)
    once = all_of(tables, source, folder / "once")
    assert once == every_row


def shuffled(name: str, folder: Path) -> list[TextTable]:
    """A file in the layout of a fixture: 160 rows, each cell from another row of the fixture, some of them odd, many of them new on the way."""
    chance = random.Random(name)
    source = sources().get(name)
    tables = [table for path in sorted((FIXTURES / name).iterdir()) if path.is_file() for table in files.read(path)]
    one = joining.joined(source.joint, tables, Context(site_key=b"k" * 32)) if source and source.joint else tables[0]
    columns = [list(dict.fromkeys(one.sample.column(header).to_pylist())) for header in one.header]
    with (folder / "shuffled.csv").open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(one.header)
        for number in range(160):
            writer.writerow(
                [f"{number}" if not place else chance.choice(ODD if chance.random() < 0.1 else values) for place, values in enumerate(columns)]
            )
        writer.writerow(one.header)
    return list(files.read(folder / "shuffled.csv"))


@pytest.mark.parametrize("name", POLICING)
def test_every_source(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = dataclasses.replace(sources()[name], joint=None)  # files that belong together are joined before their rows are shuffled
    monkeypatch.setattr(delimited, "BLOCK", 8192)
    monkeypatch.setattr(batches, "ROWS", 60)  # so that later batches meet values that earlier ones brought, and new ones
    both_ways(shuffled(name, tmp_path), source, tmp_path, monkeypatch)


def test_formulas_computed_apart_and_combinations_that_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "SMALL", 4)
    both_ways(shuffled("stanford", tmp_path), sources()["stanford"], tmp_path, monkeypatch)


def test_a_mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 4096)
    monkeypatch.setattr(batches, "ROWS", 60)
    tables = shuffled("mapping", tmp_path)
    both_ways(tables, as_source(propose(tables[0].header, tables[0].sample)), tmp_path, monkeypatch)


@pytest.mark.real
@pytest.mark.parametrize("name", ["ct_wethersfield_wethersfield-r5.csv", "nypd_sqf_2021.xlsx", "uk_bedfordshire"])
def test_real_exports(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (REAL / name).exists():
        pytest.skip(f"the real export {name} is not beside the project")
    paths = sorted((REAL / name).glob("*.csv")) if (REAL / name).is_dir() else [REAL / name]
    tables = [table for path in paths for table in files.read(path)]
    source = verdict(tables[0].header, tables[0].sample).source
    assert source is not None
    both_ways(tables, source, tmp_path, monkeypatch)
