"""Staff answers as columns, in memory only: what each question measures, and by which cuts people may be divided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.privacy.staff_cells import Cut, crossed
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.schema.questions import MISSING, Definition, Question
from dashboard.stats import burnout
from dashboard.stats.survey_scores import rescaled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BURNOUT = "CBI-W"  # the burnout scale as one number a person: its questions are never shown one by one
PEOPLE = "people"
LEAVING, BURNED_OUT, PROMOTERS = "leaving", "burned_out", "promoters"
STEPS = 5


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that is measured: `boxes` (n,) its answer as a box from 0 on, -1 for none; `shares` of 1 and 0, and `scores`, with nan for none."""

    name: str
    boxes: Ints
    shares: Mapping[str, Floats] = field(default_factory=dict)
    scores: Mapping[str, Floats] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Who answered (n,)."""
        return np.asarray(self.boxes >= 0)

    @property
    def statistics(self) -> tuple[str, ...]:
        """What is computed of each cell."""
        return (*self.shares, *self.scores)


@dataclass(frozen=True, slots=True)
class Columns:
    """All answers of one wave: variables that may be divided, choices of the whole staff alone, cuts with their crossings."""

    size: int
    variables: Mapping[str, Variable]
    choices: Mapping[str, Mapping[str, Floats]]
    cuts: tuple[Cut, ...]
    given: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)  # who answered each question (n,), with a reason for no answer too


def of(answers: Sequence[Mapping[str, Any]], definition: Definition, division: Division) -> Columns:
    """The columns of a wave under its declared cuts and crossings."""
    names = [name for one in definition.questions() for name in one.answer_ids()]
    table = pd.DataFrame.from_records(list(answers)) if answers else pd.DataFrame()
    table = table.reindex(index=range(len(answers)), columns=list(dict.fromkeys(names)))
    asked = [one for one in definition.questions() if not one.concept.startswith(employee.CUT)]
    variables = {made.name: made for one in asked for made in _variables(one, table)}
    burned = {name: _codes(table[name], STEPS, 1) for name in burnout.ITEMS if name in table}
    if len(burned) == len(burnout.ITEMS):
        variables[BURNOUT] = _burnout(burned)
    choices = {one.id: _choice(one, table[one.id]) for one in asked if one.kind in {"single", "multi"}}
    given = {name: table[name].notna().to_numpy(dtype=bool) for name in table.columns}
    return Columns(len(answers), variables, choices, _cuts(table, definition, division), given)


def _codes(column: pd.Series, points: int, low: int) -> Floats:
    """Places on a scale from 1 to `points`, nan for no answer or a reason instead of one."""
    code = pd.to_numeric(column.where(~column.isin(MISSING)), errors="coerce").to_numpy(dtype=float) - low + 1
    return np.where((code >= 1) & (code <= points), code, np.nan)


def _boxed(code: Floats) -> Ints:
    """Boxes from 0 on, -1 for none."""
    return np.where(np.isfinite(code), code - 1, -1).astype(np.int64)


def _variables(question: Question, table: pd.DataFrame) -> Iterable[Variable]:
    """What a question measures: one variable, or one a row of a grid; none for comments, and for the burnout scale, which counts as a whole."""
    if question.id in burnout.ITEMS:
        return
    labels = tuple(one.label.get("en", one.code) for one in question.options)
    if question.kind == "ten":
        code = _codes(table[question.id], 11, 0)
        own = PROMOTERS if question.concept == "enps" else "mean"
        yield Variable(question.id, _boxed(code), scores={own: 10.0 * (code - 1)}, labels=tuple(map(str, range(11))))
    elif question.kind == "rating":
        code = _codes(table[question.id], 5, 1)
        yield Variable(question.id, _boxed(code), scores={"mean": rescaled(code, 5)}, labels=tuple(map(str, range(1, 6))))
    elif question.kind in {"scale", "grid"}:
        points = len(question.options)
        for name in question.answer_ids():
            code = _codes(table[name], points, 1)
            top = points - 1 if points >= 4 else points
            positive = np.where(np.isfinite(code), (code >= top).astype(float), np.nan)
            yield Variable(name, _boxed(code), {"favourable": positive}, {"mean": rescaled(code, points)}, labels)
    elif question.kind == "single" and question.concept in {"turnover", "burnout_single"}:
        yield _chosen(question, table[question.id], labels)


def _chosen(question: Question, column: pd.Series, labels: tuple[str, ...]) -> Variable:
    """Turnover and the single burnout question: a choice that is divided as one share."""
    places = {option.code: place for place, option in enumerate(question.options)}
    boxes = column.map(lambda one: places.get(str(one), -1) if one == one else -1).to_numpy(dtype=np.int64)  # noqa: PLR0124  nan is not itself
    hit = boxes > 0 if question.concept == "turnover" else boxes >= burnout.BURNED_OUT - 1
    name = LEAVING if question.concept == "turnover" else BURNED_OUT
    return Variable(question.id, boxes, {name: np.where(boxes >= 0, hit.astype(float), np.nan)}, {}, labels)


def _burnout(codes: Mapping[str, Floats]) -> Variable:
    """The burnout scale: a person's mean, boxed in quarters to notice people who are alike."""
    score = burnout.work_scores(codes)
    return Variable(BURNOUT, np.where(np.isfinite(score), np.minimum(score // 20, 4), -1).astype(np.int64), {}, {"mean": score})


def _choice(question: Question, column: pd.Series) -> dict[str, Floats]:
    """For each answer of a choice: 1 for those who chose it, 0 for others, nan for no answer."""
    valid = column.notna() & ~column.map(lambda one: isinstance(one, str) and one in MISSING)
    chosen = column.map(lambda one: set(one) if isinstance(one, list) else {one})
    found = {}
    for option in question.options:
        hit = chosen.map(lambda one, code=option.code: code in one).to_numpy(dtype=float)
        found[option.code] = np.where(valid.to_numpy(dtype=bool), hit, np.nan)
    return found


def _cuts(table: pd.DataFrame, definition: Definition, division: Division) -> tuple[Cut, ...]:
    """The declared cuts with every declared level, whether anybody chose it or not, and their crossings."""
    known = employee.cuts(definition)
    found: dict[str, Cut] = {}
    for name in division.cuts:
        places = {option.code: place for place, option in enumerate(known[name].options)}
        codes = table[known[name].id].map(lambda one, places=places: places.get(str(one), -1)).to_numpy(dtype=np.int64)
        found[name] = Cut(name, tuple(places), codes)
    return (*found.values(), *(crossed(found[one], found[other]) for one, other in division.crossings))
