"""Planted truths, bounded for every run; benchmarks/threshold_calibration.py does the same over 50 data sets of full size each."""

import numpy as np
import pytest

from dashboard.stats import threshold
from dashboard.stats.threshold_planted import plant

GROUPS = ("white", "black", "hispanic")
SETS = 12

pytestmark = pytest.mark.slow


def headlines(levels: tuple[float, ...], risk: tuple[float, ...], *, shared: bool = False):
    for seed in range(SETS):
        truth = plant(levels, risk, (1.6, 1.6, 1.6), locations=25, stops=200_000, seed=100 + seed, shared=shared)
        found = threshold.fit(truth.cells(GROUPS), "white", scales=(1.0,))
        kept = truth.counts.stops.sum(axis=1) >= 1000
        weight = truth.counts.stops.sum(axis=1)[kept]
        if found.headline.checks is not None:
            yield found.headline, weight / weight.sum() @ truth.thresholds[kept]


def test_intervals_of_levels_and_differences_cover_the_planted_truth():
    level, gap, errors = [], [], []
    for best, truth in headlines((0.20, 0.12, 0.09), (0.10, 0.12, 0.14)):
        for i, group in enumerate(GROUPS):
            found = best.level(group)
            level.append(found.low <= truth[i] <= found.high)
            errors.append(found.value - truth[i])
            if i:
                apart = best.difference(group)
                gap.append(apart.low <= truth[i] - truth[0] <= apart.high)
    assert len(level) >= 3 * (SETS - 2)  # at most two of the data sets may be refused
    # Chance of fewer than 85 % at a true coverage of 95 % is small even if the groups of one data set agreed fully.
    assert np.mean(level) >= 0.85
    assert np.mean(gap) >= 0.85
    assert abs(np.mean(errors)) < 0.015  # a joint mode would be .05 to .09 too high


def test_equal_thresholds_with_unequal_risk_are_not_flagged():
    inside = [
        best.difference(group).low <= 0 <= best.difference(group).high
        for best, _ in headlines((0.12, 0.12, 0.12), (0.06, 0.10, 0.16), shared=True)
        for group in GROUPS[1:]
    ]
    assert len(inside) >= 2 * (SETS - 2)
    assert np.mean(inside) >= 0.90
