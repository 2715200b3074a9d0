"""Published survey trackers: one row for each area, period and measure, with a share or a percentage."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from data_sources.base import Recognition
from data_sources.surveys.assemble import cells
from data_sources.surveys.base import NO_CLAIM, Asked, Order, Reader, Tracker, TrackerRow, register
from data_sources.surveys.grid import Grid, fold
from data_sources.surveys.weeks import UNCLEAR, date_of, order_of

DATE = ("date", "period", "periodend", "quarter", "month", "year", "wave", "datum", "fecha")
AREA = (
    "borough",
    "area",
    "district",
    "ward",
    "precinct",
    "beat",
    "place",
    "region",
    "neighborhood",
    "neighbourhood",
    "bezirk",
    "distrito",
    "areaname",
)
MEASURE = ("measure", "question", "indicator", "item", "metric", "statement", "frage", "pregunta")
VALUE = ("proportion", "value", "percent", "percentage", "share", "score", "rate", "pct", "result", "anteil", "porcentaje")
BASE = ("base", "n", "unweightedbase", "samplesize", "respondents", "basesize", "responses")
_NUMBER = re.compile(r"^-?\d{1,3}([.,]\d+)?\s*%?$")
_QUARTER = re.compile(r"^(\d{4})\s*[-/ ]?\s*Q([1-4])$|^Q([1-4])\s*[-/ ]?\s*(\d{4})$", re.IGNORECASE)
_MONTH_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}


@dataclass(frozen=True, slots=True)
class Places:
    """Which column holds what."""

    date: int
    area: int
    measure: int
    value: int
    base: int | None
    overall: int | None


def _places(grid: Grid) -> Places | None:
    """The columns by their headings; None when one is missing."""
    head = [fold(cell) for cell in grid.head(0)]

    def first(names: Sequence[str]) -> int | None:
        return next((head.index(name) for name in names if name in head), None)

    date, area, measure, value, base = first(DATE), first(AREA), first(MEASURE), first(VALUE), first(BASE)
    if date is None or area is None or measure is None or value is None or len(head) > 15:
        return None
    taken = {date, area, measure, value, base}
    sample, _ = grid.below(1)
    others = [place for place in range(grid.width) if place not in taken and head[place] and _shares(sample, place)]
    return Places(date, area, measure, value, base, others[0] if len(others) == 1 else None)


def _shares(body: pa.Table, place: int) -> bool:
    """Are these all shares or percentages?"""
    words = cells(body, place).unique().drop_null().to_pylist()
    return bool(words) and all(_NUMBER.match(word) for word in words)


def recognises(grid: Grid) -> Recognition:
    """Known by columns for period, area, measure and value, with one row for each combination."""
    places = _places(grid)
    body, _ = grid.below(1)
    if places is None or not body.num_rows or not _shares(body, places.value):
        return NO_CLAIM
    keys = zip(*(cells(body, place).to_pylist() for place in (places.date, places.area, places.measure)), strict=True)
    if len(set(keys)) < 0.95 * body.num_rows:
        return NO_CLAIM
    return Recognition(0.9, "one row for each area, period and measure: totals, not answers")


def number(text: str | None) -> float | None:
    """A share or percentage with decimal point or comma; None when it is none."""
    if text is None or not _NUMBER.match(text):
        return None
    return float(text.rstrip("% ").replace(",", "."))


def period(text: str | None, order: Order) -> dt.date | None:
    """A day, or the last day of a year, quarter or month written as 2024, 2024 Q1 or 2024-03."""
    if text is None:
        return None
    if match := _QUARTER.match(text):
        year, quarter = (match[1], match[2]) if match[1] else (match[4], match[3])
        return dt.date(int(year), *_MONTH_ENDS[int(quarter)])
    if re.fullmatch(r"\d{4}", text):
        return dt.date(int(text), 12, 31)
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})", text):
        following = dt.date(int(match[1]) + int(match[2]) // 12, int(match[2]) % 12 + 1, 1) if 1 <= int(match[2]) <= 12 else None
        return following - dt.timedelta(days=1) if following else None
    return date_of(text, order)


def _areas(words: Sequence[str | None]) -> tuple[dict[str, str], list[Problem]]:
    """One spelling for each area: the most frequent of those that differ in case alone."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        if word:
            spellings[" ".join(word.casefold().split())][word] += 1
    several = [found for found in spellings.values() if len(found) > 1]
    notes = [Problem("area_spelling", "Areas spelt in several ways are counted as one.", len(several))] if several else []
    return {word: found.most_common(1)[0][0] for found in spellings.values() for word in found}, notes


def read(grid: Grid, asked: Asked) -> Tracker:
    """The figures of a tracker. Rows without a readable period, area, measure or value are counted in a note, never read as zero."""
    places = _places(grid)
    body, ragged = grid.below(1)
    if places is None or not body.num_rows:
        raise SourceError("This is no table of areas, periods and measures.", where=grid.name)
    dates, areas, measures, values = (cells(body, place).to_pylist() for place in (places.date, places.area, places.measure, places.value))
    order = asked.order or order_of(sorted({text for text in dates if text}))
    if not order and any(re.match(r"^\d{1,2}[-/.]", text) for text in dates if text):
        raise SourceError(UNCLEAR.replace(", so no week is kept", ""), where=grid.name)
    days = {text: period(text, order or "ymd") for text in set(dates)}
    spelt, notes = _areas(areas)
    bases = cells(body, places.base).to_pylist() if places.base is not None else [None] * body.num_rows
    overall = cells(body, places.overall).to_pylist() if places.overall is not None else [None] * body.num_rows
    rows, skipped, everywhere = _rows(zip(dates, areas, measures, values, bases, overall, strict=True), days, spelt)
    name = grid.head(0)[places.overall] if places.overall is not None else ""
    rows += [TrackerRow(name, day, measure, value) for (day, measure), value in everywhere.items() if value is not None]
    if skipped + ragged:
        notes.append(Problem("no_figure", "Rows without a period, area, measure or number are left out.", skipped + ragged))
    if not rows:
        raise SourceError("No row holds a period, an area, a measure and a number.", where=grid.name)
    scale = 1 if max(row.value for row in rows) <= 1 else 100
    return Tracker(grid.name, grid.file_name, tuple(rows), scale, name, body.num_rows + ragged, (*grid.notes, *notes), grid.checksum)


def _rows(
    told: zip[tuple[str | None, ...]], days: dict[str, dt.date | None], spelt: dict[str, str]
) -> tuple[list[TrackerRow], int, dict[tuple[dt.date, str], float | None]]:
    """The readable rows, how many were not, and the figure beside them for all areas together (None when it is not the same in all)."""
    rows: list[TrackerRow] = []
    everywhere: dict[tuple[dt.date, str], float | None] = {}
    skipped = 0
    for date, area, measure, value, base, overall in told:
        day, share = days.get(date or ""), number(value)
        if day is None or not area or not measure or share is None:
            skipped += 1
            continue
        asked = base.replace(",", "").replace(" ", "") if base else ""
        rows.append(TrackerRow(spelt[area], day, measure, share, float(asked) if asked.isdigit() else None))
        total = number(overall)
        if total is not None:
            everywhere[day, measure] = total if everywhere.get((day, measure), total) == total else None
    return rows, skipped, everywhere


register(Reader("tracker", "Survey tracker (area, period, measure)", recognises, read))
