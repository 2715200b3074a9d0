"""How is a workbook read without damaging a code, a date or a yes, and without letting it unpack for ever?"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import Settings
from data_sources import headers
from data_sources.tables import ROW, SAMPLE_ROWS, Reading, TextTable, from_columns, without_empty_rows

MAX_ENTRIES = 2000
MAX_RATIO = 100
SMALL = 5 << 20  # below this many unpacked bytes the ratio says nothing
MAX_CELLS = 60_000_000
BATCH = 50_000
TAIL = 64  # bytes kept from one piece to the next, so that no reference is cut in two
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")
_EPOCH = dt.date(1899, 12, 31)
PRINTED = "This workbook is a printed report: each case number stands on its own line. Ask for a flat export with one row per allegation."


def preflight(archive: zipfile.ZipFile, settings: Settings, name: str) -> int:
    """Refuse a zipped file with too many entries, or that unpacks to more than allowed. The bytes are unpacked and counted, not believed.

    Returns how many cells the widest sheet spans: the library makes room for all of them, also for the empty ones before one far cell.
    """
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise SourceError(f"The workbook holds {len(entries):,} parts; at most {MAX_ENTRIES:,} are read.", where=name)
    limit = int(settings.number("import.max_expanded_mb")) << 20
    packed = max(1, sum(entry.compress_size for entry in entries))
    if sum(entry.file_size for entry in entries) > limit:
        raise SourceError(f"The workbook unpacks to more than {limit >> 20} MB.", hint="Export as CSV, or in smaller parts.", where=name)
    unpacked = span = 0
    for entry in entries:
        extent = _Extent() if "worksheets/" in entry.filename and entry.filename.endswith(".xml") else None
        with archive.open(entry) as stream:
            while chunk := stream.read(1 << 20):
                unpacked += len(chunk)
                if extent:
                    extent.add(chunk)
                if unpacked > limit:
                    raise SourceError(f"The workbook unpacks to more than {limit >> 20} MB.", hint="Export as CSV, or in smaller parts.", where=name)
                if unpacked > SMALL and unpacked > MAX_RATIO * packed:
                    raise SourceError(
                        f"The workbook unpacks to more than {MAX_RATIO} times its size and is not read.", hint="Export as CSV.", where=name
                    )
        span = max(span, extent.cells if extent else 0)
    return span


class _Extent:
    """The last row and the last column that the references in a sheet name."""

    def __init__(self) -> None:
        self.row = self.column = 1
        self._left = b""

    def add(self, chunk: bytes) -> None:
        """Look through one more piece of the sheet."""
        found = _REFERENCE.findall(self._left + chunk)
        self._left = chunk[-TAIL:]
        if found:
            self.row = max(self.row, *(int(row) for _, row in found))
            self.column = max(self.column, *(_number(letters) for letters in {letters for letters, _ in found}))

    @property
    def cells(self) -> int:
        """All cells up to there."""
        return self.row * self.column


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, XFD is 16384."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _typed_as_time(serial: int) -> bool:
    """Could this number be a clock time typed without its colon?"""
    return 0 <= serial <= 2359 and serial % 100 < 60


def as_text(value: object) -> str:
    """How is one cell written as text, so that nothing is lost? 20210101.0 is '20210101', a true date is ISO, TRUE is 'True'."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, dt.datetime):
        clock = value.time().replace(microsecond=0)
        return value.date().isoformat() if clock == dt.time() else f"{value.date().isoformat()} {clock.isoformat()}"
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, dt.time):
        value = value.replace(microsecond=0)
    return "" if value is None else str(value)


def _column(values: Sequence[object], header: str, first: int) -> tuple[list[str | None], Problem | None]:
    """One column as text, and the note about clock times that were typed as numbers into date cells."""
    repaired: list[tuple[int, str]] = []
    birth = "birth" in header.casefold() or "dob" in header.casefold()
    texts: list[str | None] = []
    for place, value in enumerate(values):
        text = as_text(value)
        if isinstance(value, dt.date) and value.year < 1907 and not birth:
            serial = (dt.date(value.year, value.month, value.day) - _EPOCH).days
            serial += 1 if value.year > 1900 or value.month > 2 else 0  # the spreadsheet's 29 February 1900
            if _typed_as_time(serial):
                text = f"{serial // 100:02d}:{serial % 100:02d}"
                repaired.append((first + place, f"{serial} in a date cell read as {text}."))
        texts.append(text or None)
    if not repaired:
        return texts, None
    return texts, Problem("time_in_date_cell", repaired[0][1], len(repaired), tuple(row for row, _ in repaired[:5]), header)


def _is_number(cell: str) -> bool:
    return cell.strip().replace(".", "", 1).isdigit()


def _body(rows: Sequence[Sequence[Any]], width: int) -> tuple[list[Sequence[Any]], Problem | None]:
    """The rows that hold data, and the note about trailing rows that only carry a number."""
    end = len(rows)
    numbered = 0
    while end and width >= 4:
        filled = [as_text(cell) for cell in rows[end - 1][:width] if as_text(cell).strip()]
        if len(filled) > 1 or (filled and not _is_number(filled[0])):
            break
        numbered += len(filled)
        end -= 1
    note = Problem("numbered_rows", f"{numbered} numbered rows without data left out.", numbered) if numbered else None
    return list(rows[:end]), note


