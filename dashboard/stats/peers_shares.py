"""Whose share of n is higher than the same assignments explain, by more than officers ordinarily differ, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema import say
from dashboard.schema.result import Estimate, Gate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import TAIL
from dashboard.stats.peers import MIN_OFFICERS
from dashboard.stats.peers_expected import Expected

Floats = NDArray[np.float64]
LEAST_TRIALS = 20  # searches, contacts or cases an officer needs to be compared
LEAST, MOST = 1.0, 10_000.0  # bounds of the size m; at the upper one officers do not differ beyond chance
GRID = 32


@dataclass(frozen=True, slots=True)
class SharedReviewed:
    """One officer: `hits` of `trials`, the share that peers with the same assignments had, the shrunk share, and how sure it is that its odds exceed
    `Shares.ratio` times those of peers. Not `compared`: too few trials, or no peers.
    """

    name: str
    hits: int
    trials: int
    expected: float | None
    share: Estimate
    sure: float | None
    compared: bool
    for_review: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """All officers, those for review first; `size` is m: an ordinary officer's share is Beta(m e, m (1 - e)) around the share e of the peers.

    `false_flags` is the expected number among those for review who would turn out ordinary.
    """

    officers: tuple[SharedReviewed, ...]
    size: float | None
    ratio: float
    compared: int
    false_flags: float
    status: Status
    gates: tuple[Gate, ...]
    sentence: str

    @property
    def for_review(self) -> tuple[SharedReviewed, ...]:
        """Those whose share differs."""
        return tuple(one for one in self.officers if one.for_review)


@measure(
    "peers.shares",
    title="Officers' shares against true peers",
    question="Whose share is higher than the same assignment explains, by more than officers ordinarily differ, and how sure are we?",
    formula=(
        "e_i = expected hits of peers in the same cells / trials; k_i of n_i beta-binomial with Beta(m e_i, m (1 - e_i)), m by its likelihood and "
        "averaged over what the data say of it; for review when P(odds of p_i > 1.5 x odds of e_i | data) >= 0.80 and k_i >= 3; expected false flags "
        "= sum of 1 - P over those flagged"
    ),
    minimum="20 officers with 20 trials and an expected share between 0 and 1; a cell of peers has 5 other officers and 20 events of theirs",
    assumptions=(
        "Within a unit, shift, district and period officers meet comparable work.",
        "Officers' ordinary shares differ like a beta distribution around that of their peers.",
    ),
    criticisms=(
        "What counts as a trial was decided by the officer: whoever searches only on strong grounds finds more often.",
        "If a whole unit is off, a comparison within it cannot see it.",
        "Officers who differ but have few trials stay unseen.",
    ),
    source="Efron & Morris 1975, JASA 70, 311-319; Ridgeway & MacDonald 2009, JASA 104, 661-668; odds form of the threshold: OURS",
    page=(
        "Compares an officer's share with that of colleagues who had the same assignments, and allows for ordinary differences between people. "
        "A small number of trials pulls a share toward that of the peers."
    ),
    tables=("stops",),
    columns=("officer_key", "searched", "contraband_found"),
    settings=("peers.ratio", "peers.certainty", "peers.min_events", "peers.window_months", "outcome.searches"),
)
def shares(names: Sequence[str], found: Expected, *, settings: Settings = DEFAULTS) -> Shares:
    """Whose share differs? `found` holds hits as events and trials as exposure (`peers_expected.expected`), `names` one per officer.

    MeasureError when names and counts differ in number, or an officer has more hits than trials.
    """
    if len(names) != len(found.observed):
        raise MeasureError("Every officer needs a name and counts.")
    k, n = found.observed, found.exposure
    if (k > n).any():
        raise MeasureError("An officer has more hits than trials.", hint="Count each trial once.")
    e = np.divide(found.expected, n, out=np.full(len(n), np.nan), where=n > 0)
    compared = np.isfinite(e) & (np.nan_to_num(e) > 0) & (np.nan_to_num(e) < 1) & (n >= LEAST_TRIALS)
    ratio, certainty, least = (settings.number(f"peers.{name}") for name in ("ratio", "certainty", "min_events"))
    there = int(compared.sum())
    gates: tuple[Gate, ...] = (Gate("Officers compared", f"{MIN_OFFICERS}", f"{there}", there >= MIN_OFFICERS),)
    sure, mean, low, high = (np.full(len(n), np.nan) for _ in range(4))
    size = None
    if gates[0].passed:
        sizes, weights, size = _sizes(k[compared], n[compared], e[compared])
        sure[compared] = _above(sizes, weights, k[compared], n[compared], e[compared], ratio)
        mean[compared], low[compared], high[compared] = _posterior(size, k[compared], n[compared], e[compared])
        gates += (Gate("Ordinary differences", "found beyond chance", f"size {size:.0f}", size < 0.9 * MOST),)
    flagged = compared & (np.nan_to_num(sure) >= certainty) & (k >= least)
    rows = [
        SharedReviewed(
            names[i],
            int(k[i]),
            int(n[i]),
            float(e[i]) if compared[i] else None,
            Estimate(float(mean[i]), float(low[i]), float(high[i]), float(n[i]))
            if size is not None and compared[i]
            else Estimate.unavailable("There are too few trials or peers to compare.", float(n[i])),
            float(sure[i]) if np.isfinite(sure[i]) else None,
            bool(compared[i]) and size is not None,
            bool(flagged[i]),
        )
        for i in range(len(n))
    ]
    rows.sort(key=lambda one: (not one.for_review, -(one.sure or 0.0), one.name))
    false = float((1 - sure[flagged]).sum())
    status = Status.OK if size is not None else Status.UNAVAILABLE
    return Shares(tuple(rows), size, ratio, there, false, status, gates, _sentence(int(flagged.sum()), there, false, known=size is not None))


def likelihood(size: float, k: Floats, n: Floats, e: Floats) -> float:
    """The log likelihood of the size m of the beta-binomial, without terms free of m."""
    from scipy.special import betaln

    return float((betaln(k + size * e, n - k + size * (1 - e)) - betaln(size * e, size * (1 - e))).sum())


def _sizes(k: Floats, n: Floats, e: Floats) -> tuple[Floats, Floats, float]:
    """Sizes, their weights under a flat prior of the spread 1 / sqrt(m), and the likeliest one."""
    from scipy.optimize import minimize_scalar

    best = minimize_scalar(lambda log: -likelihood(float(np.exp(log)), k, n, e), bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    size = float(np.exp(best.x))
    spreads = np.linspace(1 / np.sqrt(MOST), min(1 / np.sqrt(LEAST), 3 / np.sqrt(size) + 0.2), GRID)
    logs = np.array([likelihood(float(spread**-2), k, n, e) for spread in spreads])
    weights = np.exp(logs - logs.max())
    return spreads**-2.0, weights / weights.sum(), size


def _above(  # noqa: PLR0917
    sizes: Floats, weights: Floats, k: Floats, n: Floats, e: Floats, ratio: float
) -> Floats:
    """How sure is it that each officer's odds exceed `ratio` times the peers'? Posterior Beta(m e + k, m (1 - e) + n - k), averaged over m."""
    from scipy.special import betainc

    odds = ratio * e / (1 - e)
    cut = odds / (1 + odds)
    total = np.zeros(len(k))
    for size, weight in zip(sizes, weights, strict=True):
        total += weight * (1 - betainc(size * e + k, size * (1 - e) + n - k, cut))
    return total


def _posterior(size: float, k: Floats, n: Floats, e: Floats) -> tuple[Floats, Floats, Floats]:
    """The shrunk share and the ends of its 95 % interval, at the likeliest size."""
    from scipy.special import betaincinv

    a, b = size * e + k, size * (1 - e) + n - k
    return a / (a + b), betaincinv(a, b, TAIL), betaincinv(a, b, 1 - TAIL)


def _sentence(flagged: int, compared: int, false: float, *, known: bool) -> str:
    """The answer in words."""
    if not known:
        return f"Only {compared} officers can be compared with peers; {MIN_OFFICERS} are needed to know how far officers ordinarily differ."
    if not flagged:
        return f"No officer of {say.count(compared)} stands out from peers beyond ordinary differences."
    who = "1 officer" if flagged == 1 else f"{flagged} officers"
    return f"{who} of {say.count(compared)} for review; about {false:.1f} of them would turn out ordinary."
