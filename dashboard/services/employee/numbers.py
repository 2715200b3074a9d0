"""The numbers of one cell: what is computed of a variable or an index for some people, before the gate rounds it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy import banding
from dashboard.privacy.employee_release import Number
from dashboard.schema import bank, employee
from dashboard.schema.questions import Definition, Question
from dashboard.schema.result import Estimate
from dashboard.services.employee.columns import PROMOTERS, Variable
from dashboard.stats import burnout, engagement, finite, promoters
from dashboard.stats.intervals import Z

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
FAVOURABLE = "favourable"
INDEX = "index"
THEME = "theme:"


@dataclass(frozen=True, slots=True)
class Index:
    """One index over favourable shares: its `version`, its questions, and what each weighs."""

    name: str
    version: str
    items: tuple[str, ...]
    weights: tuple[float, ...]
    published: str = ""  # the version of its item list, where OPM's formula is used


def indices(definition: Definition, variables: Mapping[str, Variable]) -> list[Index]:
    """Which indices does this wave allow? OPM's where every question of them was asked with OPM's answers, and one a theme."""
    there = {name for name, one in variables.items() if FAVOURABLE in one.shares}
    found: list[Index] = []
    for version, parts in engagement.VERSIONS.items():
        items = tuple(item for part in parts.values() for item in part)
        if version == engagement.VERSION and items_lost(definition, items) == () and set(items) <= there:
            named = version_of(definition, version, items)
            found.append(Index("eei", named, items, tuple(engagement.index_weights(items, version)), version))
            found += [Index(f"eei.{name}", version_of(definition, version, part), part, _even(part)) for name, part in parts.items()]
    items = engagement.SATISFACTION
    if items_lost(definition, items) == () and set(items) <= there:
        found.append(Index("satisfaction", version_of(definition, engagement.SATISFACTION_VERSION, items), items, _even(items)))
    for theme in employee.THEMES:
        items = themed(definition, theme, there)
        if items:
            found.append(Index(f"{THEME}{theme}", version_of(definition, "+".join(items), items), items, _even(items)))
    return found


def themed(definition: Definition, theme: str, there: Collection[str]) -> tuple[str, ...]:
    """The answer ids of a theme, of those that are `there`."""
    return tuple(name for one in definition.questions() if one.concept == theme for name in one.answer_ids() if name in there)


def items_lost(definition: Definition, items: Sequence[str]) -> tuple[str, ...]:
    """Which questions of a published index are not asked, or with other answers to choose from: then it is not computed."""
    known = bank.questions()
    asked = {one.id: one for one in definition.questions()}
    return tuple(item for item in items if item not in asked or _other_answers(asked[item], known[item]))


def _other_answers(asked: Question, known: Question) -> bool:
    """Whether a scale has more or fewer steps than the published one."""
    return asked.kind != known.kind or [one.code for one in asked.options] != [one.code for one in known.options]


def reworded(definition: Definition, items: Sequence[str]) -> tuple[str, ...]:
    """Which of these questions of the bank are asked in other English words, or with other words for their answers?"""
    known, found = bank.questions(), []
    for one in definition.questions():
        if one.id in items and one.id in known and one.wording.get("en"):
            same = one.wording_hash("en") == known[one.id].wording_hash("en") and one.scale_hash() == known[one.id].scale_hash()
            found += [] if same else [one.id]
    return tuple(found)


def version_of(definition: Definition, version: str, items: Sequence[str]) -> str:
    """An index named by its version; with questions worded otherwise than the bank, or of the agency's own, the name says so and is another one."""
    known, other = bank.questions(), reworded(definition, items)
    theirs = [one for one in definition.questions() if one.id in other or (one.id not in known and set(one.answer_ids()) & set(items))]
    if not theirs:
        return version
    asked = " ".join(f"{one.wording_hash('en')} {one.scale_hash()}" for one in theirs)
    return f"{version}, adapted {hashlib.sha256(asked.encode()).hexdigest()[:8]}"


