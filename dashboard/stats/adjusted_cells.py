"""Which stops are alike? Counts by group, covariates and officer, with rare categories collapsed in a declared way before any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.errors import MeasureError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLACE_AND_TIME = ("place", "district", "precinct", "beat", "hour", "hour_band", "weekday", "month", "season", "quarter", "year")
RARE = 20  # stops below which a category is collapsed
COLLAPSED = "other (collapsed)"


@dataclass(frozen=True, slots=True)
class Covariate:
    """One covariate: a code per row, and its category names in their declared order. `ordered` categories collapse into a neighbour, others pool."""

    codes: Ints
    names: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AdjustedCells:
    """k outcomes of n stops per row; a row is a group x covariates x officer (or date). Codes everywhere; -1 as officer means not recorded.

    `place_time` names the covariates of the middle control set. For Poisson models n is exposure (residents, hours).
    """

    group: Ints
    groups: tuple[str, ...]
    covariates: Mapping[str, Covariate]
    n: Floats
    k: Floats
    officer: Ints | None = None
    date: Ints | None = None
    place_time: tuple[str, ...] = field(default=())

    @classmethod
    def of(
        cls,
        group: ArrayLike,
        covariates: Mapping[str, ArrayLike],
        n: ArrayLike,
        k: ArrayLike,
        *,
        officer: ArrayLike | None = None,
        date: ArrayLike | None = None,
        orders: Mapping[str, Sequence[str]] | None = None,
        place_time: Sequence[str] | None = None,
    ) -> AdjustedCells:
        """The same from columns of words as a store delivers them; a missing officer is None or "unknown".

        `orders` lists the categories of those covariates whose neighbours are alike (hours, months, ages), in order. MeasureError on bad rows.
        """
        group_codes, groups = _numbered(group)
        declared = orders or {}
        columns = {name: _covariate(values, declared.get(name)) for name, values in covariates.items()}
        counts, events = np.asarray(n, dtype=float), np.asarray(k, dtype=float)
        for name, codes in (("group", group_codes), *((name, column.codes) for name, column in columns.items())):
            if len(codes) != len(counts) or len(codes) != len(events):
                raise MeasureError(f"The column '{name}' differs in length from the counts.")
            if np.any(codes < 0):
                raise MeasureError(f"The column '{name}' has empty values.", hint="Write 'unknown' where nothing was recorded.")
        if np.any(events < 0) or np.any(counts < 0):
            raise MeasureError("A count is negative.")
        wanted = tuple(place_time) if place_time is not None else tuple(name for name in columns if name in PLACE_AND_TIME)
        officers = None if officer is None else _numbered(officer, missing=("", "unknown"))[0]
        days = None if date is None else _numbered(date)[0]
        return cls(group_codes, groups, MappingProxyType(columns), counts, events, officers, days, wanted)

    def rows(self, kept: NDArray[np.bool_] | Ints) -> AdjustedCells:
        """Only some of the rows."""
        columns = {name: replace(column, codes=column.codes[kept]) for name, column in self.covariates.items()}
        officer = None if self.officer is None else self.officer[kept]
        date = None if self.date is None else self.date[kept]
        changed = replace(self, group=self.group[kept], covariates=MappingProxyType(columns), n=self.n[kept], k=self.k[kept])
        return replace(changed, officer=officer, date=date)


def _numbered(values: ArrayLike, missing: tuple[str, ...] = ()) -> tuple[Ints, tuple[str, ...]]:
    """Codes and sorted names of a column; None, NaN and the `missing` words become -1."""
    import pandas as pd

    codes, names = pd.factorize(values if hasattr(values, "dtype") else np.asarray(values, dtype=object), sort=True)
    words: tuple[Any, ...] = tuple(names)
    result = codes.astype(np.int64)
    for number, word in enumerate(words):
        if str(word) in missing:
            result[result == number] = -1
    return result, tuple(str(word) for word in words)


def _covariate(values: ArrayLike, order: Sequence[str] | None) -> Covariate:
    """A covariate with its categories in the declared order; categories outside it are refused."""
    codes, names = _numbered(values)
    if order is None:
        return Covariate(codes, names)
    place = {str(name): number for number, name in enumerate(order)}
    unlisted = [name for name in names if name not in place]
    if unlisted:
        raise MeasureError(f"'{unlisted[0]}' is not in the declared order.", hint=f"Declared: {', '.join(place)}.")
    fresh = np.array([place[name] for name in names], dtype=np.int64)
    return Covariate(np.where(codes < 0, -1, fresh[codes]), tuple(place), ordered=True)


def collapse(column: Covariate, n: Floats, rare: float = RARE, also: Sequence[int] = ()) -> tuple[Covariate, tuple[str, ...]]:
    """Which categories are too rare to stand alone, and where do they go? The covariate afterwards, and the merges in words.

    Ordered categories join the next one until `rare` stops are together (the last joins the one before); others pool into one. `also` names codes
    that must go whatever their size, because their outcome never varies.
    """
    stops = np.bincount(column.codes, n, len(column.names)).astype(float)
    used = [int(code) for code in np.flatnonzero(stops > 0)]
    small = {code for code in used if stops[code] < rare or code in also}
    if not small or len(used) < 2:
        return column, ()
    target = _neighbours(used, stops, small, rare) if column.ordered else _pooled(used, stops, small, rare)
    fresh = np.arange(len(column.names))
    for code, into in target.items():
        fresh[code] = into
    names = list(column.names)
    told = []
    for into in sorted(set(target.values())):
        members = [column.names[code] for code in used if target.get(code, code) == into]
        if len(members) > 1:
            names[into] = " + ".join(members) if column.ordered else COLLAPSED
            told.append(f"{', '.join(members)} together")
    return replace(column, codes=fresh[column.codes].astype(np.int64), names=tuple(names)), tuple(told)


def _neighbours(used: list[int], stops: Floats, small: set[int], rare: float) -> dict[int, int]:
    """Walk the declared order and close a bundle when it is large enough and holds no category that must go alone."""
    target: dict[int, int] = {}
    bundle: list[int] = []
    bundles: list[list[int]] = []
    for code in used:
        bundle.append(code)
        if stops[bundle].sum() >= rare and not (len(bundle) == 1 and code in small):
            bundles.append(bundle)
            bundle = []
    if bundle:
        if bundles:
            bundles[-1] += bundle
        else:
            bundles.append(bundle)
    for group in bundles:
        target.update(dict.fromkeys(group, group[0]))
    return target


def _pooled(used: list[int], stops: Floats, small: set[int], rare: float) -> dict[int, int]:
    """Pool the rare ones; while the pool is itself rare or alone, the next smallest joins it."""
    rising = sorted(used, key=lambda code: (stops[code], code))
    pool = [code for code in rising if code in small]
    others = [code for code in rising if code not in small]
    while others and (stops[pool].sum() < rare or len(pool) == 1):
        pool.append(others.pop(0))
    return dict.fromkeys(pool, min(pool))


def packed(codes: Ints, n: Floats) -> tuple[Ints, int]:
    """The same factor with only the levels that occur, the one with most stops first (it has no column of its own)."""
    stops = np.bincount(codes, n)
    order = [code for code in np.argsort(-stops, kind="stable") if stops[code] > 0]
    fresh = np.zeros(len(stops), dtype=np.int64)
    fresh[order] = np.arange(len(order))
    return fresh[codes], len(order)


def joint(columns: Sequence[Ints], sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """Which rows share a cell? The cell number of each row, and the first row of each cell."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for codes, size in zip(columns, sizes, strict=True):
        key = key * max(size, 1) + codes
        if key.max(initial=0) > 2**40:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    _, first, cell = np.unique(key, return_index=True, return_inverse=True)
    return cell.astype(np.int64), first.astype(np.int64)


