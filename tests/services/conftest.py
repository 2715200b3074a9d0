"""Homes that differ by one thing: empty, one stop, a few thousand stops that can be added to and corrected."""

from __future__ import annotations

import dataclasses
import functools
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dashboard.schema.problems import Receipt
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.services import imports
from dashboard.services.house import House
from data_sources.sample import generate

STAFF = Scope(audience=Audience.STAFF)


@pytest.fixture(scope="session")
def staff() -> Scope:
    """Everything, for staff."""
    return STAFF


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Staged, pa.Table]:
    """A small import as it is staged, and its rows."""
    (one,) = generate.sample(tmp_path_factory.mktemp("made"), 3_000, 11, tables=["stops"])
    return one, pa.concat_tables([pq.read_table(path) for path in one.accepted])


@pytest.fixture(scope="session")
def stops(made: tuple[Staged, pa.Table]) -> pa.Table:
    """A few thousand stops."""
    return made[1]


Stage = Callable[..., Staged]


def staged_in(made: tuple[Staged, pa.Table], parent: Path, rows: pa.Table, *, fresh: bool = False) -> Staged:
    """Rows staged as a new import in a new folder; with `fresh` they are other people than any before."""
    name = secrets.token_hex(6)
    if fresh:
        for column in ("stop_person_id", "stop_id", "row_hash"):
            where = rows.schema.get_field_index(column)
            marked = pc.binary_join_element_wise(rows[column], pa.scalar(name), "-")
            rows = rows.set_column(where, rows.schema.field(where), marked)
    where = rows.schema.get_field_index("import_id")
    rows = rows.set_column(where, rows.schema.field(where), pa.array([name] * len(rows), rows.schema.field(where).type))
    folder = parent / "staged" / name
    folder.mkdir(parents=True)
    pq.write_table(rows, folder / "rows.parquet")
    changes = {"import_id": name, "content_hash": name, "folder": folder, "accepted": (folder / "rows.parquet",), "notes": ()}
    return dataclasses.replace(made[0], **changes, rows_read=len(rows), rows_accepted=len(rows), rows_quarantined=0, rows_duplicate=0)


@pytest.fixture
def stage(made: tuple[Staged, pa.Table], tmp_path: Path) -> Stage:
    """A function that stages rows as a new import; with `fresh` they are other people than any before."""
    return functools.partial(staged_in, made, tmp_path)


@pytest.fixture(scope="session")
def imported(made: tuple[Staged, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Receipt]:
    """The few thousand stops, imported and published once: for copies. Its release takes as long as a hundred tests."""
    os.environ.pop("COMMON_GROUND_RECORDS", None)
    folder = tmp_path_factory.mktemp("imported")
    house = House(folder / "home")
    return house, imports.commit(house, staged_in(made, folder, made[1]), "test")


@pytest.fixture
def with_stops(imported: tuple[House, Receipt], tmp_path: Path) -> tuple[House, Receipt]:
    """A home of one's own into which the few thousand stops came, and the receipt of that import."""
    shutil.copytree(imported[0].home.path, tmp_path / "with_stops")
    return House(tmp_path / "with_stops"), imported[1]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A home into which nothing was imported."""
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")
