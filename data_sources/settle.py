"""After the streaming pass: which rows repeat a key, which times and identifiers are placeholders, and what is rewritten for it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from dashboard.schema.problems import Problem
from dashboard.schema.tables import Table
from data_sources import patterns
from data_sources.base import Check
from data_sources.canonical import NOTES
from data_sources.coded import Places, as_array, as_long
from data_sources.engine import Engine, first_few
from data_sources.identity import candidates, judged, repeated

EXAMPLES = 5
CODES = 50_000_000  # codes of keys held in memory at a time, eight bytes each
CHECKS = (
    Check("exact_copy", "Rows are exact copies of another row; kept, because the file gives rows no number of their own.", ibis.literal(True)),
    *patterns.CHECKS,
)
SENTENCES = {
    "merged": ("merged", "The same record appears more than once; it is counted once."),
    "differing": ("same_key_other_values", "Rows repeat a record number with other values; the first is kept."),
}
PLACE = ("filename", "file_row_number")


@dataclass(frozen=True, slots=True)
class Settled:
    """The accepted files as they now are, the rows left out of them, and what is to be said about it."""

    files: tuple[Path, ...]
    left_out: int = 0
    notes: tuple[Problem, ...] = ()
    details: tuple[tuple[str, str], ...] = ()


def settle(engine: Engine, files: Sequence[Path], table: Table, names: Sequence[str]) -> Settled:
    """Make keys unique and apply the whole-column looks; files are rewritten only when something must change."""
    if not files:
        return Settled(())
    rows = engine.read(files, numbered=True)
    changes, counts = _repeats(engine, rows, table.key, names)
    looks = patterns.look(engine, rows, table)
    notes = [Problem(*SENTENCES[verdict], count, tuple(examples)) for verdict, (count, examples) in counts.items() if count and verdict in SENTENCES]
    left_out = sum(counts[verdict][0] for verdict in ("merged", "differing") if verdict in counts)
    if changes is None and not looks.repairs:
        return Settled(tuple(files), 0, (*notes, *looks.notes), looks.details)
    written = tuple(_rewrite(engine, path, table, changes, looks) for path in files)
    return Settled(written, left_out, (*notes, *looks.notes), looks.details)


def _repeats(engine: Engine, rows: ir.Table, key: str, names: Sequence[str]) -> tuple[ir.Table | None, dict[str, tuple[int, list[int]]]]:
    """Rows that share a key: a small table of what changes, and how many of each verdict."""
    codes = _repeated_codes(engine, rows, key)
    if not len(codes):
        return None, {}
    path = engine.folder / "candidates.parquet"
    engine.write(candidates(rows, key, engine.given("codes", pa.table({"code": as_array(codes)}))), path)
    known = engine.read([path])
    judged_path = engine.folder / "judged.parquet"
    verdicts = judged(known, names)
    verdicts = verdicts.filter(verdicts.verdict != "keep").select(*PLACE, "source_row", "new_key", "verdict")
    engine.write(verdicts, judged_path)
    verdicts = engine.read([judged_path])
    kinds = engine.fetch(verdicts.group_by("verdict").aggregate(n=verdicts.count(), first=first_few(verdicts.source_row.cast("int64"), EXAMPLES)))
    path.unlink()
    if not kinds:
        judged_path.unlink()
        return None, {}
    return verdicts, {kind["verdict"]: (kind["n"], kind["first"]) for kind in kinds}


def _repeated_codes(engine: Engine, rows: ir.Table, key: str) -> Places:
    """The codes (64 bits) of the keys that occur more than once. Of very many rows only a part of the codes is held in memory at a time."""
    count = engine.fetch(rows.aggregate(n=rows.count()))[0]["n"]
    parts = 1 + count // CODES
    found = []
    for part in range(parts):
        coded = rows.select(code=rows[key].hash())
        mine = coded if parts == 1 else coded.filter((coded.code % parts).abs() == part)
        found.append(repeated([as_long(batch.column(0)) for batch in engine.batches(mine)]))
    return np.concatenate(found)


def _rewrite(engine: Engine, path: Path, table: Table, changes: ir.Table | None, looks: patterns.Looks) -> Path:
    """One accepted file with its changes applied."""
    rows = engine.read([path], numbered=True)
    order = [name for name in rows.columns if name not in PLACE]
    if changes is not None:
        mine = changes.filter(changes.filename == str(path)).select("file_row_number", "new_key", "verdict")
        rows = rows.left_join(mine, "file_row_number").drop("file_row_number_right")
        rows = rows.filter(rows.verdict.isnull() | (rows.verdict == "copy"))
        copied = rows.verdict == "copy"
        rows = rows.mutate(
            **{
                table.key: ibis.ifelse(copied, rows.new_key, rows[table.key]).coalesce(rows[table.key]),
                NOTES: ibis.ifelse(copied.fill_null(False), _added(rows[NOTES], "exact_copy"), rows[NOTES]),
            }
        )
    for repair in looks.repairs:
        condition = repair.condition(rows).fill_null(False)
        values = {name: ibis.ifelse(condition, value, rows[name]) for name, value in repair.values.items()}
        rows = rows.mutate(**values, **{NOTES: ibis.ifelse(condition, _added(rows[NOTES], repair.code), rows[NOTES])})
    target = engine.folder / f"settled-{path.name}"
    engine.write(rows.select(*order), target)
    path.unlink()
    return target


def _added(notes: ir.StringValue, code: str) -> ir.StringValue:
    """The notes with one more code."""
    return ibis.ifelse(notes.isnull(), ibis.literal(code), notes + f"|{code}")
