"""How does a saved mapping read any table? It is compiled to the same expressions that a source file writes by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from dashboard.errors import MappingError
from dashboard.schema.mapping import ColumnMap, Mapping, folded
from dashboard.schema.tables import TABLES, Column, Kind
from data_sources.ages import BIRTH, against_birth, band, birth_date
from data_sources.base import Check, Context, Mapped, Recognition, Source
from data_sources.expressions import MISSING, Fields, clock, code, contains_any, flag, number, pseudonym, stamp_to_zone, whole, words_set

KEYED = ("officer_key", "person_key", "subject_key")
ENOUGH_ALIKE = 0.8
PERSONAL = re.compile(
    r"(first|last|full|sur|middle|subject|driver|officer)name|^name$|birth|^dob|plate|licen[cs]e(no|num)|homeaddress|phone|email|ssn"
)


def as_source(mapping: Mapping) -> Source:
    """The mapping as a source that can be staged like any other; it is not registered."""

    def recognises(header: Sequence[str], sample: pa.Table) -> Recognition:
        likeness = mapping.likeness(header)
        return Recognition(likeness if likeness >= ENOUGH_ALIKE else 0.0, f"{likeness:.0%} of the headers are those of the mapping '{mapping.name}'.")

    def map_(table: ir.Table, context: Context) -> Mapped:
        return compiled(mapping, table, context)

    return Source(f"mapping:{mapping.name}", mapping.name, mapping.table, mapping.made_by, recognises, map_)


def compiled(mapping: Mapping, table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of a table under a mapping. MappingError when a header that it needs is gone."""
    fields = Fields(table, (*MISSING, *mapping.missing))
    gone = [name for one in mapping.columns.values() if not fields.headers(*one.from_) for name in one.from_]
    if gone:
        raise MappingError(f"The file has no column {', '.join(sorted(set(gone)))}.", hint="Correct the mapping, or choose another one.")
    target = TABLES[mapping.table]
    columns: dict[str, ir.Value] = {}
    notes: list[Check] = []
    for name, one in mapping.columns.items():
        text = _text(fields, one)
        if name.endswith("age_band"):
            text, as_date = band(text)
            notes.append(as_date)
        columns[name] = _value(mapping, target.column(name), text, one, context)
        if name in mapping.values and target.column(name).kind is Kind.ENUM:
            known = [" ".join(raw.lower().split()) for raw in (*mapping.values[name], *target.column(name).allowed)]
            sentence = f"Values of {name} that the mapping does not know were read as unknown."
            notes.append(Check(f"unseen_{name}", sentence, text.notnull() & ~text.lower().isin(known), name))
    notes += _births(mapping, fields, columns)
    for name, constant in mapping.constants.items():
        columns.setdefault(name, ibis.literal(constant))
    keyed = tuple(header for name in KEYED if name in mapping.columns for header in fields.headers(*mapping.columns[name].from_))
    personal = tuple(header for header in table.columns if PERSONAL.search(folded(header)))  # also those that are new since the mapping was made
    return Mapped(columns, notes=tuple(notes), drop=tuple(dict.fromkeys((*fields.headers(*mapping.drop), *keyed, *personal))))


def _births(mapping: Mapping, fields: Fields, columns: dict[str, ir.Value]) -> tuple[Check, ...]:
    """The age against the birth date (X9), where the file has one beside a mapped age. The birth date itself is not kept."""
    header = next((name for name in fields.table.columns if BIRTH.match(folded(name))), None)
    name = next((one for one in ("age", "complainant_age") if one in columns), None)
    day = columns.get(TABLES[mapping.table].date)
    if header is None or name is None or not isinstance(day, ir.DateValue):
        return ()
    columns[name], checks = against_birth(columns[name], birth_date(fields(header), mapping.dates.order, day), day)
    return checks


def _text(fields: Fields, one: ColumnMap) -> ir.StringValue:
    """The cell: the first filled header, or all joined; of a split cell the first part."""
    there = [fields(name) for name in one.from_ if fields.has(name)]
    text = ibis.literal(one.join).join(there).nullif("") if one.join else ibis.coalesce(*there)
    return text


def _value(mapping: Mapping, column: Column, text: ir.StringValue, one: ColumnMap, context: Context) -> ir.Value:
    """The cell in the column's own kind."""
    zone = mapping.dates.zone or context.settings.text("import.timezone")
    words = mapping.values.get(column.name, {})
    if column.name in KEYED:
        return pseudonym(text, context, column.name.removesuffix("_key"))
    stamp = stamp_to_zone(text, zone, mapping.dates.order, format_=mapping.dates.format)
    unknown = "unknown" if "unknown" in column.allowed else None
    readings: dict[Kind, Callable[[], ir.Value]] = {
        Kind.DATE: lambda: stamp[0],
        Kind.TIME: lambda: stamp[1].coalesce(clock(text)),
        Kind.BOOL: lambda: code(text, words, default=None).try_cast("boolean") if words else flag(text),
        Kind.INT: lambda: whole(text),
        Kind.FLOAT: lambda: number(text),
        Kind.ENUM: lambda: code(text, {**{word: word for word in column.allowed}, **words}, unknown),
        Kind.SET: lambda: _set(column, text, words, one.split),
    }
    reading = readings.get(column.kind)
    return reading() if reading else text


def _set(column: Column, text: ir.StringValue, words: dict[str, str], split: str) -> ir.StringValue:
    """The canonical words of a cell with one or, when it is split, several values."""
    if not split:
        return code(text, {**{word: word for word in column.allowed}, **words}, default=None)
    padded = split + text.lower().re_replace(rf"\s*[{split}]\s*", split) + split
    raws = {**{word: word for word in column.allowed}, **words}
    members: dict[str, list[str]] = {}
    for raw, word in raws.items():
        members.setdefault(word, []).append(f"{split}{raw.lower()}{split}")
    return words_set({word: contains_any(padded, *parts) for word, parts in members.items()})


def signature_of(header: Sequence[str]) -> tuple[str, ...]:
    """The folded headers by which the mapping is found again."""
    return tuple(sorted({folded(name) for name in header}))
