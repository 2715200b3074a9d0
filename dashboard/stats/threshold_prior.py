"""What do we believe about thresholds, risk and discernment before the counts are seen?

Two families. `estimated` lets the counts say how much locations differ: T_r, a_r ~ N(-2, 1), c_r ~ N(.3, .5), b_d ~ N(0, sp), e_d ~ N(0, sl),
logit tau_rd ~ N(T_r, st); sp, st ~ half-N(.5), sl ~ half-N(.3). `published` reproduces the published fits of Pierson, Corbett-Davies and Goel (2018):
x_rd ~ N(m_r, sigma), m_r ~ N(0, 1), sigma ~ half-N(1), a_r ~ N(mu_phi, .1), c_r ~ N(mu_delta, .1), b_d, e_d ~ N(0, .1) with the first location at 0;
mu_phi and mu_delta ~ N(0, 1) are integrated out, which leaves the covariance .01 I + 1 1' over groups. `scale` multiplies every scale.

Globals g: T or m (R), a (R), c (R), then the logs of the free scales (sp, sl, st; or sigma).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.stats.threshold_model import Counts

PINNED = 1e-6  # prior scale of an effect that is held at 0


@dataclass(frozen=True, slots=True)
class Prior:
    """One prior family at one scale for `groups` groups and `locations` locations."""

    published: bool
    scale: float
    groups: int
    locations: int

    @property
    def size(self) -> int:
        """How many globals there are."""
        return 3 * self.groups + (1 if self.published else 3)

    def centre(self) -> np.ndarray:
        """Prior mean of the group globals (3R,)."""
        means = (0.0, 0.0, 0.0) if self.published else (-2.0, -2.0, 0.3)
        return np.repeat(means, self.groups)

    def precision(self) -> np.ndarray:
        """Prior precision of the group globals (3R, 3R)."""
        r = self.groups
        result = np.zeros((3 * r, 3 * r))
        family = np.eye(r) * 0.01 + 1.0
        blocks = (np.eye(r), family, family) if self.published else (np.eye(r), np.eye(r), np.eye(r) * 0.25)
        for i, block in enumerate(blocks):
            result[i * r : (i + 1) * r, i * r : (i + 1) * r] = np.linalg.inv(block * self.scale**2)
        return result

    def widths(self) -> np.ndarray:
        """Scales of the half-normal priors on the free scales."""
        return self.scale * np.array([1.0] if self.published else [0.5, 0.3, 0.5])

    def log_density(self, g: np.ndarray) -> np.ndarray:
        """Log prior density of each row of g (K, size), up to a constant; log scales carry their Jacobian."""
        k = 3 * self.groups
        away = g[:, :k] - self.centre()
        logs = g[:, k:]
        return np.asarray(
            -0.5 * np.einsum("ki,ij,kj->k", away, self.precision(), away) + (logs - 0.5 * np.exp(2 * logs) / self.widths() ** 2).sum(axis=1)
        )

    def slope(self, g: np.ndarray) -> np.ndarray:
        """Gradient of the log prior at one g (size,)."""
        k = 3 * self.groups
        return np.concatenate([-self.precision() @ (g[:k] - self.centre()), 1 - np.exp(2 * g[k:]) / self.widths() ** 2])

    def curvature(self, g: np.ndarray) -> np.ndarray:
        """Negative second derivative of the log prior at one g (size, size)."""
        k = 3 * self.groups
        result = np.zeros((self.size, self.size))
        result[:k, :k] = self.precision()
        result[k:, k:] = np.diag(2 * np.exp(2 * g[k:]) / self.widths() ** 2)
        return result

    def log_scales(self, g: np.ndarray) -> np.ndarray:
        """Log scales of b, e and w for each row of g and each location (K, D, 3)."""
        result = np.empty((g.shape[0], self.locations, 3))
        if self.published:
            result[..., :2] = np.log(0.1 * self.scale)
            result[:, 0, :2] = np.log(PINNED)
            result[..., 2] = g[:, None, -1]
        else:
            result[:] = g[:, None, -3:]
        return result

    def start(self, counts: Counts) -> np.ndarray:
        """Globals that give each group its own search and hit rate at the prior's discernment (size,)."""
        from scipy.optimize import brentq
        from scipy.special import log_ndtr

        n, s, h = (part.sum(axis=0) for part in (counts.stops, counts.searches, counts.hits))
        log_hit, log_miss = np.log((h + 0.5) / (n + 1.0)), np.log((s - h + 0.5) / (n + 1.0))
        c = self.centre()[-1]
        delta = float(np.exp(c))
        bars, risks, logits = [], [], []
        for hit, miss in zip(log_hit, log_miss, strict=True):

            def surplus(x: float, hit: float = hit, miss: float = miss) -> float:
                return float(np.logaddexp(hit - log_ndtr(delta - x), miss - log_ndtr(-x)))

            x = float(brentq(surplus, -20.0, 20.0))
            log_phi = hit - float(log_ndtr(delta - x))
            risk = log_phi - float(np.log(-np.expm1(min(log_phi, -1e-12))))
            bars.append(x)
            risks.append(risk)
            logits.append(risk + delta * x - delta**2 / 2)
        logs = np.log(self.widths() / 2)
        return np.concatenate([bars if self.published else logits, risks, np.full(self.groups, c), logs])
