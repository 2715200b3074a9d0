"""Which columns does a model on cells have when each depends on few levels: a clock bin, a place, a week?

The same columns as a `Design`, kept as one small table of values per factor. `X'WX` then needs only the weights added up over pairs of levels,
so that a fit costs a few passes over the cells however many columns there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_TABLE = 2**20  # pairs of levels up to which a table of all of them is made


@dataclass(frozen=True, slots=True)
class Levels:
    """One factor: the level of each cell (`codes`), and the values of the columns at each level (`basis`, levels x columns).

    Factors of one `name` have the same codes in every model on the same cells. `thin` is the same basis without its zeros, where most are.
    """

    name: str
    codes: Ints
    basis: Floats
    thin: csr_array | None = None

    def after(self, table: Floats) -> Floats:
        """A table (rows x levels) times the basis: rows x columns."""
        return np.asarray(table @ self.basis if self.thin is None else (self.thin.T @ table.T).T)

    def square(self, weights: Floats) -> Floats:
        """The basis times itself under weights of the levels: columns x columns."""
        if self.thin is None:
            return np.asarray(self.basis.T @ (weights[:, None] * self.basis))
        return np.asarray((self.thin.T @ self.thin.multiply(weights[:, None]).tocsr()).toarray())


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pair of levels of each cell as one number (`codes`). Where cells are sorted by it, `starts` are the first cells of the pairs `there`."""

    codes: Ints
    starts: Ints | None
    there: Ints

    @classmethod
    def of(cls, a: Levels, b: Levels) -> Pairs:
        """The pairs of two factors."""
        codes = a.codes * len(b.basis) + b.codes
        step = np.diff(codes)
        starts = np.concatenate([[0], np.flatnonzero(step) + 1]) if len(codes) and (step >= 0).all() else None
        return cls(codes, starts, codes[:0] if starts is None else codes[starts])

    def sums(self, values: Floats, rows: int, columns: int) -> Floats:
        """Values of the cells added up: rows x columns."""
        if self.starts is None:
            return _sum(self.codes, values, rows * columns).reshape(rows, columns)
        table = np.zeros(rows * columns)
        table[self.there] = np.add.reduceat(values, self.starts)
        return table.reshape(rows, columns)

    def spread(self, table: Floats) -> Floats:
        """The value of each cell's pair."""
        flat = table.ravel()
        if self.starts is None:
            return np.asarray(flat[self.codes])
        return np.repeat(flat[self.there], np.diff(self.starts, append=len(self.codes)))


@dataclass(frozen=True, slots=True)
class LevelDesign:
    """All factors of a model over the same cells. Columns run over the factors in order; put the column of interest last.

    `joint` keeps the pairs of levels, by the names of two factors, for the next model on the same cells.
    """

    factors: tuple[Levels, ...]
    joint: dict[tuple[str, str], Pairs] = field(default_factory=dict, repr=False, compare=False)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.factors[0].codes)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return sum(one.basis.shape[1] for one in self.factors)

    def gram(self, weights: Floats) -> Floats:
        """X'WX, columns x columns."""
        kept = [one for one in self.factors if one.basis.shape[1]]
        ends = np.cumsum([0, *(one.basis.shape[1] for one in kept)])
        square = np.empty((self.width, self.width))
        for i, a in enumerate(kept):
            alone = None
            here = slice(ends[i], ends[i + 1])
            for j, b in enumerate(kept):
                there = slice(ends[j], ends[j + 1])
                if j <= i:
                    continue
                table = self._table(a, b, weights)
                if table is None:
                    square[here, there] = _by_column(a, b, weights)
                else:
                    square[here, there] = b.after(a.after(table.T).T) if b.thin is None else a.after(b.after(table).T).T
                    alone = table.sum(axis=1)
                square[there, here] = square[here, there].T
            own = _sum(a.codes, weights, len(a.basis)) if alone is None else alone
            square[here, here] = a.square(own)
        return square

    def _pairs(self, a: Levels, b: Levels) -> Pairs | None:
        """The pairs of levels of two factors; None where there are more than are worth a table."""
        if len(a.basis) * len(b.basis) > max(LARGEST_TABLE, self.cells):
            return None
        names = a.name, b.name
        if names not in self.joint:
            self.joint[names] = Pairs.of(a, b)
        return self.joint[names]

    def _table(self, a: Levels, b: Levels, weights: Floats) -> Floats | None:
        """The weights added up over pairs of levels, if they are worth it."""
        pairs = self._pairs(a, b)
        return None if pairs is None else pairs.sums(weights, len(a.basis), len(b.basis))

    def times(self, coefficients: Floats) -> Floats:
        """X b: one value per cell."""
        parts: list[tuple[Levels, Floats]] = []
        at = 0
        for one in self.factors:
            wide = one.basis.shape[1]
            if wide:
                parts.append((one, one.basis @ coefficients[at : at + wide]))
            at += wide
        if len(parts) < 2 or (pairs := self._pairs(parts[0][0], parts[1][0])) is None:
            total, rest = np.zeros(self.cells), parts
        else:
            total, rest = pairs.spread(parts[0][1][:, None] + parts[1][1]), parts[2:]
        for one, values in rest:
            total += values[one.codes]
        return total

    def transposed(self, values: Floats) -> Floats:
        """X'v: one value per column."""
        kept = [one for one in self.factors if one.basis.shape[1]]
        table = self._table(kept[0], kept[1], values) if len(kept) > 1 else None
        sums = [] if table is None else [table.sum(axis=1), table.sum(axis=0)]
        sums += [_sum(one.codes, values, len(one.basis)) for one in kept[len(sums) :]]
        return np.concatenate([one.basis.T @ total for one, total in zip(kept, sums, strict=True)])

    def dense(self) -> Floats:
        """The same columns written out, cells x columns: for small designs and for comparison with other programs."""
        return np.hstack([one.basis[one.codes] for one in self.factors])


def _sum(codes: Ints, weights: Floats, size: int) -> Floats:
    """Weights added up by level."""
    return np.asarray(np.bincount(codes, weights, size), dtype=float)


def _by_column(a: Levels, b: Levels, weights: Floats) -> Floats:
    """A'WB of two factors, a column at a time of the one that has fewer."""
    if a.basis.shape[1] > b.basis.shape[1]:
        return np.asarray(_by_column(b, a, weights).T)
    return np.vstack([np.bincount(b.codes, weights * column[a.codes], len(b.basis)) @ b.basis for column in a.basis.T])
