"""What many tests need again and again, made once: tables of new records, a folder for all workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from dashboard.store import records as store

MIGRATE, PRAGMAS = store._migrate, store.SQLITE_PRAGMAS
PATIENCE = 300.0  # seconds that a worker waits for what another makes


def records(patch: pytest.MonkeyPatch) -> None:
    """New SQLite records get the tables that the migrations gave the first ones, statement by statement, and do not wait for the disk."""
    patch.setattr(store, "_migrate", _Written())
    patch.setattr(store, "SQLITE_PRAGMAS", tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in PRAGMAS))


def real_records(patch: pytest.MonkeyPatch) -> None:
    """Records as the program makes them."""
    patch.setattr(store, "_migrate", MIGRATE)
    patch.setattr(store, "SQLITE_PRAGMAS", PRAGMAS)


class _Written:
    """Runs the migrations once over new SQLite records, and afterwards repeats what they wrote."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, connection: Connection, found: str) -> None:
        if found or connection.dialect.name != "sqlite":
            MIGRATE(connection, found)
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        if not self.statements:
            MIGRATE(connection, found)
            self.statements = [one for one in raw.iterdump() if one not in {"BEGIN TRANSACTION;", "COMMIT;"}]
            return
        for statement in self.statements:
            raw.execute(statement)


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder that the first worker who asks makes, and that the others wait for."""
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not done.exists():
            assert time.monotonic() < until, f"no other worker has made {folder.name}"
            time.sleep(0.2)
        return folder / "home"
    make(folder / "home")
    done.touch()
    return folder / "home"
