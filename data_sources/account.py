"""How many rows were noted or set aside, for which reason, and which rows are examples?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.schema.problems import Problem
from data_sources.base import Check
from data_sources.canonical import NOTES
from data_sources.engine import Engine, first_few
from data_sources.tables import TextTable

EXAMPLES = 5
CUT_OFF = Check("cut_off", "The last line is incomplete; the file was probably cut off.", ibis.literal(True))
OPEN_QUOTE = Check("open_quote", "A quotation mark is not closed, so the row runs on into the next one.", ibis.literal(True))
RAGGED = Check("ragged", "The row has too many or too few fields.", ibis.literal(True))


class Account:
    """Counts over staged Parquet files; `checks` gives the sentence of each code."""

    def __init__(self, engine: Engine, checks: Mapping[str, Check]) -> None:
        self.engine, self.checks = engine, dict(checks)

    def count(self, files: Sequence[Path]) -> int:
        """How many rows do these files hold?"""
        return sum(pq.ParquetFile(path).metadata.num_rows for path in files)

    def notes(self, files: Sequence[Path]) -> tuple[Problem, ...]:
        """The note codes of the rows: how many rows carry each, with the first of them."""
        if not files:
            return ()
        rows = self.engine.read(files).select(NOTES, "source_row").filter(lambda row: row[NOTES].notnull())
        kinds = self.engine.fetch(rows.group_by(NOTES).aggregate(n=rows.count(), first=first_few(rows.source_row.cast("int64"), EXAMPLES)))
        counts: dict[str, int] = {}
        examples: dict[str, list[int]] = {}
        for kind in kinds:
            for code in kind[NOTES].split("|"):
                counts[code] = counts.get(code, 0) + kind["n"]
                examples[code] = sorted([*examples.get(code, []), *kind["first"]])[:EXAMPLES]
        return tuple(self.problem(code, counts[code], examples[code]) for code in sorted(counts))

    def problem(self, code: str, count: int, rows: Sequence[int]) -> Problem:
        """The problem of this code, in its own sentence."""
        check = self.checks.get(code)
        return Problem(code, check.sentence if check else code.replace("_", " "), count, tuple(rows), check.column if check else "")

    def content_hash(self, files: Sequence[Path]) -> str:
        """A fingerprint of all accepted rows that does not depend on their order or on the files they came in."""
        if not files:
            return ""
        rows = self.engine.read(files)
        number = (ibis.literal("0x") + rows.row_hash.substr(0, 14)).cast("uint64")
        (found,) = self.engine.fetch(rows.aggregate(total=number.sum().cast("string"), n=rows.count()))
        return hashlib.sha256(f"{found['n']}:{found['total']}".encode()).hexdigest()[:32]


def quarantine_file(
    engine: Engine, refused: Sequence[Path], text_tables: Sequence[TextTable], account: Account, work: Path
) -> tuple[Path | None, tuple[Problem, ...], int]:
    """The rows set aside, in one Parquet file of raw text with `source_file`, `source_row`, `reason` and `sentence`; their problems and number."""
    account.checks |= {check.code: check for check in (CUT_OFF, OPEN_QUOTE, RAGGED)}
    pieces = list(refused)
    ragged = _ragged_file(text_tables, work)
    target = work / "quarantine.parquet"
    if ragged is None and not pieces:
        return None, (), 0
    parts = []
    if pieces:
        rows = engine.read(pieces)
        raw = [name for name in rows.columns if name.startswith("raw_")]
        told = ibis.cases(*((rows[NOTES] == code, check.sentence) for code, check in account.checks.items()), else_=rows[NOTES])
        parts.append(rows.select(*raw, "source_file", "source_row", reason=rows[NOTES], sentence=told))
    if ragged is not None:
        extra = engine.read([ragged])
        if parts:
            missing = [name for name in parts[0].columns if name not in extra.columns]
            parts[0] = parts[0].mutate(raw_line=ibis.null("string"))
            extra = extra.mutate(**{name: ibis.null("string") for name in missing}).select(*parts[0].columns)
        parts.append(extra)
    whole = parts[0].union(parts[1]) if len(parts) > 1 else parts[0]
    engine.write(whole, target)
    rows = engine.read([target])
    kinds = engine.fetch(rows.group_by("reason").aggregate(n=rows.count(), first=first_few(rows.source_row.cast("int64"), EXAMPLES)))
    for path in [*pieces, *([ragged] if ragged else [])]:
        path.unlink()
    problems = tuple(account.problem(kind["reason"], kind["n"], kind["first"]) for kind in sorted(kinds, key=lambda kind: str(kind["reason"])))
    return target, problems, sum(problem.count for problem in problems)


def _ragged_file(text_tables: Sequence[TextTable], work: Path) -> Path | None:
    """The rows that did not have as many fields as the header, as they stand in the file."""
    found = [(one, row) for one in text_tables for row in one.ragged]
    if not found:
        return None
    reasons = [CUT_OFF if row.cut_off else OPEN_QUOTE if row.open_quote else RAGGED for _, row in found]
    sentences = [
        f"The row has {row.fields} fields instead of {len(one.header)}." if check is RAGGED else check.sentence
        for (one, row), check in zip(found, reasons, strict=True)
    ]
    content = {
        "raw_line": [row.text for _, row in found],
        "source_file": [one.name for one, _ in found],
        "source_row": pa.array([row.source_row for _, row in found], pa.int32()),
        "reason": [check.code for check in reasons],
        "sentence": sentences,
    }
    path = work / "ragged.parquet"
    pq.write_table(pa.table(content), path)
    return path
