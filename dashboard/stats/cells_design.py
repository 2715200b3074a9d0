"""Which columns does a model on cells have? Kept as terms, so that a factor with a hundred places costs a count, not a hundred columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a design: `values` (cells x m), each column on its own (`size` 1) or once per level of a factor (`codes` 0 to size - 1).

    With `drop` the first level has no columns, because an intercept carries it. Columns run over values first, levels inside.
    """

    values: Floats
    codes: Ints
    size: int = 1
    drop: bool = False

    @property
    def width(self) -> int:
        """How many columns the term has."""
        return int(self.values.shape[1]) * (self.size - int(self.drop))

    @property
    def is_plain(self) -> bool:
        """Whether the columns stand for themselves, not once per level."""
        return self.size == 1 and not self.drop


def plain(values: Floats) -> Term:
    """Ordinary columns; `values` is cells x m."""
    return Term(values, np.zeros(len(values), dtype=np.int64))


def factor(codes: Ints, size: int) -> Term:
    """One 0/1 column per level but the first."""
    return Term(np.ones((len(codes), 1)), codes, size, drop=True)


def by_level(values: Floats, codes: Ints, size: int) -> Term:
    """The columns `values` once for every level but the first: an interaction, beside its main effects."""
    return Term(values, codes, size, drop=True)


def _block(a: Term, b: Term, weights: Floats) -> Floats:
    """A'WB of two terms, dense."""
    if a.is_plain and b.is_plain:
        return np.asarray((a.values * weights[:, None]).T @ b.values)
    joint = a.codes * b.size + b.codes
    skip_a, skip_b = int(a.drop), int(b.drop)
    rows = []
    for left in a.values.T:
        scaled = weights * left
        sums = [np.bincount(joint, scaled * right, a.size * b.size).reshape(a.size, b.size)[skip_a:, skip_b:] for right in b.values.T]
        rows.append(np.hstack(sums))
    return np.vstack(rows)


@dataclass(frozen=True, slots=True)
class Design:
    """All terms of a model over the same cells. Put the column of interest last: redundant columns are dropped from the end."""

    terms: tuple[Term, ...]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.terms[0].values)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return sum(term.width for term in self.terms)

    def gram(self, weights: Floats) -> Floats:
        """X'WX, columns x columns."""
        square = np.empty((self.width, self.width))
        ends = np.cumsum([term.width for term in self.terms])
        for i, a in enumerate(self.terms):
            rows = slice(ends[i] - a.width, ends[i])
            for j, b in enumerate(self.terms[: i + 1]):
                columns = slice(ends[j] - b.width, ends[j])
                square[rows, columns] = _block(a, b, weights)
                square[columns, rows] = square[rows, columns].T
        return square

    def times(self, coefficients: Floats) -> Floats:
        """X b: one value per cell."""
        total, at = np.zeros(self.cells), 0
        for term in self.terms:
            for column in term.values.T:
                levels = term.size - int(term.drop)
                own = coefficients[at : at + levels]
                total += column * (np.concatenate([[0.0], own]) if term.drop else own)[term.codes]
                at += levels
        return total

    def transposed(self, values: Floats) -> Floats:
        """X'v: one value per column."""
        parts: list[Floats] = []
        for term in self.terms:
            if term.is_plain:
                parts.append(term.values.T @ values)
            else:
                sums = [np.bincount(term.codes, values * column, term.size) for column in term.values.T]
                parts.extend(np.asarray(part[int(term.drop) :], dtype=float) for part in sums)
        return np.concatenate(parts)

    def dense(self) -> Floats:
        """The same columns written out, cells x columns: for small designs and for comparison with other programs."""
        parts: list[Floats] = []
        for term in self.terms:
            if term.is_plain:
                parts.append(term.values)
                continue
            flags = (term.codes[:, None] == np.arange(int(term.drop), term.size)).astype(float)
            parts.extend(flags * column[:, None] for column in term.values.T)
        return np.hstack(parts)


def spline_knots(x: Floats, weights: Floats, df: int, low: float, high: float) -> Floats:
    """Where do the knots of a natural spline with `df` columns stand? df - 1 weighted quantiles inside, the boundaries `low` and `high`."""
    order = np.argsort(x, kind="stable")
    rising = np.cumsum(weights[order])
    share = np.arange(1, df) / df
    inner = x[order][np.searchsorted(rising, share * rising[-1], side="left")]
    inner = np.unique(inner[(inner > low) & (inner < high)])
    return np.concatenate([[low], inner, [high]]).astype(float)


def natural_spline(x: Floats, knots: Floats) -> Floats:
    """The natural cubic spline basis with value 1 at one knot and 0 at the others, without its first column: len(knots) - 1 columns.

    Beside an intercept it spans what R's `ns(x, df)` and patsy's `cr(x, df, constraints="center")` span. Values outside the boundary knots are
    continued on straight lines.
    """
    from scipy.interpolate import CubicSpline

    if len(knots) < 3:
        return np.asarray((x - knots[0])[:, None] / max(float(knots[-1] - knots[0]), 1.0))
    curve = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
    inside = np.clip(x, knots[0], knots[-1])
    values = curve(inside) + (x - inside)[:, None] * curve(inside, 1)
    return np.asarray(values)[:, 1:]
