"""Which weights make the comparison's stops look like the target's, how close is the likeness, and what does a weighted regression add?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.stats.adjusted_cells import AdjustedCells, joint, packed
from dashboard.stats.cells_design import Design, Term, factor, plain
from dashboard.stats.cells_glm import LARGEST_ETA, fit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
Weighting = Literal["rake", "propensity"]

LARGEST_WEIGHT = 0.05  # of the total, for one stop


@dataclass(frozen=True, slots=True)
class Balance:
    """One covariate before and after weighting: largest standardised difference over its categories, and the KS distance over their order."""

    covariate: str
    before: float
    after: float
    ks: float
    passed: bool


def effective_sample(weights: Floats, counts: Floats | None = None) -> float:
    """How many unweighted stops are these weighted ones worth? `(sum w)^2 / sum w^2`; `counts` says how many stops carry each weight."""
    n = np.ones(len(weights)) if counts is None else counts
    square = float(np.sum(n * weights**2))
    return float(np.sum(n * weights)) ** 2 / square if square > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """Cells of target and comparison: covariate codes packed per cell, stops and outcomes of both sides."""

    codes: tuple[Ints, ...]
    sizes: tuple[int, ...]
    n1: Floats
    k1: Floats
    n0: Floats
    k0: Floats


def rake(match: Match, n1: Floats, n0: Floats, tolerance: float = 1e-9, most: int = 200, *, start: Floats | None = None) -> Floats:
    """Weights of the comparison's cells that give every covariate the target's margins, by iterative proportional fitting.

    n1 and n0 are stops by cell x draw, so that all bootstrap draws are raked at once; so is the result. `start` are weights raked to nearby
    margins: being themselves a product of one factor per category, they lead to the same weights, sooner.
    """
    from scipy import sparse

    weights = np.ones_like(n0) * (n1.sum(axis=0) / np.maximum(n0.sum(axis=0), 1e-300))
    if start is not None:
        weights = np.repeat(start[:, None], n0.shape[1], axis=1)
    cells, ones = np.arange(len(n0)), np.ones(len(n0))
    flags = [sparse.csr_array((ones, (codes, cells)), shape=(size, len(cells))) for codes, size in zip(match.codes, match.sizes, strict=True)]
    goals = [flag @ n1 for flag in flags]
    for _ in range(most):
        worst = 0.0
        for codes, flag, goal in zip(match.codes, flags, goals, strict=True):
            have = flag @ (weights * n0)
            ratio = np.divide(goal, have, out=np.zeros_like(goal), where=have > 0)
            worst = max(worst, float(np.abs(have - goal)[have > 0].max(initial=0)))
            weights = weights * ratio[codes]
        if worst <= tolerance * n1.sum(axis=0).max():
            break
    return np.asarray(weights)


def _terms(match: Match) -> tuple[Term, ...]:
    """Intercept and the covariates' factors."""
    factors = [factor(codes, size) for codes, size in zip(match.codes, match.sizes, strict=True) if size > 1]
    return (plain(np.ones((len(match.n1), 1))), *factors)


def membership(match: Match) -> Floats:
    """The chance e of each cell's stops to belong to the target, from a logistic model with the covariates."""
    return fit(Design(_terms(match)), match.n1, match.n1 + match.n0).fitted


def weigh(match: Match, weighting: Weighting) -> Floats:
    """One weight per comparison cell, by the chosen way."""
    if weighting == "rake":
        return rake(match, match.n1[:, None], match.n0[:, None])[:, 0]
    e = membership(match)
    return np.asarray(e / (1 - e))


def trim(weights: Floats, counts: Floats) -> tuple[Floats, int]:
    """Cut single weights above 5 % of the total; how many were cut."""
    cut = 0
    for _ in range(20):
        cap = LARGEST_WEIGHT * float(np.sum(weights * counts))
        over = (weights > cap * (1 + 1e-9)) & (counts > 0)
        if not over.any():
            break
        cut = max(cut, int(counts[over].sum()))
        weights = np.where(over, cap, weights)
    return weights, cut


