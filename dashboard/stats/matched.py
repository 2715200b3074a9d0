"""How does a group, district or town compare with stops weighted to look like its own?

The target keeps weight 1; the comparison is weighted by raking to the target's margins (all covariates are categories, so balance is exact), or by
the odds of a propensity model, e/(1-e) (Ridgeway 2006; McCaffrey, Ridgeway & Morral 2004). A weighted regression with the same covariates follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.adjusted_cells import AdjustedCells, Covariate
from dashboard.stats.intervals import Z
from dashboard.stats.matched_weights import (
    Balance,
    Match,
    Weighting,
    balance_of,
    effective_sample,
    matched_cells,
    membership,
    present,
    rake,
    regression_difference,
    shares,
    trim,
    weigh,
)

__all__ = ["AdjustedCells", "Balance", "MatchedResult", "compare", "effective_sample"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

ALL_OTHERS = "all_others"
REGRESSION_DRAWS = 200
NO_COUNTERPART = 0.99  # a propensity above this has no counterpart
LEFT_OUT = 0.10


@dataclass(frozen=True, slots=True)
class MatchedResult:
    """The target against its weighted look-alike: shares, difference (0-1), ratio; the same by weighted regression; and how good the match is.

    `left_out` are target stops without a counterpart, described in `left_out_where`; `trimmed` are weights cut to 5 % of the total.
    """

    target: str
    comparison: str
    target_share: Estimate
    matched_share: Estimate
    difference: Estimate
    ratio: Estimate
    regression: Estimate
    crude_ratio: float | None
    balance: tuple[Balance, ...]
    ess: float
    trimmed: int
    left_out: float
    left_out_share: float
    left_out_where: tuple[str, ...]
    gates: tuple[Gate, ...]
    draws: int
    resampled: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows behind a match: the cell of each, whether it belongs to the target, its stops, outcomes and cluster (-1: its own)."""

    cell: Ints
    target: Marks
    n: Floats
    k: Floats
    cluster: Ints
    resampled: str


def _sides(cells: AdjustedCells, target: str, comparison: str, by: str) -> tuple[AdjustedCells, Marks]:
    """The rows of target and comparison, which of them are the target's, with `by` taken out of the covariates (and the group put in)."""
    columns: dict[str, Covariate] = dict(cells.covariates)
    if by == "group":
        column = Covariate(cells.group, cells.groups)
    elif by in columns:
        column = columns.pop(by)
        columns["group"] = Covariate(cells.group, cells.groups)
    else:
        raise MeasureError(f"There is no covariate '{by}' to compare by.", hint=f"Compare by group or: {', '.join(cells.covariates)}.")
    for name in (target, comparison):
        if name not in (*column.names, ALL_OTHERS) or (name == target and name == ALL_OTHERS):
            raise NotEnoughData(f"There are no stops of '{name}'.", hint=f"There are: {', '.join(column.names)}.")
    mine = column.codes == column.names.index(target)
    others = ~mine if comparison == ALL_OTHERS else column.codes == column.names.index(comparison)
    kept = (mine | others) & (cells.n > 0)
    return replace(cells, covariates=columns).rows(kept), mine[kept]


def _with_counterpart(cells: AdjustedCells, mine: Marks, weighting: Weighting) -> tuple[Marks, tuple[str, ...]]:
    """Which rows stay? Categories without any comparison stop (and cells of propensity above .99) are left out of the target, and described."""
    kept = np.ones(len(cells.n), dtype=bool)
    told: list[str] = []
    for name, column in cells.covariates.items():
        size = len(column.names)
        own, others = np.bincount(column.codes, cells.n * mine, size), np.bincount(column.codes, cells.n * ~mine, size)
        alone = (own > 0) & (others <= 0)
        told += [f"{name} {column.names[code]}: {own[code]:,.0f}" for code in np.flatnonzero(alone)]
        kept &= ~alone[column.codes]
    if weighting == "propensity" and (mine & kept).any() and (~mine & kept).any():
        match, cell = matched_cells(cells.rows(kept), mine[kept])
        certain = membership(match) > NO_COUNTERPART
        lost = certain[cell]
        if lost.any():
            told.append(f"cells that are almost only the target's: {cells.n[kept][lost & mine[kept]].sum():,.0f}")
            kept[np.flatnonzero(kept)[lost]] = False
    return kept, tuple(told)


def _rows_of(cells: AdjustedCells, mine: Marks, cell: Ints, settings: Settings) -> _Rows:
    """Over what is the bootstrap drawn: officers where there are enough, else days, else single stops."""
    least = settings.number("adjusted.min_clusters")
    for name, codes in (("officers", cells.officer), ("days", cells.date)):
        if codes is not None and len(np.unique(codes[codes >= 0])) >= least:
            packs = np.unique(codes[codes >= 0], return_inverse=True)[1]
            cluster = np.full(len(codes), -1, dtype=np.int64)
            cluster[codes >= 0] = packs
            return _Rows(cell, mine, cells.n, cells.k, cluster, name)
    return _Rows(cell, mine, cells.n, cells.k, np.full(len(cells.n), -1, dtype=np.int64), "single stops")


