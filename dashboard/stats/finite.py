"""How far can the answers of some employees speak for all of them? Margins where everyone was asked and the whole is finite."""

from __future__ import annotations

import math

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.intervals import Z, wilson


def correction(n: float, population: float | None) -> float:
    """By what is a standard error multiplied because n of `population` were heard? sqrt((N - n) / (N - 1)); 1 where the whole is unknown."""
    if population is None or population <= 1:
        return 1.0
    return math.sqrt(max(0.0, population - n) / (population - 1))


def margin(p: float, n: float, population: float | None = None) -> float:
    """Half of the 95 % interval of a share p of n answers, with the finite-population correction (0 to 1). ValueError without answers."""
    if n <= 0:
        raise ValueError("A margin needs answers.")
    return Z * math.sqrt(p * (1 - p) / n) * correction(n, population)


def effective(n: float, population: float | None) -> float:
    """How many answers of an endless population would be as telling as n of this one: n (N - 1) / (N - n); infinite where all answered."""
    factor = correction(n, population)
    return math.inf if factor == 0 else n / factor**2


@measure(
    "employee.margin",
    title="Favourable share of a staff question",
    question="How many answer favourably, and how sure is that if everyone was asked?",
    formula="Share of valid answers in the top two of five boxes; neutral stays in the base, don't know and skipped leave this question only. "
    "Wilson's interval with effective n = n (N - 1) / (N - n) where N people were asked.",
    minimum="10 valid answers; no role can lower it",
    assumptions=("Those who stayed silent are like those who answered.",),
    criticisms=(
        "The correction is optimistic: it treats silence as chance, and the dissatisfied may answer more (arXiv 2506.14915).",
        "Two boxes of five throw away how strongly people agree.",
    ),
    source="OPM FEVS 2019; Wilson 1927; Cochran 1977, section 3.3",
    page="The share of people who chose one of the two favourable answers. The interval is narrower than usual because nearly everyone was asked, "
    "and it is honest only if the silent think like the others.",
    tables=(),
)
def favourable(positive: float, n: float, population: float | None = None) -> Estimate:
    """The share `positive` (0 to 1) of n valid answers with its interval over a staff of `population`; not available without answers."""
    if n <= 0:
        return Estimate.unavailable("Nobody answered.", 0)
    many = effective(n, population)
    if math.isinf(many):
        return Estimate(positive, positive, positive, n)
    low, high = wilson(positive * many, many)
    return Estimate(positive, min(float(low), positive), max(float(high), positive), n)
