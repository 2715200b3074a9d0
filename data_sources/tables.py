"""What is one data table of a file, as text, before anybody knows what it means?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.schema.problems import Problem

SAMPLE_ROWS = 500
ROW = "source_row"


@dataclass(frozen=True, slots=True)
class Ragged:
    """One row that does not have as many fields as the header, or ran together with another: its line, its text, how many fields it has."""

    source_row: int
    text: str
    fields: int
    cut_off: bool = False
    open_quote: bool = False


@dataclass(slots=True)
class Reading:
    """How far one pass over a table has come, and what it met on the way. One per pass, replaced when a new pass begins.

    `references` are the columns that a reader may give as references into a dictionary, which is quicker where values repeat.
    """

    rows: int = 0
    bytes: int = 0
    empty: list[int] = field(default_factory=list)
    empty_rows: int = 0
    ragged: list[Ragged] = field(default_factory=list)
    references: frozenset[str] = frozenset()


Rows = Callable[[Reading], Iterator[pa.RecordBatch]]


@dataclass(slots=True)
class TextTable:
    """One table of text columns: `header` is unique, `title` is the text above it, `sample` the first rows.

    `batches()` streams all rows with their 1-based `source_row`; meanwhile `position()` says how far it is (0 to 1) and `ragged` collects the
    rows with too many or too few fields, which are left out of the batches. Rows without any value are left out and counted in `empty_rows`.
    """

    name: str
    header: tuple[str, ...]
    title: str
    notes: tuple[Problem, ...]
    sample: pa.Table
    size: int
    rows: Rows
    headerless: bool = False
    reading: Reading = field(default_factory=Reading)

    @property
    def schema(self) -> pa.Schema:
        """Text columns named by the header, then the source row."""
        return pa.schema([*(pa.field(name, pa.string()) for name in self.header), pa.field(ROW, pa.int64())])

    @property
    def ragged(self) -> list[Ragged]:
        """Rows with the wrong number of fields met so far."""
        return self.reading.ragged

    @property
    def empty_rows(self) -> int:
        """Rows without any value met so far."""
        return self.reading.empty_rows

    def batches(self) -> pa.RecordBatchReader:
        """All rows, streamed, all of them texts."""
        self.reading = Reading()
        return pa.RecordBatchReader.from_batches(self.schema, self._watched(self.reading))

    def pieces(self, references: frozenset[str] = frozenset()) -> Iterator[pa.RecordBatch]:
        """All rows, streamed; these columns as texts or as references into a dictionary, whichever the reader has."""
        self.reading = Reading(references=references)
        return self._watched(self.reading)

    def position(self) -> float:
        """Which share of the file has been read?"""
        return min(1.0, self.reading.bytes / self.size) if self.size else 1.0

    def _watched(self, reading: Reading) -> Iterator[pa.RecordBatch]:
        for batch in self.rows(reading):
            reading.rows += batch.num_rows
            reading.bytes += max(0, _size(batch) - batch.num_rows * (8 + 3 * len(self.header)))
            yield batch


def _size(batch: pa.RecordBatch) -> int:
    """The bytes of a batch if it were all text; what is stored as references counts with the mean length of its values."""
    references = [column for column in batch.columns if pa.types.is_dictionary(column.type)]
    written = sum(column.dictionary.nbytes * len(column) // max(1, len(column.dictionary)) for column in references)
    return int(written + sum(column.nbytes for column in batch.columns if not pa.types.is_dictionary(column.type)))


def without_empty_rows(batch: pa.RecordBatch, reading: Reading) -> pa.RecordBatch:
    """The batch without rows in which every cell is empty or blank; they are counted in `reading`. Usually one look at one column."""
    candidates = None
    for place in range(batch.num_columns - 1):
        column = batch.column(place) if candidates is None else batch.column(place).take(candidates)
        blank = _blank(column)
        if not pc.any(blank).as_py():
            return batch
        hits = pc.indices_nonzero(blank)
        candidates = hits if candidates is None else candidates.take(hits)
    if candidates is None or not len(candidates):
        return batch
    lines = batch.column(batch.num_columns - 1)
    reading.empty_rows += len(candidates)
    reading.empty.extend(lines.take(candidates[:5]).to_pylist()[: 5 - len(reading.empty)])
    return batch.filter(pc.invert(pc.is_in(lines, lines.take(candidates))))


def _blank(column: pa.Array) -> pa.Array:
    """Where is there nothing but blanks? A dictionary is looked at, not every row."""
    if pa.types.is_dictionary(column.type):
        return pc.fill_null(_blank(column.dictionary).take(column.indices), True)
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True)


def from_columns(name: str, header: tuple[str, ...], columns: list[list[str | None]], first_row: int = 2) -> pa.Table:
    """A text table from columns held in memory, with its source rows counted from `first_row`."""
    arrays = [pa.array(column, pa.string()) for column in columns]
    count = len(columns[0]) if columns else 0
    lines = pa.array(range(first_row, first_row + count), pa.int64())
    return pa.table([*arrays, lines], names=[*header, ROW])
