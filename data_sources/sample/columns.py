"""How do arrays of codes and numbers become the canonical Arrow columns, fast enough for a hundred million rows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.schema.tables import Table

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
HASH_DIGITS = 24
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_CLOCK = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))


def words(codes: NDArray[Any], vocabulary: Sequence[str]) -> pa.Array:
    """Text from codes into a vocabulary; a negative code is empty."""
    index = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(vocabulary, pa.string())).cast(pa.string())


def constant(word: str, rows: int) -> pa.Array:
    """The same text in every row."""
    return words(np.zeros(rows, dtype=np.int32), (word,))


def clock(minute: NDArray[Any]) -> pa.Array:
    """'HH:MM' from minutes of the day; a negative minute is empty."""
    return words(minute, _CLOCK)


def _text(letters: NDArray[np.uint8]) -> pa.Array:
    """Text from rows of letters of one width (rows, width)."""
    rows, width = letters.shape
    offsets = pa.py_buffer(np.arange(0, (rows + 1) * width, width, dtype=np.int32))
    return pa.StringArray.from_buffers(rows, offsets, pa.py_buffer(np.ascontiguousarray(letters)))


def numbered(prefix: str, numbers: Ints, digits: int, suffix: NDArray[Any] | None = None) -> pa.Array:
    """Keys such as RV0000000042, with '#2' behind them where a one-digit `suffix` is given."""
    powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    body = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    head = np.broadcast_to(np.frombuffer(prefix.encode("ascii"), dtype=np.uint8), (len(numbers), len(prefix)))
    parts = [head, body]
    if suffix is not None:
        tail = np.empty((len(numbers), 2), dtype=np.uint8)
        tail[:, 0], tail[:, 1] = ord("#"), suffix + ord("0")
        parts.append(tail)
    return _text(np.hstack(parts))


def mixed(*parts: NDArray[Any]) -> NDArray[np.uint64]:
    """One well-spread 64-bit number per row from several columns (splitmix64; Steele, Lea & Flood 2014)."""
    total = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        total = (total ^ part.astype(np.int64).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        total = (total ^ (total >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        total = (total ^ (total >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total ^= total >> np.uint64(31)
    return total


def hashed(*parts: NDArray[Any], digits: int = HASH_DIGITS) -> pa.Array:
    """Hexadecimal fingerprints of rows, from the columns that make them."""
    first = mixed(*parts)
    second = mixed(first.view(np.int64))
    octets = np.hstack([first.astype(">u8").view(np.uint8).reshape(-1, 8), second.astype(">u8").view(np.uint8).reshape(-1, 8)])
    letters = np.empty((len(first), 32), dtype=np.uint8)
    letters[:, 0::2], letters[:, 1::2] = _HEX[octets >> 4], _HEX[octets & 15]
    return _text(letters[:, :digits])


def numbers(values: NDArray[Any], missing: Marks | None = None) -> pa.Array:
    """Numbers, truths or dates as they are, empty where marked."""
    return pa.array(values, mask=missing)


def flags(values: NDArray[Any]) -> pa.Array:
    """Truths from -1 (not recorded), 0 and 1."""
    return pa.array(values > 0, mask=values < 0)


def assembled(table: Table, columns: Mapping[str, pa.Array], first_row: int, fingerprint: pa.Array, blemishes: pa.Array | None = None) -> pa.Table:
    """The canonical table from the columns that are known; the others are empty, the bookkeeping is filled. `first_row` counts from 1."""
    rows = len(fingerprint)
    book = {
        "import_id": constant(f"sample-{table.name}", rows),
        "source_file": constant("sample", rows),
        "source_row": pa.array(np.arange(first_row, first_row + rows, dtype=np.int32)),
        "row_hash": fingerprint,
        "quality_notes": constant("", rows) if blemishes is None else blemishes,
    }
    unknown = set(columns) - set(table.names)
    if unknown:
        raise ValueError(f"{table.name} has no column {sorted(unknown)}")
    known = {**columns, **book}
    schema = table.schema
    arrays = [known[field.name].cast(field.type) if field.name in known else pa.nulls(rows, field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def sorted_set(vocabulary: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Each combination as a canonical SET: its words sorted and joined by '|'."""
    return tuple("|".join(sorted(combination)) for combination in vocabulary)
