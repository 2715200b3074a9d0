"""Which globals and which thresholds agree with the counts, and with what weight?

Climb the marginal, polish it, then draw: globals from a t(8) around the mode with importance weights, location effects from their own Gaussian.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_laplace import Problem, Surface
from dashboard.stats.threshold_model import arrow, logit_threshold, rates

DRAWS = 400
ENOUGH = 100.0  # effective draws below which the sample is not believed
PER_DRAW = 4  # location effects drawn for each draw of the globals
FREEDOM = 8.0  # degrees of freedom of the proposal
CLIMB_STEPS, POLISH_STEPS = 40, 12
LONGEST_STEP = 0.4
POLISHED = 0.02


@dataclass(frozen=True, slots=True)
class Draws:
    """Weighted draws of the posterior.

    `thresholds` (K, D, R) are tau; `search` and `hit` (K, D, R) the rates they imply; `weights` (K,) sum to 1. `effective` is
    1 / sum(weights^2) over the draws of the globals, `indefinite` the share of those draws in which some location has no true mode,
    `decrement` what Newton would still gain at the mode.
    """

    thresholds: np.ndarray
    search: np.ndarray
    hit: np.ndarray
    weights: np.ndarray
    effective: float
    indefinite: float
    decrement: float


def _climbed(problem: Problem) -> tuple[Surface, np.ndarray]:
    """Go up the marginal by the outer product of location gradients. Returns the surface at the top and a first precision (P, P)."""
    d, r = problem.counts.shape
    here = Surface(problem, problem.prior.start(problem.counts), np.zeros((d, 2 + r)))
    damping = 1e-2
    precision = problem.prior.curvature(here.g)
    for _ in range(CLIMB_STEPS):
        each = here.gradients()
        slope = each.sum(axis=0) + problem.prior.slope(here.g)
        precision = each.T @ each + problem.prior.curvature(here.g)
        if slope @ np.linalg.solve(precision, slope) < POLISHED:
            break
        moved = False
        for _ in range(8):
            step = np.linalg.solve(precision + damping * np.diag(np.diag(precision)), slope)
            step *= min(1.0, LONGEST_STEP / float(np.abs(step).max()))
            there = _try(here, step)
            moved = there is not None
            if there is not None:
                here, damping = there, max(damping / 5, 1e-6)
                break
            damping *= 6
        if not moved:
            break
    return here, precision


def _try(here: Surface, step: np.ndarray) -> Surface | None:
    """The surface one step further, if it is higher there."""
    shift = np.clip(np.tensordot(step, here.tilt, axes=1), -3, 3)
    there = Surface(here.problem, here.g + step, here.effects + shift)
    return there if there.value > here.value else None


def _root(precision: np.ndarray) -> np.ndarray:
    """A square root of the inverse of a symmetric matrix whose eigenvalues are first made positive."""
    values, vectors = np.linalg.eigh(precision)
    return np.asarray(vectors / np.sqrt(np.maximum(np.abs(values), 1e-8 * np.abs(values).max())))


def _polished(here: Surface, precision: np.ndarray) -> tuple[Surface, np.ndarray, float]:
    """Newton with a difference Hessian, in units of the current standard errors. Returns the mode, a root of its covariance and the decrement."""
    root = _root(precision)
    decrement = np.inf
    for _ in range(POLISH_STEPS):
        slope, second = here.curvature(root)
        values, vectors = np.linalg.eigh(-second)
        values = np.maximum(np.abs(values), 0.02)
        inner = vectors / np.sqrt(values)
        move = vectors @ ((vectors.T @ slope) / values)
        decrement = float(slope @ move)
        calm = bool(values.max() < 4 and values.min() > 0.25)
        step = root @ move
        root = root @ inner
        if decrement < POLISHED and calm:
            break
        if decrement < POLISHED:
            continue
        for halving in range(6):
            there = _try(here, step * min(1.0, LONGEST_STEP / float(np.abs(step).max())) * 0.5**halving)
            if there is not None:
                here = there
                break
    return here, root, decrement


def _weighed(here: Surface, centre: np.ndarray, root: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw globals from the t proposal: points (K, P), modes of their location effects, weights (K,), and which draws are sound (K,)."""
    size = len(centre)
    z = rng.standard_normal((DRAWS, size)) / np.sqrt(rng.chisquare(FREEDOM, DRAWS) / FREEDOM)[:, None]
    points = centre + z @ root.T
    value, found = here.around(points)
    sound = found.sound.all(axis=1)
    log_weight = np.where(sound, value + 0.5 * (FREEDOM + size) * np.log1p((z**2).sum(axis=1) / FREEDOM), -np.inf)
    if not sound.any():
        return points, found.effects, np.full(DRAWS, 1 / DRAWS), sound
    weights = np.exp(log_weight - log_weight.max())
    return points, found.effects, weights / weights.sum(), sound


def _effective(weights: np.ndarray) -> float:
    return float(1 / (weights**2).sum())


def sample(problem: Problem, seed: tuple[int, ...]) -> Draws:
    """Posterior draws of tau and of the implied rates, weighted. Deterministic given `seed`."""
    rng = np.random.default_rng(seed)
    here, root, decrement = _polished(*_climbed(problem))
    centre = here.g
    points, effects, weights, sound = _weighed(here, centre, root, rng)
    for _ in range(2):
        effective = _effective(weights)
        if effective >= ENOUGH or not sound.any():
            break
        # The old covariance counts as much as 20 draws, so that few effective draws cannot flatten the proposal.
        away = points - weights @ points
        spread = (effective * (away.T * weights) @ away + 20 * root @ root.T) / (effective + 20)
        centre, root = weights @ points, np.linalg.cholesky(spread)
        points, effects, weights, sound = _weighed(here, centre, root, rng)
    return _thresholds(problem, points, effects, weights, 1 - float(sound.mean()), decrement, rng)


def _thresholds(
    problem: Problem, points: np.ndarray, effects: np.ndarray, weights: np.ndarray, indefinite: float, decrement: float, rng: np.random.Generator
) -> Draws:
    """Draw location effects around their modes and turn them into thresholds and rates."""
    d, r = problem.counts.shape
    published = problem.prior.published
    parts = []
    for k in range(len(points)):
        data, globals_, precision, _ = problem.inputs(points[k : k + 1], np.arange(d))
        curve = arrow(problem.at(data, globals_, effects[k]), precision)
        for _ in range(PER_DRAW):
            local = effects[k] + curve.draw(rng.standard_normal((d, 2 + r)))
            a, c, t = globals_[:, 1] + local[:, :1], globals_[:, 2] + local[:, 1:2], globals_[:, 0] + local[:, 2:]
            search, hit = rates(a, c, t, published=published)
            parts.append((1 / (1 + np.exp(-np.clip(logit_threshold(a, c, t, published=published), -700, 700))), search, hit))
    tau, search, hit = (np.stack([part[i] for part in parts]) for i in range(3))
    return Draws(tau, search, hit, np.repeat(weights / PER_DRAW, PER_DRAW), _effective(weights), indefinite, decrement)
