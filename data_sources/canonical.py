"""How do mapped columns become exactly the canonical ones: every column, its type, its words?"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from dashboard.schema.tables import BOOKKEEPING, Column, Kind, Table
from data_sources.base import Check, Mapped
from data_sources.identity import first_of_its_kind

IBIS: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.ENUM: "string",
    Kind.SET: "string",
    Kind.DATE: "date",
    Kind.TIME: "string",
    Kind.BOOL: "boolean",
    Kind.INT: "int32",
    Kind.FLOAT: "float64",
}
NOTES = "quality_notes"
BOOKED = frozenset(column.name for column in BOOKKEEPING)


def empty(column: Column) -> ir.Value:
    """A missing value of the column's type."""
    return ibis.null(IBIS[column.kind])


def typed(column: Column, value: ir.Value) -> ir.Value:
    """The value in the column's type; what cannot be converted becomes empty."""
    wanted = IBIS[column.kind]
    if str(value.type()).lstrip("!") == wanted:
        return value
    return value.try_cast(wanted)


def _misfit(column: Column, value: ir.Value) -> ir.BooleanValue | None:
    """Where is the value outside the words or the form that the column allows? None when anything goes."""
    if column.kind is Kind.ENUM and column.allowed:
        return value.notnull() & ~value.isin(column.allowed)
    if column.kind is Kind.SET and column.allowed:
        words = "|".join(column.allowed)
        simple = value.isnull() | value.isin(column.allowed)  # nearly always; the pattern is tried on the rest alone
        return ibis.ifelse(simple, False, ~value.re_search(f"^({words})(\\|({words}))*$"))
    return None


def _fitted(column: Column, value: ir.Value) -> tuple[ir.Value, Check | None]:
    """The value where it fits, `unknown` (or empty) where it does not, and the note that says so."""
    blank: ir.Value = ibis.literal("unknown") if "unknown" in column.allowed and column.kind is Kind.ENUM else empty(column)
    wrong = _misfit(column, value)
    if wrong is None:
        return value, None
    read_as = "unknown" if "unknown" in column.allowed and column.kind is Kind.ENUM else "empty"
    sentence = f"Values of {column.name} that are not in its list were read as {read_as}."
    return ibis.ifelse(wrong, blank, value), Check(f"not_allowed_{column.name}", sentence, wrong, column.name)


def _with_default(column: Column, value: ir.Value) -> ir.Value:
    """Required words are never empty: unknown is said."""
    if column.required and column.kind is Kind.ENUM and "unknown" in column.allowed:
        return value.fill_null("unknown")
    return value


def words(source: ir.Table, mapped: Mapped, table: Table) -> dict[str, ir.Value]:
    """The canonical columns that a source gives, over its text columns, in their types; their words are not yet looked at."""
    wanted = [column for column in table.columns if column.name not in BOOKED and column.name in mapped.columns]
    return {column.name: typed(column, mapped.columns[column.name]) for column in wanted}


def fit(rows: ir.Table, table: Table) -> tuple[dict[str, ir.Value], tuple[Check, ...]]:
    """Every canonical column over those that a source gives and `row_hash`: only allowed words, others become `unknown` or empty, with a note.

    Columns that a source does not give are empty; a row without a key gets its hash. Returns the checks as well.
    """
    added: list[Check] = []
    columns: dict[str, ir.Value] = {}
    for column in table.columns:
        if column.name in BOOKED:
            continue
        value: ir.Value = empty(column)
        if column.name in rows.columns:
            value, note = _fitted(column, rows[column.name])
            added.extend([note] if note else [])
        columns[column.name] = _with_default(column, value)
    columns[table.key] = columns[table.key].nullif("").coalesce(first_of_its_kind(rows.row_hash))
    return columns, tuple(added)
