"""Which columns does a mapping mean, and which rows are which wave?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import MappingError
from dashboard.schema.survey_mapping import SurveyColumn, SurveyMapping
from data_sources.surveys.base import WEEK, Column, SurveyExport
from data_sources.surveys.columns import counted

UNDATED, UNNAMED = "without a date", "without a wave"
MOST_WAVES = 60


def resolve(export: SurveyExport, mapping: SurveyMapping) -> list[tuple[Column, SurveyColumn]]:
    """Which column of the export does each column of the mapping mean? MappingError names those that are not there."""
    places: dict[tuple[str, str], list[Column]] = {}
    for column in export.columns:
        places.setdefault((column.heading, column.option), []).append(column)
    pairs, missing = [], []
    for one in mapping.columns:
        found = places.get((one.heading, one.option), [])
        if one.role == "drop":
            continue
        if len(found) < one.occurrence:
            missing.append(f"'{one.heading}'{f' ({one.option})' if one.option else ''}")
        else:
            pairs.append((found[one.occurrence - 1], one))
    if missing:
        raise MappingError(f"The file has no column {', '.join(missing[:10])}.", hint="Choose another mapping.", where=export.file_name)
    return pairs


def waves_of(export: SurveyExport, mapping: SurveyMapping) -> list[tuple[str, np.ndarray | None]]:
    """The waves by name with their rows; None stands for all rows. A column tells the wave, or the week an answer was given in."""
    told = next(((column, one) for column, one in resolve(export, mapping) if one.role == "wave"), None)
    if told is not None:
        column, one = told
        names = one.values
        found = _divided(texts(export.answers.column(column.key)), lambda word: str(names.get(word, word)), UNNAMED)
        if len(found) > MOST_WAVES:
            words = f"'{column.heading}' has {len(found):,} different values, so it cannot tell the wave."
            raise MappingError(words, hint="Choose another column, or cut by date.", where=export.file_name)
        return found
    if mapping.cut:
        return _divided(whole(export.answers.column(WEEK)), lambda week: period(week, mapping.cut), UNDATED)
    return [("", None)]


def _divided(values: pa.Array, name: Callable[[str], str], without: str) -> list[tuple[str, np.ndarray | None]]:
    """Rows by the name of their value, in the order of the names."""
    words, places, _ = counted(values)
    names = [name(word) for word in words.to_pylist()] + [without]
    of_row = np.array(names, dtype=object)[places.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)]
    return [(one, np.flatnonzero(of_row == one)) for one in sorted(set(of_row))]


def period(week: str, cut: str) -> str:
    """The year, quarter or month that the Thursday of a week lies in (as ISO 8601 counts weeks to years); UNDATED without a week."""
    if not week:
        return UNDATED
    day = dt.date.fromisoformat(week) + dt.timedelta(days=3)
    return {"year": f"{day.year}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}[cut]


def texts(column: Any) -> pa.Array:
    """A column as texts; several answers of one cell are joined."""
    values = whole(column)
    return pc.binary_join(values, "; ") if pa.types.is_list(values.type) else values


def whole(column: Any) -> pa.Array:
    """A column in one piece."""
    made = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return made if not isinstance(made, pa.ChunkedArray) else made.chunk(0)
