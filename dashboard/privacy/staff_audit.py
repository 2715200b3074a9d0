"""Does everything that was ever released on a wave keep its promise? Checked apart from the protection, with other means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
LEVERAGE = 0.5
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit of one question found: `cells` released, fewest `people` in one, the smallest nested `difference` (None: no cell inside
    another), the largest `leverage` of a person."""

    cells: int
    people: int
    difference: int | None
    leverage: float

    def keeps(self, k: int) -> bool:
        """Whether nothing of what is promised is broken."""
        return self.people >= k and (self.difference is None or self.difference >= k) and self.leverage <= LEVERAGE + TOLERANCE


def verdict(members: Sequence[Bools]) -> Verdict:
    """The audit of one question: `members` (n,) of every released cell, the whole included, of this and earlier releases."""
    columns = np.column_stack(members).astype(float)
    sizes = columns.sum(axis=0)
    both = columns.T @ columns
    inside = (both == sizes[None, :]) & (sizes[:, None] > sizes[None, :])
    left = np.where(inside, sizes[:, None] - sizes[None, :], np.inf)
    smallest = float(left.min()) if inside.any() else None
    return Verdict(columns.shape[1], int(sizes.min()), None if smallest is None else int(smallest), projection(columns))


def projection(columns: NDArray[np.float64]) -> float:
    """How far the span of these columns fixes the answer of the person it fixes most: the largest squared length of a row of its basis, 0 to 1."""
    strengths, directions = np.linalg.eigh(columns.T @ columns)
    there = strengths > TOLERANCE * max(1.0, float(strengths[-1])) * 1e-3
    basis = columns @ (directions[:, there] / np.sqrt(strengths[there]))
    return float((basis**2).sum(axis=1).max())
