"""One private DuckDB connection for one import: bounded in memory, shut off from every file but its own folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MEMORY = "1GB"
THREADS = 2
ROW_GROUP = 245_760
BATCH = 61_440


@ibis.udf.agg.builtin(name="min")  # type: ignore[untyped-decorator]
def first_few(value: dt.int64, count: dt.int64) -> dt.Array[dt.int64]:
    """The smallest few values of a group (DuckDB's two-argument minimum)."""


class _Sink:
    """One Parquet file that is written in row groups of a good size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._held: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; full row groups are written."""
        self.rows += batch.num_rows
        self._held.append(batch)
        if sum(held.num_rows for held in self._held) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        whole = pa.Table.from_batches(self._held)
        if self._writer is None:
            repeated = [name for name in whole.column_names if _repeats(self._held[0].column(name))]
            self._writer = pq.ParquetWriter(self.path, whole.schema, compression="snappy", use_dictionary=repeated)
        self._writer.write_table(whole, row_group_size=whole.num_rows)
        self._held = []

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        if self._writer:
            self._writer.close()


def _repeats(column: pa.Array) -> bool:
    """Do values repeat so much that writing each once and referring to it is cheaper?"""
    return bool(column.null_count == len(column) or pc.count_distinct(column).as_py() < 0.3 * len(column))


class Engine:
    """Runs Ibis expressions over Arrow streams and over the Parquet files it wrote itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backend = ibis.duckdb.connect()
        inside = str(folder.resolve()).replace("'", "''") + "/"
        for name, value in (
            ("memory_limit", f"'{MEMORY}'"),
            ("threads", str(THREADS)),
            ("preserve_insertion_order", "false"),
            ("temp_directory", f"'{inside}spill'"),
            ("TimeZone", "'UTC'"),
            ("python_enable_replacements", "false"),
            # lists of words stay comparisons: as joins they push every column of every row through a hash table for each list
            ("disabled_optimizers", "'in_clause,statistics_propagation'"),
            ("allowed_directories", f"['{inside}']"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            self.backend.raw_sql(f"SET {name}={value}")

    def stream(self, name: str, reader: pa.RecordBatchReader) -> ir.Table:
        """A table that can be read once, from an Arrow stream."""
        self.backend.con.register(name, reader)
        return self.backend.table(name)

    def step(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression under a name of its own, so that what builds on it computes each column once."""
        return self.backend.create_view(name, expression, overwrite=True)

    def write(self, expression: ir.Table, path: Path) -> None:
        """Write an expression as one Parquet file."""
        self.backend.to_parquet(expression, path, compression="snappy", row_group_size=ROW_GROUP // 2)

    def split(self, expression: ir.Table, column: str, targets: Mapping[str, Path]) -> dict[str, int]:
        """Stream an expression into one Parquet file for each word of a text column, in one pass; returns the rows of each.

        The column itself is left out. A file without rows is not written. Writing two streams is cheaper here than the engine's own partitioned
        writing, which sorts every row into buffers first.
        """
        reader = self.backend.con.sql(ibis.to_sql(expression, dialect="duckdb")).to_arrow_reader(BATCH)
        sinks = {word: _Sink(path) for word, path in targets.items()}
        place = reader.schema.get_field_index(column)
        try:
            for batch in reader:
                words = batch.column(place)
                rest = batch.remove_column(place)
                present = pc.unique(words).to_pylist()
                for word in present:
                    sinks[word].add(rest if len(present) == 1 else rest.filter(pc.equal(words, word)))
        finally:
            for sink in sinks.values():
                sink.close()
        return {word: sink.rows for word, sink in sinks.items()}

    def read(self, paths: Sequence[Path], *, numbered: bool = False) -> ir.Table:
        """Parquet files as one table, columns matched by name; `numbered` adds `filename` and `file_row_number`."""
        options: dict[str, Any] = {"union_by_name": True, "hive_partitioning": False}
        if numbered:
            options |= {"filename": True, "file_row_number": True}
        return self.backend.read_parquet([str(path) for path in paths], **options)

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        return list(self.backend.to_pyarrow(expression).to_pylist())

    def close(self) -> None:
        """Give memory and files back."""
        self.backend.disconnect()
