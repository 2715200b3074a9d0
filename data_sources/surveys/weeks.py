"""In which week was an answer given? The exact time is not kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.schema.problems import Problem
from data_sources.surveys.base import Order

_NUMBERS = re.compile(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_DATE_PART = r"^\s*(?P<date>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})"
ANONYMISED = dt.date(1980, 1, 1)  # what LimeSurvey writes instead of the date of an anonymous answer
UNCLEAR = "Dates such as 03/04/2026 could be day/month or month/day, so no week is kept. Say which order they are in."


def order_of(dates: Iterable[str]) -> Order | None:
    """The order of day, month and year these dates are in; '' when either could be, None when they contradict each other."""
    first, second, ymd = 0, 0, False
    for text in dates:
        if match := _NUMBERS.match(text):
            one, two, _ = match.groups()
            if len(one) == 4:
                ymd = True
            else:
                first, second = max(first, int(one)), max(second, int(two))
    if ymd and not first:
        return "ymd"
    if first > 12 and second > 12:
        return None
    return "dmy" if first > 12 else "mdy" if second > 12 else ""


def date_of(text: str, order: Order) -> dt.date | None:
    """The day a text begins with; None when it is none. A year of four figures in front needs no order."""
    match = _NUMBERS.match(text)
    if not match:
        return None
    one, two, three = match.groups()
    try:
        if len(one) == 4:
            return dt.date(int(one), int(two), int(three))
        year = int(three) + (2000 if len(three) <= 2 else 0)
        day, month = (int(one), int(two)) if order == "dmy" else (int(two), int(one))
        return dt.date(year, month, day)
    except ValueError:
        return None


def monday(day: dt.date) -> str:
    """The Monday of its week, as ISO date."""
    return (day - dt.timedelta(days=day.weekday())).isoformat()


def weeks(stamps: pa.Array, order: Order, declared: Order = "") -> tuple[pa.Array, list[Problem]]:
    """The week of every stamp ('' where there is none), and what has to be asked. `order` is the person's word, `declared` the tool's habit."""
    dates = pc.struct_field(pc.extract_regex(stamps, _DATE_PART), "date").dictionary_encode()
    distinct = dates.dictionary.to_pylist()
    seen = order or order_of(distinct)
    notes: list[Problem] = []
    slashed = [text for text in distinct if not re.match(r"\d{4}", text)]
    if not seen and not declared and slashed:
        notes.append(Problem("date_order", UNCLEAR, len(slashed)))
        return pa.array([""] * len(stamps), pa.string()), notes
    days = [date_of(text, seen or declared) for text in distinct]
    texts = pa.array(["" if day is None or day == ANONYMISED else monday(day) for day in days], pa.string())
    result = pc.fill_null(texts.take(dates.indices), "")
    unread = pc.sum(pc.and_(pc.is_valid(stamps), pc.is_null(dates.indices))).as_py() or 0
    lost = unread + sum(day is None for day in days)
    if lost:
        notes.append(Problem("date_unread", "Dates that could not be read; these answers have no week.", lost))
    return result, notes
