"""Evenings and positions while they are counted: batch by batch, added or taken away, then written or found not to be worth it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.store.cube import Coded
from dashboard.store.evenings import BITS, BLOCK, FIRST, LAST, MINUTES, SCHEMA, WORDS, Counts, Keys

MOST_BYTES = 512 * 2**20  # more evenings than this are not kept
FIVE = 5
LARGEST = 2**16 - 1


class Evenings:
    """Evenings while they are counted: one row of minutes per key; a key is a day and four words written as one number."""

    def __init__(self) -> None:
        self.keys: Keys = np.zeros(0, np.int64)  # sorted
        self._row: Keys = np.zeros(0, np.int64)  # of each key, its row in `counts`
        self.counts: Counts = np.zeros((0, MINUTES), np.uint16)
        self.words: list[dict[str | None, int]] = [{None: 0} for _ in WORDS]
        self.total = 0
        self.too_many = False

    def add(self, columns: Mapping[str, Coded], sign: int) -> None:
        """Count one batch of stops, or take it away again."""
        rows = np.flatnonzero(_counted_here(columns))
        if self.too_many or not len(rows):
            return
        import pandas as pd

        groups, unique = pd.factorize(self._keys_of(columns, rows))
        minute = _numbers(columns["minute"])[columns["minute"].codes[rows]] - FIRST
        if self._room_for(np.asarray(unique)):
            places = self._rows_of(np.asarray(unique))[groups] * MINUTES + minute
            # numbers that run over or under zero on the way come back: what counts is the sum at the end
            np.add.at(self.counts.reshape(-1), places, np.uint16(1 if sign > 0 else LARGEST))
            self.total += sign * len(rows)

    def put(self, keys: Keys, counts: Counts) -> None:
        """Add whole evenings."""
        if self._room_for(keys):
            self.counts[self._rows_of(keys)] += counts
            self.total += int(counts.sum(dtype=np.int64))

    def numbered(self, place: int, values: Sequence[str | None]) -> Keys:
        """The numbers of these words, new ones included."""
        known = self.words[place]
        numbers = np.array([known.setdefault(value, len(known)) for value in values], np.int64)
        self.too_many |= len(known) > 2 ** BITS[place]
        return numbers

    def _keys_of(self, columns: Mapping[str, Coded], rows: Keys) -> Keys:
        """The key of each of these rows."""
        key = _numbers(columns["date"])[columns["date"].codes[rows]]
        for place, name in enumerate(WORDS):
            numbers = self.numbered(place, [None, *columns[name].values.to_pylist()])
            key = (key << BITS[place]) | numbers[columns[name].codes[rows]]
        return key

    def _room_for(self, keys: Keys) -> bool:
        """Make a row for each new key, unless there would be too many. The keys differ from each other."""
        places = np.searchsorted(self.keys, keys)
        known = places < len(self.keys)
        known[known] = self.keys[places[known]] == keys[known]
        fresh = np.sort(keys[~known])
        if (len(self.keys) + len(fresh)) * 2 * MINUTES > MOST_BYTES:
            self.too_many = True
        if self.too_many or not len(fresh):
            return not self.too_many
        size = len(self.keys)
        if size + len(fresh) > len(self.counts):
            grown = np.zeros((max(size + len(fresh), 3 * size // 2), MINUTES), np.uint16)
            grown[:size] = self.counts[:size]
            self.counts = grown
        every = np.concatenate([self.keys, fresh])
        order = np.argsort(every, kind="stable")
        self.keys, self._row = every[order], np.concatenate([self._row, np.arange(size, size + len(fresh))])[order]
        return True

    def _rows_of(self, keys: Keys) -> Keys:
        """The row of each key; all are known."""
        return self._row[np.searchsorted(self.keys, keys)]

    def whole(self) -> bool:
        """Do the numbers hold? Not where there were too many evenings, or more stops in five minutes than a small number can say."""
        if self.too_many:
            return False
        found, most = 0, 0
        for part in _parts(len(self.keys)):
            counts = self.counts[self._row[part]]
            found += int(counts.sum(dtype=np.int64))
            most = max(most, int(counts.reshape(-1, FIVE).sum(axis=1, dtype=np.int64).max(initial=0)))
        return found == self.total and most <= LARGEST

    def write(self, file: Path, positions: Positions) -> None:
        """Keep the evenings that hold stops, by date, with the positions of the places."""
        inverse = [list(known) for known in self.words]
        told = {b"positions": json.dumps([[*key, *sums] for key, sums in positions.sums.items()]).encode()}
        with pq.ParquetWriter(file, SCHEMA.with_metadata(told), compression="lz4", use_dictionary=list(WORDS)) as writer:
            for part in _parts(len(self.keys)):
                counts, keys = self.counts[self._row[part]], self.keys[part]
                used = counts.any(axis=1)
                writer.write_table(_table(keys[used], counts[used], inverse))


def _parts(size: int) -> Iterator[slice]:
    """Some rows at a time."""
    return (slice(start, start + BLOCK) for start in range(0, size, BLOCK))


def _table(keys: Keys, counts: Counts, inverse: Sequence[Sequence[str | None]]) -> pa.Table:
    """Evenings as a table; `inverse` holds the words by their numbers."""
    columns: list[pa.Array] = []
    rest = keys
    for place in range(len(WORDS) - 1, -1, -1):
        codes = rest & (2 ** BITS[place] - 1)
        columns.insert(0, pa.array(list(inverse[place]), pa.string()).take(pa.array(codes)))
        rest = rest >> BITS[place]
    minutes = pa.FixedSizeBinaryArray.from_buffers(pa.binary(2 * MINUTES), len(keys), [None, pa.py_buffer(np.ascontiguousarray(counts))])
    return pa.table([pa.array(rest.astype(np.int32)).cast(pa.date32()), *columns, minutes], schema=SCHEMA)


def _numbers(column: Coded) -> Keys:
    """The values of a column of days or whole numbers by their codes; 0 for missing."""
    whole = column.values.cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.concatenate([np.zeros(1, np.int64), whole])


def _counted_here(columns: Mapping[str, Coded]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows are timed traffic stops of an evening?"""
    minutes = columns["minute"].values
    evening = pc.and_(pc.greater_equal(minutes, FIRST), pc.less_equal(minutes, LAST))
    vehicle = pc.equal(columns["stop_type"].values, "vehicular")
    known = columns["time_known"].values
    flags = [np.concatenate([[False], np.asarray(marks, dtype=bool)]) for marks in (evening, vehicle, known)]
    named = zip(flags, ("minute", "stop_type", "time_known"), strict=True)
    found = np.array([], dtype=bool)
    for marks, name in named:
        here = marks[columns[name].codes]
        found = here if name == "minute" else found & here
    return found & (columns["date"].codes > 0)


