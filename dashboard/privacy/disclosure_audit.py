"""Could anyone work out a withheld count from everything that is published? The audit, written apart from the protection."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from dashboard.privacy.cells import System

TOLERANCE = 1e-6


def bounds(system: System, withheld: np.ndarray, cells: Sequence[int]) -> list[tuple[int, int]]:
    """What are the smallest and largest values of these cells that agree with everything published?

    Published cells are fixed, withheld cells are any x >= 0 with A x = 0. Integer-rounded (ceil, floor); a cell with no upper limit gives a very
    large number. Every cell asked for must be withheld.
    """
    hidden = np.flatnonzero(withheld)
    column = {int(cell): place for place, cell in enumerate(hidden)}
    unknown = system.relations[:, hidden]
    rows = np.flatnonzero(np.diff(unknown.indptr))
    unknown = unknown[rows]
    known = system.relations[rows][:, np.flatnonzero(~withheld)] @ system.counts[~withheld]
    results = []
    for cell in cells:
        weights = np.zeros(len(hidden))
        weights[column[int(cell)]] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * weights, A_eq=unknown, b_eq=-known, bounds=(0, None), method="highs") if len(rows) else None
            ends.append(None if found is None or not found.success else sign * found.fun)
        low = 0 if ends[0] is None else math.ceil(ends[0] - TOLERANCE)
        high = 2**53 if ends[1] is None else math.floor(ends[1] + TOLERANCE)
        results.append((low, high))
    return results


def unsafe(system: System, withheld: np.ndarray, min_persons: int) -> list[int]:
    """Which withheld small cells could still be worked out? Unsafe: one value only, or surely below `min_persons`. Empty means safe."""
    small = [int(i) for i in np.flatnonzero(withheld & (system.counts > 0) & (system.counts < min_persons))]
    open_small = [int(i) for i in np.flatnonzero(~withheld & (system.counts > 0) & (system.counts < min_persons))]
    found = bounds(system, withheld, small)
    return open_small + [cell for cell, (low, high) in zip(small, found, strict=True) if low == high or high < min_persons]
