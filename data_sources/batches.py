"""How does text stream into the computing? In large batches that are read ahead, each column as numbers of values where values repeat."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.coded import LARGEST, Coded, Column, Lexicon, as_array, encoded
from data_sources.tables import ROW, TextTable

Item = TypeVar("Item")
FILE = "source_file"
ROWS = 480_000  # rows computed together: many enough that what is done once per batch hardly counts
BYTES = 128 << 20
FEW = 4096  # so few rows are computed one by one
REPEATED = 0.25  # a column is coded while at most this share of its values differ


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of text: the pieces as they were read, with the file of each, and how far the reading had come (rows, share of all bytes)."""

    pieces: tuple[pa.RecordBatch, ...]
    files: tuple[str, ...]
    read: int
    share: float

    @property
    def rows(self) -> int:
        """How many rows."""
        return sum(piece.num_rows for piece in self.pieces)


def batches(group: Sequence[TextTable]) -> Generator[Batch]:
    """The rows of tables with the same header, in batches of a good size."""
    total, before, read = sum(one.size for one in group) or 1, 0, 0
    pieces: list[pa.RecordBatch] = []
    files: list[str] = []
    rows = size = 0
    for one in group:
        for piece in one.pieces(repeating(one)):
            pieces.append(piece)
            files.append(one.name)
            rows, size = rows + piece.num_rows, size + piece.nbytes
            if rows >= ROWS or size >= BYTES:
                yield Batch(tuple(pieces), tuple(files), read + one.reading.rows, (before + one.position() * one.size) / total)
                pieces, files, rows, size = [], [], 0, 0
        before, read = before + one.size, read + one.reading.rows
    if rows:
        yield Batch(tuple(pieces), tuple(files), read, 1.0)


def repeating(one: TextTable) -> frozenset[str]:
    """The columns that are read as references from the beginning: not those in which nearly every value of the sample differs."""
    rows = one.sample.num_rows
    return frozenset(name for name in one.header if rows and pc.count_distinct(one.sample.column(name)).as_py() < 0.9 * rows)


def ahead(source: Generator[Item]) -> Generator[Item]:
    """The same items, each made by a thread of its own while the one before is used."""
    with closing(source), ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, source, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            yield batch


class Spelling:
    """The text columns of a stream as numbers of values, as long as their values repeat. What is found not to repeat stays text from then on."""

    def __init__(self) -> None:
        self.lexicons: dict[str, Lexicon] = {}
        self.wide: set[str] = set()
        self._files = Lexicon(pa.string())

    def columns(self, batch: Batch) -> dict[str, Column]:
        """Every column of a batch, with the file of each row."""
        names = [name for name in batch.pieces[0].schema.names if name != ROW]
        first = not self.lexicons and not self.wide
        if first and batch.rows <= FEW:
            self.wide.update(names)
        found: dict[str, Column] = {}
        for place, name in enumerate(names):
            found[name] = self._column(name, [piece.column(place) for piece in batch.pieces])
        found[ROW] = pa.concat_arrays([piece.column(ROW) for piece in batch.pieces])
        numbers = self._files.numbers(pa.array(batch.files, pa.string()))
        found[FILE] = Coded(np.repeat(numbers, [piece.num_rows for piece in batch.pieces]), self._files)
        return found

    def _column(self, name: str, chunks: list[pa.Array]) -> Column:
        """One column: coded, or as text."""
        if name not in self.wide:
            codes, values = encoded(chunks)
            lexicon = self.lexicons.setdefault(name, Lexicon(pa.string()))
            if len(values) <= max(FEW, REPEATED * len(codes)) and len(lexicon) <= LARGEST:
                return Coded(lexicon.numbers(values)[codes], lexicon)
            self.wide.add(name)
            return values.take(as_array(codes))
        return pa.concat_arrays([chunk.cast(pa.string()) for chunk in chunks])
