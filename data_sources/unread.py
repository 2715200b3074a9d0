"""What of a filled cell was not understood? Nothing is left empty or unknown, and no number is taken for a date, without a note that says so."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from dashboard.schema.tables import Column, Kind, Table
from data_sources.base import Check, Mapped
from data_sources.canonical import typed
from data_sources.expressions import MISSING, trimmed
from data_sources.formulas import fields

EXCHANGED = "day_and_month"
READ = frozenset({Kind.TIME, Kind.INT, Kind.BOOL, Kind.DATE})
SPELLED = ("race_group", "sex", "outcome")  # words whose unknown spellings change published numbers
NOT_KNOWN = (
    *("u", "x", "z", "unk", "unknown", "not known", "not stated", "not specified", "unspecified", "not recorded", "not provided", "refused"),
    *("other or unknown", "unknown or legacy", "n", "n/d", "other/unknown", "undetermined", "uncertain"),
)


def checks(text: ir.Table, mapped: Mapped, target: Table) -> tuple[Check, ...]:
    """Notes on the canonical columns that each read one text column: cells that were filled and came to nothing, and days kept as numbers."""
    found: list[Check] = []
    told = {note.code for note in mapped.notes}
    for column in target.columns:
        value = mapped.columns.get(column.name)
        header = _header(value, text) if value is not None else ""
        if value is None or not header:
            continue
        cell = trimmed(text[header])
        if column.name == target.date and column.kind is Kind.DATE:
            found.append(_days(cell, column))
        elif column.kind in READ:
            if column.kind is Kind.TIME:
                found.append(_shares(cell, column))
            found.append(_unread(cell, typed(column, value), column))
        elif column.name in SPELLED and f"unseen_{column.name}" not in told:
            found.append(_unseen(cell, value, column))
    return tuple(found)


def exchanged(text: ir.Table, mapped: Mapped, target: Table) -> tuple[Check, ...]:
    """Rows whose date can only be read with day and month the other way round than this format or mapping has them."""
    value = mapped.columns.get(target.date)
    header = _header(value, text) if value is not None and target.column(target.date).kind is Kind.DATE else ""
    if value is None or not header:
        return ()
    numbers = text[header].re_extract(r"^\s*(\d{1,2}[/.-]\d{1,2})[/.-](\d{4}|\d{2})\b", 1)
    first, second = (numbers.re_extract(pattern, 1).try_cast("int32") for pattern in (r"^(\d+)", r"(\d+)$"))
    swapped = first.between(1, 31) & second.between(1, 31) & ((first > 12) ^ (second > 12))
    sentence = "Day and month stand the other way round in this date."
    return (Check(EXCHANGED, sentence, value.isnull() & swapped, target.date),)


def _header(value: ir.Value, text: ir.Table) -> str:
    """The one text column that a formula reads; '' when it reads none or several."""
    names = fields(value)
    return next(iter(names)) if len(names) == 1 and names <= set(text.columns) else ""


def _filled(cell: ir.StringValue) -> ir.BooleanValue:
    return cell.notnull() & (cell != "") & ~cell.upper().isin(MISSING)


def _days(cell: ir.StringValue, column: Column) -> Check:
    """Spreadsheets keep days as numbers: 44197 is 1 January 2021."""
    sentence = f"The {column.name.replace('_', ' ')} is the number of a day, as spreadsheets keep it (such as 44197), and was read as that day."
    serial = ibis.ifelse(cell.length() <= 16, cell.re_search(r"^\d{5}(\.\d+)?$"), False)
    return Check(f"{column.name}_as_number", sentence, serial, column.name)


def _shares(cell: ir.StringValue, column: Column) -> Check:
    """Spreadsheets keep times of day as shares of a day: 0.5 is noon."""
    sentence = "The time is a share of the day, as spreadsheets keep it (0.5 for noon), and was read as that time."
    return Check(f"{column.name}_as_number", sentence, (cell < "1") & cell.re_search(r"^0?\.\d+$"), column.name)


def _unread(cell: ir.StringValue, value: ir.Value, column: Column) -> Check:
    sentence = f"Values of {column.name.replace('_', ' ')} that cannot be read were left empty."
    return Check(f"unread_{column.name}", sentence, _filled(cell) & value.isnull(), column.name)


def _unseen(cell: ir.StringValue, value: ir.StringValue, column: Column) -> Check:
    sentence = f"Words for {column.name.replace('_', ' ')} that this format does not know were read as unknown."
    return Check(f"unseen_{column.name}", sentence, _filled(cell) & (value == "unknown") & ~cell.lower().isin(NOT_KNOWN), column.name)
