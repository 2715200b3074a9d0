"""Which part of working here goes with satisfaction by itself, and which only goes along with the others?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.importance import DRAWS, Importance, importance

Floats = NDArray[np.float64]
A_PREDICTOR = 5  # people needed for each part that is held equal


@dataclass(frozen=True, slots=True)
class Drivers:
    """`together` is importance and performance of each part; `own` its standardised coefficient with the others held equal, with a bootstrap 95 %
    interval; `explained` the share of the outcome's variance that all parts explain."""

    together: Importance
    own: Mapping[str, Estimate]
    explained: float

    def matters(self, name: str) -> bool:
        """Whether a part goes with the outcome even where all others are equal."""
        one = self.own[name]
        return one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)


@measure(
    "employee.drivers",
    title="What goes with satisfaction",
    question="Which part of working here goes with satisfaction by itself?",
    formula="Per person the mean score of each part; importance is its correlation with the outcome; its own part is the standardised coefficient "
    "of a least-squares fit on all parts together; 95 % intervals and ranks over 400 bootstrap draws of people. The outcome's own questions are "
    "left out.",
    minimum="50 people who answered everything, and 5 for each part",
    assumptions=("Parts and outcome go together in a straight line.", "No part that matters was left unasked."),
    criticisms=(
        "Association, not cause: a satisfied person may rate everything better.",
        "Parts that move together share their credit, and a small sample cannot tell them apart.",
    ),
    source="Eskildsen & Kristensen 2006; Darlington 1968; econsys on FEVS 2015",
    page="A part of working here may go with satisfaction only because it goes with another part. Its own share is what remains when all other "
    "parts are held equal. That is association: it does not say that changing it changes satisfaction.",
    tables=(),
)
def drivers(parts: Mapping[str, Floats], outcome: Floats, *, seed: int = 1) -> Drivers:
    """Parts (name -> (n,) as 0..100 with nan) against an outcome (n,). NotEnoughData under 50 complete people or 5 a part."""
    names = list(parts)
    together = importance(parts, outcome, seed=seed)
    stack = np.vstack([outcome, *(parts[name] for name in names)]).T
    rows = stack[np.isfinite(stack).all(axis=1)]
    if len(rows) < A_PREDICTOR * len(names):
        raise NotEnoughData(f"{len(rows)} people answered everything; {len(names)} parts need {A_PREDICTOR * len(names)}.")
    found, explained = _coefficients(rows)
    rng = np.random.default_rng(seed)
    draws = np.vstack([_coefficients(rows[rng.integers(0, len(rows), len(rows))])[0] for _ in range(DRAWS)])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    own = {name: Estimate(float(found[at]), float(low[at]), float(high[at]), len(rows)) for at, name in enumerate(names)}
    return Drivers(together, own, explained)


def _coefficients(rows: Floats) -> tuple[Floats, float]:
    """Standardised coefficients of the first column on the others, and the share of variance explained; a constant column gets 0."""
    spread = rows.std(axis=0)
    scaled = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    found = np.linalg.lstsq(scaled[:, 1:], scaled[:, 0], rcond=None)[0]
    left = scaled[:, 0] - scaled[:, 1:] @ found
    return found, float(1.0 - left.var() / max(float(scaled[:, 0].var()), 1e-12))
