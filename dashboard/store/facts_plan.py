"""What must be added and taken out so that each key is stored once, and stored rows become what was asked of them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from dashboard.schema.overlap import ADD, REPLACE, Choice
from dashboard.schema.problems import Problem
from dashboard.schema.staging import Staged
from dashboard.schema.tables import Table
from dashboard.store.delta import DeltaFolder, Snapshot
from dashboard.store.engine import Engine
from dashboard.store.facts_commit import Plan, fresh, key_rows, link, replacing, shared, without_stored
from dashboard.store.facts_overlap import AGENCY, gone_by_import, missing, siblings

if TYPE_CHECKING:
    import ibis.expr.types as ir

TAKEN_OUT = "Rows of an earlier file of this source that this one no longer has were taken out; undoing this import brings them back."
STAYED = "Rows of an earlier file of this source are missing in this one; they stay. To take them out, undo this import and store it with 'replace'."
NOT_TAKEN = "Rows with other values than the stored ones under the same number were not taken: only new rows were to be added."


@dataclass(frozen=True, slots=True)
class Asked:
    """How a staged export is to be stored: what becomes of stored rows, whether equal rows are replaced too, and what earlier commits said."""

    choice: Choice
    replace_same: bool
    entries: Sequence[Mapping[str, Any]]


def plan(engine: Engine, store: DeltaFolder, base: Snapshot, staged: Staged, asked: Asked) -> Plan:
    """The files that come and go, and the account of the rows."""
    files = tuple(file for file in staged.accepted if pq.read_metadata(file).num_rows)
    if not files:
        return Plan((), (), 0)
    same, changed = shared(engine, store.table, base, files, asked.replace_same)
    earlier = list(siblings(asked.entries, staged, list(dict.fromkeys((*same, *changed)))))
    gone = gone_by_import(engine, store.table, base, files, earlier)
    if asked.choice == ADD:
        return _only_new(engine, store, base, staged, files, same, changed, gone)
    duplicates, replaced = sum(same.values()), sum(changed.values())
    added = (
        [new for file in files if (new := without_stored(engine, store, base, file))] if duplicates else [link(file, store.folder) for file in files]
    )
    out = tuple(gone) if asked.choice == REPLACE else ()
    removed: list[Path] = []
    if replaced or out:
        for old in base.files:
            leaving = _Leaving(engine, store.table, files, asked.replace_same, out)
            if leaving.any_of(old):
                removed.append(old)
                rest = engine.rows([old], pq.read_schema(old))
                added += [new] if (new := fresh(engine, store, leaving.stay(rest))) else []
    withdrawn = sum(gone.values()) if out else 0
    replaces = Counter(changed) + Counter(gone if out else {})
    return Plan(
        tuple(added),
        tuple(removed),
        staged.rows_accepted - duplicates,
        duplicates,
        replaced,
        same,
        dict(replaces),
        withdrawn,
        _notes((("withdrawn", TAKEN_OUT, withdrawn), ("still_there", STAYED, 0 if out else sum(gone.values())))),
    )


def _only_new(  # noqa: PLR0917
    engine: Engine,
    store: DeltaFolder,
    base: Snapshot,
    staged: Staged,
    files: Sequence[Path],
    same: Mapping[str, int],
    changed: Mapping[str, int],
    gone: Mapping[str, int],
) -> Plan:
    """Only rows whose number is not stored yet; the others count as duplicates."""
    known = Counter(same) + Counter(changed)
    stored = sum(known.values())
    added = (
        [new for file in files if (new := without_stored(engine, store, base, file, changed_too=True))]
        if stored
        else [link(file, store.folder) for file in files]
    )
    notes = _notes((("not_taken", NOT_TAKEN, sum(changed.values())), ("still_there", STAYED, sum(gone.values()))))
    return Plan(tuple(added), (), staged.rows_accepted - stored, stored, 0, dict(known), {}, 0, notes)


def _notes(said: Sequence[tuple[str, str, int]]) -> tuple[Problem, ...]:
    """The notes that stand for a row."""
    return tuple(Problem(code, sentence, count) for code, sentence, count in said if count)


class _Leaving:
    """The stored rows that go: replaced by a staged row, or missing in the staged files of these imports."""

    def __init__(self, engine: Engine, table: Table, files: Sequence[Path], replace_same: bool, out: Sequence[str]) -> None:
        self.engine, self.table, self.files, self.replace_same, self.out = engine, table, files, replace_same, out

    def any_of(self, file: Path) -> bool:
        """Does this stored file hold such a row?"""
        names = [self.table.key, "row_hash", "import_id", self.table.date, *([AGENCY] if AGENCY in self.table.names else [])]
        rows = self.engine.rows([file], pq.read_schema(file)).select(*names)
        stay = self.stay(rows)
        return bool(self.engine.arrow(stay.agg(n=stay.count()))["n"][0].as_py() < pq.read_metadata(file).num_rows)

    def stay(self, rows: ir.Table) -> ir.Table:
        """The rows without those that go."""
        new, key = key_rows(self.engine, self.files, self.table), self.table.key
        kept = rows.anti_join(new, replacing(new, rows, key, self.replace_same))
        if not self.out:
            return kept
        gone = missing(self.engine, self.table, rows, self.files, self.out).select(key)
        return kept.anti_join(gone, [kept[key] == gone[key]])
