"""How is one adjusted model fitted, checked and turned into differences and ratios with their intervals?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import Settings
from dashboard.stats.adjusted_cells import AdjustedCells, joint, packed
from dashboard.stats.cells_design import Design, factor, plain
from dashboard.stats.cells_glm import Z95, CellFit, Family, Scores, clustered, dispersion, fit, independent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEPARATED = 8.0


@dataclass(frozen=True, slots=True)
class ControlSet:
    """One group under one set of covariates: difference in points (0-1), ratio of averages, odds ratio (rate ratio in a Poisson model)."""

    name: str
    covariates: tuple[str, ...]
    difference: Estimate
    ratio: Estimate
    odds_ratio: Estimate
    coefficient: float | None = None
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted control set: cells, their group, the fit, and what is needed for its variance."""

    design: Design
    group: Ints
    n: Floats
    k: Floats
    fit: CellFit
    scores: Scores | None
    phi: float
    clusters: int


def _covariance(found: Fitted, contrasts: Floats) -> Floats:
    """The covariance of contrasts, clustered where there are clusters, inflated by phi where there are none."""
    if found.scores is None:
        return independent(found.fit, contrasts, found.phi)
    return clustered(found.fit, found.design, contrasts, found.scores)[0]


def clusters_of(cells: AdjustedCells, settings: Settings, family: Family) -> tuple[str, Ints | None, int]:
    """By what do errors cluster? Officers where there are enough, else dates, else nothing (phi). Officers never in a model of counts on exposure."""
    least = settings.number("adjusted.min_clusters")
    for name, codes in (("officer", cells.officer if family == "binomial" else None), ("date", cells.date)):
        if codes is not None:
            count = len(np.unique(codes[codes >= 0]))
            if count >= least:
                return name, codes, count
    return "phi", None, 0


def _fitted(cells: AdjustedCells, names: tuple[str, ...], cluster: Ints | None, family: Family) -> Fitted:
    """Fit group + covariates on cells; group code 0 is the reference. NotEnoughData where the model cannot be fitted."""
    columns = [cells.group, *(cells.covariates[name].codes for name in names)]
    sizes = [len(cells.groups), *(len(cells.covariates[name].names) for name in names)]
    cell, first = joint(columns, sizes)
    n, k = np.bincount(cell, cells.n).astype(float), np.bincount(cell, cells.k).astype(float)
    group = cells.group[first]
    terms = [plain(np.ones((len(first), 1)))]
    for name in names:
        codes, size = packed(cells.covariates[name].codes[first], n)
        if size > 1:
            terms.append(factor(codes, size))
    design = Design((*terms, factor(group, len(cells.groups))))
    found = fit(design, k, n, family=family)
    if not found.converged:
        raise NotEnoughData("The model does not settle on these counts.", hint="Fewer covariates or more stops are needed.")
    scores = None if cluster is None else Scores(cell, cluster, cells.k, cells.n)
    count = 0 if scores is None else clustered(found, design, np.eye(1, design.width), scores)[1]
    phi = dispersion(found, k, n) if scores is None else 1.0
    return Fitted(design, group, n, k, found, scores, phi, count)


def settled(cells: AdjustedCells, names: tuple[str, ...], cluster: Ints | None, family: Family, settings: Settings) -> tuple[Fitted, Gate, Gate]:
    """Check the events first, fit, and refuse coefficients that run away (separation). NotEnoughData names what is short."""
    found = _gate_events(cells, names, family, settings)
    if not found.passed:
        raise NotEnoughData(f"Too few events for this model: {found.found}, {found.needed}.", hint="Fewer covariates or more stops are needed.")
    fitted = _fitted(cells, names, cluster, family)
    largest = float(np.abs(fitted.fit.coefficients[1:]).max(initial=0))
    separation = Gate("Separation", f"no coefficient beyond {SEPARATED:g}", f"largest {largest:.1f}", largest <= SEPARATED)
    if not separation.passed:
        raise NotEnoughData("Some categories decide the outcome alone (separation).", hint="Leave out or join such categories.")
    return fitted, found, separation


def _gate_events(cells: AdjustedCells, names: tuple[str, ...], family: Family, settings: Settings) -> Gate:
    """Ten of the rarer outcome for each coefficient."""
    levels = [len(np.unique(cells.covariates[name].codes)) - 1 for name in names]
    terms = 1 + len(np.unique(cells.group)) - 1 + sum(levels)
    k, n = float(cells.k.sum()), float(cells.n.sum())
    events = k if family == "poisson" else min(k, n - k)
    least = settings.number("adjusted.events_per_term")
    return Gate("Events", f"{least:g} for each of {terms} coefficients", f"{events:,.0f} events", events >= least * terms)


def _averages(found: Fitted, group: int, width: int, family: Family) -> tuple[float, float, Floats, Floats]:
    """Mean predicted outcome over the group's own stops, as the group and as the reference; and their gradients by coefficient."""
    beta = found.fit.coefficients
    at = width - (found.design.terms[-1].size - 1) + group - 1
    own = found.group == group
    weight = np.where(own, found.n, 0.0) / found.n[own].sum()
    eta = found.design.times(beta)
    values, slopes = [], []
    for shift in (0.0, beta[at]):
        linear = eta - shift
        mean = np.exp(linear) if family == "poisson" else 1 / (1 + np.exp(-linear))
        spread = mean if family == "poisson" else mean * (1 - mean)
        values.append(float(np.sum(weight * mean)))
        slopes.append(found.design.transposed(weight * spread))
    slopes[1][at] = 0.0
    return values[0], values[1], slopes[0], slopes[1]


def control(found: Fitted, group: int, name: str, names: tuple[str, ...], family: Family) -> ControlSet:
    """Difference, ratio and odds ratio of one group under one control set, with intervals by the delta method."""
    width = found.design.width
    at = width - (found.design.terms[-1].size - 1) + group - 1
    p1, p0, g1, g0 = _averages(found, group, width, family)
    unit = np.zeros(width)
    unit[at] = 1.0
    covariance = _covariance(found, np.array([g1 - g0, g1 / p1 - g0 / p0, unit]))
    se = np.sqrt(np.diag(covariance))
    n = float(found.n[found.group == group].sum())
    gap, ratio, beta = p1 - p0, p1 / p0, float(found.fit.coefficients[at])
    return ControlSet(
        name,
        names,
        Estimate(gap, gap - Z95 * se[0], gap + Z95 * se[0], n),
        Estimate(ratio, float(ratio * np.exp(-Z95 * se[1])), float(ratio * np.exp(Z95 * se[1])), n),
        Estimate(float(np.exp(beta)), float(np.exp(beta - Z95 * se[2])), float(np.exp(beta + Z95 * se[2])), n),
        beta,
        float(se[2]),
    )


def refused_set(name: str, names: tuple[str, ...], reason: str, n: float) -> ControlSet:
    """A control set that cannot be given, with its reason."""
    missing = Estimate.unavailable(reason, n)
    return ControlSet(name, names, missing, missing, missing)
