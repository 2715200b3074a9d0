"""From the cells of an export to its answers: rows that do not count, columns that say who answered, groups of columns that are one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from data_sources.surveys import dropping, weeks
from data_sources.surveys.base import CHANNEL, COMPLETE, LANGUAGE, WEEK, Asked, Column, DropReceipt, Order, SurveyExport
from data_sources.surveys.columns import Made, single, together
from data_sources.surveys.grid import Grid

Use = Literal["answer", "text", "meta", "drop", "date", "channel", "language"]
NO_ANSWER, INCOMPLETE, WRONG_WIDTH = "no answer at all", "not finished", "another number of cells"
MASKED = r"^'([=+\-@\t\r])"


@dataclass(frozen=True, slots=True)
class Field:
    """What a reader says of one column: where it stands, its heading and row, what it is used for, and with which others it is one question."""

    place: int
    heading: str
    option: str = ""
    use: Use = "answer"
    reason: str = ""
    group: str = ""
    sign: str = ""  # between several answers in one cell: ';' always, ',' where the answers show that it is a list
    chosen: Callable[[str, str], bool | None] | None = None  # (own label, cell) -> chosen, not chosen, or None: not a box to tick


@dataclass(frozen=True, slots=True)
class Plan:
    """How one export is read: its columns, how many rows are headings, which rows do not count, and the tool's habits."""

    tool: str
    fields: tuple[Field, ...]
    heading_rows: int
    without: Mapping[str, np.ndarray] = field(default_factory=dict)  # reason -> rows that are no answers
    unfinished: np.ndarray | None = None
    dates: Order = ""
    masked: bool = False
    title: str = ""
    notes: tuple[Problem, ...] = ()


def cells(body: pa.Table, place: int) -> pa.Array:
    """One column trimmed, blank cells null."""
    column = body.column(place)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = column.dictionary_encode()
    words = pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string()))
    words = pc.if_else(pc.equal(words, ""), None, words)
    return words.take(coded.indices)


def assemble(grid: Grid, body: pa.Table, ragged: int, plan: Plan, asked: Asked) -> SurveyExport:
    """The export with nothing in it that says who answered (unless it was asked for with identities), and the receipt."""
    if not body.num_rows:
        raise SourceError("The export has headings but no answers.", where=grid.name)
    keep, gone = _rows_that_count(body, plan, asked)
    if ragged:
        gone[WRONG_WIDTH] = ragged
    dropped, kept_fields = _dropped(body, plan, asked)
    duplicates, rows_read = _duplicates(body, plan), body.num_rows + ragged
    meta, notes = _meta(body, plan, asked)
    counted = pa.array(keep)
    body, meta = body.filter(counted), {name: values.filter(counted) for name, values in meta.items()}
    made = [one for fields in _grouped(kept_fields) for one in _made(body, fields, plan, asked)]
    answered = _answered(made, body.num_rows)
    if not answered.all():
        gone[NO_ANSWER] = int((~answered).sum())
    dropped += [(one.heading, f"{one.identity} in its answers", one.filled) for one in made if one.identity]
    made = [one for one in made if not one.identity]
    table, columns, redactions = _table(made, meta, pa.array(answered))
    receipt = DropReceipt(_merged(dropped), redactions, gone, rows_read, table.num_rows, duplicates, grid.checksum)
    title = plan.title or grid.name
    return SurveyExport(plan.tool, title, grid.file_name, columns, table, receipt, (*grid.notes, *plan.notes, *notes), grid.checksum)


def _merged(dropped: Sequence[tuple[str, str, int]]) -> tuple[tuple[str, str, int], ...]:
    """One line for columns of one name and reason."""
    cells_of: dict[tuple[str, str], int] = {}
    for heading, reason, count in dropped:
        cells_of[heading, reason] = cells_of.get((heading, reason), 0) + count
    return tuple((heading, reason, count) for (heading, reason), count in cells_of.items())


def _rows_that_count(body: pa.Table, plan: Plan, asked: Asked) -> tuple[np.ndarray, dict[str, int]]:
    """Which rows are answers, and how many are not, by reason; each row is counted once."""
    keep = np.ones(body.num_rows, dtype=bool)
    gone: dict[str, int] = {}
    reasons = dict(plan.without)
    if plan.unfinished is not None and not asked.incomplete:
        reasons[INCOMPLETE] = plan.unfinished
    for reason, rows in reasons.items():
        count = int((rows & keep).sum())
        if count:
            gone[reason] = count
        keep &= ~rows
    return keep, gone


def _dropped(body: pa.Table, plan: Plan, asked: Asked) -> tuple[list[tuple[str, str, int]], list[Field]]:
    """The columns that go, with how many filled cells they had, and the fields that stay."""
    gone: list[tuple[str, str, int]] = []
    stay: list[Field] = []
    for one in plan.fields:
        filled = body.num_rows - cells(body, one.place).null_count
        reason = one.reason or (dropping.reason_of(one.heading) if one.use in {"answer", "text", "meta"} else "")
        if one.use == "date":
            gone.append((one.heading, dropping.TIME, filled))
        elif one.use in {"answer", "text", "meta"} and not reason and dropping.looks_like_identifier(one.heading) and _distinct(body, one.place):
            reason = dropping.PERSON
        if reason and (asked.anonymous or reason in {dropping.TECHNICAL, dropping.TIMING}):
            gone.append((one.heading, reason, filled))
        elif reason and one.use != "date":
            stay.append(Field(one.place, one.heading, one.option, "meta"))
        elif one.use in {"answer", "text", "meta"}:
            stay.append(one)
    return gone, stay


