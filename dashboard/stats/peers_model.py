"""How far do officers ordinarily differ, and what may be said of each? The gamma-Poisson model and its posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError
from dashboard.stats.intervals import TAIL

Floats = NDArray[np.float64]
LEAST, MOST = 0.05, 1000.0  # bounds of the shape; at the upper one officers do not differ beyond chance
GRID, FEW = 48, 9  # shapes over which the posterior is averaged; FEW where many officers leave little doubt of it
DRAWS = 4_000
EXACT_TO = 2_000  # beyond so many officers the top share is cut at its own quantile instead of being drawn
TOP = 0.05


@dataclass(frozen=True, slots=True)
class Shape:
    """How far officers ordinarily differ: theta ~ Gamma(a, a). `value` is the likeliest a; `shapes` and `weights` are what the data say of a.

    `at_bound`: no difference between officers beyond chance was found.
    """

    value: float
    shapes: Floats
    weights: Floats
    at_bound: bool

    @property
    def spread(self) -> float:
        """The ordinary standard deviation of officers' ratios around 1."""
        return float(1 / np.sqrt(self.value))


def likelihood(shape: float, observed: Floats, expected: Floats) -> float:
    """The log likelihood of a: `P(O) = NB(size a, p = a / (a + E))`, without terms free of a."""
    from scipy.special import gammaln

    terms = gammaln(shape + observed) - gammaln(shape) + shape * np.log(shape / (shape + expected)) + observed * np.log(expected / (shape + expected))
    return float(terms.sum())


