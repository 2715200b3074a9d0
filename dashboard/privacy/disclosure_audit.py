"""Could anyone work out a withheld count from everything that is published? The audit, written apart from the protection."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from dashboard.privacy.cells import System

TOLERANCE = 1e-6


class Unknowns:
    """What a reader does not know: the withheld cells, as any x >= 0 with A x = 0 that agrees with every published cell."""

    def __init__(self, system: System, withheld: np.ndarray) -> None:
        self.counts = system.counts
        self.hidden = np.flatnonzero(withheld)
        self._column = {int(cell): place for place, cell in enumerate(self.hidden)}
        unknown = system.relations[:, self.hidden]
        rows = np.flatnonzero(np.diff(unknown.indptr))
        self._relations = unknown[rows]
        self._known = -(system.relations[rows][:, np.flatnonzero(~withheld)] @ system.counts[~withheld])

    def furthest(self, cell: int, sign: float) -> np.ndarray | None:
        """All cells (n,) where this withheld one is smallest (`sign` 1) or largest (-1); None where nothing limits it."""
        if not self._relations.shape[0]:
            return None
        weights = np.zeros(len(self.hidden))
        weights[self._column[int(cell)]] = sign
        found = linprog(weights, A_eq=self._relations, b_eq=self._known, bounds=(0, None), method="highs")
        if not found.success:
            return None
        point = self.counts.astype(float)
        point[self.hidden] = found.x
        return point


def bounds(system: System, withheld: np.ndarray, cells: Sequence[int]) -> list[tuple[int, int]]:
    """What are the smallest and largest values of these cells that agree with everything published?

    Integer-rounded (ceil, floor); a cell with no upper limit gives a very large number. Every cell asked for must be withheld.
    """
    unknowns = Unknowns(system, withheld)
    results = []
    for cell in cells:
        least, most = unknowns.furthest(cell, 1.0), unknowns.furthest(cell, -1.0)
        low = 0 if least is None else math.ceil(least[cell] - TOLERANCE)
        high = 2**53 if most is None else math.floor(most[cell] + TOLERANCE)
        results.append((low, high))
    return results


def unsafe(system: System, withheld: np.ndarray, min_persons: int) -> list[int]:
    """Which withheld small cells could still be worked out? Unsafe: one value only, or surely below `min_persons`. Empty means safe.

    The true count is always possible and is below `min_persons`; so a cell is safe exactly when its largest value is not. A solution that is found
    for one cell holds for all: cells that are large enough in it need no program of their own.
    """
    small = [int(i) for i in np.flatnonzero(withheld & (system.counts > 0) & (system.counts < min_persons))]
    told = [int(i) for i in np.flatnonzero(~withheld & (system.counts > 0) & (system.counts < min_persons))]
    unknowns = Unknowns(system, withheld)
    possible = system.counts.astype(float)
    for cell in small:
        if possible[cell] >= min_persons:
            continue
        most = unknowns.furthest(cell, -1.0)
        if most is None:
            continue
        possible = np.maximum(possible, most)
        if math.floor(most[cell] + TOLERANCE) < min_persons:
            told.append(cell)
    return told