def _printed(rows: Sequence[Sequence[Any]], width: int) -> bool:
    """Do case numbers stand on their own lines between the rows, as in a report made for paper?"""
    alone = sum(1 for row in rows if sum(1 for cell in row[:width] if as_text(cell).strip()) == 1)
    return width >= 5 and alone >= 10 and alone > 0.2 * len(rows)


class _Rows:
    """The rows of one sheet held as a text table."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __call__(self, reading: Reading) -> Iterator[pa.RecordBatch]:
        """Batches without the empty rows."""
        for batch in self.table.to_batches(max_chunksize=BATCH):
            yield without_empty_rows(batch, reading)


def in_memory(name: str, table: pa.Table, title: str, notes: tuple[Problem, ...], headerless: bool = False) -> TextTable:
    """A text table (with `source_row` last) that is already in memory."""
    header = tuple(table.column_names[:-1])
    return TextTable(name, header, title, notes, table.slice(0, SAMPLE_ROWS), table.nbytes, _Rows(table), headerless)


def from_rows(name: str, rows: Sequence[Sequence[Any]], *, raw: bool = False) -> TextTable | None:
    """A table from the rows of a sheet; None when the sheet holds none. `rows` start at line 1 of the sheet; with `raw` all of them are data."""
    first = [[as_text(cell) for cell in row] for row in rows[:60]]
    if not any(any(cell.strip() for cell in row) for row in first):
        return None
    where = headers.numbered(first) if raw else headers.layout(first)
    filled_width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell not in ("", None)), default=0)
    names = headers.unique((), filled_width) if raw else where.names[:filled_width]
    body, numbered = (list(rows), None) if raw else _body(rows[where.row + 1 :], len(names))
    if (where.row < 0 and not raw) or not body or len(names) < 2:
        return None
    if not raw and _printed(body, len(names)):
        raise SourceError(PRINTED, where=name)
    notes = [*where.notes, *((numbered,) if numbered else ())]
    columns: list[list[str | None]] = []
    for place, header in enumerate(names):
        texts, note = _column([row[place] if place < len(row) else "" for row in body], header, where.row + 2)
        columns.append(texts)
        notes.extend([note] if note else [])
    return in_memory(name, from_columns(name, names, columns, where.row + 2), where.title, tuple(notes), headerless=raw)


def _open(data: bytes, name: str) -> Any:
    """The workbook, or a refusal in one sentence."""
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise SourceError("The workbook is protected by a password.", hint="Save a copy without the password.", where=name) from error
    except Exception as error:  # the reader has its own exceptions for each kind of damage, and panics become BaseException
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in data:
            raise SourceError("The workbook is protected by a password.", hint="Save a copy without the password.", where=name) from error
        raise SourceError("The workbook is damaged and cannot be opened.", hint="Open and save it again, or export as CSV.", where=name) from error


def _shown(book: Any) -> list[str]:
    """The sheets that people see."""
    return [sheet.name for sheet in book.sheets_metadata if "Visible" in str(sheet.visible) and "WorkSheet" in str(sheet.typ)]


def _rows(book: Any, sheet_name: str, name: str) -> list[list[Any]]:
    """The rows of one sheet, or a refusal in one sentence."""
    try:
        sheet = book.get_sheet_by_name(sheet_name)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise SourceError(f"The sheet '{sheet_name}' has more than {MAX_CELLS:,} cells.", hint="Export as CSV.", where=name)
        return list(sheet.to_python(skip_empty_area=False))
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(f"The sheet '{sheet_name}' is damaged and cannot be read.", hint="Export as CSV.", where=name) from error


def _try_apart(data: bytes, name: str) -> None:
    """Open a workbook that asks for much room in a process of its own first: where the library aborts, only that process ends."""
    from data_sources import isolated

    if isolated.INSIDE:
        return
    with tempfile.TemporaryDirectory(prefix="workbook_") as folder:
        path = Path(folder) / "workbook"
        path.write_bytes(data)
        isolated.run("data_sources.excel:open_here", {"path": str(path), "name": name}, name=name)


def open_here(work: Mapping[str, Any], progress: object) -> bool:
    """Inside the process: every sheet is opened. SourceError when one cannot be."""
    book = _open(Path(work["path"]).read_bytes(), work["name"])
    for sheet_name in _shown(book):
        _rows(book, sheet_name, work["name"])
    return True


def read_workbook(data: bytes, name: str, settings: Settings, *, raw: bool = False) -> tuple[TextTable, ...]:
    """Every sheet of an .xlsx, .xlsm, .ods or .xls workbook that holds a table. Raises SourceError in one sentence when none does."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                strange = preflight(archive, settings, name) > MAX_CELLS or "xl/workbook.xml" not in archive.namelist()
            if strange:
                _try_apart(data, name)
        except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error) as error:
            raise SourceError("The workbook is damaged and cannot be opened.", hint="Open and save it again.", where=name) from error
    book = _open(data, name)
    found: list[TextTable] = []
    shown = _shown(book)
    for sheet_name in shown:
        rows = _rows(book, sheet_name, name)
        table = from_rows(f"{name} [{sheet_name}]" if len(shown) > 1 else name, rows, raw=raw)
        if table is not None:
            found.append(table)
    if not found:
        raise SourceError("No sheet of this workbook holds a table with a header and rows.", where=name)
    return tuple(found)


__all__ = ["ROW", "as_text", "from_rows", "in_memory", "preflight", "read_workbook"]