def varying(cells: AdjustedCells, names: tuple[str, ...], binomial: bool = True) -> tuple[AdjustedCells, tuple[str, ...]]:
    """Collapse categories that are rare or in which the outcome never varies (their coefficient would be infinite); what was joined, in words."""
    columns, told = dict(cells.covariates), []
    for name in names:
        for _ in range(len(columns[name].names)):
            column = columns[name]
            n, k = np.bincount(column.codes, cells.n), np.bincount(column.codes, cells.k)
            stuck = [int(code) for code in np.flatnonzero((n > 0) & ((k <= 0) | ((k >= n) & binomial)))]
            columns[name], words = collapse(column, cells.n, also=stuck)
            told += [f"{name}: {word}" for word in words]
            if not words:
                break
    return replace(cells, covariates=columns), tuple(told)


def regrouped(cells: AdjustedCells, first: str, rest: list[str]) -> AdjustedCells:
    """The rows of these groups only, coded with the reference as 0."""
    names = (first, *rest)
    fresh = np.full(len(cells.groups), -1, dtype=np.int64)
    for number, name in enumerate(names):
        fresh[cells.groups.index(name)] = number
    codes = fresh[cells.group]
    kept = codes >= 0
    return replace(cells.rows(kept), group=codes[kept], groups=names)
