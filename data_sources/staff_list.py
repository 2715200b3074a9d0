"""Which rows does a list of staff or of events hold? Read in a process of its own and from memory: nothing is written to the disk."""

from __future__ import annotations

import base64
import io
from pathlib import PurePath
from typing import Any

from dashboard.errors import SourceError
from data_sources import files, isolated
from data_sources.encodings import Bytes
from data_sources.isolated import Limits, Progress, Work
from data_sources.tables import ROW

MOST_BYTES, MOST_PEOPLE, MOST_COLUMNS, LONGEST = 5 << 20, 20_000, 100, 500
LIMITS = Limits(memory=2 << 30, processor_seconds=60, seconds=90.0, silence=60.0)
Rows = list[list[str]]


def read(name: str, content: bytes, *, of: str = "a person") -> tuple[list[str], Rows]:
    """The heading and the rows of a CSV or XLSX list, as text. SourceError in one sentence when it is none, or too large."""
    if len(content) > MOST_BYTES:
        raise SourceError(f"The list is larger than {MOST_BYTES >> 20} MB.", hint=f"One row {of}, only the columns that are needed.")
    work = {"name": PurePath(name).name or "list", "of": of, "content": base64.b64encode(content).decode()}
    header, rows = isolated.run("data_sources.staff_list:read_here", work, limits=LIMITS, name=work["name"])
    return [str(one) for one in header], [[str(cell) for cell in row] for row in rows]


def read_here(work: Work, _progress: Progress) -> list[Any]:
    """The reading itself, inside the process."""
    content = base64.b64decode(work["content"])
    tables = files.read_bytes(Bytes(work["name"], len(content), lambda: io.BytesIO(content)))
    if len(tables) != 1:
        raise SourceError("The file holds more than one table.", hint=f"Keep one sheet: a heading, then one row {work['of']}.", where=work["name"])
    header = list(tables[0].header)
    if len(header) > MOST_COLUMNS:
        raise SourceError(f"The list has more than {MOST_COLUMNS} columns.", hint="Keep only the columns that are needed.", where=work["name"])
    rows: Rows = []
    for batch in tables[0].pieces():
        columns = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in header if name != ROW]
        rows += [[str(cell or "").strip()[:LONGEST] for cell in row] for row in zip(*columns, strict=True)]
        if len(rows) > MOST_PEOPLE:
            raise SourceError(f"The list has more than {MOST_PEOPLE:,} rows.", where=work["name"])
    return [[name for name in header if name != ROW], rows]
