"""Was this export issued again? What it shares with earlier imports of its source, and which of their rows it no longer has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dashboard.schema.overlap import Overlap
from dashboard.schema.staging import Staged
from dashboard.schema.tables import Table
from dashboard.store.delta import Snapshot, date_range
from dashboard.store.engine import Engine
from dashboard.store.facts_undo import live

if TYPE_CHECKING:
    import ibis.expr.types as ir

AGENCY = "agency_id"


def identified(engine: Engine, files: Sequence[Path], table: Table) -> ir.Table:
    """Key, hash, import, day and agency of the rows in these files."""
    names = [table.key, "row_hash", "import_id", table.date, *([AGENCY] if AGENCY in table.names else [])]
    return engine.rows(files, pa.schema([table.schema.field(name) for name in names]))


def span(files: Sequence[Path], table: Table) -> tuple[Any, Any]:
    """The least and greatest date (or year) in these files, from their own statistics."""
    ranges = [pair for file in files if (pair := date_range(file, table.date))[0] is not None]
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else (None, None)


def missing(engine: Engine, table: Table, old: ir.Table, files: Sequence[Path], imports: Sequence[str]) -> ir.Table:
    """The rows of `old` that these imports brought, between the first and last day of the staged files and of their agencies, that these no longer
    have.
    """
    new = identified(engine, files, table)
    first, last = span(files, table)
    theirs = old.filter(old["import_id"].isin(list(imports)), old[table.date].between(first, last))
    if AGENCY in table.names:
        theirs = theirs.semi_join(new.select(AGENCY).distinct(), AGENCY)
    return theirs.anti_join(new, [theirs[table.key] == new[table.key]])


def siblings(entries: Sequence[Mapping[str, Any]], staged: Staged, among: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of these imports the ones that count now and came from the same source: their files."""
    return {
        name: tuple(commit["receipt"]["files"])
        for name, commit in live(entries).items()
        if name in among and commit["receipt"]["source"] == staged.source and name != staged.import_id
    }


def gone_by_import(engine: Engine, table: Table, base: Snapshot, files: Sequence[Path], imports: Sequence[str]) -> dict[str, int]:
    """How many rows of each of these imports the staged files no longer have."""
    if not imports or span(files, table)[0] is None:
        return {}
    gone = missing(engine, table, identified(engine, base.files, table), files, imports)
    return {row["import_id"]: row["n"] for row in engine.arrow(gone.group_by("import_id").agg(n=gone.count())).to_pylist()}


def unnumbered(engine: Engine, table: Table, files: Sequence[Path]) -> bool:
    """Do these rows carry no number of their own? Then their key is their hash with the place among equal rows."""
    rows = identified(engine, files, table)
    own = rows.filter(~rows[table.key].startswith(rows["row_hash"] + "#"))
    return not engine.arrow(own.agg(n=own.count()))["n"][0].as_py()


def overlaps(  # noqa: PLR0917
    engine: Engine,
    table: Table,
    base: Snapshot,
    entries: Sequence[Mapping[str, Any]],
    staged: Staged,
    shared: tuple[Mapping[str, int], Mapping[str, int]],
) -> tuple[Overlap, ...]:
    """What the staged export shares with each earlier import of its source; `shared` are the rows the same and the rows changed, by import."""
    same, changed = shared
    earlier = siblings(entries, staged, list(dict.fromkeys((*same, *changed))))
    gone = gone_by_import(engine, table, base, staged.accepted, list(earlier))
    first, last = span(staged.accepted, table)
    plain = bool(earlier) and unnumbered(engine, table, staged.accepted)
    return tuple(
        Overlap(name, files, same.get(name, 0), changed.get(name, 0), gone.get(name, 0), first, last, plain) for name, files in earlier.items()
    )