def balance_of(match: Match, weights: Floats, names: tuple[str, ...], limits: tuple[float, ...]) -> tuple[Balance, ...]:
    """Standardised difference and KS distance of every covariate, before and after weighting."""
    found = []
    for name, codes, size in zip(names, match.codes, match.sizes, strict=True):
        p1 = np.bincount(codes, match.n1, size) / match.n1.sum()
        spread = np.sqrt(np.maximum(p1 * (1 - p1), 1e-12))
        distances = []
        for w in (np.ones(len(weights)), weights):
            p0 = np.bincount(codes, w * match.n0, size) / np.sum(w * match.n0)
            distances.append((float(np.max(np.abs(p1 - p0) / spread)), float(np.max(np.abs(np.cumsum(p1 - p0))))))
        (before, _), (after, ks) = distances
        found.append(Balance(name, before, after, ks, after < limits[0] and ks < limits[1]))
    return tuple(found)


def shares(match: Match, weights: Floats) -> tuple[float, float]:
    """Outcome share of the target and of its weighted look-alike."""
    return float(match.k1.sum() / match.n1.sum()), float(np.sum(weights * match.k0) / np.sum(weights * match.n0))


def _chance(eta: Floats) -> Floats:
    """The chance at a linear predictor; far out it is 0 or 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -LARGEST_ETA, LARGEST_ETA))))


def regression_difference(match: Match, weights: Floats, start: Floats | None = None) -> tuple[float, Floats]:
    """Average difference over the target's stops by a weighted regression with the same covariates (doubly robust); and its coefficients."""
    scaled = weights * match.n1.sum() / np.sum(weights * match.n0)
    n = np.concatenate([match.n1, scaled * match.n0])
    k = np.concatenate([match.k1, np.minimum(scaled * match.k0, scaled * match.n0)])
    side = np.repeat([1.0, 0.0], len(match.n1))
    doubled = [factor(np.concatenate([codes, codes]), size) for codes, size in zip(match.codes, match.sizes, strict=True) if size > 1]
    kept = n > 0
    terms = [plain(np.ones((len(n), 1))), *doubled, plain(side[:, None])]
    design = Design(tuple(Term(term.values[kept], term.codes[kept], term.size, term.drop) for term in terms))
    model = fit(design, k[kept], n[kept], start=start)
    own = side[kept] > 0
    eta = design.times(model.coefficients)[own]
    apart = _chance(eta) - _chance(eta - model.coefficients[-1])
    return float(np.sum(apart * n[kept][own]) / n[kept][own].sum()), model.coefficients


def present(match: Match) -> Match:
    """The same cells with a trace of a comparison stop where a draw has none at all, so that the model can be fitted on every cell."""
    empty = match.n1 + match.n0 <= 0
    return replace(match, n0=np.where(empty, 1e-9, match.n0))


def matched_cells(cells: AdjustedCells, mine: Marks) -> tuple[Match, Ints]:
    """Cells of equal covariates with the stops of both sides, and the cell of each row."""
    names = tuple(cells.covariates)
    cell, first = joint(
        [cells.covariates[name].codes for name in names] or [np.zeros(len(cells.n), dtype=np.int64)],
        [len(cells.covariates[name].names) for name in names] or [1],
    )
    size = len(first)
    n1, k1 = np.bincount(cell, cells.n * mine, size).astype(float), np.bincount(cell, cells.k * mine, size).astype(float)
    n0, k0 = np.bincount(cell, cells.n * ~mine, size).astype(float), np.bincount(cell, cells.k * ~mine, size).astype(float)
    packs = [packed(cells.covariates[name].codes[first], n1 + n0) for name in names]
    return Match(tuple(codes for codes, _ in packs), tuple(size for _, size in packs), n1, k1, n0, k0), cell