class Positions:
    """Where are the stops of each place? Sums of latitude and longitude in millionths of a degree, so that they can be taken back exactly."""

    def __init__(self, sums: Mapping[tuple[str | None, str | None], tuple[int, int, int]] | None = None) -> None:
        self.sums = dict(sums or {})  # (agency, district) -> stops with coordinates, latitudes, longitudes

    def add(self, columns: Mapping[str, Coded], lat: pa.Array, lng: pa.Array, sign: int) -> None:
        """Count one batch of stops, or take it away again."""
        there = np.asarray(pc.and_(pc.is_valid(lat), pc.is_valid(lng)))
        if not there.any():
            return
        agency, district = columns["agency_id"], columns["district"]
        size = len(district.values) + 1
        key = agency.codes[there].astype(np.int64) * size + district.codes[there]
        parts = [np.bincount(key, np.rint(np.asarray(axis)[there] * 1e6)) for axis in (lat, lng)]
        count = np.bincount(key)
        agencies, districts = [None, *agency.values.to_pylist()], [None, *district.values.to_pylist()]
        for place in np.flatnonzero(count):
            name = agencies[place // size], districts[place % size]
            old = self.sums.get(name, (0, 0, 0))
            came = int(count[place]), int(parts[0][place]), int(parts[1][place])
            self.sums[name] = (old[0] + sign * came[0], old[1] + sign * came[1], old[2] + sign * came[2])


@dataclass(frozen=True, slots=True)
class Counting:
    """Evenings and positions, counted together in one pass over the rows."""

    evenings: Evenings
    positions: Positions

    def add(self, columns: Mapping[str, Coded], numbers: Mapping[str, pa.Array], sign: int) -> None:
        """Count one batch of stops, or take it away again."""
        self.evenings.add(columns, sign)
        self.positions.add(columns, numbers["lat"], numbers["lng"], sign)

    def write(self, file: Path) -> None:
        """Keep both."""
        self.evenings.write(file, self.positions)


def counting(file: Path | None = None) -> Counting:
    """Everything that a file keeps, to count on; nothing yet without one."""
    evenings = Evenings()
    if file is None:
        return Counting(evenings, Positions())
    with pq.ParquetFile(file) as opened:
        told = json.loads(opened.schema_arrow.metadata[b"positions"])
        for number in range(opened.num_row_groups):
            part = opened.read_row_group(number)
            key = part["date"].cast(pa.int32()).to_numpy().astype(np.int64)
            for place, name in enumerate(WORDS):
                key = (key << BITS[place]) | evenings.numbered(place, part[name].to_pylist())
            minutes = part["minutes"].combine_chunks()
            evenings.put(key, np.frombuffer(minutes.buffers()[1], np.uint16).reshape(-1, MINUTES)[minutes.offset :][: len(part)])
    return Counting(evenings, Positions({(agency, district): (n, lat, lng) for agency, district, n, lat, lng in told}))
