"""Stored answers as columns: scores from 0 to 100, categories of each cut, and what makes an answer doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.schema.questions import MISSING, Definition, Question
from dashboard.stats.survey_scores import rescaled
from dashboard.store.answers import Stored

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AREA, AGE, RACE, GENDER = "C19", "C20", "C21", "C22"
CUTS: Mapping[str, str] = {"area": AREA, "age": AGE, "race": RACE, "gender": GENDER, "channel": "channel", "contact": "contact_type"}
RACES = ("white", "black", "hispanic", "asian", "native_american", "other", "multiracial")
SAME, LONG = 5, 8  # so many identical answers over so many scale items are doubtful


@dataclass(frozen=True, slots=True)
class Item:
    """One question as numbers: `score` 0 to 100 (nan: no answer), `code` its place on the scale, `points` of the scale."""

    question: Question
    name: str
    score: Floats
    code: Floats
    points: int

    def positive(self) -> Floats:
        """1 for the top two of five answers (the top one of three), 0 for others, nan for none."""
        top = self.points - 1 if self.points >= 4 else self.points
        return np.where(np.isfinite(self.code), (self.code >= top).astype(float), np.nan)


@dataclass(frozen=True, slots=True)
class Cut:
    """One way of dividing people: `levels` in order, `codes` (n,) with -1 for those in none."""

    name: str
    levels: tuple[str, ...]
    codes: Ints


@dataclass(frozen=True, slots=True)
class Frame:
    """One wave as columns. `numbers` holds plain numbers (nan: no answer), `missing` question -> reason -> how many gave no answer for it."""

    size: int
    items: Mapping[str, Item]
    cuts: Mapping[str, Cut]
    chosen: Mapping[str, tuple[Question, pd.Series]]
    flags: Mapping[str, NDArray[np.bool_]]
    weight: Floats | None
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def scores(self) -> dict[str, Floats]:
        """Item -> scores."""
        return {name: item.score for name, item in self.items.items()}


def of(rows: Sequence[Stored], definition: Definition) -> Frame:
    """The columns of a wave."""
    table = pd.DataFrame.from_records([row.answers for row in rows]) if rows else pd.DataFrame()
    table = table.reindex(range(len(rows)))
    table["channel"] = [row.channel for row in rows]
    items = {item.name: item for question in definition.questions() for item in _items(question, table)}
    chosen = {one.id: (one, table[one.id]) for one in definition.questions() if one.kind in {"single", "multi"} and one.id in table}
    weights = np.array([np.nan if row.weight is None else row.weight for row in rows], dtype=float)
    given = np.where(np.isfinite(weights), weights, 1.0) if rows and np.isfinite(weights).mean() > 0.5 else None
    numbers = {one.id: _numeric(table[one.id]) for one in definition.questions() if one.kind == "number" and one.id in table}
    asked = [name for name in (*items, *chosen, *numbers) if name in table]
    return Frame(len(rows), items, _cuts(table, definition), chosen, _flags(rows, items), given, numbers, _missing(table, asked))


def _numeric(column: pd.Series) -> Floats:
    """Numbers, nan where there is no answer."""
    return np.asarray(pd.to_numeric(column.where(~column.isin(MISSING)), errors="coerce").to_numpy(dtype=float))


def _missing(table: pd.DataFrame, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Why people gave no answer."""
    found = {}
    for name in names:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            continue
        counts = column[column.isin(MISSING)].value_counts()
        if len(counts):
            found[name] = {reason: int(counts[reason]) for reason in MISSING if reason in counts.index}
    return found


def _items(question: Question, table: pd.DataFrame) -> Iterable[Item]:
    """The scales of a question: one, or one a row of a grid."""
    if question.kind in {"ten", "rating"}:
        low, points = (0, 11) if question.kind == "ten" else (1, 5)
    elif question.kind in {"scale", "grid"}:
        low, points = 1, len(question.options)
    else:
        return
    for name in question.answer_ids():
        if name in table:
            raw = table[name].where(~table[name].isin(MISSING))
            code = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=float) - low + 1
            code = np.where((code >= 1) & (code <= points), code, np.nan)
            yield Item(question, name, rescaled(code, points), code, points)


