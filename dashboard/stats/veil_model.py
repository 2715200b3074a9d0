"""Which model is fitted to the stops of one group and the reference around dusk, and how sure is its darkness coefficient?

`logit P(group | group or reference) = alpha + beta*dark + ns(minute, df) + place + season x year` on cells, clustered by date or officer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.stats.cells_design import Design, Term, by_level, factor, natural_spline, plain, spline_knots
from dashboard.stats.cells_glm import CellFit, Scores, clustered, fit
from dashboard.stats.twilight import Classified

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALL_PLACE = 1000  # window stops under which places share one clock curve in the time x place variant


@dataclass(frozen=True, slots=True)
class Plan:
    """How one fit is set up: degrees of freedom, and whether place, period and the time x place interaction are in it."""

    df: int
    place: bool = True
    period: bool = True
    interaction: bool = False


def _one_sided(k: Floats, n: Floats, codes: Ints) -> NDArray[np.bool_]:
    """Cells in levels where only one of the two groups occurs: they say nothing about beta."""
    own, whole = np.bincount(codes, k), np.bincount(codes, n)
    empty = (own <= 0) | (own >= whole)
    return np.asarray(empty[codes])


def usable(cells: Classified, k: Floats, n: Floats, plan: Plan) -> Ints:
    """Which cells carry information about beta? Repeats until no level of place or period is one-sided."""
    rows = np.flatnonzero(n > 0)
    while len(rows):
        drop = np.zeros(len(rows), dtype=bool)
        for wanted, codes in ((plan.place, cells.cell_place), (plan.period, cells.cell_period)):
            if wanted:
                drop |= _one_sided(k[rows], n[rows], codes[rows])
        if not drop.any():
            break
        rows = rows[~drop]
    return rows


def _packed(codes: Ints) -> tuple[Ints, int]:
    """The same factor with only the levels that occur, the most frequent first (it is the one without a column)."""
    counts = np.bincount(codes)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    fresh = np.zeros(len(counts), dtype=np.int64)
    fresh[order] = np.arange(len(order))
    return fresh[codes], len(order)


def design_of(cells: Classified, rows: Ints, n: Floats, plan: Plan) -> Design:
    """Intercept, clock spline, place, season x year, and darkness last."""
    minute = cells.cell_minute[rows]
    knots = spline_knots(minute, n, plan.df, cells.low, cells.high + 1)
    curve = natural_spline(minute, knots)
    terms: list[Term] = [plain(np.column_stack([np.ones(len(rows)), curve]))]
    if plan.place and len(rows):
        codes, size = _packed(cells.cell_place[rows])
        terms.append(factor(codes, size))
        if plan.interaction and size > 1:
            stops = np.bincount(codes, n)
            small = stops < SMALL_PLACE
            shared, levels = _packed(np.where(small[codes], size, codes))
            if levels > 1:
                terms.append(by_level(curve, shared, levels))
    if plan.period:
        terms.append(factor(*_packed(cells.cell_period[rows])))
    return Design((*terms, plain(cells.cell_dark[rows][:, None])))


@dataclass(frozen=True, slots=True)
class Pair:
    """One group against the reference over one set of cells: per cell events and trials; per row of the variance its cell, cluster, k and n."""

    cells: Classified
    k: Floats
    n: Floats
    scores: Scores


def pair_of(cells: Classified, group: int, reference: Ints) -> Pair:
    """Counts of the group (k) among group and reference (n), by cell and by cell within cluster."""
    k = cells.counts[:, group]
    n = k + cells.counts[:, reference].sum(axis=1)
    own = cells.by_group[group]
    both = own.copy()
    for other in reference:
        both += cells.by_group[other]
    rows = np.flatnonzero(both)
    return Pair(cells, k, n, Scores(cells.cell[rows], cells.cluster[rows], own[rows], both[rows]))


def fitted(pair: Pair, plan: Plan) -> tuple[float, float, float, CellFit]:
    """Beta, its clustered standard error, the stops left out as one-sided, and the fit. NotEnoughData where beta is not identified."""
    rows = usable(pair.cells, pair.k, pair.n, plan)
    if not len(rows):
        raise NotEnoughData("No place and season holds stops of both groups.", hint="More stops are needed.")
    k, n = pair.k[rows], pair.n[rows]
    design = design_of(pair.cells, rows, n, plan)
    model = fit(design, k, n)
    if not model.kept[-1]:
        raise NotEnoughData("Light and dark never meet at the same clock time, place and season.", hint="A longer period is needed.")
    if not model.converged or abs(model.coefficients[-1]) > 8:
        raise NotEnoughData("The model does not settle on these counts.", hint="More stops of the smaller group are needed.")
    contrast = np.zeros((1, design.width))
    contrast[0, -1] = 1.0
    covariance, _ = clustered(model, design, contrast, pair.scores, rows)
    return float(model.coefficients[-1]), float(np.sqrt(covariance[0, 0])), float(pair.n.sum() - n.sum()), model
