"""How many rows are there of each combination of columns, for several sets of columns at once? One whole number stands for a combination.

Each column's values get numbers that last over all batches; the numbers of a combination, side by side in the bits of one whole number, are its key.
Keys are sorted and counted, which is far quicker than grouping texts, and columns that several sets share are put together once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.store.cube import Coded, Dimension

WIDEST = 62  # bits of a key
WAITING = 4  # new combinations wait until they are a quarter of the known ones
MOST = 8_000_000  # combinations of one set; with more there is nothing left to win

Keys = np.ndarray[Any, np.dtype[np.int64]]


class Words:
    """The values of one dimension: 0 is missing, other values keep the number they got first."""

    def __init__(self, dimension: Dimension, kind: pa.DataType) -> None:
        self.dimension = dimension
        self.values = pa.array([], kind)
        self.bits = 1

    def numbers(self, values: pa.Array) -> Keys:
        """The number of what is made of each stored value, behind a 0 for missing."""
        return self.of(values if self.dimension.made is None else self.dimension.made(values))

    def of(self, made: pa.Array) -> Keys:
        """The number of each value of the dimension itself, behind a 0 for missing; new ones are taken in."""
        made = made.cast(self.values.type)
        places = pc.index_in(made, value_set=self.values, skip_nulls=True)
        new = pc.unique(made.filter(pc.and_(pc.is_null(places), pc.is_valid(made))))
        if len(new):
            self.values = pa.concat_arrays([self.values, new])
            places = pc.index_in(made, value_set=self.values, skip_nulls=True)
        return np.concatenate([np.zeros(1, np.int64), np.asarray(pc.add(places, 1).fill_null(0)).astype(np.int64)])

    @property
    def needed(self) -> int:
        """The bits that a number of this dimension takes."""
        return len(self.values).bit_length()


@dataclass(slots=True)
class Cells:
    """The counts of one set of dimensions: sorted keys, each with its count; what was added since waits until it is worth merging."""

    names: tuple[str, ...]
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.int64))
    counts: Keys = field(default_factory=lambda: np.zeros(0, np.int64))
    waiting: list[tuple[Keys, Keys]] = field(default_factory=list)
    rows: int = 0

    def add(self, keys: Keys, sign: int) -> None:
        """Count one batch of rows by their keys."""
        unique, counts = _runs(np.sort(keys), None)
        self.put(unique, counts * sign)
        self.rows += len(keys)

    def put(self, keys: Keys, counts: Keys) -> None:
        """Add counts of keys that differ from each other: known keys at once, new ones wait."""
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            known = self.keys[places] == keys
            self.counts[places[known]] += counts[known]
            keys, counts = keys[~known], counts[~known]
        if len(keys):
            self.waiting.append((keys, counts))
        if sum(len(part) for part, _ in self.waiting) * WAITING > len(self.keys):
            self.settle()

    def settle(self) -> None:
        """Merge what waits."""
        if not self.waiting:
            return
        keys = np.concatenate([self.keys, *(part for part, _ in self.waiting)])
        counts = np.concatenate([self.counts, *(part for _, part in self.waiting)])
        order = np.argsort(keys)
        self.keys, self.counts = _runs(keys[order], counts[order])
        self.waiting = []

    def clear(self) -> None:
        """Forget everything."""
        self.keys, self.counts, self.waiting = np.zeros(0, np.int64), np.zeros(0, np.int64), []


def _runs(ordered: Keys, counts: Keys | None) -> tuple[Keys, Keys]:
    """Each key once, with how often it stands there, or with the sum of its counts."""
    if not len(ordered):
        return ordered, np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sums = np.diff(starts, append=len(ordered)) if counts is None else np.add.reduceat(counts, starts)
    return ordered[starts], sums.astype(np.int64)


class Cube:
    """Several sets of dimensions counted over the same rows. `sets` gives the names of the dimensions of each set, most important first."""

    def __init__(self, sets: Mapping[str, Sequence[str]], words: Mapping[str, Words]) -> None:
        users = {name: tuple(one for one, names in sets.items() if name in names) for name in words}
        order = list(words)
        self.words = words
        self.blocks: dict[tuple[str, ...], list[str]] = {}  # dimensions that the same sets use are put together once
        for name in order:
            self.blocks.setdefault(users[name], []).append(name)
        self.cells = {one: Cells(tuple(name for block in self._of(one) for name in block)) for one in sets}

    def _of(self, one: str) -> list[list[str]]:
        """The blocks of a set, in order."""
        return [names for users, names in self.blocks.items() if one in users]

    def take_in(self, columns: Mapping[str, Coded]) -> dict[tuple[str, ...], Keys]:
        """The numbers of a batch of rows, one array for each block of dimensions; new values get their numbers first."""
        numbers = {name: words.numbers(columns[words.dimension.source].values) for name, words in self.words.items()}
        self._make_room()
        found: dict[tuple[str, ...], Keys] = {}
        for users, names in self.blocks.items():
            key: Keys | None = None
            for name in names:
                codes = numbers[name][columns[self.words[name].dimension.source].codes]
                key = codes if key is None else (key << self.words[name].bits) | codes
            assert key is not None
            found[users] = key
        return found

    def key(self, one: str, blocks: Mapping[tuple[str, ...], Keys]) -> Keys:
        """The keys of a batch of rows for one set."""
        mine = [(users, names) for users, names in self.blocks.items() if one in users]
        key = blocks[mine[0][0]]
        for users, names in mine[1:]:
            key = (key << sum(self.words[name].bits for name in names)) | blocks[users]
        return key

    def put(self, one: str, table: pa.Table) -> None:
        """Add counts made before: a table of the dimensions, under the names of this cube, and `n`."""
        numbers: dict[str, Keys] = {}
        for name in self.cells[one].names:
            column = table.column(name).combine_chunks().dictionary_encode()
            places = np.asarray(pc.add(column.indices, 1).fill_null(0)).astype(np.int64)
            numbers[name] = self.words[name].of(column.dictionary)[places]
        self._make_room()
        key = np.zeros(len(table), np.int64)
        for name in self.cells[one].names:
            key = (key << self.words[name].bits) | numbers[name]
        self.cells[one].put(key, np.asarray(table.column("n").combine_chunks()).astype(np.int64))

    def _make_room(self) -> None:
        """Give dimensions that have outgrown their bits more of them, one to spare if there is room, and write the keys anew."""
        if all(words.needed <= words.bits for words in self.words.values()):
            return
        before = {name: words.bits for name, words in self.words.items()}
        for spare in (1, 0):
            for name, words in self.words.items():
                words.bits = before[name] if words.needed <= before[name] else words.needed + spare
            if all(self.fits(one) for one in self.cells):
                break
        for one, cells in self.cells.items():
            if not self.fits(one):
                cells.clear()
            elif len(cells.keys) or cells.waiting:
                cells.settle()
                cells.keys = self._written_anew(cells, before)

    def _written_anew(self, cells: Cells, before: Mapping[str, int]) -> Keys:
        """The keys with the numbers of each dimension moved to its new place; their order stays."""
        key = np.zeros(len(cells.keys), np.int64)
        for name, numbers in _apart(cells, before):
            key = (key << self.words[name].bits) | numbers
        return key

    def fits(self, one: str) -> bool:
        """Do the numbers of a set have room in one key, and are its combinations few enough?"""
        cells = self.cells[one]
        return sum(self.words[name].bits for name in cells.names) <= WIDEST and len(cells.keys) <= MOST

    def table(self, one: str) -> pa.Table:
        """The counts of a set: its dimensions, texts as references, and `n`."""
        cells = self.cells[one]
        cells.settle()
        there = cells.counts != 0
        cells.keys, cells.counts = cells.keys[there], cells.counts[there]
        columns: dict[str, pa.Array] = {}
        for name, numbers in _apart(cells, {name: self.words[name].bits for name in cells.names}):
            values = self.words[name].values
            places = pa.array((numbers - 1).astype(np.int32), mask=numbers == 0)
            columns[name] = pa.DictionaryArray.from_arrays(places, values) if pa.types.is_string(values.type) else values.take(places)
        return pa.table({**columns, "n": cells.counts})


def _apart(cells: Cells, bits: Mapping[str, int]) -> Iterator[tuple[str, Keys]]:
    """The numbers of each dimension, in order, out of the keys."""
    behind = sum(bits[name] for name in cells.names)
    for name in cells.names:
        behind -= bits[name]
        yield name, (cells.keys >> behind) & ((1 << bits[name]) - 1)


def at_least(combinations: int, rows: int, total: int) -> float:
    """How many combinations will `total` rows hold when the first `rows` held so many? A number that is hardly ever too high.

    As if all combinations were equally common: where some are rare, as they are in life, more of them are still to come (Chao 1984).
    """
    if combinations >= rows or not rows:
        return float(total)
    low, high = float(combinations), float(max(rows, 2)) ** 2
    for _ in range(60):
        middle = (low * high) ** 0.5
        if middle * -np.expm1(-rows / middle) < combinations:
            low = middle
        else:
            high = middle
    return float(low * -np.expm1(-total / low))
