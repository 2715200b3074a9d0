"""Which model is fitted to the stops of one group and the reference around dusk, and how sure is its darkness coefficient?

`logit P(group | group or reference) = alpha + beta*dark + ns(minute, df) + place + s(date)` on cells, clustered by date or officer. `s(date)` is a
smooth curve of the calendar date. The published method has a step for each season and year instead (Plan.calendar "season"), which lets a share that
drifts within a season leak into beta, because within a season it is the later days that are light (or dark) at a given clock time: where the share
swings by 10 % of its odds over the year and beta is -0.2, steps find -0.147 and the curve -0.199, at a standard error 15 % larger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import NotEnoughData
from dashboard.stats.cells_design import natural_spline, spline_knots
from dashboard.stats.cells_glm import CellFit, fit, small_sample
from dashboard.stats.cells_levels import LevelDesign, Levels
from dashboard.stats.veil_cells import Cells, Classified, Moved

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Control = Literal["smooth", "season", "change", "none"]

SMALL_PLACE = 1000  # window stops under which places share one clock curve in the time x place variant
PER_KNOT = 10.0  # stops of the smaller group behind each column of the calendar curve, as for any model here
FEWEST_KNOTS = 4  # but the curve can always follow the seasons of a year
DAYS_OF_YEAR = 365.25
LARGEST_BETA = 8.0
SETTLED, ALMOST = 1e-5, 1e-3  # size of the last step, of a headline and of what stands beside it; what is left after it is as its square


@dataclass(frozen=True, slots=True)
class Plan:
    """How one fit is set up: degrees of freedom of the clock curve, whether place and the time x place interaction are in it, and what holds the
    calendar fixed: a smooth curve with `knots` per year, a step per season and year, a step per clock change, or nothing."""

    df: int
    place: bool = True
    calendar: Control = "smooth"
    interaction: bool = False
    knots: float = 6.0


@dataclass(frozen=True, slots=True)
class Told:
    """Events `k` and trials `n` per cell, and added up by place, by level of the calendar and by clock bin (trials only)."""

    k: Floats
    n: Floats
    place_k: Floats
    place_n: Floats
    level_k: Floats
    level_n: Floats
    bin_n: Floats

    @classmethod
    def of(cls, cells: Cells, k: Floats, n: Floats) -> Told:
        """Add them up."""
        places, levels, bins = cells.places, len(cells.calendar.middle), len(cells.bins)
        by_bin = _sum(cells.clock, n, 2 * bins).reshape(bins, 2).sum(axis=1)
        place, level = cells.place, cells.level
        return cls(k, n, _sum(place, k, places), _sum(place, n, places), _sum(level, k, levels), _sum(level, n, levels), by_bin)


@dataclass(frozen=True, slots=True)
class Pair:
    """One group against the reference over one set of cells: what is `told` per cell, and per cluster and cell for the variance.

    `moved` (rows that leave and come when dusk is moved, with their events and trials) comes on top of the cells within clusters.
    """

    cells: Cells
    told: Told
    own: csr_array
    both: csr_array
    clusters: int
    moved: tuple[Moved, Floats, Floats] | None = None

    @property
    def stops(self) -> float:
        """Stops of both."""
        return float(self.told.level_n.sum())


@dataclass(frozen=True, slots=True)
class VeilFit:
    """Beta and its clustered standard error, the stops left out as one-sided, and the fitted model."""

    beta: float
    se: float
    left_out: float
    model: CellFit


def pair_of(stops: Classified, group: int, reference: Ints) -> Pair:
    """Counts of the group (k) among group and reference (n), by cell and by cell within cluster."""
    from scipy.sparse import csr_array

    own = stops.by_group[group].astype(np.float64)
    both = stops.by_group[reference].sum(axis=0, dtype=np.float64) + own
    shape = len(stops.starts) - 1, stops.counts.shape[1]
    parts = [csr_array((values, stops.cell, stops.starts), shape=shape) for values in (own, both)]
    clusters = int(np.count_nonzero(parts[1] @ np.ones(shape[1])))
    told = Told.of(stops.cells, stops.counts[group], stops.counts[[group, *reference]].sum(axis=0))
    return Pair(stops.cells, told, parts[0], parts[1], clusters)


def moved_pair(pair: Pair, moved: Moved, group: int, reference: Ints) -> Pair:
    """The same pair after dusk was moved."""
    both = [group, *reference]
    rows = moved, moved.by_group[group], moved.by_group[both].sum(axis=0)
    return replace(pair, told=Told.of(pair.cells, moved.counts[group], moved.counts[both].sum(axis=0)), moved=rows)


def _one_sided(k: Floats, n: Floats) -> NDArray[np.bool_]:
    """In which levels does only one of the two groups occur? They say nothing about beta."""
    return np.asarray((n > 0) & ((k <= 0) | (k >= n)))


def _period(cells: Cells, plan: Plan) -> Ints:
    """Which season and year, or which clock change, is each level of the calendar in?"""
    return cells.calendar.change + 1 if plan.calendar == "change" else cells.calendar.season


def usable(pair: Pair, plan: Plan) -> Told:
    """What the cells tell that speak of beta: repeats until no place and no season (or change) is one-sided, with 0 in the cells that were."""
    cells, told, period = pair.cells, pair.told, _period(pair.cells, plan)
    while told.level_n.any():
        places, levels = np.zeros(cells.places, dtype=bool), np.zeros(len(period), dtype=bool)
        if plan.place:
            places = _one_sided(told.place_k, told.place_n)
        if plan.calendar != "none":
            size = int(period.max()) + 1
            levels = _one_sided(_sum(period, told.level_k, size), _sum(period, told.level_n, size))[period]
        if not (places.any() or (levels & (told.level_n > 0)).any()):
            break
        drop = places[cells.place] | levels[cells.level]
        told = Told.of(cells, np.where(drop, 0.0, told.k), np.where(drop, 0.0, told.n))
    return told


def _sum(codes: Ints, values: Floats, size: int) -> Floats:
    """Values added up by level."""
    return np.bincount(codes, values, size).astype(float)


def _steps(codes: Ints, stops: Floats) -> Floats:
    """One 0/1 column for each code that has stops but the most frequent; `codes` and `stops` have a value per level."""
    counts = np.bincount(codes, stops)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    basis = np.zeros((len(counts), max(len(order) - 1, 0)))
    basis[order[1:], np.arange(len(order) - 1)] = 1.0
    return np.asarray(basis[codes])


@lru_cache(maxsize=256)
def _natural(x: tuple[float, ...], knots: tuple[float, ...]) -> Floats:
    """The natural spline at these points; groups and variants share most of theirs."""
    return natural_spline(np.array(x), np.array(knots))


def _spline(x: Floats, weights: Floats, df: int, low: float, high: float) -> Floats:
    """A natural spline of `df` columns with its knots at quantiles of the weights."""
    return _natural(tuple(x.tolist()), tuple(spline_knots(x, weights, df, low, high).tolist()))


def _curve_of_dates(middle: Floats, plan: Plan, k: Floats, n: Floats) -> Floats:
    """The natural spline of the calendar date, per level: `knots` columns per year, at quantiles of what the two groups tell about each other."""
    known = k * (n - k) / np.maximum(n, 1.0)
    there = np.flatnonzero(known > 0)
    if not len(there):
        return np.zeros((len(middle), 0))
    low, high = float(middle[there[0]]), float(middle[there[-1]])
    wanted = round(plan.knots * (high - low) / DAYS_OF_YEAR)
    return _spline(middle, known, max(1, min(wanted, max(FEWEST_KNOTS, int(known.sum() / PER_KNOT)))), low, high)


def _of_dates(cells: Cells, plan: Plan, told: Told) -> Levels:
    """What holds the time of year fixed."""
    if plan.calendar == "smooth":
        basis = _curve_of_dates(cells.calendar.middle, plan, told.level_k, told.level_n)
    elif plan.calendar == "none":
        basis = np.zeros((len(told.level_n), 0))
    else:
        basis = _steps(_period(cells, plan), told.level_n)
    return Levels("level", cells.level, basis)


def design_of(cells: Cells, told: Told, plan: Plan) -> LevelDesign:
    """Calendar, place, intercept with the clock curve, and darkness last."""
    bins = len(cells.bins)
    curve = _spline(cells.bins, told.bin_n, plan.df, cells.low, cells.high + 1)
    factors = [_of_dates(cells, plan, told)]
    if plan.place:
        factors.append(Levels("place", cells.place, _steps(np.arange(cells.places), told.place_n)))
    if plan.place and plan.interaction:
        factors.append(_curve_by_place(cells, curve, told.place_n))
    both = np.column_stack([np.ones(2 * bins), np.repeat(curve, 2, axis=0), np.tile([0.0, 1.0], bins)])
    return LevelDesign((*factors, Levels("clock", cells.clock, both)), cells.joint)


def _curve_by_place(cells: Cells, curve: Floats, by_place: Floats) -> Levels:
    """The clock curve once more for each place but one; small places share one."""
    from scipy.sparse import csr_array

    shared = np.where(by_place < SMALL_PLACE, len(by_place), np.arange(len(by_place)))
    steps = _steps(shared, by_place)
    basis = np.einsum("pm,bc->pbmc", steps, curve).reshape(len(steps) * len(curve), -1)
    return Levels("clock by place", cells.place * len(curve) + cells.clock // 2, basis, csr_array(basis))


def fitted(pair: Pair, plan: Plan, near: VeilFit | None = None) -> VeilFit:
    """Beta with its clustered standard error. NotEnoughData where beta is not identified. `near` is the fit of a similar plan, to start from."""
    told = usable(pair, plan)
    if not told.level_n.any():
        raise NotEnoughData("No place and season holds stops of both groups.", hint="More stops are needed.")
    design = design_of(pair.cells, told, plan)
    model = fit(design, told.k, told.n, eta=_start(near, len(told.n)), settled=SETTLED if near is None else ALMOST)
    if not model.kept[-1]:
        raise NotEnoughData("Light and dark never meet at the same clock time, place and time of year.", hint="A longer period is needed.")
    if not model.converged or abs(model.coefficients[-1]) > LARGEST_BETA:
        raise NotEnoughData("The model does not settle on these counts.", hint="More stops of the smaller group are needed.")
    beta = float(model.coefficients[-1])
    return VeilFit(beta, _error(pair, design, model, told.n), pair.stops - float(told.level_n.sum()), model)


def _start(near: VeilFit | None, cells: int) -> Floats | None:
    """The linear predictor of a similar model on the same cells, to begin with."""
    if near is None or len(near.model.fitted) != cells:
        return None
    return np.asarray(np.log(near.model.fitted / (1.0 - near.model.fitted)))


def _error(pair: Pair, design: LevelDesign, model: CellFit, n: Floats) -> float:
    """The standard error of beta when stops of a cluster go together: the sandwich of Liang & Zeger, its sums taken cluster by cluster."""
    pull = design.times(model.bread[-1]) * (n > 0)
    sums = pair.own @ pull - pair.both @ (pull * model.fitted)
    if pair.moved is not None:
        rows, own, both = pair.moved
        surprise = (own - both * model.fitted[rows.cell]) * pull[rows.cell]
        sums += np.bincount(rows.cluster, surprise, len(sums))
    return float(np.sqrt(sums @ sums * small_sample(model, pair.clusters)))
