"""The facts: canonical tables of millions of rows, written in imports that hold whole or not at all, read as counts."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.schema.problems import Receipt
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import TABLES
from dashboard.schema.tables import table as table_named
from dashboard.settings import DEFAULTS, Settings
from dashboard.store import facts_commit
from dashboard.store.delta import DeltaFolder, Snapshot
from dashboard.store.engine import Engine, empty_file
from dashboard.store.home import Home
from dashboard.store.tally import expression, question

if TYPE_CHECKING:
    import pandas as pd

WAIT_SECONDS = 60.0  # how long a second import into the same table waits for the first
STAFF = Scope(audience=Audience.STAFF)


class Facts:
    """The fact tables of one home under one choice of settings. One object may serve many threads."""

    def __init__(self, home: Home, settings: Settings = DEFAULTS, *, engine: Engine | None = None, wait_seconds: float = WAIT_SECONDS) -> None:
        self.home = home
        self.settings = settings
        self.wait_seconds = wait_seconds
        self.engine = engine or Engine(home.scratch)
        self._lock = threading.Lock()
        self._snapshots: dict[str, Snapshot] = {}

    def under(self, settings: Settings) -> Facts:
        """The same facts read under other settings; the engine is shared."""
        return Facts(self.home, settings, engine=self.engine, wait_seconds=self.wait_seconds)

    def store(self, table: str) -> DeltaFolder:
        """The Delta table behind a canonical table."""
        return DeltaFolder(self.home.facts / table, table_named(table))

    def version(self, table: str) -> int:
        """Which version of the table is the newest? -1 before the first import. Caches key on it."""
        return self.store(table).latest()

    def snapshot(self, table: str) -> Snapshot:
        """The newest state; read again only when there is a newer version."""
        store = self.store(table)
        latest = store.latest()
        with self._lock:
            known = self._snapshots.get(table)
        if known is None or known.version != latest:
            known = store.snapshot()
            with self._lock:
                self._snapshots[table] = known
        return known

    def files(self, table: str, snapshot: Snapshot | None = None) -> list[Path]:
        """The Parquet files to read: first the empty one that carries every canonical column."""
        current = snapshot or self.snapshot(table)
        return [empty_file(self.home.facts, table_named(table)), *current.files]

    def commit(self, staged: Staged, who: str, replace_same: bool = False) -> Receipt:
        """DeltaFolder a staged export: all of it or nothing, each key once. The same import again gives its first receipt.

        A row with a stored key and the same hash is a duplicate; with another hash it replaces the stored row. `replace_same` replaces equal
        rows too: for a corrected mapping over the same raw values.
        """
        started = time.monotonic()
        table = table_named(staged.table)
        store = self.store(staged.table)
        facts_commit.check(staged, table)
        with store.alone(self.wait_seconds):
            for known in store.entries():
                if known["import_id"] == staged.import_id and known["action"] == "import":
                    return facts_commit.receipt_from(known["receipt"])
            store.create()
            store.widen(facts_commit.raw_columns(staged.accepted, table))
            base = store.snapshot()
            done = facts_commit.plan(self.engine, store, base, staged, replace_same)
            first, last = facts_commit.period(staged.accepted, table)
            said = replace(facts_commit.receipt(staged, done, started), first_date=first, last_date=last)
            store.commit(base, done.added, done.removed, facts_commit.entry("import", said, who, staged.content_hash, done))
        return said

    def tally(self, table: str, by: Sequence[str] = (), scope: Scope = STAFF, sums: Sequence[str] = ()) -> pd.DataFrame:
        """How many rows are there of each kind? One line per combination of `by`, with `n` and one column per sum, sorted by `by`.

        Sums of true/false columns count the true ones; missing values add nothing. `by` and `scope.where` take canonical columns, `month`, `quarter`,
        `year`, `weekday`, `hour`, `time_band`, and names that a setting rules. Dates come as datetime64, other missing values as None or NaN.
        """
        asked = question(table_named(table), by, scope, sums, self.settings)
        rows = self.engine.rows(self.files(table), asked.table.schema)
        return self.engine.frame(expression(asked, rows))

    def span(self, table: str) -> tuple[dt.date | None, dt.date | None]:
        """The first and last day stored, or (None, None)."""
        return facts_commit.period(self.snapshot(table).files, table_named(table))

    def values(self, table: str, column: str, scope: Scope = STAFF) -> list[Any]:
        """The values that occur in a column, sorted, without missing."""
        found = self.tally(table, (column,), scope)[column].dropna()
        return list(found)

    def entries(self, table: str) -> list[dict[str, Any]]:
        """What every import and undo of this table said of itself, oldest first."""
        return self.store(table).entries()

    def tables(self) -> list[str]:
        """The tables that hold rows."""
        return [name for name in TABLES if self.snapshot(name).files]
