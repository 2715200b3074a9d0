"""Are groups searched alike at the same risk of contraband, rather than alike in every recorded respect?

Adjusting for every recorded variable can hide a disparity that works through them (included-variable bias). Risk-adjusted regression holds fixed only
what a search may rest on, the chance of finding contraband (Jung, Corbett-Davies, Gaebler, Shroff & Goel, Omitted and included variable bias in tests
for disparate impact, arXiv 1809.05651).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.schema.words import in_order
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.adjusted_cells import AdjustedCells, joint, packed, regrouped, varying
from dashboard.stats.adjusted_fit import ControlSet, Fitted, clusters_of, control
from dashboard.stats.cells_design import Design, Term, factor, plain
from dashboard.stats.cells_glm import Scores, clustered, dispersion, fit
from dashboard.stats.intervals import UNKNOWN, wilson
from dashboard.stats.sensitivity import EValue, e_value

__all__ = ["AdjustedCells", "Calibration", "GroupRisk", "RiskResult", "adjusted_for_risk"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_SEARCHES = 200
BINS = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """Searches of one group in one band of estimated risk: mean estimated risk, and the share that found something with its interval."""

    group: str
    band: int
    estimated: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class GroupRisk:
    """One group: searched more or less than the reference at the same risk, and how strong an unrecorded factor must be to remove that."""

    group: str
    plain: ControlSet
    at_equal_risk: ControlSet
    e_value: EValue
    calibrated: bool


@dataclass(frozen=True, slots=True)
class RiskResult:
    """All groups against the reference at equal estimated risk, the calibration to draw, and the gates."""

    reference: str
    groups: tuple[GroupRisk, ...]
    calibration: tuple[Calibration, ...]
    gates: tuple[Gate, ...]
    clustered_by: str
    notes: tuple[str, ...]


def _risk(cells: AdjustedCells, hits: Floats, settings: Settings) -> tuple[Floats, tuple[Gate, ...], tuple[str, ...]]:
    """The estimated risk of every row from a model of hits on searches without the group; its gates; which categories were joined."""
    searched = replace(cells, n=cells.k, k=hits)
    joined, told = varying(searched, tuple(searched.covariates))
    columns = joined.covariates
    cell, first = joint([column.codes for column in columns.values()], [len(column.names) for column in columns.values()])
    n, k = np.bincount(cell, searched.n).astype(float), np.bincount(cell, hits).astype(float)
    terms: list[Term] = [plain(np.ones((len(first), 1)))]
    for column in columns.values():
        codes, size = packed(column.codes[first], n)
        if size > 1:
            terms.append(factor(codes, size))
    design = Design(tuple(terms))
    events, width, least = float(min(k.sum(), n.sum() - k.sum())), design.width, settings.number("adjusted.events_per_term")
    gates = (
        Gate("Searches", f"at least {MIN_SEARCHES}", f"{n.sum():,.0f}", bool(n.sum() >= MIN_SEARCHES)),
        Gate("Hits for the risk model", f"{least:g} for each of {width} coefficients", f"{events:,.0f}", events >= least * width),
    )
    if not all(gate.passed for gate in gates):
        failed = next(gate for gate in gates if not gate.passed)
        raise NotEnoughData(f"{failed.name}: {failed.found}, needed {failed.needed}.", hint="Fewer covariates or more searches are needed.")
    used = n > 0
    part = Design(tuple(Term(term.values[used], term.codes[used], term.size, term.drop) for term in terms))
    model = fit(part, k[used], n[used])
    risk = 1 / (1 + np.exp(-design.times(model.coefficients)))
    return np.asarray(risk[cell]), gates, told


def _ever_searched(cells: AdjustedCells) -> NDArray[np.bool_]:
    """Rows all of whose categories were searched at least once: only for these can a risk be estimated."""
    kept = np.ones(len(cells.n), dtype=bool)
    for column in cells.covariates.values():
        kept &= (np.bincount(column.codes, cells.k, len(column.names)) > 0)[column.codes]
    return kept


def _searches(cells: AdjustedCells, risk: Floats | None, cluster: Ints | None) -> Fitted:
    """Model of searches on group, with the logit of the risk where it is given."""
    level = np.zeros(len(cells.n), dtype=np.int64) if risk is None else np.unique(risk, return_inverse=True)[1].astype(np.int64)
    cell, first = joint([cells.group, level], [len(cells.groups), int(level.max()) + 1])
    n, k = np.bincount(cell, cells.n).astype(float), np.bincount(cell, cells.k).astype(float)
    columns = [np.ones(len(first))]
    if risk is not None:
        columns.append(np.log(risk[first] / (1 - risk[first])))
    design = Design((plain(np.column_stack(columns)), factor(cells.group[first], len(cells.groups))))
    found = fit(design, k, n)
    scores = None if cluster is None else Scores(cell, cluster, cells.k, cells.n)
    count = 0 if scores is None else clustered(found, design, np.eye(1, design.width), scores)[1]
    phi = dispersion(found, k, n) if scores is None else 1.0
    return Fitted(design, cells.group[first], n, k, found, scores, phi, count)


def _calibration(cells: AdjustedCells, hits: Floats, risk: Floats) -> tuple[Calibration, ...]:
    """Estimated against observed hits by group, in five bands of equal searches."""
    order = np.argsort(risk, kind="stable")
    rising = np.cumsum(cells.k[order])
    edges = risk[order][np.searchsorted(rising, rising[-1] * np.arange(1, BINS) / BINS)]
    band = np.searchsorted(edges, risk, side="left")
    rows = []
    for code, name in enumerate(cells.groups):
        for number in range(BINS):
            own = (cells.group == code) & (band == number)
            searches, found = float(cells.k[own].sum()), float(hits[own].sum())
            if searches <= 0:
                continue
            low, high = wilson(found, searches)
            mean = float(np.sum(cells.k[own] * risk[own]) / searches)
            rows.append(Calibration(name, number + 1, mean, Estimate(found / searches, float(low), float(high), searches)))
    return tuple(rows)


def _calibrated(cells: AdjustedCells, hits: Floats, risk: Floats, code: int) -> bool:
    """Does the mean estimated risk of the group's searches lie inside the interval of its observed hit rate?"""
    own = cells.group == code
    searches = float(cells.k[own].sum())
    if searches <= 0:
        return False
    low, high = wilson(float(hits[own].sum()), searches)
    return bool(low <= float(np.sum(cells.k[own] * risk[own]) / searches) <= high)


