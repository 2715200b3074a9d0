"""Has a missing quotation mark or an unquoted separator put cells where they do not belong, although the fields can be counted?"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from data_sources.tables import Ragged, Reading

MOSTLY = 0.9
FEWEST = 5  # cells


def without_swallowed(batch: pa.RecordBatch, reading: Reading, delimiter: str) -> pa.RecordBatch:
    """The batch without rows whose open quotation mark swallowed the rows below; their lines are set aside in `reading` as they stood in the file.

    Such a cell holds the rest of its own row, whole rows, and the beginning of another row: the separators in it add up to exactly that.
    """
    width = batch.num_columns - 1
    lost: list[int] = []
    for place in range(width):
        column = batch.column(place)
        for row in _long(column, delimiter, width):
            lines = column[row].as_py().replace("\r\n", "\n").split("\n")
            if row not in lost and _fits([line.count(delimiter) for line in lines], place, width):
                lost.append(row)
                line = batch.column(width)[row].as_py()
                cells = [batch.column(other)[row].as_py() or "" for other in range(width)]
                first, last = delimiter.join([*cells[:place], f'"{lines[0]}']), delimiter.join([lines[-1], *cells[place + 1 :]])
                reading.ragged.extend(Ragged(line, text, width, open_quote=True) for text in (first, *lines[1:-1], last))
    if not lost:
        return batch
    kept = [row not in set(lost) for row in range(batch.num_rows)]
    return batch.filter(pa.array(kept))


def _long(column: pa.Array, delimiter: str, width: int) -> list[int]:
    """Rows whose cell holds a line break and as many separators as a whole row. A dictionary is looked at once."""
    values = column.dictionary if pa.types.is_dictionary(column.type) else column
    long = pc.and_(pc.match_substring(values, "\n"), pc.greater_equal(pc.count_substring(values, delimiter), max(1, width - 1)))
    if not pc.any(long).as_py():
        return []
    found = long.take(column.indices) if pa.types.is_dictionary(column.type) else long
    rows: list[int] = pc.indices_nonzero(pc.fill_null(found, False)).to_pylist()
    return rows


def _fits(counts: Sequence[int], place: int, width: int) -> bool:
    """Rest of a row, any number of whole rows, beginning of a row: are these the separators on each line?"""
    return counts[0] == width - 1 - place and counts[-1] == place and all(count == width - 1 for count in counts[1:-1])


def lines_of(ragged: Ragged, delimiter: str, width: int) -> list[Ragged]:
    """A row that does not fit, or the lines it is made of when each of them could be a row: then a quotation mark was left open."""
    lines = ragged.text.replace("\r\n", "\n").split("\n") if "\n" in ragged.text else []
    if len(lines) < 2 or any(line.count(delimiter) < width - 1 for line in lines):
        return [ragged]
    return [Ragged(ragged.source_row, line, ragged.fields, open_quote=True) for line in lines]


def beyond_the_header(records: Sequence[tuple[int, list[str]]], header: Sequence[str], width: int, sentence: str, where: str) -> tuple[Problem, ...]:
    """Do rows have more fields than the header names? A note where each row has a column without a name at its end; SourceError where the
    fields differ from row to row or a cell was cut at ', ', because then nobody knows which cell belongs to which column.
    """
    named = len(header)
    filled = [(line, cells) for line, cells in records if any(cell.strip() for cell in cells)]
    over = [line for line, cells in filled if any(cell.strip() for cell in cells[named:])]
    if width <= named or not over:
        return ()
    cut = _cut_column([cells for _, cells in filled])
    if cut or any(len(cells) != width for _, cells in filled):
        reason = f"; cells of column {cut} begin with a blank, as after a separator that was not quoted" if cut else ""
        raise SourceError(sentence.format(line=over[0]), hint=f"The header names {named} columns, but rows have {width} fields{reason}.", where=where)
    said = f"The header names {named} columns, but rows have {width} fields; the last ones have no name and are kept as they are."
    return (Problem("unnamed_columns", said, width - named),)


def _cut_column(rows: Sequence[Sequence[str]]) -> int:
    """The number of a column whose cells begin with a blank while those before it do not; 0 when there is none."""
    width = min((len(row) for row in rows), default=0)
    led = []
    for place in range(width):
        cells = [row[place] for row in rows if row[place].strip()]
        led.append(sum(cell.startswith(" ") for cell in cells) / len(cells) if len(cells) >= FEWEST else 0.0)
    return next((place + 1 for place in range(1, width) if led[place] >= MOSTLY and led[place - 1] < 1 - MOSTLY), 0)
