"""What counts would officers leave behind who search at these thresholds? Used to plant a truth and see whether the test finds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_model import Counts, rates


@dataclass(frozen=True, slots=True)
class Planted:
    """Simulated counts and the truth behind them: `thresholds` tau (D, R) and each group's stop-weighted `levels` (R,)."""

    counts: Counts
    thresholds: np.ndarray
    levels: np.ndarray


def plant(
    levels: tuple[float, ...],
    risk: tuple[float, ...],
    discernment: tuple[float, ...],
    *,
    locations: int,
    stops: int,
    seed: int,
    spreads: tuple[float, float, float] = (0.4, 0.2, 0.3),
) -> Planted:
    """Counts of `stops` stops in `locations` places, drawn from the discriminant model.

    Per group: `levels` (typical threshold), `risk` (typical share with contraband) and `discernment` (delta: how far apart the two signals are).
    `spreads` are the scales of the location effects on logit risk, ln delta and logit threshold. Places differ in size (log-normal) and mix.
    """
    rng = np.random.default_rng(seed)
    groups = len(levels)
    size = rng.lognormal(0.0, 0.8, locations)
    mix = rng.dirichlet(np.linspace(6.0, 2.0, groups), locations)
    share = size[:, None] * mix
    n = np.maximum(rng.poisson(stops * share / share.sum()), 1)
    b, e = rng.normal(0, spreads[0], (locations, 1)), rng.normal(0, spreads[1], (locations, 1))
    t = np.log(np.divide(levels, np.subtract(1.0, levels))) + rng.normal(0, spreads[2], (locations, groups))
    a = np.log(np.divide(risk, np.subtract(1.0, risk))) + b
    search, hit = rates(a, np.log(discernment) + e, t, published=False)
    s = rng.binomial(n, search)
    h = rng.binomial(s, hit)
    tau = 1 / (1 + np.exp(-t))
    weight = n.sum(axis=1) / n.sum()
    return Planted(Counts(n.astype(float), s.astype(float), h.astype(float)), tau, weight @ tau)
