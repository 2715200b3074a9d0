"""How is a delimited text file read: encoding, delimiter, header, and rows that do not fit?"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import Settings
from data_sources import headers
from data_sources.encodings import AsUtf8, Bytes, Scan, scan
from data_sources.quoting import beyond_the_header, lines_of, without_swallowed
from data_sources.tables import ROW, SAMPLE_ROWS, Ragged, Reading, TextTable, without_empty_rows

DELIMITERS = (",", ";", "\t", "|")
BLOCK = 4 << 20  # bytes parsed at a time; no cell may be longer
HEAD = 1 << 20
MAX_COLUMNS = 2000
REFERENCE = pa.dictionary(pa.int32(), pa.string())
FEWEST_RAGGED = 3  # a file is never refused for fewer ragged rows than this
RAGGED_SENTENCE = "Rows do not have the same number of fields; the separator or quoting is wrong (first at line {line})."


def _records(text: str, delimiter: str, limit: int = 60) -> list[tuple[int, list[str]]]:
    """The first records with the line each ends on; blank lines are kept as empty records."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        for record in reader:
            found.append((reader.line_num, record))
            if len(found) >= limit:
                break
    except csv.Error:
        return found
    return found


def delimiter_of(text: str) -> str:
    """Which separator gives equal field counts over the first 50 records? The one with most columns among those that do."""
    best, best_score = ",", (0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(record) for _, record in _records(text, delimiter, 50) if any(record)]
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        share = widths.count(usual) / len(widths)
        score = (float(usual > 1 and share >= 0.5), round(share, 1), usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _notes(source: Bytes, found: Scan) -> list[Problem]:
    """What was repaired while turning bytes into text."""
    notes: list[Problem] = []
    if found.mark:
        notes.append(Problem("byte_order_mark", "The file starts with a byte-order mark, which is left out.", 1, (1,)))
    if found.encoding == "windows-1252":
        notes.append(Problem("windows_1252", "Read as Windows-1252.", 1))
    elif found.encoding == "utf-8 with windows-1252":
        notes.append(Problem("mixed_encoding", "Some bytes are not UTF-8 and were read as Windows-1252.", 1))
    elif found.encoding.startswith("utf-16"):
        notes.append(Problem("utf_16", "Read as UTF-16.", 1))
    if found.nuls:
        notes.append(Problem("nul_bytes", "NUL bytes were left out.", found.nuls))
    if found.odd:
        notes.append(Problem("damaged_letters", "Letters were damaged before this export was made; they are kept as they are.", found.odd))
    return notes


def _head(source: Bytes, found: Scan) -> str:
    """The beginning of the file as text, cut at the last line that is complete."""
    with AsUtf8(source.open(), found.encoding) as stream:
        data = stream.read(HEAD)
    text = data.decode("utf-8", "ignore")
    if len(data) < HEAD:
        return text
    cut = max(text.rfind("\n"), text.rfind("\r"))
    return text[: cut + 1] if cut > 0 else text


def _stream(source: Bytes, found: Scan) -> Any:
    """What Arrow reads from: the file itself when the bytes are plain, otherwise the text as UTF-8."""
    if found.plain and source.path:
        return pa.OSFile(source.path, "rb")
    return pa.PythonFile(AsUtf8(source.open(), found.encoding), mode="r")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one delimited file: `skip` physical lines stand before the first data row; `share` of them may be ragged."""

    source: Bytes
    found: Scan
    delimiter: str
    names: tuple[str, ...]
    skip: int
    share: float

    def __call__(self, reading: Reading) -> Generator[pa.RecordBatch]:
        """Stream the batches, numbering lines and setting ragged rows aside."""
        skipped: list[int] = []

        def set_aside(row: Any) -> str:
            line = self.skip + (row.number - self.skip if row.number else len(skipped) + 1)
            skipped.append(line)
            reading.ragged.extend(lines_of(Ragged(line, row.text, row.actual_columns), self.delimiter, len(self.names)))
            return "skip"

        line = self.skip + 1
        try:
            with _stream(self.source, self.found) as stream, self._open(stream, set_aside, reading.references) as batches:
                for batch in batches:
                    lines, line = _numbered(batch.num_rows, line, skipped)
                    numbered = pa.RecordBatch.from_arrays([*batch.columns, lines], names=[*self.names, ROW])
                    self._refuse_if_ragged(reading, line - self.skip - 1)
                    if self.found.quotes:
                        numbered = without_swallowed(numbered, reading, self.delimiter)
                    yield without_empty_rows(numbered, reading)
        except pa.ArrowInvalid as error:
            raise SourceError(
                "A cell is not closed or is longer than 4 MB, so the rows cannot be told apart.",
                hint="Export again, with quotation marks doubled inside quoted cells.",
                where=self.source.name,
            ) from error
        self._mark_cut_off(reading)
        self._refuse_if_ragged(reading, reading.rows + len(reading.ragged), final=True)

    def _open(self, stream: Any, set_aside: Any, references: frozenset[str]) -> pacsv.CSVStreamingReader:
        read = pacsv.ReadOptions(block_size=BLOCK, use_threads=False, skip_rows=self.skip, column_names=list(self.names))
        parse = pacsv.ParseOptions(
            delimiter=self.delimiter,
            quote_char='"' if self.found.quotes else False,
            newlines_in_values=self.found.quotes,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        )
        convert = pacsv.ConvertOptions(
            column_types={name: REFERENCE if name in references else pa.string() for name in self.names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )
        try:
            return pacsv.open_csv(stream, read_options=read, parse_options=parse, convert_options=convert)
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                raise SourceError("The file has a header but no rows.", where=self.source.name) from error
            raise

    def _refuse_if_ragged(self, reading: Reading, rows: int, final: bool = False) -> None:
        """More ragged rows than the setting allows: the separator or the quoting is wrong, and nothing may be believed."""
        count = len(reading.ragged)
        if count >= FEWEST_RAGGED and (final or rows > 10_000) and count > self.share * rows:
            raise SourceError(
                RAGGED_SENTENCE.format(line=reading.ragged[0].source_row),
                hint=f"{count:,} of {rows:,} rows differ from the {len(self.names)} columns of the header.",
                where=self.source.name,
            )

    def _mark_cut_off(self, reading: Reading) -> None:
        """The last line of a file that ends without a newline and with too few fields was cut off."""
        if reading.ragged and not self.found.ends_with_newline and reading.ragged[-1].fields < len(self.names):
            last = reading.ragged[-1]
            if last.source_row >= self.skip + reading.rows + len(reading.ragged) + reading.empty_rows:
                reading.ragged[-1] = Ragged(last.source_row, last.text, last.fields, cut_off=True)


def _numbered(count: int, line: int, skipped: list[int]) -> tuple[pa.Array, int]:
    """The line numbers of the next `count` good rows from `line` on, stepping over those set aside, and the line after them."""
    inside = [place for place in skipped if place >= line]
    reach = np.arange(line, line + count + len(inside), dtype=np.int64)
    lines = np.ascontiguousarray(reach[~np.isin(reach, inside)][:count]) if inside else reach
    # From the buffer, because pa.array() of a numpy array imports all of pandas.
    return pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(lines)]), int(lines[-1]) + 1 if count else line


def read_text(source: Bytes, settings: Settings, *, stop_at: int = 0, raw: bool = False) -> TextTable:
    """One delimited text file as a table; with `raw` every row is data. Raises SourceError in one sentence when it holds no table."""
    found = scan(source, stop_at=stop_at)
    head = _head(source, found)
    delimiter = delimiter_of(head)
    records = _records(head, delimiter)
    if not any(any(cell.strip() for cell in record) for _, record in records):
        raise SourceError("The file is empty.", where=source.name)
    where = (headers.numbered if raw else headers.layout)([record for _, record in records])
    if len(where.names) > MAX_COLUMNS:
        raise SourceError(f"The file has more than {MAX_COLUMNS:,} columns.", where=source.name)
    skip = records[where.row][0] if where.row >= 0 else 0
    if where.row >= 0 and not any(any(cell.strip() for cell in record) for _, record in records[where.row + 1 :]):
        raise SourceError("The file has a header but no rows.", where=source.name)
    over = (
        beyond_the_header(records[where.row + 1 :], records[where.row][1], len(where.names), RAGGED_SENTENCE, source.name) if where.row >= 0 else ()
    )
    rows = _Rows(source, found, delimiter, where.names, skip, settings.number("import.max_quarantine_share"))
    notes = (*_notes(source, found), *where.notes, *over)
    return TextTable(source.name, where.names, where.title, notes, _sample(rows), found.length, rows, where.row < 0)


def _sample(rows: _Rows) -> pa.Table:
    """The first rows, read as all the others will be."""
    reading = Reading()
    schema = pa.schema([*(pa.field(name, pa.string()) for name in rows.names), pa.field(ROW, pa.int64())])
    first: pa.RecordBatch | None = None
    with contextlib.closing(rows(reading)) as batches:
        for batch in batches:
            first = batch.slice(0, SAMPLE_ROWS) if first is None and batch.num_rows else first
            reading.rows += batch.num_rows
            if first is not None and rows.found.length > BLOCK:
                break  # a small file is read to its end, so that it is refused at once if it must be
    if first is None and reading.ragged:
        raise SourceError(RAGGED_SENTENCE.format(line=reading.ragged[0].source_row), where=rows.source.name)
    if first is None:
        raise SourceError("The file has a header but no rows.", where=rows.source.name)
    return pa.Table.from_batches([first], schema)
