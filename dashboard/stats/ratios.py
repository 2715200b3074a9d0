"""How many times the reference: ratios of rates, of risks, and odds ratios, each with the interval that its counts allow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Status
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import TAIL, Z, checked_counts, log_normal, mid_p_ratio, normal_p

FEW = 5.0  # Cochran's rule: below this expected count a chi-square or a logarithm is not to be trusted


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """A ratio of two shares. `warning` is set when a cell expects fewer than 5; `smallest_expected` is that count."""

    estimate: Estimate
    warning: bool
    smallest_expected: float


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """Fisher's conditional odds ratio with its exact interval, and beside it the `sample` ratio a(m-b)/(b(n-a)), labelled as such."""

    estimate: Estimate
    sample: float | None
    warning: bool
    smallest_expected: float


@measure(
    "rates.rate_ratio",
    title="Ratio of rates",
    question="How many times the reference group's rate is this group's rate?",
    formula="(a/E) / (b/F); from 10 events each exp(ln RR -/+ 1.96 sqrt(phi_a/a + phi_b/b)), below that mid-P exact",
    minimum="one event in the reference group; the exact interval is used below 10 events",
    reference="groups.reference",
    assumptions=("Events come independently, or phi says how much they cluster.", "Both exposures mean the same thing for both groups."),
    criticisms=("It hides how large the rates are.", "It inherits every fault of the two denominators.", "Clustering beyond phi is not seen."),
    source="Rothman, Greenland & Lash 2008, Modern Epidemiology, 3rd ed., ch. 14",
    page="The ratio compares rates and hides their size; read it beside the rates. It inherits every fault of the two denominators.",
    columns=("race_group",),
    settings=("groups.reference", "rates.exact_below"),
)
def rate_ratio(
    a: float,
    E: float | None,
    b: float,
    F: float | None,
    *,
    phi_a: float = 1.0,
    phi_b: float = 1.0,
    settings: Settings = DEFAULTS,
) -> Estimate:
    """How many times the reference rate b/F is the rate a/E?

    `phi` is the dispersion of each count (1 = Poisson; below 1 is read as 1). No events in the reference: no value, only the
    lower limit. Raises MeasureError on negative or missing counts. Source: Rothman, Greenland & Lash 2008, ch. 14.
    """
    checked_counts(events=a, reference_events=b)
    n = a + b
    if E is None or F is None or not (math.isfinite(E) and math.isfinite(F)) or E <= 0 or F <= 0:
        return Estimate.unavailable("No ratio: the exposure of one group is missing or zero. It needs a count above 0.", n)
    if n == 0:
        return Estimate.unavailable("No ratio: neither group has an event.", n)
    exact = min(a, b) < settings.number("rates.exact_below")
    spread_a, spread_b = max(1.0, phi_a), max(1.0, phi_b)
    if b == 0:
        low, _ = mid_p_ratio(a, E, b, F)
        reason = f"The reference group has no event, so there is no ratio: at least {low:.2f} times."
        return Estimate(None, low, None, n, Status.UNAVAILABLE, reason)
    value = (a / E) / (b / F)
    low, high = mid_p_ratio(a, E, b, F) if exact else log_normal(value, spread_a / a + spread_b / b)
    result = Estimate(value, low, high, n)
    if exact and max(spread_a, spread_b) > 1:
        return result.with_caution("Few events: the exact interval does not allow for clustering and is a lower bound on the uncertainty.")
    return result


def smallest_expected(a: float, n: float, b: float, m: float) -> float:
    """What is the smallest count that the four cells would expect if the two groups were alike? Row total x column total / N."""
    total, hits = n + m, a + b
    if total == 0:
        return 0.0
    return min(row * column / total for row in (n, m) for column in (hits, total - hits))


def _checked_table(a: float, n: float, b: float, m: float) -> None:
    """Do a of n and b of m make a four-cell table? Raises MeasureError with a pointer to the ratio of rates if not."""
    checked_counts(a=a, n=n, b=b, m=m)
    if a > n or b > m:
        raise MeasureError(
            f"{a:g} of {n:g} and {b:g} of {m:g} make no four-cell table: there are more events than people.",
            hint="Events over residents are rates; compare them with rates.rate_ratio.",
        )


def _warned(estimate: Estimate, expected: float) -> Estimate:
    """The estimate, with caution when a cell expects too few."""
    if expected >= FEW:
        return estimate
    return estimate.with_caution(f"One of the four cells expects {expected:.1f}, fewer than {FEW:.0f}: read the interval, not the value.")


@measure(
    "rates.risk_ratio",
    title="Ratio of shares",
    question="How many times more often does the outcome follow in this group than in the reference group?",
    formula="(a/n) / (b/m); exp(ln RR -/+ 1.96 sqrt(1/a - 1/n + 1/b - 1/m))",
    minimum="an outcome in the reference group; caution when a cell expects fewer than 5",
    reference="groups.reference",
    assumptions=("Each trial counts once and trials are independent.", "The two groups share no trial."),
    criticisms=("The interval rests on large counts.", "It hides how common the outcome is.", "Groups may differ in place, time and reason."),
    source="Katz, Baptista, Azen & Pike 1978, Biometrics 34, 469-474",
    page="The ratio compares how often the same step follows in two groups. It hides how common that step is; read it beside the shares.",
    columns=("race_group",),
    settings=("groups.reference",),
)
def risk_ratio(a: float, n: float, b: float, m: float) -> RiskRatio:
    """How many times the reference share b/m is the share a/n?

    Trials only: a > n raises MeasureError with a pointer to the ratio of rates. A zero numerator gives ratio 0 without an
    interval; a zero reference gives none. Source: Katz et al. 1978.
    """
    _checked_table(a, n, b, m)
    expected = smallest_expected(a, n, b, m)
    total = n + m
    if n == 0 or m == 0:
        estimate = Estimate.unavailable("No ratio: one of the groups has no trials.", total)
    elif b == 0:
        estimate = Estimate.unavailable("No ratio: the outcome never follows in the reference group. See the exact odds ratio.", total)
    elif a == 0:
        estimate = Estimate(0.0, None, None, total).with_caution("The outcome never follows in this group: see the exact odds ratio for an interval.")
    elif a == n and b == m:
        estimate = Estimate(1.0, None, None, total).with_caution("The outcome always follows in both groups, so no interval can be given.")
    else:
        value = (a / n) / (b / m)
        low, high = log_normal(value, 1 / a - 1 / n + 1 / b - 1 / m)
        estimate = Estimate(value, low, high, total)
    return RiskRatio(_warned(estimate, expected), expected < FEW, expected)