@measure(
    "adjusted.risk",
    title="At the same risk",
    question="At the same estimated chance of carrying contraband, is one group searched more often than another?",
    formula="risk r(x): logistic model of hits on searches, without the group; logit P(search) = group + logit r(x); variance clustered by officer.",
    columns=("race_group", "searched", "contraband_found", "district", "time", "stop_reason", "officer"),
    minimum="200 searches, 10 hits (and 10 searches without) for each coefficient of the risk model.",
    reference="White by default",
    assumptions=(
        "The recorded factors carry the risk that officers could see.",
        "Risk among those searched says something about risk among those not searched.",
    ),
    criticisms=(
        "A risk model that is wrong for one group moves the answer; its calibration by group is drawn beside it.",
        "The estimated risk is taken as known, so the interval is a lower bound on the uncertainty.",
    ),
    source="Jung, Corbett-Davies, Gaebler, Shroff & Goel, Omitted and included variable bias in tests for disparate impact (arXiv 1809.05651)",
    page=(
        "These panels show how the answer would change if the stops themselves were unequal or something important was not recorded. They do not say "
        "that either is so."
    ),
    settings=("groups.reference", "adjusted.min_clusters", "adjusted.events_per_term"),
)
def adjusted_for_risk(cells: AdjustedCells, hits: Floats, reference: str, settings: Settings = DEFAULTS) -> RiskResult:
    """How many points more often is each group searched than the reference at the same estimated risk? Differences are shares (0.05 = 5 points).

    `cells` hold k searches of n stops by group, covariates and officer; `hits` the searches of each row that found something.
    Raises MeasureError on contradictory counts, NotEnoughData where the gates are not met.
    """
    hits = np.asarray(hits, dtype=float)
    if len(hits) != len(cells.k) or np.any(hits > cells.k) or np.any(cells.k > cells.n) or np.any(hits < 0):
        raise MeasureError("Hits, searches and stops contradict each other.", hint="Each row needs hits <= searches <= stops.")
    if not cells.covariates:
        raise NotEnoughData("A risk model needs at least one recorded respect, such as the reason.", hint="Add a covariate.")
    searches = np.bincount(cells.group, cells.k, len(cells.groups))
    stops = np.bincount(cells.group, cells.n, len(cells.groups))
    usable = [name for number, name in enumerate(cells.groups) if name != UNKNOWN and 0 < searches[number] < stops[number]]
    if reference not in usable or len(usable) < 2:
        raise NotEnoughData(f"No usable searches of '{reference}' and another group.", hint=f"Groups with searches: {', '.join(usable) or 'none'}.")
    kept = np.isin(cells.group, [cells.groups.index(name) for name in usable]) & (cells.n > 0)
    others = [name for name in in_order(usable) if name != reference]
    part, found_hits = regrouped(cells.rows(kept), reference, others), hits[kept]
    seen = _ever_searched(part)
    unseen = float(part.n[~seen].sum())
    part, found_hits = part.rows(seen), found_hits[seen]
    risk, gates, told = _risk(part, found_hits, settings)
    by, _, _ = clusters_of(part, settings, "binomial")
    cluster = part.officer if by == "officer" else part.date if by == "date" else None
    before, after = _searches(part, None, cluster), _searches(part, risk, cluster)
    rows = []
    for code, name in enumerate(part.groups[1:], start=1):
        fine = _calibrated(part, found_hits, risk, code) and _calibrated(part, found_hits, risk, 0)
        level = control(after, code, "at the same risk", tuple(part.covariates), "binomial")
        if not fine:
            warning = "The risk model does not fit this group or the reference: see its calibration."
            level = replace(level, difference=level.difference.with_caution(warning), ratio=level.ratio.with_caution(warning))
        rows.append(GroupRisk(name, control(before, code, "unadjusted", (), "binomial"), level, e_value(level.ratio), fine))
    notes = ("The estimated risk is taken as known, so the intervals are a lower bound on the uncertainty.", *(f"Joined: {text}." for text in told))
    if unseen:
        notes += (f"{unseen:,.0f} stops in categories that were never searched have no estimated risk and are left out.",)
    return RiskResult(reference, tuple(rows), _calibration(part, found_hits, risk), gates, by, notes)