def _drawn(rows: _Rows, size: int, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """n1, k1, n0, k0 by cell x draw: clusters drawn with replacement, stops without a cluster by a Poisson bootstrap."""
    from scipy import sparse

    known = rows.cluster >= 0
    clusters = int(rows.cluster.max(initial=-1)) + 1
    times = rng.multinomial(clusters, np.full(clusters, 1 / clusters), draws).T.astype(float) if clusters else np.zeros((0, draws))
    parts = []
    for side in (rows.target, ~rows.target):
        sums = []
        for value in (rows.n - rows.k, rows.k):
            chosen = side & known
            matrix = sparse.csr_array((value[chosen], (rows.cell[chosen], rows.cluster[chosen])), shape=(size, max(clusters, 1)))
            drawn = matrix @ times if clusters else np.zeros((size, draws))
            alone = np.bincount(rows.cell[side & ~known], value[side & ~known], size)
            sums.append(np.asarray(drawn) + (rng.poisson(alone[:, None], (size, draws)) if alone.any() else 0.0))
        parts += [sums[0] + sums[1], sums[1]]
    return parts[0], parts[1], parts[2], parts[3]


def _bootstrap(match: Match, rows: _Rows, *, weighting: Weighting, draws: int, seed: int, start: Floats) -> tuple[Floats, Floats, Floats]:
    """Target share, look-alike share and regression difference (first draws only) of each draw, with the weights refitted."""
    rng = np.random.default_rng(seed)
    size = len(match.n1)
    step = int(min(draws, max(10, 2_000_000 // size)))
    near = weigh(match, weighting) if weighting == "rake" else None
    own: list[float] = []
    alike: list[float] = []
    regressed: list[float] = []
    for done in range(0, draws, step):
        n1, k1, n0, k0 = _drawn(rows, size, min(step, draws - done), rng)
        raked = rake(match, n1, n0, 1e-6, 40, start=near) if weighting == "rake" else np.zeros_like(n0)
        for draw in range(n1.shape[1]):
            again = replace(match, n1=n1[:, draw], k1=k1[:, draw], n0=n0[:, draw], k0=k0[:, draw])
            try:
                weights, _ = trim(raked[:, draw] if weighting == "rake" else weigh(present(again), weighting), again.n0)
                first, second = shares(again, weights)
                if len(regressed) < REGRESSION_DRAWS:
                    regressed.append(regression_difference(again, weights, start)[0])
            except NotEnoughData:
                continue
            own.append(first)
            alike.append(second)
    return np.array(own), np.array(alike), np.array(regressed)


def _around(value: float, spread: Floats, n: float, log: bool = False) -> Estimate:
    """An interval from the standard deviation of the draws, on the log scale for ratios."""
    if log:
        usable = spread[spread > 0]
        if value <= 0 or len(usable) < 2:
            return Estimate(value, None, None, n)
        half = Z * float(np.std(np.log(usable), ddof=1))
        return Estimate(value, value * float(np.exp(-half)), value * float(np.exp(half)), n)
    half = Z * float(np.std(spread, ddof=1))
    return Estimate(value, value - half, value + half, n)


def _gates(balance: tuple[Balance, ...], ess: float, settings: Settings) -> tuple[Gate, ...]:
    """Every covariate balanced, and a comparison worth enough stops."""
    smd, ks, least = settings.numbers("matched.balance")
    needed = f"standardised difference under {smd:g} and KS under {ks:g}"
    rows = tuple(Gate(f"Balance of {row.covariate}", needed, f"{row.after:.3f} and {row.ks:.3f}", row.passed) for row in balance)
    return (*rows, Gate("Effective sample", f"at least {least:g}", f"{ess:,.1f}", ess >= least))


def _refusal(gates: tuple[Gate, ...]) -> str:
    """Why no number is given, with the list of what failed."""
    failed = [f"{gate.name.lower()} ({gate.found}; needed {gate.needed})" for gate in gates if not gate.passed]
    return f"No close look-alike was found: {'; '.join(failed)}." if failed else ""


def _estimates(match: Match, weights: Floats, rows: _Rows, *, weighting: Weighting, draws: int, seed: int) -> tuple[Estimate, ...]:
    """Target share, look-alike share, difference, ratio and regression difference."""
    own, alike = shares(match, weights)
    regression, coefficients = regression_difference(match, weights)
    first, second, regressed = _bootstrap(match, rows, weighting=weighting, draws=draws, seed=seed, start=coefficients)
    n1, n0 = float(match.n1.sum()), float(match.n0.sum())
    if alike <= 0:
        ratio = Estimate.unavailable("The look-alike has no such outcome, so the ratio does not exist.", n1)
    else:
        ratio = _around(own / alike, np.divide(first, second, out=np.zeros_like(first), where=second > 0), n1, log=True)
    return (
        _around(own, first, n1),
        _around(alike, second, n0),
        _around(own - alike, first - second, n1),
        ratio,
        _around(regression, regressed, n1),
    )


@measure(
    "adjusted.matched",
    title="Against a weighted look-alike",
    question="How does a group, district or town compare with other stops weighted to have the same place, time and reason?",
    formula=(
        "weights 1 for the target; comparison raked to the target's margins (or weighted by e/(1-e)); difference and ratio of shares, and a weighted "
        "regression with the same covariates; bootstrap over officers or days, 500 draws, weights refitted."
    ),
    columns=("race_group", "district", "time", "date", "stop_reason", "officer"),
    minimum="Standardised difference under .10 and KS under .05 on every covariate; effective sample of 100; no weight above 5 % of the total.",
    reference="all other groups or places",
    assumptions=("The listed covariates make stops comparable.", "Officers (or days) are independent of each other."),
    criticisms=(
        "Only what is recorded can be balanced.",
        "Margins are balanced, not every combination of categories; the weighted regression beside it helps little against that.",
        "Balancing on what police decided (the reason) can hide a disparity.",
    ),
    source="McCaffrey, Ridgeway & Morral (2004), Psychological Methods 9; Ridgeway (2006), J. Quantitative Criminology 22; Deming & Stephan (1940)",
    page="We compare with stops weighted to have the same place, time and reason. Only what is recorded can be balanced.",
    settings=("matched.balance", "adjusted.min_clusters"),
)
def compare(  # noqa: PLR0917
    cells: AdjustedCells,
    target: str,
    comparison: str = ALL_OTHERS,
    settings: Settings = DEFAULTS,
    seed: int = 0,
    by: str = "group",
    *,
    weighting: Weighting = "rake",
    draws: int = 500,
) -> MatchedResult:
    """How many points apart are the target's stops and stops weighted to look like them? Shares and differences are 0 to 1.

    `target` and `comparison` are groups, or categories of the covariate `by` (a district, a town); "all_others" is everybody else. Rows as in
    `adjusted.model`. Raises MeasureError on contradictory counts, NotEnoughData where a side has no stops or no outcome varies.
    """
    if np.any(cells.k > cells.n):
        raise MeasureError(f"{int((cells.k > cells.n).sum())} rows hold more outcomes than stops.")
    part, mine = _sides(cells, target, comparison, by)
    total = float(part.n[mine].sum())
    kept, where = _with_counterpart(part, mine, weighting)
    left = total - float(part.n[mine & kept].sum())
    crude = _crude(part, mine)
    part, mine = part.rows(kept), mine[kept]
    if not mine.any() or mine.all():
        raise NotEnoughData(f"No stop of '{target}' has a counterpart.", hint="Use fewer or coarser covariates.")
    match, cell = matched_cells(part, mine)
    weights, trimmed = trim(weigh(match, weighting), match.n0)
    ess = effective_sample(weights, match.n0)
    balance = balance_of(match, weights, tuple(part.covariates), settings.numbers("matched.balance"))
    gates = _gates(balance, ess, settings)
    rows = _rows_of(part, mine, cell, settings)
    reason = _refusal(gates)
    missing = Estimate.unavailable(reason, total)
    found = (missing,) * 5 if reason else _estimates(match, weights, rows, weighting=weighting, draws=draws, seed=seed)
    notes = _notes(total, left, trimmed, where, rows.resampled)
    if left > LEFT_OUT * total:
        found = tuple(each.with_caution("It speaks only of stops that have a counterpart.") for each in found)
    return MatchedResult(
        target,
        comparison,
        found[0],
        found[1],
        found[2],
        found[3],
        found[4],
        crude,
        balance,
        ess,
        trimmed,
        left,
        left / total,
        where,
        gates,
        draws,
        rows.resampled,
        notes,
    )


def _crude(cells: AdjustedCells, mine: Marks) -> float | None:
    """The ratio of shares before any weighting; None where it does not exist."""
    sides = [(float(cells.k[side].sum()), float(cells.n[side].sum())) for side in (mine, ~mine)]
    if min(n for _, n in sides) <= 0 or sides[1][0] <= 0:
        return None
    return (sides[0][0] / sides[0][1]) / (sides[1][0] / sides[1][1])


def _notes(total: float, left: float, trimmed: int, where: tuple[str, ...], resampled: str) -> tuple[str, ...]:
    """What was left out and trimmed, and how the interval was made, in words."""
    told = [f"Intervals are from a bootstrap over {resampled}, with the weights fitted again in each draw."]
    if left:
        told.append(f"{left:,.0f} of {total:,.0f} stops have no counterpart and are left out ({'; '.join(where[:6])}).")
    if trimmed:
        told.append(f"{trimmed:,} weights above 5 % of the total were cut to it.")
    return tuple(told)
