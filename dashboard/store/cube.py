"""How many rows are there of each combination of columns? Counted for several sets of columns in one pass over a Parquet file.

The engine could do this too, but it would hash every text of every row for each set. Here each column becomes small whole numbers once per batch
(Parquet stores most of them so already), a row's combination becomes one number, and numbers are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BATCH_ROWS = 480_000

Codes = np.ndarray[Any, np.dtype[np.int32]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One column of an answer: the stored column it comes from, and what is made of each of its values."""

    name: str
    source: str
    made: Callable[[pa.Array], pa.Array] | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as numbers: 0 for missing, else one more than the place in `values`."""

    codes: Codes
    values: pa.Array

    def made(self, change: Callable[[pa.Array], pa.Array]) -> Coded:
        """The same column with each value changed; values that become equal get one number."""
        again = coded(change(self.values))
        return Coded(np.concatenate([np.zeros(1, np.int32), again.codes])[self.codes], again.values)

    def at(self, rows: Places) -> pa.Array:
        """The values in these rows."""
        places = self.codes[rows] - 1
        return self.values.take(pa.array(places, mask=places < 0))


def coded(column: pa.Array) -> Coded:
    """A column as numbers."""
    words = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    places = words.indices.fill_null(-1) if words.indices.null_count else words.indices
    return Coded(np.asarray(places).astype(np.int32, copy=False) + np.int32(1), words.dictionary)


def batches(
    file: Path, sources: Sequence[str], schema: pa.Schema, plain: Sequence[str] = ()
) -> Iterator[tuple[Mapping[str, Coded], Mapping[str, pa.Array]]]:
    """The columns of a file as numbers, and the `plain` ones as they are, some rows at a time; what a file lacks is missing in every row."""
    texts = [name for name in sources if pa.types.is_string(schema.field(name).type)]
    with pq.ParquetFile(file, read_dictionary=texts) as opened:
        names = opened.schema_arrow.names
        there = [name for name in sources if name in names]
        wanted = [*there, *(name for name in plain if name in names)]
        groups = range(opened.num_row_groups)  # one at a time: a reader over all of them holds on to what it has read
        for batch in (batch for group in groups for batch in opened.iter_batches(BATCH_ROWS, row_groups=[group], columns=wanted)):
            found = {name: coded(batch.column(name)) for name in there}
            for name in sources:
                if name not in found:
                    found[name] = Coded(np.zeros(batch.num_rows, np.int32), pa.array([], schema.field(name).type))
            rest = {name: batch.column(name) if name in names else pa.nulls(batch.num_rows, schema.field(name).type) for name in plain}
            yield found, rest
