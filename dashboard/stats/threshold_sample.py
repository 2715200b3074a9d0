"""Which globals and which thresholds agree with the counts, and with what weight?

Climb the marginal, polish it, then draw: globals from a split t(8) around the mode with importance weights, location effects from their own Gaussian.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_laplace import Problem, Surface
from dashboard.stats.threshold_model import arrow, rates

DRAWS = 400
ENOUGH = 100.0  # effective draws below which the sample is not believed
PER_DRAW = 4  # location effects drawn for each draw of the globals
FREEDOM = 8.0  # degrees of freedom of the proposal
CLIMB_STEPS, POLISH_STEPS = 40, 12
LONGEST_STEP = 0.4
POLISHED = 0.02
ADAPT_ROUNDS, ADAPT_DRAWS = 4, 1000
ADAPTED = 0.3  # share of effective draws at which the proposal is good enough
WIDER = 1.2
SIDES = (0.7, 3.0)  # limits of the two scales of one axis


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


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A split t(8) (Geweke 1989): around `centre`, along the columns of `root`, with its own scale on each side of each axis (2, P)."""

    centre: np.ndarray
    root: np.ndarray
    sides: np.ndarray

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Points (count, P)."""
        z = rng.standard_normal((count, len(self.centre))) / np.sqrt(rng.chisquare(FREEDOM, count) / FREEDOM)[:, None]
        return np.asarray(self.centre + (z * np.where(z > 0, self.sides[1], self.sides[0])) @ self.root.T)

    def log_density(self, points: np.ndarray) -> np.ndarray:
        """Up to the constant that all proposals share."""
        z = np.linalg.solve(self.root, (points - self.centre).T).T
        side = np.where(z > 0, self.sides[1], self.sides[0])
        spread = np.linalg.slogdet(self.root)[1] + np.log(side).sum(axis=1)
        return np.asarray(-spread - 0.5 * (FREEDOM + len(self.centre)) * np.log1p(((z / side) ** 2).sum(axis=1) / FREEDOM))

    def widened(self, factor: float) -> _Proposal:
        """The same, wider on every side."""
        return _Proposal(self.centre, self.root, factor * self.sides)


def _split(here: Surface, root: np.ndarray) -> _Proposal:
    """How far does the marginal reach on each side of each principal axis? The scale that a normal would need to fall as slowly."""
    values, vectors = np.linalg.eigh(root @ root.T)
    axes = vectors * np.sqrt(values)
    size = len(values)
    reach = np.array([1.0, 2.0, 3.0])
    z = np.concatenate([sign * far * np.eye(size) for sign in (-1.0, 1.0) for far in reach])
    fall = here.value - here.around(here.g + z @ axes.T)[0].reshape(2, 3, size)
    sides = (reach[None, :, None] / np.sqrt(2 * np.maximum(fall, 0.05))).max(axis=1)
    return _Proposal(here.g, axes, np.clip(sides, *SIDES))


@dataclass(frozen=True, slots=True)
class _Pool:
    """Draws of the globals (K, P), the modes of their location effects (K, D, 2 + R), weights (K,) and which draws are sound (K,)."""

    points: np.ndarray
    effects: np.ndarray
    weights: np.ndarray
    sound: np.ndarray

    @property
    def effective(self) -> float:
        """How many equally weighted draws these are worth."""
        return float(1 / (self.weights**2).sum())


def _normal_weights(log_weight: np.ndarray) -> np.ndarray:
    top = float(log_weight.max())
    weights = np.exp(log_weight - top) if np.isfinite(top) else np.ones(len(log_weight))
    return np.asarray(weights / weights.sum())


def _weighed(here: Surface, proposal: _Proposal, rng: np.random.Generator) -> _Pool:
    """Draw globals from the proposal and weigh them; a draw in which some location has no true mode weighs nothing."""
    points = proposal.draw(DRAWS, rng)
    value, found = here.around(points)
    sound = np.asarray(found.sound.all(axis=1))
    return _Pool(points, found.effects, _normal_weights(np.where(sound, value - proposal.log_density(points), -np.inf)), sound)


def _adapted(here: Surface, start: _Proposal, rng: np.random.Generator) -> _Proposal:
    """A proposal that fits a skewed or heavy posterior better: its mean and spread, learnt from larger rounds of widened draws.

    All rounds are weighed together against the mixture of their proposals (adaptive multiple importance sampling, Cornuet et al. 2012).
    """
    tried: list[_Proposal] = []
    points = np.empty((0, len(start.centre)))
    value = np.empty(0)
    proposal = start
    for _ in range(ADAPT_ROUNDS):
        tried.append(proposal.widened(WIDER))
        fresh = tried[-1].draw(ADAPT_DRAWS, rng)
        height, found = here.around(fresh)
        points = np.concatenate([points, fresh])
        value = np.concatenate([value, np.where(found.sound.all(axis=1), height, -np.inf)])
        weights = _normal_weights(value - np.logaddexp.reduce([one.log_density(points) for one in tried], axis=0))
        effective = float(1 / (weights**2).sum())
        proposal = _relearnt(points, weights, effective, proposal)
        if effective >= ADAPTED * len(points):
            break
    return proposal


def _relearnt(points: np.ndarray, weights: np.ndarray, effective: float, old: _Proposal) -> _Proposal:
    """Mean, principal axes and the spread on each side of them, from weighted draws; the old ones count as much as 20 draws."""
    centre = weights @ points
    away = points - centre
    before = old.root * np.sqrt((old.sides**2).mean(axis=0))
    values, vectors = np.linalg.eigh((effective * (away.T * weights) @ away + 20 * before @ before.T) / (effective + 20))
    axes = vectors * np.sqrt(values)
    z = away @ (vectors / np.sqrt(values))
    halves = [(weights[:, None] * (z**2) * side).sum(axis=0) / np.maximum((weights[:, None] * side).sum(axis=0), 1e-12) for side in (z <= 0, z > 0)]
    sides = np.sqrt((effective * np.stack(halves) + 20) / (effective + 20))
    return _Proposal(centre, axes, np.clip(sides, *SIDES))


def sample(problem: Problem, seed: tuple[int, ...]) -> Draws:
    """Posterior draws of tau and of the implied rates, weighted. Deterministic given `seed`."""
    rng = np.random.default_rng(seed)
    here, root, decrement = _polished(*_climbed(problem))
    proposal = _split(here, root)
    pool = _weighed(here, proposal, rng)
    if pool.effective < ENOUGH and pool.sound.any():
        pool = max(pool, _weighed(here, _adapted(here, proposal, rng), rng), key=lambda one: one.effective)
    return _thresholds(problem, pool, decrement, rng)


def _thresholds(problem: Problem, pool: _Pool, decrement: float, rng: np.random.Generator) -> Draws:
    """Draw location effects around their modes and turn them into thresholds and rates."""
    d, r = problem.counts.shape
    parts = []
    for k in range(len(pool.points)):
        data, globals_, precision, _ = problem.inputs(pool.points[k : k + 1], np.arange(d))
        curve = arrow(problem.at(data, globals_, pool.effects[k]), precision)
        for _ in range(PER_DRAW):
            point = problem.point(globals_, pool.effects[k] + curve.draw(rng.standard_normal((d, 2 + r))))
            parts.append((point.threshold(), *rates(point)))
    tau, search, hit = (np.stack([part[i] for part in parts]) for i in range(3))
    weights = np.repeat(pool.weights / PER_DRAW, PER_DRAW)
    return Draws(tau, search, hit, weights, pool.effective, 1 - float(pool.sound.mean()), decrement)
