"""Which parts of how people are treated go with overall trust? Importance beside performance, with ranks that carry their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.registry import measure

Floats = NDArray[np.float64]
LEAST, DRAWS = 50, 400


@dataclass(frozen=True, slots=True)
class Driver:
    """One item: `performance` its weighted mean, `importance` its correlation with the outcome and its 95 % interval, rank with a 90 % range,
    quadrant."""

    name: str
    performance: float
    importance: float
    rank: int
    rank_low: int
    rank_high: int
    quadrant: str
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Importance:
    """All items, the most important first, over `n` people who answered everything."""

    drivers: tuple[Driver, ...]
    n: int


@measure(
    "survey.importance",
    title="Importance and performance",
    question="Which parts of the work go with overall trust, and how are they rated?",
    formula="Performance is the weighted mean of an item, importance its weighted correlation with the outcome over complete answers; quadrants are "
    "cut at the averages; ranks carry 5th to 95th percentiles over 400 bootstrap draws of people.",
    minimum="50 people who answered the outcome and every item",
    assumptions=("Items and outcome go together in a straight line.",),
    criticisms=(
        "Association, not cause: whoever trusts rates everything better.",
        "Importance and performance are not independent (Eskildsen & Kristensen 2006).",
    ),
    source="Martilla & James 1977; Eskildsen & Kristensen 2006",
    page="An item is important when people who rate it higher also trust more. That is association: it does not say that changing it changes trust.",
    tables=(),
)
def importance(items: Mapping[str, Floats], outcome: Floats, weights: Floats | None = None, *, seed: int = 1) -> Importance:
    """Items in order of importance. NotEnoughData under 50 complete answers or without any spread in the outcome."""
    names = list(items)
    stack = np.vstack([outcome, *(items[name] for name in names)]).T if names else np.empty((0, 1))
    whole = np.isfinite(stack).all(axis=1)
    rows = stack[whole]
    w = np.ones(len(rows)) if weights is None else weights[whole]
    if len(rows) < LEAST or len(names) < 2:
        raise NotEnoughData(f"{len(rows)} people answered everything; importance needs {LEAST}.")
    if np.ptp(rows[:, 0]) == 0:
        raise NotEnoughData("Everybody gave the same overall answer, so nothing can go with it.")
    found = _correlations(rows, w)
    rng = np.random.default_rng(seed)
    draws = np.empty((DRAWS, len(names)))
    for number in range(DRAWS):
        take = rng.integers(0, len(rows), len(rows))
        draws[number] = _correlations(rows[take], w[take])
    ranks = (-draws).argsort(axis=1).argsort(axis=1) + 1
    scores = (w[:, None] * rows[:, 1:]).sum(axis=0) / w.sum()
    made = []
    order = (-found).argsort()
    for rank, place in enumerate(order, 1):
        low, high = np.percentile(ranks[:, place], [5, 95])
        quadrant = _quadrant(float(scores[place]), float(scores.mean()), float(found[place]), float(found.mean()))
        ends = [float(one) for one in np.percentile(draws[:, place], [2.5, 97.5])]
        made.append(Driver(names[place], float(scores[place]), float(found[place]), rank, int(low), int(high), quadrant, *ends))
    return Importance(tuple(made), len(rows))


def _correlations(rows: Floats, w: Floats) -> Floats:
    """Weighted correlation of each item with the outcome in the first column."""
    centred = rows - (w[:, None] * rows).sum(axis=0) / w.sum()
    spread = np.sqrt((w[:, None] * centred**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nan_to_num((w[:, None] * centred[:, 1:] * centred[:, :1]).sum(axis=0) / (spread[1:] * spread[0])))


def _quadrant(score: float, mean_score: float, weight: float, mean_weight: float) -> str:
    """Where an item stands (econsys 2015 names)."""
    if weight >= mean_weight:
        return "success" if score >= mean_score else "critical improvement"
    return "basic" if score >= mean_score else "low yield"