def _distinct(body: pa.Table, place: int) -> bool:
    """Does nearly every row have a value of its own?"""
    column = cells(body, place)
    filled = len(column) - column.null_count
    return bool(filled > 1 and pc.count_distinct(column).as_py() > 0.9 * filled)


def _grouped(fields: Sequence[Field]) -> list[list[Field]]:
    """Fields that share a group, together and in the order of the file."""
    groups: dict[str, list[Field]] = {}
    for one in fields:
        groups.setdefault(one.group or f"\x00{one.place}", []).append(one)
    return list(groups.values())


def _made(body: pa.Table, fields: Sequence[Field], plan: Plan, asked: Asked) -> list[Made]:
    """The columns of one group: one for a question where several could be ticked, otherwise one each."""
    values = {one.place: _plain(cells(body, one.place), plan) for one in fields}
    several = len(fields) > 1
    ticked = [one for one in fields if one.chosen is not None and one.use == "answer"]
    if ticked and several:
        made = together([(one.heading, one.option, values[one.place], one.chosen) for one in ticked])
        if made is not None:
            rest = [one for one in fields if one not in ticked]
            return [
                made,
                *(single(one.heading, one.option, values[one.place], use=one.use, several=several, anonymous=asked.anonymous) for one in rest),
            ]
    return [
        single(one.heading, one.option, values[one.place], use=one.use, sign=one.sign, several=several, anonymous=asked.anonymous) for one in fields
    ]


def _plain(column: pa.Array, plan: Plan) -> pa.Array:
    """Without the apostrophe that some tools put before a formula sign."""
    return pc.replace_substring_regex(column, MASKED, r"\1") if plan.masked else column


def _answered(made: Sequence[Made], rows: int) -> np.ndarray:
    """Which rows hold at least one answer, beside what a tool says of them?"""
    answered = np.zeros(rows, dtype=bool)
    for one in made:
        if one.kind != "meta":
            answered |= pc.is_valid(one.values).to_numpy(zero_copy_only=False)
    return answered


def _duplicates(body: pa.Table, plan: Plan) -> int:
    """Rows whose address or e-mail stood in an earlier row; only this number leaves the comparison."""
    again = np.zeros(body.num_rows, dtype=bool)
    for one in plan.fields:
        if (one.reason or dropping.reason_of(one.heading)) in {dropping.NETWORK, dropping.EMAIL}:
            column = pc.utf8_lower(cells(body, one.place))
            column = pc.if_else(pc.is_in(column, pa.array(["anonymous", "anonym"])), None, column)
            codes = column.dictionary_encode().indices
            filled = pc.is_valid(codes).to_numpy(zero_copy_only=False)
            plain = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False)
            first = np.zeros(body.num_rows, dtype=bool)
            first[np.unique(plain, return_index=True)[1]] = True
            again |= filled & ~first
    return int(again.sum())


def _meta(body: pa.Table, plan: Plan, asked: Asked) -> tuple[dict[str, pa.Array], list[Problem]]:
    """Week, language, channel and whether the answer was finished, for every row."""
    blank = pa.array([""] * body.num_rows, pa.string())
    meta = {WEEK: blank, LANGUAGE: blank, CHANNEL: blank}
    notes: list[Problem] = []
    for one in plan.fields:
        if one.use == "date" and meta[WEEK] is blank:
            meta[WEEK], notes = weeks.weeks(cells(body, one.place), asked.order, plan.dates)
        elif one.use == "language":
            meta[LANGUAGE] = pc.fill_null(pc.utf8_lower(cells(body, one.place)), "")
        elif one.use == "channel":
            meta[CHANNEL] = pc.fill_null(cells(body, one.place), "")
    unfinished = np.zeros(body.num_rows, dtype=bool) if plan.unfinished is None else plan.unfinished
    meta[COMPLETE] = pa.array(~unfinished)
    return meta, notes


def _table(
    made: Sequence[Made], meta: Mapping[str, pa.Array], rows: pa.Array
) -> tuple[pa.Table, tuple[Column, ...], tuple[tuple[str, str, int], ...]]:
    """The kept rows, their columns, and what was struck out of them."""
    arrays, columns, redactions = [], [], []
    for number, one in enumerate(made, 1):
        name = f"{one.heading} ({one.option})" if one.option else one.heading
        values = one.values.filter(rows)
        arrays.append(values)
        columns.append(Column(f"q{number:03d}", one.heading, one.option, one.kind, one.labels, one.note))
        for kind, counts in one.redacted.items():
            count = pc.sum(counts.filter(rows)).as_py() or 0
            redactions += [(kind, name, count)] if count else []
    names = [*(one.key for one in columns), *meta]
    return pa.table([*arrays, *(value.filter(rows) for value in meta.values())], names=names), tuple(columns), tuple(redactions)
