"""Which cells must be withheld so that no small count can be read or worked out?

Primary suppression withholds counts of 1 to 4 persons. Complementary suppression then withholds, at least cost, the further cells without which a
primary cell could be found by subtraction: for each primary cell and both directions the least-cost linear program of Fischetti and Salazar (2001),
min sum c_j (u_j + v_j) with A (u - v) = 0 and 0 <= v <= x, moves the cell by what it needs; every cell that moves is withheld.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from dashboard.errors import ReleaseRefused
from dashboard.privacy.cells import System
from dashboard.privacy.disclosure_audit import bounds

MIN_PERSONS = 5


def primary(counts: np.ndarray, min_persons: int = MIN_PERSONS) -> np.ndarray:
    """Which cells are too small to show: 1 to min_persons - 1. A true zero is shown. Returns a mask (n,)."""
    return (counts > 0) & (counts < min_persons)


def _path(system: System, cost: np.ndarray, cell: int, move: float) -> np.ndarray:
    """The cheapest set of cells that lets `cell` move by `move` while every relation holds; a mask (n,)."""
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
    return np.asarray((found.x[:n] + found.x[n:]) > 1e-7)


def protect(system: System, min_persons: int = MIN_PERSONS, already: np.ndarray | None = None) -> np.ndarray:
    """Which cells are withheld, primary and complementary? Returns a mask (n,) over `system.keys`.

    `already` marks cells withheld before (they cost nothing). Smallest cells are protected first; a cell that the pattern so far protects is
    skipped. Raises ReleaseRefused when no pattern protects a cell.
    """
    small = primary(system.counts, min_persons)
    withheld = small.copy() if already is None else small | already
    base = np.log1p(system.counts) + 0.1
    for cell in sorted(np.flatnonzero(small), key=lambda i: (system.counts[i], i)):
        low, high = bounds(system, withheld, [int(cell)])[0]
        if low < system.counts[cell] and high >= min_persons and low < high:
            continue
        for move in (float(min_persons), -float(system.counts[cell])):
            withheld |= _path(system, np.where(withheld, 0.0, base), int(cell), move)
    return withheld
