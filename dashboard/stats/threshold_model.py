"""What does the threshold model say about one place: how likely are its counts, and in which direction do they pull?

Discriminant form of Pierson, Corbett-Davies and Goel (2018). Those without contraband show a signal N(0, 1), those with it N(delta, 1); an officer
searches above x. Per group r and location d: logit phi = a_r + b_d, ln delta = c_r + e_d, and a threshold effect T_r + w_rd that is logit tau
(`estimated`) or x itself (`published`). Given the globals, locations are independent, and inside one location the curvature is an arrow: each
group's w touches only (b, e). So every solve is a 2 x 2 system and plain elementwise arithmetic, batched over draws and locations.

Arrays: N = blocks (draws x locations), R = groups. `effects` is (N, 2 + R): b, e, w_1..w_R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LOG_SQRT_TWO_PI = 0.9189385332046727


@dataclass(frozen=True, slots=True)
class Counts:
    """Stops, searches and hits, each (locations, groups), as floats."""

    stops: np.ndarray
    searches: np.ndarray
    hits: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Locations and groups."""
        return self.stops.shape[0], self.stops.shape[1]


@dataclass(frozen=True, slots=True)
class Point:
    """Where the model is looked at: A = logit phi, C = ln delta and T = threshold effect, each (N, R); T is x if `published`, else logit tau."""

    a: np.ndarray
    c: np.ndarray
    t: np.ndarray
    published: bool

    def signals(self) -> tuple[np.ndarray, np.ndarray]:
        """Where is the bar, seen from those with contraband (x - delta) and from those without (x)?"""
        delta = np.exp(self.c)
        x = self.t if self.published else (self.t - self.a) / delta + delta / 2
        return np.asarray(x - delta), np.asarray(x)

    def threshold(self) -> np.ndarray:
        """The chance of contraband at which officers search, tau."""
        from scipy.special import expit

        delta = np.exp(self.c)
        return np.asarray(expit(self.a + delta * self.t - delta**2 / 2 if self.published else self.t))


@dataclass(frozen=True, slots=True)
class Cells:
    """Log-likelihood of each cell (N, R), its gradient and its second derivatives in (A = logit phi, C = ln delta, T = threshold effect)."""

    value: np.ndarray
    a: np.ndarray
    c: np.ndarray
    t: np.ndarray
    aa: np.ndarray
    ac: np.ndarray
    cc: np.ndarray
    at: np.ndarray
    ct: np.ndarray
    tt: np.ndarray


@dataclass(frozen=True, slots=True)
class Arrow:
    """Negative curvature of one block: `tip` (N, R) for w, `side_b` and `side_e` (N, R) joining w to b and e, and the 2 x 2 left after removing w."""

    tip: np.ndarray
    side_b: np.ndarray
    side_e: np.ndarray
    bb: np.ndarray
    be: np.ndarray
    ee: np.ndarray
    definite: np.ndarray

    def log_determinant(self) -> np.ndarray:
        """Log determinant of each block (N,); meaningful where `definite`."""
        return np.asarray(np.log(self.tip).sum(axis=1) + np.log(self.bb * self.ee - self.be**2))

    def solve(self, right: np.ndarray) -> np.ndarray:
        """The block's inverse times `right` (N, 2 + R)."""
        ratio = right[:, 2:] / self.tip
        first = right[:, 0] - (self.side_b * ratio).sum(axis=1)
        second = right[:, 1] - (self.side_e * ratio).sum(axis=1)
        determinant = self.bb * self.ee - self.be**2
        b = (self.ee * first - self.be * second) / determinant
        e = (self.bb * second - self.be * first) / determinant
        w = ratio - (self.side_b * b[:, None] + self.side_e * e[:, None]) / self.tip
        return np.concatenate([b[:, None], e[:, None], w], axis=1)

    def draw(self, noise: np.ndarray) -> np.ndarray:
        """Deviations with this block as their precision, from standard normal `noise` (N, 2 + R)."""
        b = noise[:, 0] / np.sqrt(self.bb - self.be**2 / self.ee)
        e = noise[:, 1] / np.sqrt(self.ee) - self.be / self.ee * b
        w = noise[:, 2:] / np.sqrt(self.tip) - (self.side_b * b[:, None] + self.side_e * e[:, None]) / self.tip
        return np.concatenate([b[:, None], e[:, None], w], axis=1)


def _log_expit(a: np.ndarray) -> np.ndarray:
    return np.asarray(-np.logaddexp(0.0, -a))


