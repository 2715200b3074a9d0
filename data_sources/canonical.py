"""How do mapped columns become exactly the canonical ones: every column, its type, its words?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import ibis
import ibis.expr.types as ir

from dashboard.schema.tables import BOOKKEEPING, Column, Kind, Table
from data_sources.base import Check, Mapped
from data_sources.headers import raw_names
from data_sources.identity import first_of_its_kind, row_hash

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
REASON = "_reason"
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


def joined(checks: Sequence[Check]) -> ir.StringValue:
    """The codes of the checks that hold, sorted and joined by '|'; empty text when none does."""
    if not checks:
        return ibis.literal("")
    unique = {check.code: check for check in checks}
    parts = [ibis.ifelse(unique[code].condition.fill_null(False), f"{code}|", "") for code in sorted(unique)]
    some = ibis.or_(*(check.condition.fill_null(False) for check in unique.values()))
    return ibis.ifelse(some, ibis.literal("").join(parts), "")  # most rows have none: the long way is taken for the others only


def first_reason(checks: Sequence[Check]) -> ir.StringValue:
    """The code of the first check that holds, or empty."""
    none = ibis.null("string")
    if not checks:
        return none
    return ibis.cases(*((check.condition.fill_null(False), ibis.literal(check.code)) for check in checks), else_=none)


def select(source: ir.Table, mapped: Mapped, table: Table, headers: Sequence[str], import_id: str) -> ir.Table:
    """Every canonical column over the text columns, then the raw columns, with the codes of the source's own notes and the first reason.

    Columns that a source does not give are empty; a row without a key gets its hash. Values are in their types, their words not yet looked at.
    """
    kept = [header for header in headers if header not in set(mapped.drop)]
    fingerprint = row_hash(source, kept)
    columns: dict[str, ir.Value] = {}
    for column in table.columns:
        if column.name not in BOOKED:
            columns[column.name] = typed(column, mapped.columns[column.name]) if column.name in mapped.columns else empty(column)
    columns[table.key] = columns[table.key].nullif("").coalesce(first_of_its_kind(fingerprint))
    columns |= {
        "import_id": ibis.literal(import_id),
        "source_file": source.source_file,
        "source_row": source.source_row.cast("int32"),
        "row_hash": fingerprint,
        NOTES: joined(mapped.notes),
    }
    names = raw_names(kept)
    columns |= {names[header]: source[header] for header in kept}
    columns[REASON] = first_reason(mapped.quarantine)
    return source.select(**columns)


def fit(rows: ir.Table, table: Table, given: Collection[str]) -> tuple[ir.Table, tuple[Check, ...]]:
    """The same rows with only allowed words: others become `unknown` or empty, with a note. Returns the checks as well.

    A step of its own, so that the value of a column is computed once, however often it is looked at here.
    """
    added: list[Check] = []
    columns: dict[str, ir.Value] = {}
    for column in table.columns:
        if column.name in BOOKED:
            continue
        value: ir.Value = rows[column.name]
        if column.name in given:
            value, note = _fitted(column, value)
            added.extend([note] if note else [])
        columns[column.name] = _with_default(column, value)
    return rows.mutate(**columns, **{NOTES: rows[NOTES] + joined(added)}), tuple(added)
