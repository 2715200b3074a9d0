"""How does a published table leave: CSV, JSON or Parquet, piece by piece, so that its size does not matter."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping

from dashboard.services.open_tables import OpenTable
from dashboard.store import open_files

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
PIECE = 1 << 20
STARTS = frozenset("=+-@\t\r")


def neutral(value: object) -> object:
    """A cell that a spreadsheet will not run: text that starts like a formula gets an apostrophe, numbers stay numbers."""
    if isinstance(value, str) and value[:1] in STARTS:
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value


def as_csv(one: OpenTable) -> Iterator[bytes]:
    """The table as CSV with a header; withheld numbers are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(one.columns)
    for some in open_files.rows(one.file):
        writer.writerows([["" if cell is None else neutral(cell) for cell in row] for row in some])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    if text.tell():
        yield text.getvalue().encode()


def as_json(one: OpenTable, about: Mapping[str, object]) -> Iterator[bytes]:
    """The table as JSON: what it is, its dictionary, and its rows as objects."""
    head = json.dumps(dict(about), ensure_ascii=False)
    yield f'{head[:-1]}, "rows": ['.encode()
    before = ""
    for some in open_files.rows(one.file):
        text = ",\n".join(json.dumps(dict(zip(one.columns, row, strict=True)), ensure_ascii=False) for row in some)
        yield f"{before}{text}".encode()
        before = ",\n"
    yield b"]}"


def as_parquet(one: OpenTable) -> Iterator[bytes]:
    """The table as Parquet; withheld numbers are null."""
    with one.file.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def written(one: OpenTable, kind: str, about: Mapping[str, object]) -> Iterator[bytes]:
    """The table in one format, in pieces."""
    writers: Mapping[str, Callable[[], Iterator[bytes]]] = {
        "csv": lambda: as_csv(one),
        "json": lambda: as_json(one, about),
        "parquet": lambda: as_parquet(one),
    }
    return writers[kind]()
