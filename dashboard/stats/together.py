"""Do places that stand high in one number stand low in another? A rank correlation over few places, with an honest interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.intervals import Z

LEAST_PLACES = 6


@measure(
    "together.ranks",
    title="Two numbers, place by place",
    question="Do places with a higher value of one number have a higher or lower value of the other?",
    formula="Spearman's rank correlation; interval tanh(atanh(r) -/+ 1.96 * sqrt((1 + r^2/2) / (n - 3))) over n places",
    minimum=f"{LEAST_PLACES} places in which both numbers are shown",
    assumptions=("Each place counts once, however many people live there.",),
    criticisms=(
        "With few places only a very strong pattern can be told from chance.",
        "Whatever else differs between the places can bring both numbers about: correlation is not cause.",
    ),
    source="Bonett and Wright (2000), Psychometrika 65(1), 23-28",
    page="Shows whether two numbers rise and fall together over places. It says nothing of why: places differ in much else, and people who live in "
    "one are not the people stopped in it.",
    tables=(),
)
def rank_correlation(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Spearman's rank correlation of two numbers over the same places, with its 95 % interval (Bonett and Wright 2000); n = places.

    Not available under six places, or where one of the numbers is the same everywhere.
    """
    n = len(first)
    if n != len(second):
        raise ValueError("Both numbers are needed for the same places.")
    if n < LEAST_PLACES:
        return Estimate.unavailable(f"Both numbers are shown for {n} places; {LEAST_PLACES} are needed to look for a pattern.", n)
    from scipy.stats import rankdata

    one, other = rankdata(first), rankdata(second)
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return Estimate.unavailable("One of the numbers is the same everywhere.", n)
    r = float(np.corrcoef(one, other)[0, 1])
    held = max(-0.999999, min(0.999999, r))
    half = Z * math.sqrt((1 + held**2 / 2) / (n - 3))
    return Estimate(r, math.tanh(math.atanh(held) - half), math.tanh(math.atanh(held) + half), n)