def _cuts(table: pd.DataFrame, definition: Definition) -> dict[str, Cut]:
    """The declared cuts of a wave."""
    found = {}
    for name, column in CUTS.items():
        if column not in table:
            continue
        values = table[column].map(one_race) if name == "race" else table[column]
        values = values.where(~values.isin([*MISSING, ""]))
        question = definition.question(column)
        order = RACES if name == "race" else tuple(option.code for option in question.options) if question and question.options else ()
        there = [str(one) for one in values.dropna().unique()]
        levels = tuple([one for one in order if one in there] + sorted((one for one in there if one not in order), key=_by_figure))
        codes = values.map({level: place for place, level in enumerate(levels)}).fillna(-1).to_numpy(dtype=np.int64)
        if len(levels) > 1:
            found[name] = Cut(name, levels, codes)
    return found


def _by_figure(level: str) -> tuple[bool, int, str]:
    """The place of a group without an order of its own: ages and numbered areas by their number, others by their name."""
    figure = re.match(r"\d+", level)
    return figure is None, int(figure[0]) if figure else 0, level


def one_race(value: object) -> object:
    """Several answers as one group: Hispanic with anything is Hispanic, several others are multiracial (hispanic_first)."""
    if not isinstance(value, list):
        return value
    if "hispanic" in value:
        return "hispanic"
    kept = ["other" if one == "pacific" else one for one in value]
    return kept[0] if len(kept) == 1 else "multiracial" if kept else None


def _flags(rows: Sequence[Stored], items: Mapping[str, Item]) -> dict[str, NDArray[np.bool_]]:
    """What makes an answer doubtful: marks of its arrival, a vector that many share, one answer all the way down."""
    marks = {text: set(text.split(",")) for text in {row.flags for row in rows}}  # a handful of different ones
    found = {name: np.array([name in marks[row.flags] for row in rows], dtype=bool) for name in ("burst", "fast", "trap")}
    if not rows or not items:
        return found
    codes = np.nan_to_num(np.column_stack([item.code for item in items.values()]), nan=-1.0).astype(np.int64)
    answered = (codes >= 0).sum(axis=1)
    _, place, count = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    five = np.column_stack([item.code if item.points == 5 else np.full(len(rows), np.nan) for item in items.values()])
    there = np.isfinite(five)
    top, bottom = np.where(there, five, -np.inf).max(axis=1), np.where(there, five, np.inf).min(axis=1)
    found["straight"] = (there.sum(axis=1) >= LONG) & (top == bottom)
    found["identical"] = (count[place.ravel()] >= SAME) & (answered >= LONG) & ~found["straight"]
    return found


def option_shares(question: Question, column: pd.Series) -> dict[str, Floats]:
    """For each answer of a choice: 1 for those who chose it, 0 for others, nan for no answer."""
    if question.kind != "single":
        return _chosen_of(column.tolist(), [option.code for option in question.options])
    valid = (column.notna() & ~column.isin(MISSING)).to_numpy(dtype=bool)
    return {option.code: np.where(valid, (column == option.code).to_numpy(dtype=float), np.nan) for option in question.options}


def _chosen_of(given: Sequence[object], codes: Sequence[str]) -> dict[str, Floats]:
    """The same where several could be chosen: every respondent's list is gone through once."""
    lists = [one for one in given if isinstance(one, list)]
    there = np.flatnonzero(np.fromiter((isinstance(one, list) for one in given), dtype=bool, count=len(given)))
    index = {code: place for place, code in enumerate(codes)}
    chosen = np.fromiter((index.get(code, -1) for one in lists for code in one), dtype=np.int64)
    who = np.repeat(there, [len(one) for one in lists])
    blank = np.full(len(given), np.nan)
    blank[there] = 0.0
    found = {code: blank.copy() for code in codes}
    for place, code in enumerate(codes):
        found[code][who[chosen == place]] = 1.0
    return found


def answers_of(items: Mapping[str, Item], names: Iterable[str]) -> dict[str, Any]:
    """The scores of these items that are there."""
    return {name: items[name].score for name in names if name in items}
