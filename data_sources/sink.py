"""Where do computed rows go? Into one Parquet file, written beside the computing of the next rows."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_sources.coded import Coded, Column, Places, as_array, one_by_one

REFERENCE = pa.dictionary(pa.int32(), pa.string())
LOOK, REPEATED = 20_000, 0.3
IMPORT = "import_id"


class Sink:
    """One Parquet file. A batch is written while the next one is computed; a file without rows is not made."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._pool = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None
        self._writer: pq.ParquetWriter | None = None

    def add(self, columns: Mapping[str, Column], rows: Places | None) -> None:
        """Take a batch: these rows of the columns, all of them when `rows` is None."""
        count = len(next(iter(columns.values()))) if rows is None else len(rows)
        self._wait()
        if count:
            self.rows += count
            self._pending = self._pool.submit(self._write, columns, rows)

    def _write(self, columns: Mapping[str, Column], rows: Places | None) -> None:
        arrays = {name: one_by_one(_chosen(column, rows)) for name, column in columns.items()}
        writer = self._writer = self._writer or self._opened(arrays)
        batch = pa.Table.from_arrays([_as(arrays[field.name], field.type) for field in writer.schema], schema=writer.schema)
        writer.write_table(batch, row_group_size=batch.num_rows)

    def _opened(self, arrays: Mapping[str, pa.Array]) -> pq.ParquetWriter:
        """The file's beginning: texts that repeat in the first batch are references throughout."""
        repeated = [name for name, array in arrays.items() if _repeats(array)]
        kinds = {name: REFERENCE if name in repeated and pa.types.is_string(array.type) else array.type for name, array in arrays.items()}
        ranges = [name for name, kind in kinds.items() if name == IMPORT or (not pa.types.is_string(arrays[name].type) and kind != REFERENCE)]
        packing = {name: "snappy" if name in repeated else "zstd" for name in kinds}
        return pq.ParquetWriter(
            self.path,
            pa.schema(kinds.items()),
            use_dictionary=repeated,
            compression=packing,
            compression_level=dict.fromkeys((name for name in kinds if name not in repeated), 1),
            write_statistics=ranges,  # of texts nobody asks for them, and they would cost as much as the writing
            store_schema=False,  # without Arrow's own schema beside it, every reader sees texts as texts
        )

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._pool.shutdown()
            if self._writer is not None:
                self._writer.close()


def _chosen(column: Column, rows: Places | None) -> Column:
    """Some rows of a column, or all."""
    if rows is None:
        return column
    return column.taken(rows) if isinstance(column, Coded) else column.take(as_array(rows))


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The array in this type: as references, as texts, or cast."""
    if array.type == kind:
        return array
    if pa.types.is_dictionary(kind):
        return array.cast(pa.string()).dictionary_encode()
    return array.cast(kind)


def _repeats(array: pa.Array) -> bool:
    """Do values repeat so much that writing each once and referring to it is cheaper?"""
    if pa.types.is_dictionary(array.type) or array.null_count == len(array):
        return True
    some = array.slice(0, LOOK)
    return bool(pc.count_distinct(some).as_py() < REPEATED * len(some))
