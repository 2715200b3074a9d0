"""Which globals are likely once every location's own effects are integrated out, and how far can they move?

Nested Laplace: for fixed globals each location's effects are integrated out around their mode; the resulting marginal is climbed with the outer
product of location gradients, polished with Newton, and sampled by importance from a t(8). No interval comes from a joint mode of globals and
location effects: under wide priors that mode lies far off the marginal one, and its stated errors are several times too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_model import Arrow, Cells, Counts, Point, arrow, cells
from dashboard.stats.threshold_prior import Prior

CHUNK = 1500  # blocks worked on together: small enough to stay in the processor's cache
INNER_STEPS = 60
INNER_DECREMENT = 1e-12
DIFFERENCE = 3e-4


@dataclass(frozen=True, slots=True)
class Modes:
    """Location effects at their modes (N, 2 + R), the log marginal (N,), and whether the climb ended at a true mode (N,)."""

    effects: np.ndarray
    marginal: np.ndarray
    sound: np.ndarray


@dataclass(frozen=True, slots=True)
class Problem:
    """Counts under one prior."""

    counts: Counts
    prior: Prior

    def inputs(self, g: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """For the flat blocks `rows`: counts (3, N, R), group globals (N, 3, R), precisions (N, 2 + R), log scales (N, 3)."""
        d, r = self.counts.shape
        draw, place = np.divmod(rows, d)
        data = np.stack([self.counts.stops[place], self.counts.searches[place], self.counts.hits[place]])
        logs = self.prior.log_scales(g)[draw, place]
        precision = np.exp(-2 * logs)[:, [0, 1] + [2] * r]
        return data, g[draw, : 3 * r].reshape(-1, 3, r), precision, logs

    def point(self, globals_: np.ndarray, effects: np.ndarray) -> Point:
        """A, C and T of each block at these effects (N, 2 + R)."""
        t, a, c = globals_[:, 0] + effects[:, 2:], globals_[:, 1] + effects[:, :1], globals_[:, 2] + effects[:, 1:2]
        return Point(a, c, t, self.prior.published)

    def at(self, data: np.ndarray, globals_: np.ndarray, effects: np.ndarray) -> Cells:
        """Cells of each block at these effects (N, 2 + R)."""
        return cells(data, self.point(globals_, effects))

    def evaluate(self, data: np.ndarray, globals_: np.ndarray, precision: np.ndarray, effects: np.ndarray) -> tuple[np.ndarray, np.ndarray, Arrow]:
        """Log density of each block without its normaliser (N,), gradient (N, 2 + R), curvature."""
        found = self.at(data, globals_, effects)
        value = found.value.sum(axis=1) - 0.5 * (precision * effects**2).sum(axis=1)
        pull = np.concatenate([found.a.sum(axis=1)[:, None], found.c.sum(axis=1)[:, None], found.t], axis=1)
        return value, pull - precision * effects, arrow(found, precision)

    def _climb(self, g: np.ndarray, rows: np.ndarray, start: np.ndarray) -> Modes:
        """Damped Newton for the blocks `rows`, all at once."""
        data, globals_, precision, logs = self.inputs(g, rows)
        r = self.counts.shape[1]
        effects, sound = start.copy(), np.zeros(len(rows), dtype=bool)
        marginal, best = np.full(len(rows), -np.inf), np.full(len(rows), -np.inf)
        step = np.zeros_like(start)
        live = np.arange(len(rows))
        for _ in range(INNER_STEPS):
            trial = effects[live] + step[live]
            value, slope, curve = self.evaluate(data[:, live], globals_[live], precision[live], trial)
            better = value >= best[live] - 1e-10 * (1 + np.abs(value))
            move = curve.solve(slope)
            decrement = (slope * move).sum(axis=1)
            kept = live[better]
            effects[kept], best[kept] = trial[better], value[better]
            step[kept] = move[better] * np.minimum(1.0, 2.0 / np.maximum(np.abs(move[better]).max(axis=1), 1e-300))[:, None]
            step[live[~better]] *= 0.3
            marginal[kept] = value[better] - 0.5 * curve.log_determinant()[better]
            done = better & (decrement <= INNER_DECREMENT * (1 + 1e-3 * np.abs(value)))
            sound[live[done]] = curve.definite[done]
            live = live[~done]
            if not len(live):
                break
        marginal -= logs[:, 0] + logs[:, 1] + r * logs[:, 2]
        return Modes(effects, marginal, sound)

    def modes(self, g: np.ndarray, start: np.ndarray) -> Modes:
        """Integrate the location effects out at each row of g (K, P), from `start` (K, D, 2 + R). Arrays of the result are (K, D, ...)."""
        d, r = self.counts.shape
        flat = start.reshape(-1, 2 + r)
        parts = [
            self._climb(g, np.arange(low, min(low + CHUNK, len(flat))), flat[low : min(low + CHUNK, len(flat))]) for low in range(0, len(flat), CHUNK)
        ]
        return Modes(
            np.concatenate([part.effects for part in parts]).reshape(-1, d, 2 + r),
            np.concatenate([part.marginal for part in parts]).reshape(-1, d),
            np.concatenate([part.sound for part in parts]).reshape(-1, d),
        )

    def tilt(self, g: np.ndarray, effects: np.ndarray) -> np.ndarray:
        """How do the modes move with the globals? At one g and its modes (D, 2 + R): derivatives (P, D, 2 + R)."""
        d, r = self.counts.shape
        data, globals_, precision, _ = self.inputs(g[None], np.arange(d))
        found = self.at(data, globals_, effects)
        curve = arrow(found, precision)
        scales = {1: (2,), 3: (0, 1, 2)}[self.prior.size - 3 * r]
        result = np.zeros((self.prior.size, d, 2 + r))
        for i in range(r):
            triples = ((found.at, found.ct, found.tt), (found.aa, found.ac, found.at), (found.ac, found.cc, found.ct))
            for kind, (on_b, on_e, on_w) in enumerate(triples):
                pull = np.zeros((d, 2 + r))
                pull[:, 0], pull[:, 1], pull[:, 2 + i] = on_b[:, i], on_e[:, i], on_w[:, i]
                result[kind * r + i] = curve.solve(pull)
        for j, which in enumerate(scales):
            part = slice(which, which + 1) if which < 2 else slice(2, None)
            pull = np.zeros((d, 2 + r))
            pull[:, part] = 2 * precision[:, part] * effects[:, part]
            result[3 * r + j] = curve.solve(pull)
        return result


class Surface:
    """The log marginal posterior of the globals, expanded around one point whose modes are known."""

    def __init__(self, problem: Problem, g: np.ndarray, guess: np.ndarray) -> None:
        self.problem, self.g = problem, g
        found = problem.modes(g[None], guess[None])
        self.effects, self.places, self.sound = found.effects[0], found.marginal[0], bool(found.sound.all())
        self.value = float(self.places.sum() + problem.prior.log_density(g[None])[0])
        self.tilt = problem.tilt(g, self.effects)

    def around(self, points: np.ndarray) -> tuple[np.ndarray, Modes]:
        """Log marginal posterior at each of `points` (K, P), with the modes found there."""
        shift = np.clip(np.tensordot(points - self.g, self.tilt, axes=1), -3, 3)
        found = self.problem.modes(points, self.effects + shift)
        return found.marginal.sum(axis=1) + self.problem.prior.log_density(points), found

    def gradients(self) -> np.ndarray:
        """Gradient of each location's marginal in the globals (D, P), by central differences."""
        size = len(self.g)
        shifts = np.concatenate([np.eye(size), -np.eye(size)]) * DIFFERENCE
        found = self.around(self.g + shifts)[1].marginal
        return np.asarray((found[:size] - found[size:]).T / (2 * DIFFERENCE))

    def curvature(self, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (P,) and second derivatives (P, P) along the columns of `basis`, by differences of half a unit."""
        size, half = len(self.g), 0.5
        upper = np.array([(i, j) for i in range(size) for j in range(i)])
        unit = np.eye(size)
        pairs = unit[upper[:, 0]] + unit[upper[:, 1]]
        z = np.concatenate([unit, -unit, pairs, -pairs]) * half
        f = self.around(self.g + z @ basis.T)[0]
        plus, minus = f[:size], f[size : 2 * size]
        both = f[2 * size :].reshape(2, -1).sum(axis=0)
        single = plus + minus - 2 * self.value
        second = np.diag(single / half**2)
        i, j = upper.T
        second[i, j] = second[j, i] = (both - 2 * self.value - single[i] - single[j]) / (2 * half**2)
        return (plus - minus) / (2 * half), second
