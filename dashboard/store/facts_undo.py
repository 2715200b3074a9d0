"""How is an import taken back? Its rows go, the rows that it replaced come back, in one step; a later import that leans on it is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from dashboard.errors import StoreError
from dashboard.store.delta import DeltaFolder, Snapshot
from dashboard.store.engine import Engine
from dashboard.store.facts_commit import Plan, fresh, key_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Standing:
    """An import that counts now, and the ones after it that count too."""

    commit: Mapping[str, Any]
    later: tuple[Mapping[str, Any], ...]


def standing(commits: Sequence[Mapping[str, Any]], import_id: str) -> Standing | None:
    """The commit of this import if it has not been undone, and those after it that have not."""
    live: dict[str, Mapping[str, Any]] = {}
    for commit in commits:
        if commit["action"] == "import":
            live[commit["import_id"]] = commit
        else:
            live.pop(commit["import_id"], None)
    if import_id not in live:
        return None
    mine = live[import_id]
    return Standing(mine, tuple(commit for commit in live.values() if commit["version"] > mine["version"]))


def refuse_if_needed(found: Standing) -> None:
    """StoreError when a later import counted rows of this one as its own, or replaced some: it has to be undone first."""
    import_id = found.commit["import_id"]
    for other in found.later:
        leaned = other["builds_on"].get(import_id, 0)
        replaced = other["replaces"].get(import_id, 0)
        if leaned or replaced:
            what = f"replaced {replaced:,} of its rows" if replaced else f"holds {leaned:,} of the same rows and did not store them again"
            files = ", ".join(other["receipt"]["files"][:3])
            raise StoreError(
                f"This import cannot be undone yet: the later import of {files} ({other['when'][:10]}) {what}.",
                hint="Undo the later import first.",
            )


def plan(engine: Engine, store: DeltaFolder, base: Snapshot, found: Standing) -> Plan:
    """Which files must change so that the import's rows are gone and what it replaced is back?"""
    import_id = str(found.commit["import_id"])
    added: list[Path] = []
    removed: list[Path] = []
    gone = 0
    for file in base.files:
        keys = key_rows(engine, [file], store.table)
        theirs = keys["import_id"] == import_id
        count = int(engine.arrow(keys.agg(n=theirs.sum().coalesce(0)))["n"][0].as_py())
        if count:
            gone += count
            removed.append(file)
            if count < pq.read_metadata(file).num_rows:
                rows = engine.rows([file], pq.read_schema(file))
                kept = fresh(engine, store, rows.filter(~rows["import_id"].identical_to(import_id)))
                added += [kept] if kept else []
    if gone != found.commit["receipt"]["accepted"]:
        raise StoreError(f"This import brought {found.commit['receipt']['accepted']:,} rows but {gone:,} of them are stored; nothing was changed.")
    back = _replaced(engine, store, found, removed)
    restored = sum(pq.read_metadata(file).num_rows for file in back)
    if restored != found.commit["receipt"]["replaced"]:
        raise StoreError(f"{restored:,} of the {found.commit['receipt']['replaced']:,} replaced rows could be found again; nothing was changed.")
    return Plan((*added, *back), tuple(removed), gone, replaced=restored)


def _replaced(engine: Engine, store: DeltaFolder, found: Standing, holding: Sequence[Path]) -> list[Path]:
    """New files with the rows that the import replaced, as they were in the version before it."""
    if not found.commit["receipt"]["replaced"]:
        return []
    version = int(found.commit["version"])
    after = set(store.snapshot(version).files)
    mine = key_rows(engine, holding, store.table)
    mine = mine.filter(mine["import_id"] == found.commit["import_id"])
    back: list[Path] = []
    for old in store.snapshot(version - 1).files:
        if old not in after:
            rows: ir.Table = engine.rows([old], pq.read_schema(old))
            again = fresh(engine, store, rows.semi_join(mine, [rows[store.table.key] == mine[store.table.key]]))
            back += [again] if again else []
    return back