def rates(point: Point) -> tuple[np.ndarray, np.ndarray]:
    """Which share of stops is searched, and which share of searches finds something?"""
    from scipy.special import log_ndtr

    with_it, without = point.signals()
    log_hit = _log_expit(point.a) + log_ndtr(-with_it)
    log_search = np.logaddexp(log_hit, _log_expit(-point.a) + log_ndtr(-without))
    return np.exp(log_search), np.exp(log_hit - log_search)


def cells(data: np.ndarray, point: Point) -> Cells:
    """How likely is each cell, and how does that change with A, C and T?

    `data` (3, N, R): stops, searches, hits. The constants of the binomials are left out.
    """
    from scipy.special import log_ndtr

    stops, searches, hits = data
    y1, y0 = point.signals()
    yes, no = _log_expit(point.a), _log_expit(-point.a)
    below1, below0, above1, above0 = log_ndtr(y1), log_ndtr(y0), log_ndtr(-y1), log_ndtr(-y0)
    left = np.logaddexp(yes + below1, no + below0)
    misses, quiet = searches - hits, stops - searches
    value = hits * (yes + above1) + misses * (no + above0) + quiet * left
    phi, p1, p0 = np.exp(yes), np.exp(yes + below1 - left), np.exp(no + below0 - left)
    square1, square0 = -0.5 * y1 * y1 - LOG_SQRT_TWO_PI, -0.5 * y0 * y0 - LOG_SQRT_TWO_PI
    k1, k0 = np.exp(square1 - below1), np.exp(square0 - below0)
    j1, j0 = np.exp(square1 - above1), np.exp(square0 - above0)
    q1, q0, mix = quiet * p1, quiet * p0, quiet * p1 * p0
    first = (hits + q1 - stops * phi, q1 * k1 - hits * j1, q0 * k0 - misses * j0)
    second = (
        mix - stops * phi * (1 - phi),
        mix * k1,
        -mix * k0,
        mix * k1 * k1 - q1 * k1 * (y1 + k1) - hits * j1 * (j1 - y1),
        -mix * k1 * k0,
        mix * k0 * k0 - q0 * k0 * (y0 + k0) - misses * j0 * (j0 - y0),
    )
    return _chained(value, first, second, point)


def _chained(value: np.ndarray, first: tuple[np.ndarray, ...], second: tuple[np.ndarray, ...], point: Point) -> Cells:
    """From derivatives in (A, y1, y0) to derivatives in (A, C, T)."""
    ga, g1, g0 = first
    haa, ha1, ha0, h11, h10, h00 = second
    delta = np.exp(point.c)
    gs, has, hss = g1 + g0, ha1 + ha0, h11 + 2 * h10 + h00
    if point.published:
        return Cells(value, ga, -delta * g1, gs, haa, -delta * ha1, delta * delta * h11 - delta * g1, has, -delta * (h11 + h10), hss)
    inverse = 1 / delta
    v = (point.t - point.a) * inverse
    r1, r0 = -delta / 2 - v, delta / 2 - v
    c1, c0 = r1 * h11 + r0 * h10, r1 * h10 + r0 * h00
    pull = inverse * (c1 + c0 - gs)
    tt = inverse * inverse * hss
    return Cells(
        value,
        ga - inverse * gs,
        r1 * g1 + r0 * g0,
        inverse * gs,
        haa - 2 * inverse * has + tt,
        r1 * ha1 + r0 * ha0 - pull,
        r1 * c1 + r0 * c0 + (v - delta / 2) * g1 + (v + delta / 2) * g0,
        inverse * has - tt,
        pull,
        tt,
    )


def arrow(found: Cells, precision: np.ndarray) -> Arrow:
    """The negative curvature of each block, with the precisions (N, 3) of b, e and w; made positive where it is not, and marked."""
    tip = precision[:, 2:] - found.tt
    good = (tip > 0).all(axis=1)
    tip = np.maximum(np.abs(tip), 0.1 * precision[:, 2:])
    side_b, side_e = -found.at, -found.ct
    bb = precision[:, 0] - found.aa.sum(axis=1) - (side_b**2 / tip).sum(axis=1)
    ee = precision[:, 1] - found.cc.sum(axis=1) - (side_e**2 / tip).sum(axis=1)
    be = -found.ac.sum(axis=1) - (side_b * side_e / tip).sum(axis=1)
    middle = (bb + ee) / 2
    smallest = middle - np.sqrt(((bb - ee) / 2) ** 2 + be**2)
    whole = (smallest > 0) & (bb * ee > be**2)
    lift = np.where(whole, 0.0, 0.1 * np.minimum(precision[:, 0], precision[:, 1]) - smallest + 1e-9 * np.abs(middle))
    return Arrow(tip, side_b, side_e, bb + lift, be, ee + lift, good & whole)
