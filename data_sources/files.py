"""Which tables does this file hold? It is judged by what is inside, never by its extension."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.settings import DEFAULTS, Settings
from data_sources import archives, headers
from data_sources.delimited import read_text
from data_sources.encodings import Bytes, wide
from data_sources.excel import as_text, in_memory, read_workbook
from data_sources.tables import ROW, SAMPLE_ROWS, Ragged, Reading, TextTable, from_columns, without_empty_rows

__all__ = ["ROW", "Ragged", "Reading", "TextTable", "read"]

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF document, not a table."),
    (b"\x89PNG", "This is a picture, not a table."),
    (b"\xff\xd8\xff", "This is a picture, not a table."),
    (b"GIF8", "This is a picture, not a table."),
    (b"SQLite format 3", "This is a database file, not a table."),
    (b"\x7fELF", "This is a program, not a table."),
    (b"MZ\x90", "This is a program, not a table."),
    (b"$FL2", "SPSS data files are not read; save as CSV."),
    (b"<stata_dta>", "Stata data files are not read; save as CSV."),
    (b"7z\xbc\xaf", "This kind of archive is not read; use ZIP."),
    (b"Rar!", "This kind of archive is not read; use ZIP."),
    (b"{\\rtf", "This is a text document, not a table."),
)
AS_CSV = "Export the data itself as CSV or XLSX."
LARGEST_GZIP = 200  # times the packed size
HEAD = 65536


def read(path: Path, settings: Settings = DEFAULTS, *, raw: bool = False) -> tuple[TextTable, ...]:
    """The tables in a file: one for a text file, one for each sheet with data, one for each member of an archive.

    With `raw` no header is looked for in text files and sheets: every row is data, the columns are numbered (exports may have several header rows).
    Raises SourceError with one sentence and a hint when the file holds no table that can be read.
    """
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise SourceError(f"The file '{path.name}' cannot be opened.", hint="Check the path and the permissions.") from error
    return _tables(Bytes(path.name, size, _Opener(path), str(path)), settings, path, raw=raw)


def read_bytes(source: Bytes, settings: Settings = DEFAULTS) -> tuple[TextTable, ...]:
    """The tables in bytes that lie in memory alone; an archive of files is refused there."""
    return _tables(source, settings, None)


class _Opener:
    """Opens a plain file afresh each time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> BinaryIO:
        """A new stream."""
        return self.path.open("rb")


def _tables(source: Bytes, settings: Settings, path: Path | None, depth: int = 0, raw: bool = False) -> tuple[TextTable, ...]:
    """The tables in these bytes; `path` is given for a file on disk, which alone may be an archive."""
    with source.open() as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        raise SourceError("The file is empty.", where=source.name)
    for mark, sentence in SIGNATURES:
        if head.startswith(mark):
            raise SourceError(sentence, hint=AS_CSV, where=source.name)
    if head.startswith(archives.OTHER_PACKING):
        archives.refuse_other_packing(source, head)
    if head.startswith(archives.R_MARKS):
        raise SourceError("R data files are not read; save as CSV.", where=source.name)
    if head.startswith(b"PK"):
        return _zipped(source, settings, path, raw)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return read_workbook(_whole(source, settings), source.name, settings, raw=raw)
    if head.startswith(b"\x1f\x8b"):
        if depth:
            raise SourceError("The file is packed twice.", hint=AS_CSV, where=source.name)
        return _tables(archives.unzipped(source), settings, None, depth + 1, raw)
    if head.startswith(b"PAR1"):
        return (_parquet(source),)
    _refuse_other_text(head, source)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}:
        return (_json(_whole(source, settings), source.name),)
    return (_text(source, settings, packed=depth > 0, raw=raw),)


def _text(source: Bytes, settings: Settings, packed: bool, raw: bool) -> TextTable:
    """A delimited text file; one that comes out of gzip may not unpack for ever."""
    try:
        return read_text(source, settings, stop_at=max(LARGEST_GZIP * source.size, 64 << 20) if packed else 0, raw=raw)
    except OverflowError as error:
        raise SourceError(f"The file unpacks to more than {LARGEST_GZIP} times its size and is not read.", where=source.name) from error
    except (EOFError, OSError) as error:
        raise SourceError("The file is damaged and cannot be read to its end.", hint="Send it again.", where=source.name) from error


def _whole(source: Bytes, settings: Settings) -> bytes:
    """All bytes of a file that must be read at once; refused above the limit for workbooks."""
    limit = int(settings.number("import.max_expanded_mb")) << 20
    with source.open() as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"The file is larger than {limit >> 20} MB.", hint="Export as CSV, which may have any size.", where=source.name)
    return data


def _zipped(source: Bytes, settings: Settings, path: Path | None, raw: bool) -> tuple[TextTable, ...]:
    """A workbook, or an archive of files."""
    try:
        with source.open() if path else io.BytesIO(_whole(source, settings)) as stream, zipfile.ZipFile(stream) as archive:
            kind = archives.zip_kind(archive)
            inside = archives.members(path, archive) if kind == "archive" and path is not None else []
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise SourceError("The file is a damaged archive or workbook.", hint="Send it again.", where=source.name) from error
    if kind == "workbook":
        return read_workbook(_whole(source, settings), source.name, settings, raw=raw)
    if kind == "document" or not inside:
        raise SourceError("This is not a table: a document, or an archive within an archive.", hint=AS_CSV, where=source.name)
    return tuple(table for member in inside for table in _tables(member, settings, None, raw=raw))


