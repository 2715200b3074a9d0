"""Which cells must be withheld so that no small count can be read or worked out?

Primary suppression withholds counts of 1 to 4 persons. Complementary suppression then withholds, at least cost, the further cells without which a
primary cell could be found by subtraction: for each primary cell and both directions the least-cost linear program of Fischetti and Salazar (2001),
min sum c_j (u_j + v_j) with A (u - v) = 0 and 0 <= v <= x, moves the cell by what it needs; every cell that moves is withheld.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from dashboard.errors import ReleaseRefused
from dashboard.privacy.cells import System
from dashboard.privacy.disclosure_audit import TOLERANCE, Unknowns

MIN_PERSONS = 5


def primary(counts: np.ndarray, min_persons: int = MIN_PERSONS) -> np.ndarray:
    """Which cells are too small to show: 1 to min_persons - 1. A true zero is shown. Returns a mask (n,)."""
    return (counts > 0) & (counts < min_persons)


def _path(system: System, cost: np.ndarray, cell: int, move: float) -> tuple[np.ndarray, np.ndarray]:
    """The cheapest set of cells that lets `cell` move by `move` while every relation holds: a mask (n,), and by how much each moves (n,)."""
    n = len(system.counts)
    upper = np.full(2 * n, np.inf)
    upper[n:] = system.counts
    pin = sparse.csr_matrix(([1.0, -1.0], ([0, 0], [cell, n + cell])), shape=(1, 2 * n))
    equal = sparse.vstack([sparse.hstack([system.relations, -system.relations]), pin], format="csr")
    right = np.zeros(equal.shape[0])
    right[-1] = move
    lower_upper = np.column_stack([np.zeros(2 * n), upper])
    found = linprog(np.concatenate([cost, cost]), A_eq=equal, b_eq=right, bounds=lower_upper, method="highs")
    if not found.success:
        raise ReleaseRefused(
            "A small count in this table cannot be protected, because everything beside it is too small.",
            hint="Publish a coarser cut: fewer districts, longer periods or fewer groups.",
        )
    return np.asarray((found.x[:n] + found.x[n:]) > 1e-7), np.asarray(found.x[:n] - found.x[n:])


class _Possible:
    """The least and the largest value (n,) of every cell in the solutions seen so far, the true counts first."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.least, self.most = system.counts.astype(float), system.counts.astype(float)

    def see(self, point: np.ndarray) -> None:
        """Take in one solution: values of all cells (n,) that agree with everything published."""
        self.least, self.most = np.minimum(self.least, point), np.maximum(self.most, point)

    def protected(self, withheld: np.ndarray, cell: int, min_persons: int) -> bool:
        """Can this cell be smaller than it is, and as large as `min_persons`? Solved only where no solution seen so far shows it."""
        count, unknowns = self.system.counts[cell], None
        if self.least[cell] > count - 1:
            unknowns = Unknowns(self.system, withheld)
            point = unknowns.furthest(cell, 1.0)
            if point is not None:
                self.see(point)
                if math.ceil(point[cell] - TOLERANCE) >= count:
                    return False
        if self.most[cell] < min_persons:
            point = (unknowns or Unknowns(self.system, withheld)).furthest(cell, -1.0)
            if point is not None:
                self.see(point)
                return bool(math.floor(point[cell] + TOLERANCE) >= min_persons)
        return True


def protect(system: System, min_persons: int = MIN_PERSONS, already: np.ndarray | None = None) -> np.ndarray:
    """Which cells are withheld, primary and complementary? Returns a mask (n,) over `system.keys`.

    `already` marks cells withheld before (they cost nothing). Smallest cells are protected first; a cell that the pattern so far protects is
    skipped. Every solution found on the way stays possible while more is withheld, so that a cell that moved far enough in one of them needs no
    program of its own. Raises ReleaseRefused when no pattern protects a cell.
    """
    small = primary(system.counts, min_persons)
    withheld = small.copy() if already is None else small | already
    base = np.log1p(system.counts) + 0.1
    possible = _Possible(system)
    for cell in sorted((int(i) for i in np.flatnonzero(small)), key=lambda i: (system.counts[i], i)):
        if possible.protected(withheld, cell, min_persons):
            continue
        for move in (float(min_persons), -float(system.counts[cell])):
            mask, moves = _path(system, np.where(withheld, 0.0, base), cell, move)
            withheld |= mask
            possible.see(system.counts + moves)
    return withheld
