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

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Family = Literal["binomial", "poisson"]

Z95 = 1.959963984540054
ALIASED = 1e-9
LARGEST_ETA = 30.0
SMALL_DESIGN = 20_000  # cells x columns below which one dense matrix is faster than terms


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
    deviance: float
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
    for j in range(len(work)):
        if not kept[j] or work[j, j] < ALIASED:
            kept[j] = False
            continue
        row = work[j, j + 1 :] / work[j, j]
        work[j + 1 :, j + 1 :] -= np.outer(row, work[j, j + 1 :])
    return np.asarray(kept)


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


def _deviance(family: Family, k: Floats, n: Floats, mean: Floats) -> float:
    """Twice the distance from the saturated log-likelihood."""
    from scipy.special import xlogy

    if family == "poisson":
        return float(2 * np.sum(xlogy(k, np.where(k > 0, k, 1) / (n * mean)) - (k - n * mean)))
    safe = np.where(n > 0, n, 1.0)
    own = k / safe
    terms = xlogy(k, np.where(own > 0, own, 1) / mean) + xlogy(n - k, np.where(own < 1, 1 - own, 1) / (1 - mean))
    return float(2 * np.sum(terms))


def _checked(X: Design, k: Floats, n: Floats, family: Family) -> None:
    """Refuse counts that contradict themselves."""
    if X.cells != len(k) or len(k) != len(n):
        raise MeasureError("The model was given columns of different lengths.")
    if np.any(k < 0) or np.any(n <= 0):
        raise MeasureError("Every cell needs at least one trial (or some exposure), and no negative events.")
    if family == "binomial" and np.any(k > n * (1 + 1e-12)):
        raise MeasureError("A cell holds more events than trials.", hint=f"{int(np.sum(k > n))} cells do.")


def fit(X: Design, k: Floats, n: Floats, *, family: Family = "binomial", start: Floats | None = None, most: int = 60) -> CellFit:
    """Which coefficients fit k events of n trials (or k counts on exposure n) per cell best?

    X should hold an intercept first; columns that repeat earlier ones are dropped and get coefficient 0.
    Raises MeasureError on contradictory counts, NotEnoughData where nothing can be fitted.
    """
    _checked(X, k, n, family)
    total, trials = float(k.sum()), float(n.sum())
    if total <= 0 or (family == "binomial" and total >= trials):
        raise NotEnoughData("Every trial ended alike, so nothing can be compared.", hint="At least one event and one non-event are needed.")
    if X.cells * X.width <= SMALL_DESIGN:
        X = Design((plain(X.dense()),))
    kept = _independent(X.gram(n / trials))
    # shrink toward the overall rate once, so that empty cells start at a finite linear predictor
    own = (k + total / trials) / (n + 1.0)
    eta = np.log(own) if family == "poisson" else np.log(own / (1.0 - own))
    if start is not None:
        eta = X.times(start)
    square = np.ix_(kept, kept)
    beta, last, converged = np.zeros(X.width), np.inf, False
    for _ in range(most):
        mean, spread = _mean(family, eta)
        weights = np.maximum(n * spread, 1e-300)
        target = np.clip(eta, -LARGEST_ETA, LARGEST_ETA) + (k - n * mean) / weights
        fresh = np.zeros(X.width)
        fresh[kept] = _inverse(X.gram(weights)[square]) @ X.transposed(weights * target)[kept]
        eta = X.times(fresh)
        deviance = _deviance(family, k, n, _mean(family, eta)[0])
        step, beta = float(np.max(np.abs(fresh - beta))), fresh
        if abs(last - deviance) <= 1e-10 * (abs(deviance) + 0.1) and step < 1e-7 * (1 + float(np.max(np.abs(beta)))):
            converged = True
            break
        last = deviance
    mean, spread = _mean(family, eta)
    bread = np.zeros((X.width, X.width))
    bread[square] = _inverse(X.gram(np.maximum(n * spread, 1e-300))[square])
    size = trials if family == "binomial" else float(len(k))
    return CellFit(family, beta, bread, kept, mean, size, last, converged)


def clustered(model: CellFit, X: Design, contrasts: Floats, scores: Scores, rows: Ints | None = None) -> tuple[Floats, int]:
    """How uncertain are these contrasts of the coefficients when events in a cluster go together?

    `contrasts` is m x columns; returns their m x m covariance and the number of clusters G. Rows of `scores` with cluster -1 are events
    without a known cluster: each counts as one of its own, exactly as in a row-level model. `rows` says which cell number of `scores` each cell
    of the design has, when the model left some cells out; those then move nothing.
    """
    # A column, one value per cell: how far one more event in the cell moves each contrast
    pull = np.column_stack([X.times(column) for column in contrasts @ model.bread])
    expected = model.fitted
    if rows is not None:
        size = int(scores.cell.max()) + 1 if len(scores.cell) else 0
        pull, expected = _spread(pull, rows, size), _spread(expected, rows, size)
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
    if count < 2:
        raise NotEnoughData("Fewer than two clusters: no interval can be given.", hint="Give an officer or a date with each row.")
    factor = count / (count - 1) * (model.size - 1) / max(model.size - int(model.kept.sum()), 1.0)
    return meat * factor, count


def _spread(values: Floats, rows: Ints, size: int) -> Floats:
    """Values of the design's cells in their places among all cells; 0 elsewhere."""
    full = np.zeros((max(size, int(rows.max()) + 1), *values.shape[1:]))
    full[rows] = values
    return full


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