def _refuse_other_text(head: bytes, source: Bytes) -> None:
    """Web pages, and bytes that are no text at all."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<script", b"<!--")):
        raise SourceError("This is a web page, not a table.", hint="Use the page's download button and export as CSV.", where=source.name)
    if wide(head):
        return
    control = sum(head.count(bytes([code])) for code in (*range(1, 9), 11, 12, *range(14, 27), *range(28, 32)))
    nuls = head.count(b"\x00")
    if control > 0.01 * len(head) or nuls > 0.3 * len(head):
        raise SourceError("This is not a text file, whatever its name says.", hint=AS_CSV, where=source.name)


def _json(data: bytes, name: str) -> TextTable:
    """A Socrata rows.json, or the list of stops that data.police.uk gives; any other layout is refused."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError("This JSON file is damaged or cut off.", hint="Export as CSV.", where=name) from error
    try:
        return _rows_json(content, name) if isinstance(content, dict) else _stops_json(content, name)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise SourceError("This JSON layout is not known; export as CSV.", where=name) from error


def _cell(value: Any) -> str | None:
    """One JSON value as text."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return as_text(value) or None


def _rows_json(content: dict[str, Any], name: str) -> TextTable:
    """Socrata: `meta.view.columns[].name` and `data`."""
    columns = [str(column["name"]) for column in content["meta"]["view"]["columns"]]
    rows = content["data"]
    if not rows:
        raise SourceError("The file has a header but no rows.", where=name)
    names = headers.unique(columns, len(columns))
    table = from_columns(name, names, [[_cell(row[place]) for row in rows] for place in range(len(names))], 1)
    return in_memory(name, table, str(content["meta"]["view"].get("name", "")), ())


POLICE_UK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Type", ("type",)),
    ("Date", ("datetime",)),
    ("Part of a policing operation", ("operation",)),
    ("Policing operation", ("operation_name",)),
    ("Latitude", ("location", "latitude")),
    ("Longitude", ("location", "longitude")),
    ("Gender", ("gender",)),
    ("Age range", ("age_range",)),
    ("Self-defined ethnicity", ("self_defined_ethnicity",)),
    ("Officer-defined ethnicity", ("officer_defined_ethnicity",)),
    ("Legislation", ("legislation",)),
    ("Object of search", ("object_of_search",)),
    ("Outcome", ("outcome_object", "name")),
    ("Outcome linked to object of search", ("outcome_linked_to_object_of_search",)),
    ("Removal of more than just outer clothing", ("removal_of_more_than_outer_clothing",)),
)


def _stops_json(content: list[Any], name: str) -> TextTable:
    """data.police.uk: a list of stops; brought under the headers of its CSV form."""
    if not content or not {"datetime", "involved_person", "self_defined_ethnicity", "outcome_object"} <= set(content[0]):
        raise KeyError("layout")

    def value(stop: Any, keys: tuple[str, ...]) -> str | None:
        for key in keys:
            stop = (stop or {}).get(key) if isinstance(stop, dict) else None
        return _cell(stop)

    columns = [[value(stop, keys) for stop in content] for _, keys in POLICE_UK]
    return in_memory(name, from_columns(name, tuple(header for header, _ in POLICE_UK), columns, 1), "", ())


class _ParquetRows:
    """The rows of one Parquet file as text."""

    def __init__(self, source: Bytes, names: tuple[str, ...]) -> None:
        self.source, self.names = source, names

    def __call__(self, reading: Reading) -> Iterator[pa.RecordBatch]:
        """Stream row groups, every column cast to text."""
        import pyarrow.parquet as pq

        line = 1
        with self.source.open() as stream:
            for batch in pq.ParquetFile(stream).iter_batches(batch_size=50_000):
                columns = [_as_text_array(column) for column in batch.columns]
                lines = pa.array(range(line, line + batch.num_rows), pa.int64())
                line += batch.num_rows
                yield without_empty_rows(pa.RecordBatch.from_arrays([*columns, lines], names=[*self.names, ROW]), reading)


def _as_text_array(column: pa.Array) -> pa.Array:
    """Any Arrow column as text; nested ones as JSON-like text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_boolean(column.type) or pa.types.is_floating(column.type) or pa.types.is_nested(column.type):
        return pa.array([_cell(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _parquet(source: Bytes) -> TextTable:
    """A Parquet file: names and rows are given, so only the types become text."""
    import pyarrow.parquet as pq

    try:
        with source.open() as stream:
            file = pq.ParquetFile(stream)
            count = file.metadata.num_rows
            names = headers.unique(file.schema_arrow.names, len(file.schema_arrow.names))
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError("The Parquet file is damaged.", hint="Export it again.", where=source.name) from error
    if not count:
        raise SourceError("The file has a header but no rows.", where=source.name)
    rows = _ParquetRows(source, names)
    first = next(iter(rows(Reading())))
    return TextTable(source.name, names, "", (), pa.Table.from_batches([first.slice(0, SAMPLE_ROWS)]), source.size, rows)