def _even(items: Sequence[str]) -> tuple[float, ...]:
    """Every question alike."""
    return tuple(1.0 / len(items) for _ in items)


def of_variable(one: Variable, who: Bools, population: float | None, said: int | None = None) -> tuple[Number, ...]:
    """The numbers of a variable for those of `who` who answered, out of a staff of `population` (None: not known), `said` where that is not n."""
    n = int(who.sum()) if said is None else said
    whole = population if population is not None and population >= n else None
    shares = [_share(name, column[who], n, whole) for name, column in one.shares.items()]
    scores = [_score(name, column[who], whole) for name, column in one.scores.items()]
    if banding.few(n) and any(_banded(column[who]) for column in one.shares.values()):
        scores = [_coarse(number, n, population) if number.kind == "score" else number for number in scores]
    return (*shares, *scores)


def _share(name: str, column: Floats, n: int, population: float | None) -> Number:
    """A share with an interval that rests on rounded numbers only."""
    p = float(column.mean())
    said = banding.share(p, n)
    if said.status != banding.SAID:
        return Number(name, "share", p)
    around = finite.favourable(said.value, banding.people(n), population)
    return Number(name, "share", p, around.low, around.high)


def _score(name: str, column: Floats, population: float | None) -> Number:
    """A mean, or the promoter score, with its interval."""
    found = promoters.promoters(column / 10.0, population) if name == PROMOTERS else burnout.work(column, population)
    return Number(name, "points" if name == PROMOTERS else "score", found.value or 0.0, found.low, found.high)


def of_index(index: Index, variables: Mapping[str, Variable], who: Bools, population: float | None) -> Number:
    """The value of an index for `who`, out of its questions' shares as they are said, with its linearised error.

    Out of the shares themselves it would undo their rounding and their bands; a share beyond its edge counts as that edge.
    """
    columns = [np.where(who, variables[item].shares[FAVOURABLE], np.nan) for item in index.items]
    shares = {item: _said(column) for item, column in zip(index.items, columns, strict=True)}
    value = engagement.engagement(shares, index.published).index if index.published else None
    mean = (
        value.value if value is not None and value.value is not None else sum(w * shares[i] for i, w in zip(index.items, index.weights, strict=True))
    )
    n = int((np.isfinite(np.vstack(columns)).any(axis=0)).sum())
    whole = population if population is not None and population >= n else None
    if any(_banded(column) for column in columns) and (banding.few(n) or len(columns) == 1):
        return Number(INDEX, "score", mean, *widest(mean, n, population))
    error = engagement.error_of_mean(columns, whole, index.weights)
    around = engagement.with_error(Estimate(mean), error, n)
    return Number(INDEX, "score", mean, around.low, around.high)


def _coarse(number: Number, n: int, population: float | None) -> Number:
    """A mean beside a banded share: in fives, with an interval that rests on that alone."""
    value = banding.score(number.value, banded=True)
    return Number(number.statistic, number.kind, value, *widest(value, n, population))


def widest(value: float, n: int, population: float | None) -> tuple[float, float]:
    """The widest interval that a mean of 0 to 100 said as `value` can have, out of said numbers alone: a narrower one tells how alike people are.

    No answers between 0 and 100 with that mean spread more than sqrt(mean (100 - mean)) (Bhatia & Davis 2000); half a step is added for the rounding.
    """
    people, centre = banding.people(n), min(max(value, float(banding.PEOPLE)), 100.0 - banding.PEOPLE)
    around = finite.correction(people, population if population is not None and population >= people else None)
    half = Z * math.sqrt(centre * (100.0 - centre) / people) * around + banding.PEOPLE / 2
    return max(0.0, value - half), min(100.0, value + half)


def _said(column: Floats) -> float:
    """A favourable share (0 to 100) as its own row says it."""
    return 100.0 * banding.share(float(np.nanmean(column)), int(np.isfinite(column).sum())).value


def _banded(column: Floats) -> bool:
    """Whether a favourable share is only said to be beyond its edge."""
    return banding.share(float(np.nanmean(column)), int(np.isfinite(column).sum())).status != banding.SAID
