"""What does a binomial or Poisson model say when the data are counts in cells, and how sure is it when counts cluster?

Coefficients by iteratively reweighted least squares on cells; the variance by the sandwich over clusters (officers, dates), for any contrasts:
`V = A (sum_o s_o s_o') A * G/(G-1) * (N-1)/(N-k)` with `A = (X'WX)^-1` and `s_o = sum_c x_c (k_oc - n_oc p_c)` (Liang & Zeger 1986; the
small-sample factor is that of Stata and statsmodels). Only the contrasts asked for are formed, so millions of officer-by-cell rows stay cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.stats.cells_design import Design, plain
from dashboard.stats.cells_levels import LevelDesign

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Family = Literal["binomial", "poisson"]

Z95 = 1.959963984540054
ALIASED = 1e-9
LARGEST_ETA = 30.0
SMALL_DESIGN = 20_000  # cells x columns below which one dense matrix is faster than terms
MOST_STEPS = 60
TINY = 1e-300
SETTLED = 1e-7  # each step squares the distance that is left


@dataclass(frozen=True, slots=True)
class CellFit:
    """A fitted model: coefficients (0 where a column was redundant), `bread` = (X'WX)^-1 (0 there too), which columns were kept, fitted means.

    `fitted` is the probability (binomial) or the rate per unit of exposure (Poisson) of each cell; `size` is N of the small-sample factor.
    """

    family: Family
    coefficients: Floats
    bread: Floats
    kept: NDArray[np.bool_]
    fitted: Floats
    size: float
    converged: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """Rows of the variance: each adds `k` of `n` in `cell` to `cluster` (-1: every single event is a cluster of its own)."""

    cell: Ints
    cluster: Ints
    k: Floats
    n: Floats


def _independent(gram: Floats) -> NDArray[np.bool_]:
    """Which columns are not linear combinations of earlier ones? Sequential Cholesky on the scaled cross product."""
    scale = np.sqrt(np.clip(np.diag(gram), 0, None))
    kept = scale > 0
    safe = np.where(kept, scale, 1.0)
    work = gram / np.outer(safe, safe)
    if kept.all() and _surely_independent(work):
        return np.asarray(kept)
    for j in range(len(work)):
        if not kept[j] or work[j, j] < ALIASED:
            kept[j] = False
            continue
        row = work[j, j + 1 :] / work[j, j]
        work[j + 1 :, j + 1 :] -= np.outer(row, work[j, j + 1 :])
    return np.asarray(kept)


def _surely_independent(scaled: Floats) -> bool:
    """Do all columns stand on their own, with much to spare? The library's Cholesky says so at once."""
    try:
        return bool(np.diag(np.linalg.cholesky(scaled)).min(initial=1.0) ** 2 > 10 * ALIASED)
    except np.linalg.LinAlgError:
        return False


def _inverse(gram: Floats) -> Floats:
    """The inverse of a positive definite square, scaled first so that rare columns do not lose digits."""
    scale = 1.0 / np.sqrt(np.diag(gram))
    try:
        scaled = np.linalg.inv(gram * np.outer(scale, scale))
    except np.linalg.LinAlgError as error:
        raise NotEnoughData("The model has more terms than these counts can tell apart.", hint="Use fewer covariates.") from error
    return np.asarray(scaled * np.outer(scale, scale))


def _mean(family: Family, eta: Floats) -> tuple[Floats, Floats]:
    """Fitted mean per trial or unit of exposure, and the variance function, at a linear predictor."""
    eta = np.clip(eta, -LARGEST_ETA, LARGEST_ETA)
    if family == "poisson":
        mean = np.exp(eta)
        return mean, mean
    mean = 1.0 / (1.0 + np.exp(-eta))
    return mean, mean * (1.0 - mean)


def _checked(X: Design | LevelDesign, k: Floats, n: Floats, family: Family) -> None:
    """Refuse counts that contradict themselves."""
    if X.cells != len(k) or len(k) != len(n):
        raise MeasureError("The model was given columns of different lengths.")
    if np.any(k < 0) or np.any(n < 0) or np.any(k[n == 0] > 0):
        raise MeasureError("A cell holds a negative number, or events without a trial (or any exposure).")
    if family == "binomial" and np.any(k > n * (1 + 1e-12)):
        raise MeasureError("A cell holds more events than trials.", hint=f"{int(np.sum(k > n))} cells do.")


def fit(
    X: Design | LevelDesign,
    k: Floats,
    n: Floats,
    *,
    family: Family = "binomial",
    start: Floats | None = None,
    eta: Floats | None = None,
    settled: float = SETTLED,
) -> CellFit:
    """Which coefficients fit k events of n trials (or k counts on exposure n) per cell best?

    X should hold an intercept; columns that repeat earlier ones are dropped and get coefficient 0. Cells without trials say nothing. `start`
    (coefficients) or `eta` (a linear predictor per cell) of a similar model saves steps; the last step is smaller than `settled`.
    Raises MeasureError on contradictory counts, NotEnoughData where nothing can be fitted.
    """
    _checked(X, k, n, family)
    total, trials = float(k.sum()), float(n.sum())
    if total <= 0 or (family == "binomial" and total >= trials):
        raise NotEnoughData("Every trial ended alike, so nothing can be compared.", hint="At least one event and one non-event are needed.")
    if X.cells * X.width <= SMALL_DESIGN:
        X = Design((plain(X.dense()),))
    beta = np.zeros(X.width) if start is None else start
    if start is not None:
        eta = X.times(start)
    elif eta is None:
        # shrink toward the overall rate once, so that empty cells start at a finite linear predictor
        own = (k + total / trials) / (n + 1.0)
        eta = np.log(own) if family == "poisson" else np.log(own / (1.0 - own))
    kept, inverse, converged = np.ones(X.width, dtype=bool), np.empty(0), False
    for number in range(MOST_STEPS):
        eta = np.clip(eta, -LARGEST_ETA, LARGEST_ETA)
        mean, spread = _mean(family, eta)
        weights = np.maximum(n * spread, TINY)
        gram = X.gram(weights)
        kept = _independent(gram) if number == 0 else kept
        inverse = _inverse(gram[np.ix_(kept, kept)])
        fresh = np.zeros(X.width)
        fresh[kept] = inverse @ X.transposed(weights * eta + (k - n * mean))[kept]
        eta = X.times(fresh)
        step, beta = float(np.max(np.abs(fresh - beta))), fresh
        if step < settled * (1 + float(np.max(np.abs(beta)))):
            converged = True
            break
    bread = np.zeros((X.width, X.width))
    bread[np.ix_(kept, kept)] = inverse
    size = trials if family == "binomial" else float(len(k))
    return CellFit(family, beta, bread, kept, _mean(family, eta)[0], size, converged)


def clustered(model: CellFit, X: Design, contrasts: Floats, scores: Scores) -> tuple[Floats, int]:
    """How uncertain are these contrasts of the coefficients when events in a cluster go together?

    `contrasts` is m x columns; returns their m x m covariance and the number of clusters G. Rows of `scores` with cluster -1 are events
    without a known cluster: each counts as one of its own, exactly as in a row-level model.
    """
    # A column, one value per cell: how far one more event in the cell moves each contrast
    pull = np.column_stack([X.times(column) for column in contrasts @ model.bread])
    expected = model.fitted
    known: slice | NDArray[np.bool_] = slice(None) if scores.cluster.min(initial=0) >= 0 else scores.cluster >= 0
    cell, cluster = scores.cell[known], scores.cluster[known]
    groups = int(cluster.max()) + 1 if len(cluster) else 0
    surprise = scores.k[known] - scores.n[known] * expected[cell]
    stack = np.array([np.bincount(cluster, weights=pull[cell, j] * surprise, minlength=groups) for j in range(len(contrasts))], dtype=float)
    meat: Floats = stack @ stack.T
    count = int(np.count_nonzero(np.bincount(cluster, minlength=groups)))
    if not isinstance(known, slice):
        extra, singles = _singles(model.family, expected, pull, scores, ~known)
        meat, count = meat + extra, count + singles
    return meat * small_sample(model, count), count


def small_sample(model: CellFit, clusters: int) -> float:
    """By how much is the variance over so many clusters made larger? NotEnoughData under two."""
    if clusters < 2:
        raise NotEnoughData("Fewer than two clusters: no interval can be given.", hint="Give an officer or a date with each row.")
    return clusters / (clusters - 1) * (model.size - 1) / max(model.size - int(model.kept.sum()), 1.0)


def _singles(family: Family, expected: Floats, pull: Floats, scores: Scores, rows: NDArray[np.bool_]) -> tuple[Floats, int]:
    """The part of the variance that comes from events which are clusters of their own."""
    cell, k, n = scores.cell[rows], scores.k[rows], scores.n[rows]
    p = expected[cell]
    if family == "poisson":
        square, singles = np.asarray((k - n * p) ** 2), len(k)
    else:
        square, singles = np.asarray(k * (1 - p) ** 2 + (n - k) * p**2), int(n.sum())
    return np.asarray((pull[cell] * square[:, None]).T @ pull[cell]), singles


def dispersion(model: CellFit, k: Floats, n: Floats) -> float:
    """How much more do cells vary than chance alone: Pearson's phi, at least 1."""
    spread = n * model.fitted * (1.0 if model.family == "poisson" else 1.0 - model.fitted)
    free = len(k) - int(model.kept.sum())
    if free < 1:
        return 1.0
    return max(1.0, float(np.sum((k - n * model.fitted) ** 2 / np.maximum(spread, 1e-300))) / free)


def independent(model: CellFit, contrasts: Floats, phi: float = 1.0) -> Floats:
    """The covariance of contrasts when events are independent, inflated by `phi`."""
    return np.asarray(contrasts @ model.bread @ contrasts.T * phi)
