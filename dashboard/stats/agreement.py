"""How far do two reviewers agree, beyond what chance would give?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import Z, checked_counts, wilson


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of judgements of the same cases: how many agree, and Cohen's kappa, each with its interval."""

    pairs: int
    agreed: int
    share: Estimate
    kappa: Estimate
    gates: tuple[Gate, ...] = ()


@measure(
    "oversight.agreement",
    title="Agreement between board and agency",
    question="How often does the review board agree with the agency's finding?",
    formula="kappa = (p_o - p_e) / (1 - p_e), large-sample standard error of Fleiss, Cohen and Everitt",
    minimum="10 cases judged by both; caution below 30",
    assumptions=("Both judged the same cases under the same findings.", "The audited cases were drawn by lot, not picked."),
    criticisms=(
        "Kappa falls when nearly all cases have one finding, although both agree; the plain share stands beside it.",
        "Agreement does not say who is right.",
    ),
    source="Cohen 1960, Educ. Psychol. Meas. 20; Fleiss, Cohen and Everitt 1969, Psychol. Bull. 72",
    page=(
        "Kappa is 1 where board and agency always agree and 0 where they agree no more often than chance. "
        "It is about the cases that the board has judged; a sample drawn by lot speaks for the others too, within the interval."
    ),
    tables=("complaints",),
    columns=("finding",),
)
def agreement(table: Mapping[tuple[str, str], int], settings: Settings = DEFAULTS) -> Agreement:
    """How far do two judges agree? `table` counts cases by (first judgement, second judgement).

    Kappa has no value where chance alone explains full agreement (both used one word only). Source: Fleiss, Cohen and Everitt 1969.
    """
    checked_counts(**{f"{one} and {other}": float(n) for (one, other), n in table.items()})
    pairs = sum(table.values())
    agreed = sum(n for (one, other), n in table.items() if one == other)
    gate = Gate("Cases judged by both", "at least 10", f"{pairs:,}", pairs >= 10)
    if not gate.passed:
        none = Estimate.unavailable(f"{pairs} cases judged by both, needed 10.", pairs)
        return Agreement(pairs, agreed, none, none, (gate,))
    low, high = wilson(agreed, pairs)
    share = Estimate(agreed / pairs, float(low), float(high), pairs)
    kappa = _kappa(table, pairs)
    least = settings.number("rates.min_n")
    if pairs < least:
        doubt = f"Only {pairs} cases, fewer than {least:g}."
        share, kappa = share.with_caution(doubt), kappa.with_caution(doubt)
    return Agreement(pairs, agreed, share, kappa, (gate,))


def _kappa(table: Mapping[tuple[str, str], int], pairs: int) -> Estimate:
    """Cohen's kappa with its interval."""
    words = sorted({word for key in table for word in key})
    p = [[table.get((one, other), 0) / pairs for other in words] for one in words]
    rows, columns = [sum(row) for row in p], [sum(row[place] for row in p) for place in range(len(words))]
    observed, chance = sum(p[i][i] for i in range(len(words))), sum(a * b for a, b in zip(rows, columns, strict=True))
    if chance > 1 - 1e-12:
        return Estimate.unavailable("Both used one finding throughout, so chance alone would give full agreement.", pairs)
    kappa = (observed - chance) / (1 - chance)
    half = Z * math.sqrt(max(0.0, _variance(p, rows, columns, kappa, chance) / pairs))
    return Estimate(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), pairs)


def _variance(p: Sequence[Sequence[float]], rows: Sequence[float], columns: Sequence[float], kappa: float, chance: float) -> float:
    """n times the large-sample variance of kappa (Fleiss, Cohen and Everitt 1969, equation 13)."""
    many = range(len(rows))
    on = sum(p[i][i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in many)
    off = (1 - kappa) ** 2 * sum(p[i][j] * (columns[i] + rows[j]) ** 2 for i in many for j in many if i != j)
    return (on + off - (kappa - chance * (1 - kappa)) ** 2) / (1 - chance) ** 2
