"""A question for counts as one Ibis expression: which columns it needs, what filters it, how it is grouped."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from dashboard.errors import ScopeError
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.tables import RULED_COLUMNS, Column, Kind, Sensitivity, Table
from dashboard.settings import Settings

if TYPE_CHECKING:
    import ibis.expr.types as ir

MISSING = "null"
RANGE = ".."

DERIVED: Mapping[str, tuple[str, str]] = {
    # name -> what it is computed from, and what it means
    "month": ("date", "month, written 2024-05"),
    "quarter": ("date", "quarter, written 2024-Q2"),
    "year": ("date", "year"),
    "weekday": ("date", "day of the week, 0 is Monday"),
    "hour": ("minute", "hour of the day, 0 to 23"),
    "time_band": ("minute", "four-hour band of the day, 0 to 5"),
}
DERIVED_KIND: Mapping[str, Kind] = {
    "month": Kind.TEXT,
    "quarter": Kind.TEXT,
    "year": Kind.INT,
    "weekday": Kind.INT,
    "hour": Kind.INT,
    "time_band": Kind.INT,
}
GROUP_COLUMNS = ("race_group", "complainant_race_group", "group")
AREA_COLUMNS = ("district", "area_id")


@dataclass(frozen=True, slots=True)
class Named:
    """A column of a question: the name asked for, where it is stored or what it is derived from, its kind, and whom it is for."""

    asked: str
    stored: str
    kind: Kind
    derived: bool
    column: Column | None


@dataclass(frozen=True, slots=True)
class Question:
    """A checked tally: what is grouped, summed and kept, with every name resolved."""

    table: Table
    by: tuple[Named, ...]
    sums: tuple[Named, ...]
    filters: tuple[tuple[Named, tuple[str, ...]], ...]
    start: dt.date | None
    end: dt.date | None

    @property
    def needs(self) -> frozenset[str]:
        """Stored columns and derived names that the rows must have; the period is looked at apart."""
        return frozenset(named.stored for named in (*self.by, *self.sums, *(named for named, _ in self.filters)))


def named(table: Table, name: str, settings: Settings) -> Named:
    """Which stored column does this name mean, under these settings? ScopeError lists the names there are."""
    if name in RULED_COLUMNS:
        setting, stored = RULED_COLUMNS[name]
        target = stored[settings.text(setting)]
        if target in table.names:
            column = table.column(target)
            return Named(name, target, column.kind, False, column)
    if name in table.names:
        column = table.column(name)
        return Named(name, name, column.kind, False, column)
    if name in DERIVED and _can_derive(table, name):
        return Named(name, name, DERIVED_KIND[name], True, None)
    derivable = [other for other in DERIVED if _can_derive(table, other)]
    raise ScopeError(f"The table {table.name} has no column '{name}'.", hint=f"It has: {', '.join((*table.names, *derivable))}.")


def _can_derive(table: Table, name: str) -> bool:
    """Does the table have what the derived column is computed from?"""
    source = DERIVED[name][0]
    return table.column(table.date).kind is Kind.DATE if source == "date" else source in table.names


def _one_of(table: Table, names: Sequence[str], what: str) -> str:
    """The first of these columns that the table has."""
    for name in names:
        if name in table.names:
            return name
    raise ScopeError(f"The table {table.name} has no {what}, so it cannot be narrowed by one.", hint=f"It has: {', '.join(table.names)}.")


def question(table: Table, by: Sequence[str], scope: Scope, sums: Sequence[str], settings: Settings) -> Question:
    """The question with every name resolved and every right checked; ScopeError says what is wrong in one sentence."""
    filters = [(named(table, name, settings), values) for name, values in scope.where]
    if scope.districts:
        filters.append((named(table, _one_of(table, AREA_COLUMNS, "area"), settings), scope.districts))
    if scope.groups:
        filters.append((named(table, _one_of(table, GROUP_COLUMNS, "group"), settings), scope.groups))
    grouped = tuple(named(table, name, settings) for name in dict.fromkeys(by))
    summed = tuple(named(table, name, settings) for name in dict.fromkeys(sums))
    for one, values in filters:
        _check_values(one, values)
    for one in summed:
        if one.kind not in (Kind.BOOL, Kind.INT, Kind.FLOAT):
            raise ScopeError(f"The column {one.asked} cannot be summed: it is {one.kind.value}.", hint="Sum true/false columns and numbers.")
        if one.asked in {other.asked for other in grouped} or one.asked == "n":
            raise ScopeError(f"The column {one.asked} cannot be grouped by and summed in one question.")
    for one in (*grouped, *summed, *(name for name, _ in filters)):
        if one.column is not None and one.column.sensitivity is Sensitivity.RESTRICTED and scope.audience is not Audience.STAFF:
            raise ScopeError(f"The column {one.asked} is restricted to staff.", hint="Ask without it.")
    return Question(table, grouped, summed, tuple(filters), scope.start, scope.end)


def _check_values(one: Named, values: Sequence[str]) -> None:
    """ScopeError when a filter has no value, or one that the column cannot hold."""
    if not values:
        raise ScopeError(f"No value was given for {one.asked}.")
    for text in values:
        parts = text.split(RANGE, 1) if is_range(one, text) else text.split("|") if one.kind is Kind.SET else [text]
        for part in parts if text != MISSING else ():
            typed(one, part)


def is_range(one: Named, text: str) -> bool:
    """Is this text a range, 'a..b' with both ends?"""
    return RANGE in text and one.kind in (Kind.INT, Kind.FLOAT, Kind.DATE)


def typed(one: Named, text: str) -> bool | int | float | str | dt.date:
    """The value that this text stands for in that column; ScopeError says what would do."""
    try:
        if one.kind is Kind.BOOL:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.strip().lower()]
        if one.kind is Kind.INT:
            return int(text)
        if one.kind is Kind.FLOAT:
            return float(text)
        if one.kind is Kind.DATE:
            return dt.date.fromisoformat(text)
    except (KeyError, ValueError) as error:
        wanted = {Kind.BOOL: "true or false", Kind.INT: "a whole number", Kind.FLOAT: "a number", Kind.DATE: "a date such as 2024-05-31"}[one.kind]
        raise ScopeError(f"'{text}' is not a value of {one.asked}.", hint=f"It needs {wanted}, or null for missing.") from error
    allowed = one.column.allowed if one.column else ()
    if allowed and text not in allowed:
        raise ScopeError(f"'{text}' is not a value of {one.asked}.", hint=f"It has: {', '.join(allowed)}; or null for missing.")
    return text


def value(rows: ir.Table, one: Named, date: str) -> ir.Value:
    """The column as an expression; a derived one is computed unless the rows hold it already."""
    if one.stored in rows.columns:
        return rows[one.stored]
    return derive(rows, one.stored, date)


def derive(rows: ir.Table, name: str, date: str) -> ir.Value:
    """A derived column as an expression over the date or the minute of the rows."""
    rules: Mapping[str, Callable[[], ir.Value]] = {
        "month": lambda: rows[date].strftime("%Y-%m"),
        "year": lambda: rows[date].year().cast("int32"),
        "quarter": lambda: rows[date].strftime("%Y-Q").concat(rows[date].quarter().cast("string")),
        "weekday": lambda: rows[date].day_of_week.index().cast("int32"),
        "hour": lambda: (rows["minute"] // 60).cast("int32"),
        "time_band": lambda: (rows["minute"] // 240).cast("int32"),
    }
    return rules[name]()


def _matches(rows: ir.Table, one: Named, values: Sequence[str], date: str) -> ir.BooleanValue:
    """Is the column equal to one of the values? 'null' is missing, 'a..b' a range with both ends; a set needs all the words."""
    column = value(rows, one, date)
    found: list[ir.BooleanValue] = []
    equal: list[bool | int | float | str | dt.date] = []
    for text in values:
        if text == MISSING:
            found.append(column.isnull())
        elif is_range(one, text):
            low, _, high = text.partition(RANGE)
            found.append(column.between(typed(one, low), typed(one, high)))
        elif one.kind is Kind.SET:
            found.append(reduce(and_, (("|" + column + "|").contains(f"|{word}|") for word in text.split("|"))))
        else:
            equal.append(typed(one, text))
    if equal:
        found.append(column.isin(equal))
    return reduce(or_, found)


def _period(rows: ir.Table, asked: Question, date: str) -> list[ir.BooleanValue]:
    """The first and last day as conditions; a table dated by year takes the years they fall in."""
    yearly = asked.table.column(asked.table.date).kind is Kind.INT
    conditions = []
    if asked.start is not None:
        conditions.append(rows[date] >= (asked.start.year if yearly else asked.start))
    if asked.end is not None:
        conditions.append(rows[date] <= (asked.end.year if yearly else asked.end))
    return conditions


def expression(asked: Question, rows: ir.Table, *, date: str | None = None, weight: str | None = None) -> ir.Table:
    """The question over these rows: the `by` columns, `n`, the sums, sorted. With `weight` each row stands for that many."""
    import ibis

    date = date or asked.table.date
    conditions = [_matches(rows, one, values, date) for one, values in asked.filters] + _period(rows, asked, date)
    kept = rows.filter(*conditions) if conditions else rows
    columns = {f"by_{place}": value(kept, one, date) for place, one in enumerate(asked.by)}
    addends = {f"sum_{place}": _addend(value(kept, one, date), one, kept[weight] if weight else None) for place, one in enumerate(asked.sums)}
    weights = {"weight": kept[weight]} if weight else {"weight": ibis.literal(1, "int8")}
    flat = kept.select(**columns, **addends, **weights)
    count = flat["weight"].sum().coalesce(0).cast("int64") if weight else flat.count()
    totals = {place: _total(flat[place], one) for place, one in zip(addends, asked.sums, strict=True)}
    counted = flat.group_by(*columns).agg(n=count, **totals) if columns else flat.agg(n=count, **totals)
    if weight:
        counted = counted.filter(counted["n"] != 0) if columns else counted
    ordered = counted.order_by([counted[name].asc(nulls_first=False) for name in columns]) if columns else counted
    names = {**{one.asked: f"by_{place}" for place, one in enumerate(asked.by)}, "n": "n"}
    names |= {one.asked: f"sum_{place}" for place, one in enumerate(asked.sums)}
    return ordered.select(**{new: ordered[old] for new, old in names.items()})


def _addend(column: ir.Value, one: Named, weight: ir.Value | None) -> ir.Value:
    """What one row adds to a sum: one for true, the number itself, times the weight."""
    number = column.cast("int64") if one.kind in (Kind.BOOL, Kind.INT) else column
    return number if weight is None else number * weight


def _total(addend: ir.Value, one: Named) -> ir.Value:
    """The sum of what is not missing; nothing is zero."""
    return addend.sum().coalesce(0).cast("float64" if one.kind is Kind.FLOAT else "int64")


def whole_months(start: dt.date | None, end: dt.date | None) -> bool:
    """Does the period begin with the first and end with the last day of a month?"""
    return (start is None or start.day == 1) and (end is None or end.day == calendar.monthrange(end.year, end.month)[1])


def whole_years(start: dt.date | None, end: dt.date | None) -> bool:
    """Does the period begin on 1 January and end on 31 December?"""
    return (start is None or (start.month, start.day) == (1, 1)) and (end is None or (end.month, end.day) == (12, 31))
