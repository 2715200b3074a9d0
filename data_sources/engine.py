"""One private DuckDB connection for one import: bounded in memory, shut off from every file but its own folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

MEMORY = "1GB"
THREADS = 2
ROW_GROUP = 245_760
OF_A_CONNECTION = (("TimeZone", "'UTC'"), ("python_enable_replacements", "false"))  # settings that a second connection does not inherit


@ibis.udf.agg.builtin(name="min")  # type: ignore[untyped-decorator]
def first_few(value: dt.int64, count: dt.int64) -> dt.Array[dt.int64]:
    """The smallest few values of a group (DuckDB's two-argument minimum)."""


class Engine:
    """Runs Ibis expressions over Arrow streams and over the Parquet files it wrote itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backend = ibis.duckdb.connect()
        self._beside = self.backend.con.cursor()
        for name, value in OF_A_CONNECTION:
            self._beside.execute(f"SET {name}={value}")
        inside = str(folder.resolve()).replace("'", "''") + "/"
        for name, value in (
            ("memory_limit", f"'{MEMORY}'"),
            ("threads", str(THREADS)),
            ("temp_directory", f"'{inside}spill'"),
            *OF_A_CONNECTION,
            # lists of words stay comparisons: as joins they push every column of every row through a hash table for each list
            ("disabled_optimizers", "'in_clause,statistics_propagation'"),
            ("allowed_directories", f"['{inside}']"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            self.backend.raw_sql(f"SET {name}={value}")

    def given(self, name: str, data: pa.Table) -> ir.Table:
        """A table in memory under a name."""
        self.backend.con.register(name, data)
        return self.backend.table(name)

    def computed(self, name: str, data: pa.Table, statements: Sequence[tuple[str, str]], *, beside: bool = False) -> pa.Table:
        """The last of these statements over a table in memory, in the order of its rows. Each earlier one gives its rows a name for the next.

        The statements are those that Ibis writes for expressions over a table of that name. What is computed `beside` everything else has a
        connection of its own, so that two threads may compute at once.
        """
        connection = self._beside if beside else self.backend.con
        connection.register(name, data)
        for above, statement in statements[:-1]:
            connection.sql(statement).create_view(above, replace=True)
        found = connection.sql(statements[-1][1]).to_arrow_table()
        connection.unregister(name)
        return found

    def write(self, expression: ir.Table, path: Path) -> None:
        """Write an expression as one Parquet file."""
        self.backend.to_parquet(expression, path, compression="snappy", row_group_size=ROW_GROUP // 2)

    def read(self, paths: Sequence[Path], *, numbered: bool = False) -> ir.Table:
        """Parquet files as one table, columns matched by name; `numbered` adds `filename` and `file_row_number`."""
        options: dict[str, Any] = {"union_by_name": True, "hive_partitioning": False}
        if numbered:
            options |= {"filename": True, "file_row_number": True}
        return self.backend.read_parquet([str(path) for path in paths], **options)

    def batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of a large result, some at a time."""
        yield from self.backend.con.sql(ibis.to_sql(expression, dialect="duckdb")).to_arrow_reader(ROW_GROUP)

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        return list(self.backend.to_pyarrow(expression).to_pylist())

    def close(self) -> None:
        """Give memory and files back."""
        self._beside.close()
        self.backend.disconnect()