@measure(
    "rates.odds_ratio",
    title="Odds ratio",
    question="How do the odds of the outcome compare, for a table that is published as odds?",
    formula="Fisher's conditional maximum likelihood with the exact central interval; sample ratio a(m-b) / (b(n-a)) beside it",
    minimum="an outcome and a non-outcome somewhere in the table; caution when a cell expects fewer than 5",
    reference="groups.reference",
    assumptions=("Each trial counts once and trials are independent.", "The margins of the table carry no information on the ratio."),
    criticisms=("Larger than the ratio of shares when the outcome is common, and easily misread as one.", "The exact interval is conservative."),
    source="Fisher 1935, J. R. Stat. Soc. 98, 39-82; Cornfield 1956",
    page="An odds ratio is larger than the ratio of rates when the outcome is common. We show it because the source does.",
    columns=("race_group",),
    settings=("groups.reference",),
)
def odds_ratio(a: float, n: float, b: float, m: float) -> OddsRatio:
    """How many times the odds in the reference group (b of m) are the odds in this group (a of n)?

    Conditional maximum likelihood and the exact central 95 % interval; a zero cell leaves one side open (`low` 0 or `high`
    None). Raises MeasureError when a > n. Source: Fisher 1935; Cornfield 1956.
    """
    _checked_table(a, n, b, m)
    expected, total = smallest_expected(a, n, b, m), n + m
    sample = a * (m - b) / (b * (n - a)) if b > 0 and n > a else None
    if n == 0 or m == 0 or a + b in {0, total}:
        reason = "No odds ratio: the outcome follows always or never, or a group is empty."
        return OddsRatio(Estimate.unavailable(reason, total), None, True, expected)
    lowest, highest = max(0.0, a + b - m), min(n, a + b)
    cells = _Conditional(a, n, b, m)
    low = 0.0 if a == lowest else cells.solve("at_least", TAIL)
    high = None if a == highest else cells.solve("at_most", TAIL)
    if a == highest:
        reason = f"The largest possible count was seen, so there is no value: the odds are at least {low:.2f} times."
        estimate = Estimate(None, low, None, total, Status.UNAVAILABLE, reason)
    else:
        estimate = Estimate(0.0 if a == lowest else cells.solve("mean", a), low, high, total)
    return OddsRatio(_warned(estimate, expected), sample, expected < FEW, expected)


class _Conditional:
    """The distribution of the first cell given all margins, as a function of the odds ratio (noncentral hypergeometric).

    Only counts within 40 standard errors of the one seen are carried, so tables of millions of trials stay fast; the rest
    has no weight in double precision.
    """

    def __init__(self, a: float, n: float, b: float, m: float) -> None:
        from scipy.special import gammaln

        hits = a + b
        padded = [count + 0.5 for count in (a, n - a, b, m - b)]
        error = math.sqrt(sum(1 / count for count in padded))
        reach = 40.0 / error + 100.0
        first, last = max(0.0, hits - m, a - reach), min(n, hits, a + reach)
        x = np.arange(math.ceil(first), math.floor(last) + 1, dtype=float)
        self.seen, self.x = a, x
        self.weights = -(gammaln(x + 1) + gammaln(n - x + 1) + gammaln(hits - x + 1) + gammaln(m - hits + x + 1))
        self.centre = math.log(padded[0] * padded[3] / (padded[1] * padded[2]))
        self.width = 10.0 * error

    def value(self, what: str, log_odds: float) -> float:
        """The mean of the cell, or its chance of being at least or at most the count seen."""
        logs = self.weights + self.x * log_odds
        chances = np.exp(logs - logs.max())
        chances /= chances.sum()
        if what == "mean":
            return float(chances @ self.x)
        return float(chances[self.x >= self.seen].sum() if what == "at_least" else chances[self.x <= self.seen].sum())

    def solve(self, what: str, target: float) -> float:
        """The odds ratio at which that quantity reaches the target."""
        from scipy.optimize import brentq

        low, high = self.centre - self.width, self.centre + self.width
        return math.exp(float(brentq(lambda log_odds: self.value(what, log_odds) - target, low, high, xtol=1e-12)))


def p_of_ratio(estimate: Estimate) -> float | None:
    """How often would chance alone give a ratio this far from 1? None where there is no value or no two-sided interval.

    The normal score is read back from the 95 % limits on the log scale, so it carries whatever the interval allowed for.
    """
    low, high, value = estimate.low, estimate.high, estimate.value
    if not value or not low or not high or high <= low:
        return None
    return normal_p(math.log(value) / (math.log(high / low) / (2 * Z)))
