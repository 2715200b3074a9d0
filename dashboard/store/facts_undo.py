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
    counting = live(commits)
    if import_id not in counting:
        return None
    mine = counting[import_id]
    return Standing(mine, tuple(commit for commit in counting.values() if commit["version"] > mine["version"]))


def live(commits: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The commits of the imports that have not been undone, oldest first, by import."""
    found: dict[str, Mapping[str, Any]] = {}
    for commit in commits:
        if commit["action"] == "import":
            found[commit["import_id"]] = commit
        else:
            found.pop(commit["import_id"], None)
    return found


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
    promised = found.commit["receipt"]["replaced"] + found.commit["receipt"].get("withdrawn", 0)
    back = _taken_out(engine, store, found) if promised else []
    restored = sum(pq.read_metadata(file).num_rows for file in back)
    if restored != promised:
        raise StoreError(f"{restored:,} of the {promised:,} rows that it replaced or took out could be found again; nothing was changed.")
    _refuse_if_back_already(engine, store, base, import_id, back)
    return Plan((*added, *back), tuple(removed), gone, replaced=restored)


def _taken_out(engine: Engine, store: DeltaFolder, found: Standing) -> list[Path]:
    """New files with the rows that the import replaced or took out, as they were in the version before it."""
    version = int(found.commit["version"])
    before, after = store.snapshot(version - 1).files, store.snapshot(version).files
    new = [file for file in after if file not in set(before)]
    back: list[Path] = []
    for old in before:
        if old not in after:
            rows: ir.Table = engine.rows([old], pq.read_schema(old))
            if new:
                kept = key_rows(engine, new, store.table)
                rows = rows.anti_join(kept, [rows[store.table.key] == kept[store.table.key], rows["import_id"] == kept["import_id"]])
            again = fresh(engine, store, rows)
            back += [again] if again else []
    return back


def _refuse_if_back_already(engine: Engine, store: DeltaFolder, base: Snapshot, import_id: str, back: Sequence[Path]) -> None:
    """StoreError when a later import brought a row again that this one had taken out: it would be stored twice."""
    if not back or not base.files:
        return
    stored, again = key_rows(engine, base.files, store.table), key_rows(engine, back, store.table)
    others = stored.filter(~stored["import_id"].identical_to(import_id)).semi_join(again, store.table.key)
    count = int(engine.arrow(others.agg(n=others.count()))["n"][0].as_py())
    if count:
        raise StoreError(
            f"This import cannot be undone yet: a later one brought {count:,} rows again that it had taken out.", hint="Undo the later import first."
        )
