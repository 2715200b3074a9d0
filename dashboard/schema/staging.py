"""What a read and validated export looks like before it is committed: Parquet files on disk and the account of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dashboard.schema.problems import Problem


@dataclass(frozen=True, slots=True)
class Staged:
    """One export of one table, read, mapped and validated, waiting in `folder`.

    `accepted` holds Parquet files with every canonical column of `table` in order, then `raw_*` text columns; keys are unique across them.
    `quarantine` holds one Parquet file of raw text columns with `source_file`, `source_row`, `reason` and `sentence`, or is None.
    rows_read = rows_accepted + rows_quarantined + rows_duplicate.
    """

    import_id: str
    source: str
    table: str
    files: tuple[str, ...]
    folder: Path
    accepted: tuple[Path, ...]
    quarantine: Path | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[str, ...] = ()
    content_hash: str = ""
    details: tuple[tuple[str, str], ...] = field(default=())
