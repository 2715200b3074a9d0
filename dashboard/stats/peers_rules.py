"""Whom would other rules have flagged, and how many of them falsely? Raw counts, fixed thresholds and chance-only limits beside the peers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.registry import measure
from dashboard.stats.peers import Review, Reviewed

Floats = NDArray[np.float64]
TOP_SHARE = 0.05
FUNNEL = 0.025


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: how many it flags, how many of them are expected to be ordinary, how many it shares with the peers, who cannot be judged."""

    name: str
    flagged: int
    false_flags: float
    shared: int
    unjudged: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, the peers first; `agreement` is Spearman's correlation of the two rankings.

    `common_top` says how many of the `top` highest by raw count are among the `top` highest against peers.
    """

    rules: tuple[Rule, ...]
    agreement: float | None
    top: int
    common_top: int
    sentence: str


@measure(
    "peers.rules",
    title="Other rules beside the peers",
    question="How far do a ranking by raw counts and one against peers disagree, and how many would each flag falsely?",
    formula="Expected false flags of any rule = sum over those it flags of 1 - P(theta > 1.5 | data); Spearman's correlation of raw counts and of P; "
    "funnel: Poisson P(at least O | E) <= 0.025",
    minimum="as peers.review",
    assumptions=("The model of peers.review holds; it judges every rule alike.",),
    criticisms=("The rules are judged by our own model; a rule built on another idea of 'ordinary' would be judged otherwise.",),
    source="Walker, Alpert & Kenney 2001, NIJ Research in Brief (thresholds of early warning systems); Spiegelhalter 2005, Stat. Med. 24, 1185-1202",
    page=(
        "Fixed thresholds count exposure: busy assignments are flagged and quiet ones never. Every rule is judged by the same model: "
        "how many of those it flags would turn out ordinary."
    ),
    tables=("use_of_force", "complaints", "officers"),
    columns=("officer_key", "date"),
    settings=("peers.ratio", "peers.certainty", "peers.fixed_force", "peers.fixed_complaints"),
)
def rules(found: Review, fixed: Mapping[str, Collection[str]]) -> Rules:
    """What would other rules do? `fixed` maps the name of a threshold in words to the names of officers it flags."""
    by_peers = {one.name for one in found.for_review}
    judged = [one for one in found.officers if one.sure is not None]
    top = len(by_peers) or max(1, round(TOP_SHARE * len(judged)))
    raw = sorted(found.officers, key=lambda one: (-one.observed, one.name))[:top]
    peers_first = sorted(judged, key=lambda one: (-(one.sure or 0.0), one.name))[:top]
    common = len({one.name for one in raw} & {one.name for one in peers_first})
    named = [
        ("Against peers", [one for one in found.officers if one.for_review]),
        (f"The {top} highest raw counts", raw),
        *((name, [one for one in found.officers if one.name in chosen]) for name, chosen in fixed.items()),
        ("Chance limits only (funnel, 97.5%)", [one for one in judged if one.chance is not None and one.chance <= FUNNEL and one.observed > 0]),
    ]
    made = tuple(_rule(name, chosen, by_peers) for name, chosen in named)
    agreement = spearman([float(one.observed) for one in judged], [one.sure or 0.0 for one in judged])
    missed = top - common
    said = (
        f"Of the {top} highest by raw count, {missed or 'none'} {'is' if missed == 1 else 'are'} not among the {top} highest against peers. "
        f"About {made[1].false_flags:.1f} of the raw {top} would turn out ordinary, and {made[0].false_flags:.1f} of the {made[0].flagged} "
        "against peers."
    )
    return Rules(made, agreement, top, common, said)


def _rule(name: str, chosen: list[Reviewed], by_peers: set[str]) -> Rule:
    """One rule's account."""
    judged = [one.sure for one in chosen if one.sure is not None]
    return Rule(name, len(chosen), float(sum(1 - one for one in judged)), sum(one.name in by_peers for one in chosen), len(chosen) - len(judged))


def spearman(one: list[float], other: list[float]) -> float | None:
    """How far do two rankings agree? -1 to 1; None where one of them is constant."""
    from scipy.stats import rankdata

    if len(one) < 3 or len(set(one)) < 2 or len(set(other)) < 2:
        return None
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def funnel(found: Review, points: int = 40) -> tuple[tuple[tuple[float, float, float], ...], tuple[tuple[float, float, float], ...]]:
    """Between which ratios would 95 % of ordinary officers lie at each expectation? (with ordinary differences, by pure chance) as (E, low, high)."""
    from scipy.stats import nbinom, poisson

    known = [one.expected for one in found.officers if one.compared and one.expected]
    if not known or found.shape is None:
        return (), ()
    grid = np.geomspace(min(known), max(known), points)
    a = found.shape.value
    wide = [(float(e), *_limits(nbinom(a, a / (a + e)), e)) for e in grid]
    thin = [(float(e), *_limits(poisson(e), e)) for e in grid]
    return tuple(wide), tuple(thin)


def _limits(law: object, e: float) -> tuple[float, float]:
    """Both limits as ratios, interpolated between counts so that the lines do not jump (Spiegelhalter 2005, appendix A.1.1)."""
    ends = []
    for p in (FUNNEL, 1 - FUNNEL):
        r = float(law.ppf(p))  # type: ignore[attr-defined]
        mass = float(law.pmf(r))  # type: ignore[attr-defined]
        part = (float(law.cdf(r)) - p) / mass if mass > 0 else 0.0  # type: ignore[attr-defined]
        ends.append(max(0.0, r - part) / e)
    return ends[0], ends[1]
