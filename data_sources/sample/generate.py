"""How is the whole sample agency written as staged tables, with memory that does not grow with the number of stops?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.schema.staging import Staged
from dashboard.schema.tables import TABLES
from data_sources.sample import accountability, events, others, stops, truth

STRETCH = 250_000  # rows drawn at once
FILE_ROWS = 2_000_000  # rows in one Parquet file
Pieces = list[dict[str, NDArray[Any]]]
NOTES = {
    "time_blank": ("The time of the stop is empty.", "time"),
    "placeholder_time": ("00:00 stands for a time that was not written down.", "time"),
    "age_out_of_range": ("Ages outside 10 to 110 were emptied.", "age"),
}
SMALL: dict[str, Callable[[int], pa.Table]] = {
    "complaints": events.complaints,
    "officers": others.officers,
    "bwc_requests": others.bwc_requests,
    "camera_activations": accountability.camera_activations,
    "contacts": others.contacts,
    "population": others.population,
}


class _Files:
    """Writes tables one after the other into Parquet files of at most FILE_ROWS rows, and keeps account."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder / f"sample-{name}", name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.paths: list[Path] = []
        self.rows, self.in_file = 0, 0
        self.digest = hashlib.blake2b(digest_size=16)
        self.noted: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Append one stretch of rows."""
        if self.writer is None or self.in_file + table.num_rows > FILE_ROWS:
            self.close()
            self.paths.append(self.folder / f"{self.name}-{len(self.paths):04d}.parquet")
            self.writer, self.in_file = pq.ParquetWriter(self.paths[-1], table.schema, compression="zstd"), 0
        self.writer.write_table(table)
        self.in_file += table.num_rows
        self._account(table)
        self.rows += table.num_rows

    def _account(self, table: pa.Table) -> None:
        """Fold the rows' fingerprints into one, and count what was noted."""
        for chunk in table["row_hash"].chunks:
            self.digest.update(chunk.buffers()[2])
        for code in NOTES if self.name == "stops" else ():
            hit = np.flatnonzero(pa.compute.equal(table["quality_notes"], code).to_numpy(zero_copy_only=False))
            count, rows = self.noted.get(code, (0, ()))
            self.noted[code] = (count + len(hit), (*rows, *(int(row) + self.rows + 1 for row in hit[: 5 - len(rows)])))

    def close(self) -> None:
        """Finish the open file."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def staged(self, details: tuple[tuple[str, str], ...]) -> Staged:
        """The account of what was written."""
        self.close()
        notes = tuple(Problem(code, NOTES[code][0], count, rows, NOTES[code][1]) for code, (count, rows) in self.noted.items() if count)
        return Staged(
            import_id=f"sample-{self.name}",
            source="sample",
            table=self.name,
            files=("sample",),
            folder=self.folder,
            accepted=tuple(self.paths),
            quarantine=None,
            rows_read=self.rows,
            rows_accepted=self.rows,
            rows_quarantined=0,
            rows_duplicate=0,
            notes=notes,
            content_hash=self.digest.hexdigest(),
            details=details,
        )


def stretches(total: int, seed: int) -> Iterator[stops.Stretch]:
    """All stops in order of time, a stretch at a time."""
    ends = stops.days_of(seed, total)
    for number, first in enumerate(range(0, total, STRETCH)):
        yield stops.stretch(seed, ends, number, first, min(first + STRETCH, total))


def _from_stops(folder: Path, total: int, seed: int, wanted: set[str], details: tuple[tuple[str, str], ...]) -> Iterator[Staged]:
    """Stops, and what hangs on them: one pass."""
    files = _Files(folder, "stops")
    arrested: Pieces = [events.away_from_stops(seed, events.OTHER_ARRESTS)]
    forced: Pieces = [events.force_elsewhere(arrested[0], seed)]
    for batch in stretches(total, seed):
        if "stops" in wanted:
            files.add(stops.table(batch, seed))
        if "arrests" in wanted:
            arrested.append(events.from_stops(batch, "arrested"))
        if "use_of_force" in wanted:
            forced.append(events.from_stops(batch, "force"))
    if "stops" in wanted:
        yield files.staged(details)
    for name, pieces, build in (("arrests", arrested, events.arrests), ("use_of_force", forced, events.force)):
        if name in wanted:
            written = _Files(folder, name)
            written.add(build(events.joined(pieces), seed))
            yield written.staged(details)


def sample(folder: Path, stops: int = truth.STOPS, seed: int = truth.SEED, tables: Sequence[str] | None = None) -> tuple[Staged, ...]:
    """Write the sample agency into `folder` as Parquet files of canonical rows, one Staged per table, in the order of the canonical tables.

    The same arguments give the same rows. `tables` limits what is written; SourceError on a name that is no table or fewer than one stop.
    """
    wanted = set(TABLES if tables is None else tables)
    if wanted - set(TABLES):
        raise SourceError(f"The sample has no table '{sorted(wanted - set(TABLES))[0]}'.", hint=f"It has: {', '.join(TABLES)}.")
    if stops < 1:
        raise SourceError("A sample needs at least one stop.", hint="The usual number is 120000.")
    folder.mkdir(parents=True, exist_ok=True)
    details = (("seed", str(seed)), ("stops", str(stops)))
    done: dict[str, Staged] = {}
    if wanted & {"stops", "arrests", "use_of_force"}:
        done |= {staged.table: staged for staged in _from_stops(folder, stops, seed, wanted, details)}
    for name, build in SMALL.items():
        if name in wanted:
            files = _Files(folder, name)
            files.add(build(seed))
            done[name] = files.staged(details)
    return tuple(done[name] for name in TABLES if name in done)
