"""Would people recommend this agency as a place to work? The employee net promoter score with its error."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.finite import correction
from dashboard.stats.intervals import Z

Floats = NDArray[np.float64]
PROMOTES, DETRACTS = 9, 6


def shares(scores: Floats) -> tuple[float, float, int]:
    """Share of promoters (9 and 10), share of detractors (0 to 6), number of answers; `scores` 0..10 (n,) with nan for none."""
    valid = scores[np.isfinite(scores)]
    n = len(valid)
    return (float((valid >= PROMOTES).mean()), float((valid <= DETRACTS).mean()), n) if n else (math.nan, math.nan, 0)


def error(promoters: float, detractors: float, n: float, population: float | None = None) -> float:
    """The standard error of the score in points: 100 sqrt((p + d - (p - d)^2) / n), with the finite-population correction."""
    return 100.0 * math.sqrt(max(0.0, promoters + detractors - (promoters - detractors) ** 2) / n) * correction(n, population)


@measure(
    "employee.promoters",
    title="Employee net promoter score",
    question="Would people recommend this agency as a place to work?",
    formula="Share of 9 and 10 less share of 0 to 6 on a scale of 0 to 10, in points from -100 to 100; 7 and 8 stay in the base. Standard error "
    "100 sqrt((p + d - (p - d)^2) / n), times sqrt((N - n) / (N - 1)).",
    minimum="10 valid answers; no role can lower it",
    assumptions=("Those who stayed silent are like those who answered.",),
    criticisms=("It throws eleven answers into three boxes, so it swings more than a mean does.",),
    source="Reichheld 2003; multinomial variance (Agresti 2013, section 1.4)",
    page="People who would warmly recommend the agency (9 or 10 of 10), less those who would not (0 to 6). It can lie between -100 and +100 and "
    "swings widely in small groups.",
    tables=(),
)
def promoters(scores: Floats, population: float | None = None) -> Estimate:
    """The score in points with its 95 % interval; `scores` 0..10 (n,) with nan for no answer. Not available without answers."""
    p, d, n = shares(scores)
    if n == 0:
        return Estimate.unavailable("Nobody answered.", 0)
    value, half = 100.0 * (p - d), Z * error(p, d, n, population)
    return Estimate(value, max(-100.0, value - half), min(100.0, value + half), n)
