"""The facts: canonical tables of millions of rows, written in imports that hold whole or not at all, read as counts."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.errors import StoreError
from dashboard.schema.overlap import UPDATE, Choice, Overlap
from dashboard.schema.problems import Receipt
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import TABLES
from dashboard.schema.tables import table as table_named
from dashboard.settings import DEFAULTS, Settings
from dashboard.store import facts_commit, facts_overlap, facts_plan, facts_undo
from dashboard.store.delta import DeltaFolder, Snapshot
from dashboard.store.engine import Engine, empty_file
from dashboard.store.evenings import Kept
from dashboard.store.home import Home
from dashboard.store.rollups import FEWEST_ROWS, Shelf
from dashboard.store.tally import Question, expression, question
from dashboard.store.units import PATTERN, UnitShelf, read_patterns, read_together, unit

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

WAIT_SECONDS = 60.0  # how long a second import into the same table waits for the first
STAFF = Scope(audience=Audience.STAFF)


class Facts:
    """The fact tables of one home under one choice of settings. One object may serve many threads."""

    def __init__(
        self,
        home: Home,
        settings: Settings = DEFAULTS,
        *,
        engine: Engine | None = None,
        wait_seconds: float = WAIT_SECONDS,
        rollup_from: int = FEWEST_ROWS,
    ) -> None:
        self.home = home
        self.settings = settings
        self.wait_seconds = wait_seconds
        self.rollup_from = rollup_from
        self.engine = engine or Engine(home.scratch)
        self._lock = threading.Lock()
        self._snapshots: dict[str, Snapshot] = {}

    def under(self, settings: Settings) -> Facts:
        """The same facts read under other settings; the engine is shared."""
        return Facts(self.home, settings, engine=self.engine, wait_seconds=self.wait_seconds, rollup_from=self.rollup_from)

    # What is stored

    def version(self, table: str) -> int:
        """Which version of the table is the newest? -1 before the first import. Caches key on it."""
        return self._delta(table).latest()

    def snapshot(self, table: str) -> Snapshot:
        """The newest state; read again only when there is a newer version."""
        store = self._delta(table)
        latest = store.latest()
        with self._lock:
            known = self._snapshots.get(table)
        if known is None or known.version != latest:
            known = store.snapshot()
            with self._lock:
                self._snapshots[table] = known
        return known

    def entries(self, table: str) -> list[dict[str, Any]]:
        """What every import and undo of this table said of itself, oldest first; the ledger is made of it."""
        return self._delta(table).entries()

    def imports(self, table: str) -> list[Receipt]:
        """The receipts of the imports into this table, newest first; `state` is 'committed' or 'undone'."""
        found: dict[str, Receipt] = {}
        for said in self.entries(table):
            state = "committed" if said["action"] == "import" else "undone"
            found[said["import_id"]] = facts_commit.receipt_from(said["receipt"], state=state)
        return list(reversed(found.values()))

    def tables(self) -> list[str]:
        """The tables that hold rows."""
        return [name for name in TABLES if self.snapshot(name).files]

    def quarantine(self, import_id: str) -> Path | None:
        """The rows that this import set aside, with their reasons, as a Parquet file."""
        file = self.home.quarantine / f"{_safe(import_id)}.parquet"
        return file if file.exists() else None

    # Questions

    def tally(self, table: str, by: Sequence[str] = (), scope: Scope = STAFF, sums: Sequence[str] = ()) -> pd.DataFrame:
        """How many rows are there of each kind? One line per combination of `by`, with `n` and one column per sum, sorted by `by`.

        Sums of true/false columns count the true ones; missing values add nothing. `by` and `scope.where` take canonical columns, `month`, `quarter`,
        `year`, `weekday`, `hour`, `time_band`, and names that a setting rules. Dates come as datetime64, other missing values as None or NaN.
        """
        return self.engine.frame(self.asked(question(table_named(table), by, scope, sums, self.settings)))

    def asked(self, asked: Question, *, from_rows: bool = False) -> ir.Table:
        """The question as an expression over the smallest counts that answer it, or over the rows."""
        name = asked.table.name
        state = self.snapshot(name)
        kept = None if from_rows else self.shelf(name).usable(asked, state)
        if kept:
            return expression(asked, self.shelf(name).rows(*kept), weight="n")
        files = [empty_file(self.home.facts, asked.table), *state.files]
        return expression(asked, self.engine.rows(files, asked.table.schema))

    def evenings(self, scope: Scope = STAFF) -> Kept | None:
        """The timed traffic stops of these evenings by day, minute, district and group, if they are kept and answer this slice; else tally them."""
        asked = question(table_named("stops"), ("date", "minute", "district", "race_group"), scope, (), self.settings)
        return self.shelf("stops").evenings(asked, self.snapshot("stops"))

    def units(self, name: str, by: Sequence[str] = (), scope: Scope = STAFF) -> pd.DataFrame:
        """How many incidents, subjects, techniques or officer involvements are there of each kind? Counted by id, not by row.

        `name` is a unit of `store/units.py`; one line per combination of `by` with `n`. A unit belongs to the day and district of its first row.
        """
        one = unit(name)
        asked = question(one.table, by, scope, (), self.settings)
        counts = self._unit_shelf().rows(one, self.snapshot("use_of_force"), self._force_rows())
        return self.engine.frame(expression(asked, counts, weight="n"))

    def patterns(self, scope: Scope, status: Sequence[str]) -> tuple[dict[tuple[tuple[str, int], ...], int], int]:
        """Incidents by the (group, highest level) of their subjects, and how many subjects have no level."""
        column = PATTERN if self.settings.text("multirace") == "hispanic_first" else f"{PATTERN}_doj"
        return read_patterns(self.units("patterns", (column,), scope.and_where("record_status", *status)), column)

    def together(self, scope: Scope, status: Sequence[str]) -> list[dict[str, int]]:
        """Each incident with two officers or more at different levels: officer -> highest level. Restricted: it names single officers."""
        table = table_named("use_of_force")
        asked = question(table, ("incident_id", "officer_key", "force_level"), scope.and_where("record_status", *status), (), self.settings)
        return read_together(self.engine.frame(expression(asked, self._force_rows())))

    def officers(self, scope: Scope = STAFF) -> int:
        """How many different officers are named in the force reports of this slice?"""
        asked = question(table_named("use_of_force"), ("officer_key",), scope, (), self.settings)
        found = expression(asked, self._force_rows())
        return int(self.engine.arrow(found.agg(n=found["officer_key"].nunique()))["n"][0].as_py())

    def _force_rows(self) -> ir.Table:
        """The rows of the force table."""
        table = table_named("use_of_force")
        return self.engine.rows([empty_file(self.home.facts, table), *self.snapshot(table.name).files], table.schema)

    def _unit_shelf(self) -> UnitShelf:
        """The counts of units kept beside the force rows."""
        return UnitShelf(self.engine, self.home.rollups, self.rollup_from)

    def _keep_units(self, table: str) -> None:
        """After a change of the force table: count its units anew where there are many rows."""
        if table == "use_of_force":
            self._unit_shelf().keep(self.snapshot(table), self._force_rows())

    def tally_staged(self, staged: Staged, by: Sequence[str] = (), sums: Sequence[str] = ()) -> pd.DataFrame:
        """The same count over an export that waits for a person's yes, so that it can be looked at before it is stored."""
        asked = question(table_named(staged.table), by, STAFF, sums, self.settings)
        return self.engine.frame(expression(asked, self.engine.rows(list(staged.accepted), asked.table.schema)))

    def span(self, table: str) -> tuple[dt.date | None, dt.date | None]:
        """The first and last day stored, or (None, None)."""
        return facts_commit.period(self.snapshot(table).files, table_named(table))

    def values(self, table: str, column: str, scope: Scope = STAFF) -> list[Any]:
        """The values that occur in a column, sorted, without missing."""
        return list(self.tally(table, (column,), scope)[column].dropna())

    def sample_rows(self, table: str, import_id: str, n: int = 20) -> pd.DataFrame:
        """The first rows of one import with their raw columns, for a preview; restricted columns are left out."""
        return self.engine.frame(facts_commit.preview(self.engine, self._delta(table), self.snapshot(table), import_id, n))

    # Changes

    def commit(self, staged: Staged, who: str, replace_same: bool = False, *, choice: Choice = UPDATE) -> Receipt:
        """Store a staged export: all of it or nothing, each key once. The same import again gives its first receipt.

        A row with a stored key and the same hash is a duplicate; with another hash it replaces the stored row. `replace_same` replaces equal
        rows too: for a corrected mapping over the same raw values. `choice` 'replace' also takes out rows of the same source that the export no
        longer has (see `overlaps`); 'add' leaves stored rows as they are. ImportConflict when another import does not end in time.
        """
        started = time.monotonic()
        table = table_named(staged.table)
        store = self._delta(staged.table)
        with store.alone(self.wait_seconds):
            already = facts_undo.standing(store.entries(), staged.import_id)
            if already:
                return facts_commit.receipt_from(already.commit["receipt"])
            facts_commit.check(self.engine, staged, table)
            store.create()
            self._sweep(store)
            before = store.snapshot()
            store.widen(facts_commit.raw_columns(staged.accepted, table))
            base = store.snapshot()
            done = facts_plan.plan(self.engine, store, base, staged, facts_plan.Asked(choice, replace_same, store.entries()))
            first, last = facts_commit.period(staged.accepted, table)
            said = replace(facts_commit.receipt(staged, done, started), first_date=first, last_date=last)
            self._keep_quarantine(staged)
            store.commit(base, done.added, done.removed, facts_commit.entry("import", said, who, staged.content_hash, done))
            self.shelf(staged.table).advance(before, store.snapshot())
            self._keep_units(staged.table)
        if staged.folder.resolve().is_relative_to(self.home.staging):
            shutil.rmtree(staged.folder, ignore_errors=True)
        return said

    def overlaps(self, staged: Staged) -> tuple[Overlap, ...]:
        """Was this export issued again? What it shares with each earlier import of its source: rows the same, changed, and missing now."""
        store, state = self._delta(staged.table), self.snapshot(staged.table)
        if not state.files or not staged.rows_accepted:
            return ()
        both = facts_commit.shared(self.engine, store.table, state, staged.accepted, replace_same=False)
        return facts_overlap.overlaps(self.engine, store.table, state, store.entries(), staged, both)

    def undo(self, import_id: str, who: str) -> Receipt:
        """Take an import back: its rows go, what it replaced or took out comes back. StoreError names a later import that leans on it."""
        for name in TABLES:
            store = self._delta(name)
            if not any(said["import_id"] == import_id for said in store.entries()):
                continue
            with store.alone(self.wait_seconds):
                found = facts_undo.standing(store.entries(), import_id)
                if found is None:
                    raise StoreError("This import has been undone already.")
                facts_undo.refuse_if_needed(found)
                self._sweep(store)
                base = store.snapshot()
                done = facts_undo.plan(self.engine, store, base, found)
                said = facts_commit.receipt_from(found.commit["receipt"], state="undone")
                store.commit(base, done.added, done.removed, facts_commit.entry("undo", said, who, found.commit["content_hash"], done))
                self.shelf(name).advance(base, store.snapshot())
                self._keep_units(name)
            return said
        raise StoreError("There is no such import.", hint="The Data page lists them all.")

    def sweep(self, table: str) -> int:
        """Remove files that no version of the table names, left behind by an import that was cut short; how many."""
        store = self._delta(table)
        with store.alone(self.wait_seconds):
            return self._sweep(store)

    def rebuild_rollups(self, table: str) -> None:
        """Count everything again."""
        store = self._delta(table)
        with store.alone(self.wait_seconds):
            self.shelf(table).rebuild(store.snapshot())
            self._keep_units(table)

    def verify(self, table: str) -> None:
        """Are the stored files the ones that were committed, byte for byte? StoreError names the first that is not. Reads every byte."""
        store = self._delta(table)
        bad = facts_commit.damaged(store.snapshot(), store.entries())
        if bad:
            raise StoreError(f"The stored file {bad[0]} of {table} is damaged or gone.", hint="Restore the folder 'facts' from the backup.")

    def shelf(self, table: str) -> Shelf:
        """The counts kept beside the rows of this table."""
        return Shelf(self.engine, self.home.rollups, table_named(table), self.rollup_from)

    def _delta(self, table: str) -> DeltaFolder:
        """The Delta table behind a canonical table."""
        return DeltaFolder(self.home.facts / table_named(table).name, table_named(table))

    @staticmethod
    def _sweep(store: DeltaFolder) -> int:
        """Remove what no version names; the caller holds the lock."""
        named = store.named_files()
        lost = [file for file in store.folder.glob("*.parquet") if file.name not in named] if store.exists() else []
        for file in lost:
            file.unlink()
        return len(lost)

    def _keep_quarantine(self, staged: Staged) -> None:
        """Keep the rows set aside, so that they can be downloaded with their reasons."""
        if staged.quarantine and staged.quarantine.exists():
            target = self.home.quarantine / f"{_safe(staged.import_id)}.parquet"
            passing = target.with_suffix(".part")
            shutil.copyfile(staged.quarantine, passing)
            passing.replace(target)


def _safe(import_id: str) -> str:
    """The id as a file name: our ids are letters, digits and hyphens, and nothing else is let through."""
    if not import_id or not all(sign.isalnum() or sign in "-_" for sign in import_id):
        raise StoreError("This is not the id of an import.")
    return import_id
