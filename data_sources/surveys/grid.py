"""What stands in which cell of an export, before anybody knows how many of its rows are headings?"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import Settings
from data_sources import files, headers
from data_sources.delimited import delimiter_of
from data_sources.tables import ROW, Ragged, TextTable

TOP = 60  # rows kept as cells for those who look for headings
MAX_CELLS = 60_000_000
_TAG = re.compile(r"<[/a-zA-Z][^<>]{0,300}>")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as written: `top` holds its first rows, `cells` all rows as text (blank cells are null), `lines` their row numbers from 1."""

    name: str
    file_name: str
    checksum: str
    top: tuple[tuple[str, ...], ...]
    cells: pa.Table
    lines: np.ndarray
    ragged: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def width(self) -> int:
        """How many columns it has."""
        return int(self.cells.num_columns)

    def head(self, row: int) -> tuple[str, ...]:
        """The cells of one of the first rows, counted from 0, as headings: without tags and runs of blanks, as many as there are columns."""
        cells = [tidy(cell) for cell in self.top[row]] if row < len(self.top) else []
        return tuple([*cells, *([""] * self.width)][: self.width])

    def below(self, heading_rows: int) -> tuple[pa.Table, int]:
        """The rows under the headings, and how many more there were that do not have as many cells as the table has columns."""
        keep = np.flatnonzero(self.lines > heading_rows)
        return self.cells.slice(int(keep[0]) if len(keep) else self.cells.num_rows), sum(line > heading_rows for line in self.ragged)


def tidy(heading: str) -> str:
    """A heading without HTML tags, byte-order marks and runs of blanks."""
    return headers.tidy(_TAG.sub(" ", heading).replace("&nbsp;", " ").replace("&amp;", "&"))


def fold(heading: str) -> str:
    """Under which form are two headings the same? Case, punctuation and blanks do not count."""
    return headers.fold(heading)


def checksum(path: Path) -> str:
    """The file's SHA-256: by it a repeated import is recognised."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def grids(path: Path, settings: Settings) -> list[Grid]:
    """Every table of a file, read whole into memory and nowhere else. Raises SourceError in one sentence when there is none."""
    tables = files.read(path, settings, raw=True)
    sign = checksum(path)
    return [_grid(table, path.name, sign) for table in tables]


def _grid(table: TextTable, file_name: str, sign: str) -> Grid:
    batches, cells = [], 0
    for batch in table.batches():
        cells += batch.num_rows * batch.num_columns
        if cells > MAX_CELLS:
            raise SourceError(f"The table has more than {MAX_CELLS:,} cells.", hint="Export the survey in parts.", where=table.name)
        batches.append(batch)
    whole = pa.Table.from_batches(batches, table.schema).combine_chunks()
    lines = np.asarray(whole.column(ROW).combine_chunks().to_numpy(zero_copy_only=False), dtype=np.int64)
    body = whole.drop_columns([ROW])
    if not table.headerless:
        lines = lines + 1
    top = _top(body, lines, table)
    return Grid(table.name, file_name, sign, top, body, lines, tuple(row.source_row for row in table.ragged), table.notes)


def _top(body: pa.Table, lines: np.ndarray, table: TextTable) -> tuple[tuple[str, ...], ...]:
    """The first rows by their place in the file; left-out empty rows are empty, rows of another width are taken from their text."""
    first = body.slice(0, TOP).to_pylist()
    found = {int(line): tuple(value or "" for value in row.values()) for line, row in zip(lines, first, strict=False)}
    found |= {row.source_row: _cells(row) for row in table.ragged if row.source_row <= TOP}
    if not table.headerless:
        found[1] = table.header
    last = min(TOP, max(found, default=0))
    return tuple(found.get(line, ()) for line in range(1, last + 1))


def _cells(row: Ragged) -> tuple[str, ...]:
    """The cells of a row that was set aside."""
    return tuple(next(csv.reader([row.text], delimiter=delimiter_of(row.text)), ()))