def shape(observed: Floats, expected: Floats) -> Shape:
    """How far do officers ordinarily differ? The likeliest a, and the weight of other a under a flat prior of the spread 1 / sqrt(a).

    MeasureError for counts below 0 or expectations that are not positive.
    """
    from scipy.optimize import minimize_scalar

    if len(observed) == 0 or (observed < 0).any() or not (expected > 0).all():
        raise MeasureError("The spread between officers needs counts of at least 0 and expectations above 0.")
    found = minimize_scalar(lambda log: -likelihood(float(np.exp(log)), observed, expected), bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    best = float(np.exp(found.x))
    if best > 0.9 * MOST and len(observed) > EXACT_TO:
        return fixed(best)
    spreads = _around(best, observed, expected) if len(observed) > EXACT_TO else _everywhere(best, observed, expected)
    logs = np.array([likelihood(float(spread**-2), observed, expected) for spread in spreads])
    weights = np.exp(logs - logs.max())
    return Shape(best, spreads**-2.0, weights / weights.sum(), best > 0.9 * MOST)


def _everywhere(best: float, observed: Floats, expected: Floats) -> Floats:
    """Spreads over all that the data leave possible."""
    spreads = np.linspace(1 / np.sqrt(MOST), min(1 / np.sqrt(LEAST), 4 / np.sqrt(best) + 1.0), GRID * 4)
    logs = np.array([likelihood(float(spread**-2), observed, expected) for spread in spreads])
    inside = np.flatnonzero(logs > logs.max() - 12)
    return np.linspace(spreads[inside[0]], spreads[inside[-1]], GRID)


def _around(best: float, observed: Floats, expected: Floats) -> Floats:
    """Spreads within three standard errors of the likeliest, from the curvature there: with thousands of officers nothing else is possible."""
    centre = 1 / np.sqrt(best)
    step = 0.02 * centre
    ends = [likelihood(float(one**-2), observed, expected) for one in (centre - step, centre, centre + step)]
    curve = max((2 * ends[1] - ends[0] - ends[2]) / step**2, 1e-9)
    reach = min(3 / np.sqrt(curve), 0.9 * centre)
    return np.linspace(centre - reach, centre + reach, FEW)


def fixed(value: float) -> Shape:
    """A shape that is known."""
    return Shape(value, np.array([value]), np.array([1.0]), value > 0.9 * MOST)


def above(known: Shape, observed: Floats, expected: Floats, ratio: float) -> Floats:
    """How sure is it that each officer's ratio exceeds this one? Posterior `Gamma(a + O, a + E)`, averaged over a."""
    from scipy.special import gammaincc

    total = np.zeros(len(observed))
    for one, weight in zip(known.shapes, known.weights, strict=True):
        total += weight * gammaincc(one + observed, (one + expected) * ratio)
    return total


def ratios(known: Shape, observed: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
    """Posterior mean of each ratio and the ends of its 95 % interval, averaged over a."""
    from scipy.special import gammaincinv

    mean, low, high = np.zeros(len(observed)), np.zeros(len(observed)), np.zeros(len(observed))
    for one, weight in zip(known.shapes, known.weights, strict=True):
        mean += weight * (one + observed) / (one + expected)
        low += weight * gammaincinv(one + observed, TAIL) / (one + expected)
        high += weight * gammaincinv(one + observed, 1 - TAIL) / (one + expected)
    if len(known.shapes) == 1:
        return mean, low, high
    return mean, _end(known, observed, expected, low, 1 - TAIL), _end(known, observed, expected, high, TAIL)


def _end(known: Shape, observed: Floats, expected: Floats, start: Floats, tail: float) -> Floats:
    """From the average of the ends to the end of the average: Newton's steps on the chance of lying above."""
    from scipy.special import gammaincc

    edge = start.copy()
    for _ in range(6):
        now, slope = np.zeros(len(observed)), np.zeros(len(observed))
        for one, weight in zip(known.shapes, known.weights, strict=True):
            now += weight * gammaincc(one + observed, (one + expected) * edge)
            slope += weight * _density(one + observed, one + expected, edge)
        edge += np.clip((now - tail) / np.maximum(slope, 1e-12), -0.5 * edge, edge)
    return edge


def _density(size: Floats, rate: Floats, x: Floats) -> Floats:
    """The gamma density at x."""
    from scipy.special import gammaln

    return np.asarray(np.exp(size * np.log(rate) + (size - 1) * np.log(np.maximum(x, 1e-300)) - rate * x - gammaln(size)))


def tails(known: Shape, observed: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """How often would an ordinary officer have as many? With ordinary differences (negative binomial), and by chance alone (Poisson)."""
    from scipy.special import betainc, gammainc

    positive = observed > 0
    safe = np.maximum(observed, 1)
    ordinary = np.where(positive, betainc(safe, known.value, expected / (known.value + expected)), 1.0)
    chance = np.where(positive, gammainc(safe, expected), 1.0)
    return ordinary, chance


def top(known: Shape, observed: Floats, expected: Floats, seed: int, share: float = TOP) -> Floats:
    """How sure is it that each officer is among the highest `share` of all? Drawn; for many officers cut at the quantile of all posteriors.

    With thousands of officers the cut hardly moves from draw to draw (Lin, Louis, Paddock & Ridgeway 2006), so it is solved for once.
    """
    count = len(observed)
    places = max(1, round(share * count))
    if count > EXACT_TO:
        return _above_cut(known, observed, expected, places)
    rng = np.random.default_rng(seed)
    hits, step = np.zeros(count), 100
    for _ in range(0, DRAWS, step):
        a = rng.choice(known.shapes, step, p=known.weights)[:, None]
        theta = rng.standard_gamma(a + observed) / (a + expected)
        cut = np.partition(theta, count - places, axis=1)[:, count - places]
        hits += (theta >= cut[:, None]).sum(axis=0)
    return hits / DRAWS


def _above_cut(known: Shape, observed: Floats, expected: Floats, places: int) -> Floats:
    """The chance of lying above the cut that leaves so many above it on average."""
    from scipy.optimize import brentq

    high = 2.0
    while above(fixed(known.value), observed, expected, high).sum() > places:
        high *= 2
    cut = brentq(lambda ratio: float(above(fixed(known.value), observed, expected, ratio).sum()) - places, 1e-6, high, xtol=1e-4)
    return above(known, observed, expected, float(cut))
