"""What counts would officers leave behind who search at these thresholds? Used to plant a truth and see whether the test finds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_model import Counts, Point, rates
from dashboard.stats.threshold_result import ThresholdCell

SPREADS = (0.4, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Planted:
    """Simulated counts and the truth behind them: `thresholds` tau (D, R) and each group's stop-weighted `levels` (R,)."""

    counts: Counts
    thresholds: np.ndarray
    levels: np.ndarray

    def cells(self, groups: tuple[str, ...]) -> list[ThresholdCell]:
        """The counts as the threshold test takes them."""
        parts = (self.counts.stops, self.counts.searches, self.counts.hits)
        places = range(self.counts.shape[0])
        return [ThresholdCell(f"place {d:04d}", group, *(int(part[d, r]) for part in parts)) for d in places for r, group in enumerate(groups)]


def traffic(groups: int, locations: int, stops: int, rng: np.random.Generator) -> np.ndarray:
    """Stops (D, R) of places that differ in size (log-normal) and in mix (Dirichlet, 6 parts of the first group to 2 of the last)."""
    size = rng.lognormal(0.0, 0.8, locations)
    share = size[:, None] * rng.dirichlet(np.linspace(6.0, 2.0, groups), locations)
    return np.asarray(np.maximum(rng.poisson(stops * share / share.sum()), 1), dtype=float)


def searched(n: np.ndarray, point: Point, rng: np.random.Generator) -> Planted:
    """Searches and hits among the stops `n` when places and groups are at `point`."""
    search, hit = rates(point)
    s = rng.binomial(n.astype(np.int64), search)
    h = rng.binomial(s, hit)
    tau = point.threshold()
    return Planted(Counts(n, s.astype(float), h.astype(float)), tau, n.sum(axis=1) / n.sum() @ tau)


def plant(
    levels: tuple[float, ...],
    risk: tuple[float, ...],
    discernment: tuple[float, ...],
    *,
    locations: int,
    stops: int,
    seed: int,
    spreads: tuple[float, float, float] = SPREADS,
    shared: bool = False,
) -> Planted:
    """Counts of `stops` stops in `locations` places, drawn from the discriminant model.

    Per group: `levels` (typical threshold), `risk` (typical share with contraband) and `discernment` (delta: how far apart the two signals are).
    `spreads` are the scales of the location effects on logit risk, ln delta and logit threshold;
    with `shared` all groups of a location have the same threshold effect, so that equal `levels` are equal bars everywhere.
    """
    rng = np.random.default_rng(seed)
    n = traffic(len(levels), locations, stops, rng)
    b, e = rng.normal(0, spreads[0], (locations, 1)), rng.normal(0, spreads[1], (locations, 1))
    t = np.log(np.divide(levels, np.subtract(1.0, levels))) + rng.normal(0, spreads[2], (locations, 1) if shared else n.shape)
    a = np.log(np.divide(risk, np.subtract(1.0, risk))) + b
    return searched(n, Point(a, np.log(discernment) + e, t, False), rng)


def plant_published(groups: int, *, locations: int, stops: int, seed: int) -> Planted:
    """Counts whose places are as alike as the published priors believe: scales of .1, the first location at 0; bars x around 1.4 to 2."""
    rng = np.random.default_rng(seed)
    n = traffic(groups, locations, stops, rng)
    b, e = rng.normal(0, 0.1, (locations, 1)), rng.normal(0, 0.1, (locations, 1))
    b[0] = e[0] = 0.0
    a = rng.normal(-2.0, 0.3) + rng.normal(0, 0.1, groups) + b
    c = rng.normal(0.4, 0.15) + rng.normal(0, 0.1, groups) + e
    x = rng.uniform(1.4, 2.0, groups) + rng.normal(0, 0.25, n.shape)
    return searched(n, Point(a, c, x, True), rng)
