"""One private DuckDB connection for one import: bounded in memory, shut off from every file but its own folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

MEMORY = "1GB"
THREADS = 2
ROW_GROUP = 250_000


@ibis.udf.agg.builtin(name="min")
def first_few(value: dt.int64, count: dt.int64) -> dt.Array[dt.int64]:  # type: ignore[empty-body]
    """The smallest few values of a group (DuckDB's two-argument minimum)."""


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
            ("partitioned_write_flush_threshold", "100000"),
            ("temp_directory", f"'{inside}spill'"),
            ("TimeZone", "'UTC'"),
            ("python_enable_replacements", "false"),
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

    def write(self, expression: ir.Table, path: Path, partition_by: str | None = None) -> None:
        """Write an expression as Parquet: one file, or one folder for each value of a column (which is then left out of the files)."""
        options: dict[str, Any] = {"compression": "snappy", "row_group_size": ROW_GROUP}
        if partition_by:
            options["partition_by"] = partition_by
        self.backend.to_parquet(expression, path, **options)

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
