"""How many timed traffic stops were made in each minute of each evening? Kept per day, place and group, beside the rows.

A question about dusk needs the exact minute of every day, so that counts by day and minute would be nearly as many as the stops. Here one
evening of one place and group is one row of 480 small numbers: a hundred million stops of four years and eight districts are eighty thousand
such rows, read in a fraction of a second.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.store.tally import MISSING, Question

FIRST, LAST = 15 * 60, 22 * 60 + 59  # dusk falls inside these minutes at inhabited latitudes
MINUTES = LAST - FIRST + 1
HOURS = tuple(str(hour) for hour in range(FIRST // 60, LAST // 60 + 1))
ONLY = (("stop_type", ("vehicular",)), ("time_known", ("true",)))  # the stops that are counted
WORDS = ("agency_id", "district", "race_group", "race_group_doj")
BITS = (10, 14, 8, 8)  # room for the number of each word in one whole number
SOURCES = ("date", "minute", "stop_type", "time_known", *WORDS)  # columns that are read to count
BLOCK = 16_384  # rows of one group in the file, read and let go of together
WORTH = 12  # kept when there is at most one evening for this many stops

Counts = np.ndarray[Any, np.dtype[np.uint16]]
Keys = np.ndarray[Any, np.dtype[np.int64]]

SCHEMA = pa.schema([pa.field("date", pa.date32()), *(pa.field(name, pa.string()) for name in WORDS), pa.field("minutes", pa.binary(2 * MINUTES))])


@dataclass(frozen=True, slots=True)
class Kept:
    """Evenings kept in a file, those of one question: per evening its date, the codes of its place and group, and where it stands in the file.

    `centres` is the mean latitude and longitude of each place that has coordinates, over all its stops; `groups` holds None where no group is
    recorded, `places` where no district is.
    """

    file: Path
    rows: Keys
    date: np.ndarray[Any, np.dtype[np.datetime64]]
    place: np.ndarray[Any, np.dtype[np.int32]]
    group: np.ndarray[Any, np.dtype[np.int32]]
    places: tuple[str | None, ...]
    groups: tuple[str | None, ...]
    centres: Mapping[str | None, tuple[float, float]]

    def blocks(self) -> Iterator[tuple[slice, Counts]]:
        """Some evenings at a time: which of them, and their stops by minute from `FIRST` on (evenings x 480)."""
        with pq.ParquetFile(self.file) as opened:
            start, done = 0, 0
            for number in range(opened.num_row_groups):
                end = start + opened.metadata.row_group(number).num_rows
                here = slice(done, int(np.searchsorted(self.rows, end)))
                if here.stop > here.start:
                    column = opened.read_row_group(number, columns=["minutes"])["minutes"].combine_chunks()
                    counts = np.frombuffer(column.buffers()[1], np.uint16).reshape(-1, MINUTES)[column.offset :][: end - start]
                    wanted = self.rows[here] - start
                    yield here, counts if len(wanted) == len(counts) else counts[wanted]
                start, done = end, here.stop


def mark() -> str:
    """A short fingerprint of what is kept: evenings made under another definition are not used."""
    return hashlib.sha256(json.dumps([FIRST, LAST, ONLY, WORDS]).encode()).hexdigest()[:8]


def answers(asked: Question) -> bool:
    """Can evenings answer this question? It must ask for timed traffic stops of evenings, and narrow them by day, place and group alone."""
    filters = {named.stored: values for named, values in asked.filters}
    hours = set(filters.pop("hour", ()))
    if not hours or not hours <= set(HOURS) or any(filters.pop(name, ()) != values for name, values in ONLY):
        return False
    return hours == set(HOURS) and set(filters) <= set(WORDS) and asked.table.name == "stops"


def read(file: Path, asked: Question) -> Kept:
    """The kept evenings of a question, by the group column that its settings mean."""
    group = next(named.stored for named in asked.by if named.asked == "race_group")
    with pq.ParquetFile(file) as opened:
        frame = opened.read(columns=["date", *WORDS])
        positions = json.loads(opened.schema_arrow.metadata[b"positions"])
    keep = np.ones(len(frame), dtype=bool)
    days = frame["date"].cast(pa.int32()).to_numpy()
    for end, sign in ((asked.start, 1), (asked.end, -1)):
        if end is not None:
            keep &= sign * days >= sign * (end - dt.date(1970, 1, 1)).days
    for named, values in asked.filters:
        if named.stored in WORDS:
            keep &= _equal(frame[named.stored], values)
    rows = np.flatnonzero(keep)
    coded = [pc.dictionary_encode(frame[name].combine_chunks().take(pa.array(rows)), null_encoding="encode") for name in ("district", group)]
    place, groups = (np.asarray(one.indices).astype(np.int32) for one in coded)
    words = [tuple(one.dictionary.to_pylist()) for one in coded]
    return Kept(file, rows, days[rows].astype("datetime64[D]"), place, groups, words[0], words[1], _centres(positions))


def _equal(column: pa.ChunkedArray, values: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Is the word one of these? 'null' is missing."""
    found = pc.is_in(column, value_set=pa.array([text for text in values if text != MISSING], pa.string()))
    marks = np.asarray(found, dtype=bool)
    return marks | np.asarray(pc.is_null(column), dtype=bool) if MISSING in values else marks


def _centres(positions: Sequence[Sequence[Any]]) -> dict[str | None, tuple[float, float]]:
    """The mean position of each district over all agencies."""
    sums: dict[str | None, list[int]] = {}
    for _, district, *numbers in positions:
        here = sums.setdefault(district, [0, 0, 0])
        for place, number in enumerate(numbers):
            here[place] += number
    return {name: (lat / n / 1e6, lng / n / 1e6) for name, (n, lat, lng) in sums.items() if n > 0}
