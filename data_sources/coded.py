"""A column as small numbers: each different value once, and for every row the number of its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LARGEST = 200_000  # different values kept of one column; beyond that its rows are computed one by one
DENSE = 1 << 22  # up to so many possible combinations a table of all of them is quicker than hashing
COMPACT = 4096  # above this a file gets only the values that its own rows hold

Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int32]]
Places: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Truths: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


def as_numbers(array: pa.Array) -> Numbers:
    """An Arrow array of 32-bit numbers without gaps, seen by numpy; not copied. (Arrow's own way imports all of pandas.)"""
    return np.frombuffer(array.buffers()[1], np.int32, len(array), array.offset * 4) if len(array) else np.zeros(0, np.int32)


def as_long(array: pa.Array) -> Places:
    """An Arrow array of 64-bit numbers without gaps, seen by numpy; not copied."""
    return np.frombuffer(array.buffers()[1], np.int64, len(array), array.offset * 8) if len(array) else np.zeros(0, np.int64)


def as_array(numbers: Numbers | Places, missing: Truths | None = None) -> pa.Array:
    """Numbers as an Arrow array, empty where `missing` says so."""
    kind = pa.int64() if numbers.dtype == np.int64 else pa.int32()
    valid = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(kind, len(numbers), [valid, pa.py_buffer(np.ascontiguousarray(numbers))])


def as_truths(array: pa.Array) -> Truths:
    """An Arrow array of yes and no, seen by numpy; missing is no."""
    return as_numbers(array.fill_null(False).cast(pa.int32())).astype(bool)


class Lexicon:
    """The different values of a column met so far, each under a number that it keeps. A missing value has a number like any other."""

    def __init__(self, kind: pa.DataType) -> None:
        self.values = pa.array([], kind)

    def __len__(self) -> int:
        return len(self.values)

    def numbers(self, values: pa.Array) -> Numbers:
        """The number of each value; new values are taken in."""
        found = pc.index_in(values, value_set=self.values)
        if found.null_count:
            self.values = pa.concat_arrays([self.values, pc.unique(values.filter(found.is_null()))])
            found = pc.index_in(values, value_set=self.values)
        return as_numbers(found)


@dataclass(frozen=True, slots=True)
class Coded:
    """One column: for each row the number of its value in the lexicon."""

    codes: Numbers
    lexicon: Lexicon

    def __len__(self) -> int:
        return len(self.codes)

    def decoded(self) -> pa.Array:
        """The values row by row."""
        return self.lexicon.values.take(as_array(self.codes))

    def holds(self, value: object) -> bool:
        """Does any row hold this value?"""
        place = pc.index(self.lexicon.values, pa.scalar(value, self.lexicon.values.type)).as_py()
        return place >= 0 and bool((self.codes == place).any())

    def taken(self, rows: Places) -> Coded:
        """The same column with these rows only."""
        return Coded(self.codes[rows], self.lexicon)

    def referring(self) -> pa.Array:
        """The column as Parquet stores it best: texts as references into a dictionary without gaps, everything else as it is."""
        values = self.lexicon.values
        if not pa.types.is_string(values.type):
            return self.decoded()
        kept = np.ones(len(values), bool)
        if len(values) > COMPACT:
            kept[:] = False
            kept[self.codes] = True
        codes, missing = self.codes, None
        if values.null_count:
            gap = pc.index(values.is_null(), pa.scalar(True)).as_py()
            missing, kept[gap] = codes == gap, False
        if not kept.all():
            codes = (np.cumsum(kept, dtype=np.int32) - np.int32(1))[codes]
            values = values.filter(pa.array(kept.tolist()))
        if not len(values):
            return pa.nulls(len(codes), pa.dictionary(pa.int32(), values.type))
        if missing is not None:
            codes = np.where(missing, np.int32(0), codes)
        return pa.DictionaryArray.from_arrays(as_array(codes, missing), values)


Column: TypeAlias = Coded | pa.Array


def one_by_one(column: Column) -> pa.Array:
    """Any column as an Arrow array; texts that were coded stay references."""
    return column.referring() if isinstance(column, Coded) else column


def encoded(chunks: Sequence[pa.Array]) -> tuple[Numbers, pa.Array]:
    """Texts, with or without dictionaries of their own, as numbers and the values that they stand for; a missing value is one of the values."""
    if not all(pa.types.is_dictionary(chunk.type) for chunk in chunks):
        whole = pa.concat_arrays([chunk.cast(pa.string()) for chunk in chunks]).dictionary_encode()
    else:
        whole = pa.concat_arrays(pa.chunked_array(chunks).unify_dictionaries().chunks)
    values, indices = whole.dictionary, whole.indices
    if indices.null_count:
        indices = indices.fill_null(len(values))
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return as_numbers(indices), values


def combined(columns: Sequence[Coded]) -> tuple[Places, Places]:
    """Which rows hold the same combination of values? The number of its combination for each row, and one row of each combination."""
    key: Places = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in sorted(columns, key=lambda one: len(one.lexicon)):
        radix = max(1, len(column.lexicon))
        if size * radix > DENSE and size > 1:
            key, size = without_gaps(key, size)
        key, size = key * radix + column.codes if size > 1 else column.codes.astype(np.int64), size * radix
    groups, found = without_gaps(key, size)
    first = np.zeros(found, np.int64)
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    return groups, first


def without_gaps(key: Places, size: int) -> tuple[Places, int]:
    """The same groups numbered without gaps, and how many there are; `size` is more than the largest number."""
    if size > DENSE:
        coded = as_array(key).dictionary_encode()
        return as_numbers(coded.indices).astype(np.int64), len(coded.dictionary)
    occurs = np.zeros(size, bool)
    occurs[key] = True
    there = np.flatnonzero(occurs)
    places = np.zeros(size, np.int64)
    places[there] = np.arange(len(there))
    return places[key], len(there)
