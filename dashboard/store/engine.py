"""The engine that counts: DuckDB in process, asked only through Ibis expressions, safe from several threads."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.errors import StoreError
from dashboard.schema.tables import Table

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

VIEWS = 96  # views kept by name; the oldest is dropped


class Engine:
    """One in-memory DuckDB that reads Parquet files. Each call uses its own cursor, so Streamlit's threads may share it."""

    def __init__(self, scratch: Path, memory_mb: int = 1024, threads: int = 2) -> None:
        self._scratch = scratch
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_mb}MB",
            "threads": threads,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "preserve_insertion_order": False,
            "parquet_metadata_cache": True,
            "python_enable_replacements": False,  # a name in a statement is never looked up among Python's variables
        }
        self._lock = threading.RLock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._views: OrderedDict[str, pa.Schema] = OrderedDict()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own to the same engine."""
        import duckdb

        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(":memory:", config=self._config)
            return self._connection.cursor()

    def ready(self) -> None:
        """Load what the first question would otherwise wait for: the libraries that write its statement and carry it out."""
        import ibis

        self.arrow(ibis.literal(1).name("n").as_table())

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._views = None, OrderedDict()

    def rows(self, files: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """The rows of these Parquet files as an expression with the columns of `schema`; a column that no file has is not offered."""
        import ibis

        name = "rows_" + hashlib.sha256("\n".join(map(str, files)).encode()).hexdigest()[:24]
        with self._lock:
            if name not in self._views:
                cursor = self.cursor()
                with _plainly("The stored rows could not be read."):
                    cursor.read_parquet([str(file) for file in files], union_by_name=True).create_view(name, replace=True)
                self._views[name] = schema
                self._forget_oldest(cursor)
            self._views.move_to_end(name)
        return ibis.table(ibis.schema({field.name: ibis.dtype(field.type) for field in schema}), name=name)

    def _forget_oldest(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Keep the number of views bounded: the oldest is dropped."""
        while len(self._views) > VIEWS:
            oldest, _ = self._views.popitem(last=False)
            cursor.execute(f'DROP VIEW IF EXISTS "{oldest}"')  # a name of our own making: letters, digits and one underscore

    def sql(self, expression: ir.Table) -> str:
        """The statement that Ibis writes for this expression; every name and value in it is quoted by the library."""
        import ibis

        return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))

    def arrow(self, expression: ir.Table) -> pa.Table:
        """The answer as an Arrow table, in the types that the expression declares (the engine's own sums are wider)."""
        with _plainly("The stored rows could not be read."):
            found = self.cursor().sql(self.sql(expression)).to_arrow_table()
            return found.rename_columns(list(expression.columns)).cast(expression.schema().to_pyarrow())

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """The answer as a pandas frame; dates are datetime64."""
        return self.arrow(expression).to_pandas(date_as_object=False)

    def write(self, expression: ir.Table, file: Path) -> int:
        """Stream the rows of an expression into one Parquet file; how many there were."""
        with _plainly("The rows could not be written."):
            self.cursor().sql(self.sql(expression)).write_parquet(str(file), compression="zstd")
        return int(pq.read_metadata(file).num_rows)


@contextmanager
def _plainly(sentence: str) -> Iterator[None]:
    """Turn what the engine says into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise StoreError(sentence, hint=f"The engine says: {str(error).splitlines()[0]}") from error


def empty_file(folder: Path, table: Table) -> Path:
    """A Parquet file with no row and every canonical column: read first, it gives a column to tables that hold nothing or lack it."""
    mark = hashlib.sha256(str(table.schema).encode()).hexdigest()[:12]
    file = folder / f"_{table.name}-{mark}.parquet"
    if not file.exists():
        passing = file.with_suffix(f".{threading.get_ident()}.part")
        pq.write_table(table.schema.empty_table(), passing)
        passing.replace(file)
    return file
