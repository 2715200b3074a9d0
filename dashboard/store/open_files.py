"""Released tables as files: written once a release, then read in batches, so that a download of any size needs little memory."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.errors import StoreError
from dashboard.store.home import Home

BATCH = 16_384  # rows that are in memory at a time
GROUP = 262_144
SEAL = ".sha256"
KINDS: Mapping[str, pa.DataType] = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,150}")
BROKEN = StoreError("The file of this table cannot be read.", hint="It is made again from the release on the next try.")


def place(home: Home, release: str, name: str) -> Path:
    """Where the file of one table of one release lies. StoreError for a name that is not one."""
    if not NAME.fullmatch(release) or not NAME.fullmatch(name):
        raise StoreError("There is no such table.")
    return home.published / release / f"{name}.parquet"


def write(path: Path, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> None:
    """Write rows of `columns` (name, kind) under a passing name, then give the file its own. Pages carry checksums."""
    schema = pa.schema([pa.field(name, KINDS[kind]) for name, kind in columns])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    passing = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with pq.ParquetWriter(passing, schema, compression="zstd", write_page_checksum=True) as writer:
            for some in _portions(rows, GROUP):
                arrays = [pa.array([row[at] for row in some], field.type) for at, field in enumerate(schema)]
                writer.write_table(pa.table(arrays, schema=schema))
        seal = path.with_suffix(SEAL)
        seal.with_name(passing.name + SEAL).write_text(_hash(passing), encoding="ascii")
        seal.with_name(passing.name + SEAL).replace(seal)
        passing.replace(path)
    except OSError as error:
        raise StoreError(f"The published table could not be written: {error.strerror}.", hint="Make room on the disk.") from error
    finally:
        passing.unlink(missing_ok=True)


def _portions(rows: Iterable[Sequence[object]], most: int) -> Iterator[list[Sequence[object]]]:
    """Rows in lists of at most this many."""
    some: list[Sequence[object]] = []
    for row in rows:
        some.append(row)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def sound(path: Path) -> bool:
    """Is the file there, and is it what was written? Looked at whole once, then again whenever its size or time differs."""
    try:
        about = path.stat()
        return _hash_of(path, about.st_mtime_ns, about.st_size) == path.with_suffix(SEAL).read_text(encoding="ascii")
    except OSError:
        return False


@lru_cache(maxsize=256)
def _hash_of(path: Path, _time: int, _size: int) -> str:
    """The hash of a file in this state."""
    return _hash(path)


def _hash(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def count(path: Path) -> int:
    """How many rows a file holds, from its foot."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise BROKEN from error


def batches(path: Path, keep: Mapping[str, Sequence[str]] | None = None, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows in order, some at a time; `keep` holds column -> values of the rows that are wanted. A damaged page is refused, never served."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
            for batch in file.iter_batches(BATCH):
                wanted = _kept(batch, keep or {})
                yield wanted.select(list(columns)) if columns else wanted
    except (OSError, pa.ArrowException) as error:
        raise BROKEN from error


def _kept(batch: pa.RecordBatch, keep: Mapping[str, Sequence[str]]) -> pa.RecordBatch:
    """The rows of a batch that every filter lets through."""
    for name, values in keep.items():
        batch = batch.filter(pc.is_in(batch.column(name).cast(pa.string()), pa.array(list(values), pa.string())))
    return batch


def rows(path: Path, keep: Mapping[str, Sequence[str]] | None = None, columns: Sequence[str] | None = None) -> Iterator[list[tuple[object, ...]]]:
    """The same as lists of plain rows."""
    for batch in batches(path, keep, columns):
        if len(batch):
            yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def page(path: Path, keep: Mapping[str, Sequence[str]], columns: Sequence[str], offset: int, limit: int) -> tuple[list[tuple[object, ...]], bool]:
    """`limit` of the wanted rows from `offset` on, and whether there are more. Reading stops there."""
    found: list[tuple[object, ...]] = []
    passed = 0
    for batch in batches(path, keep, columns):
        start = max(0, offset - passed)
        passed += len(batch)
        if start < len(batch):
            wanted = batch.slice(start, limit + 1 - len(found))
            found += zip(*(column.to_pylist() for column in wanted.columns), strict=True)
        if len(found) > limit:
            break
    return found[:limit], len(found) > limit
