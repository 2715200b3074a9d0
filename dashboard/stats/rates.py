"""What share, how many points apart, how many per exposure: the plain numbers that every other measure rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.intervals import UNKNOWN_LIMIT, checked_counts, checked_share, garwood, newcombe, normal_p, wilson
from dashboard.stats.months import MonthCoverage, ObservedMonths, common_months, observed_months
from dashboard.stats.ratios import OddsRatio, RiskRatio, odds_ratio, p_of_ratio, rate_ratio, risk_ratio

__all__ = [
    "MonthCoverage",
    "ObservedMonths",
    "OddsRatio",
    "Rate",
    "RiskRatio",
    "common_months",
    "difference",
    "dispersion",
    "observed_months",
    "odds_ratio",
    "p_of_difference",
    "p_of_ratio",
    "proportion",
    "rate",
    "rate_ratio",
    "risk_ratio",
    "with_unknown_caution",
]

MONTHS_FOR_PHI = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per exposure. `estimate` is per year of observed months, times `per`; its n is the number of events.

    `exposure` is the exposure after the missing months were taken out; `phi` is the monthly dispersion (None: not enough months).
    """

    estimate: Estimate
    events: float
    exposure: float | None
    months_observed: float
    months_asked: float
    phi: float | None
    per: float
    gates: tuple[Gate, ...] = ()


@measure(
    "rates.proportion",
    title="Share",
    question="What share of these events had the outcome?",
    formula="k/n with Wilson's score interval",
    minimum="1 event; caution below 30",
    assumptions=("Events are independent.", "Every event that could have the outcome is in n."),
    criticisms=(
        "Counts cluster in officers and nights, so the interval is a lower bound on the uncertainty.",
        "Events never recorded are not covered.",
    ),
    source="Wilson 1927; Newcombe 1998, Stat. Med. 17, 857-872",
    page=(
        "This is the share of recorded events, and each event counts once however often the same person appears. "
        "The interval covers chance only, not events that were never recorded."
    ),
    settings=("rates.min_n",),
)
def proportion(k: float, n: float, settings: Settings = DEFAULTS) -> Estimate:
    """What share of n trials had the outcome? Weighted data pass the effective n and k = p x n.

    Raises MeasureError when k > n, with the number of rows in excess. Source: Newcombe 1998, method 3.
    """
    checked_share(k, n)
    if n == 0:
        return Estimate.unavailable("No share: there are no events to take a share of.", 0)
    low, high = wilson(k, n)
    result = Estimate(k / n, float(low), float(high), n)
    least = settings.number("rates.min_n")
    if n < least:
        return result.with_caution(f"Only {n:g} events, fewer than {least:g}: one event more or less moves the share by {100 / n:.1f} points.")
    return result


@measure(
    "rates.difference",
    title="Difference in points",
    question="How many points apart are the two groups?",
    formula="p1 - p2 with Newcombe's square-and-add interval from the Wilson limits",
    minimum="1 event in each group; caution below 30 in either",
    reference="groups.reference",
    assumptions=("The two groups share no event.", "Events are independent."),
    criticisms=("Not by itself evidence of unequal treatment.", "Clustering makes the true uncertainty larger."),
    source="Newcombe 1998, Stat. Med. 17, 873-890, method 10",
    page=(
        "The difference in points is the plainest comparison and depends least on small denominators. A difference is not by itself "
        "evidence of unequal treatment: the two groups may differ in place, time and reason."
    ),
    columns=("race_group",),
    settings=("groups.reference", "rates.min_n"),
)
def difference(k1: float, n1: float, k2: float, n2: float, *, shared: float = 0, settings: Settings = DEFAULTS) -> Estimate:
    """How much larger is the share k1/n1 than k2/n2? A value between -1 and 1; n is the sum of both.

    `shared` is the number of events in both groups: above 0 the comparison is refused, because a group cannot be compared with
    a whole that contains it. Source: Newcombe 1998, method 10.
    """
    checked_share(k1, n1)
    checked_share(k2, n2)
    if shared > 0:
        raise MeasureError(f"The two groups share {shared:g} events.", hint="Compare the group with all others, not with everyone.")
    if n1 == 0 or n2 == 0:
        return Estimate.unavailable("No difference: one of the groups has no events.", n1 + n2)
    low, high = newcombe(k1, n1, k2, n2)
    result = Estimate(k1 / n1 - k2 / n2, float(low), float(high), n1 + n2)
    least = settings.number("rates.min_n")
    if min(n1, n2) < least:
        return result.with_caution(f"The smaller group has {min(n1, n2):g} events, fewer than {least:g}.")
    return result


def p_of_difference(k1: float, n1: float, k2: float, n2: float) -> float | None:
    """How often would chance alone set two equal shares this far apart? Pooled score test; None where no test exists."""
    checked_share(k1, n1)
    checked_share(k2, n2)
    if n1 == 0 or n2 == 0:
        return None
    pooled = (k1 + k2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    return None if variance == 0 else normal_p((k1 / n1 - k2 / n2) / math.sqrt(variance))


def dispersion(monthly: Sequence[float | None]) -> float | None:
    """How much more do the monthly counts scatter than chance alone would? 1 = Poisson; None below 12 observed months or no events.

    None in the series is a month without data and is left out. Source: Pearson's statistic over its degrees of freedom.
    """
    seen = [float(count) for count in monthly if count is not None]
    checked_counts(**{f"month {place + 1}": count for place, count in enumerate(seen)})
    if len(seen) < MONTHS_FOR_PHI or sum(seen) == 0:
        return None
    mean = sum(seen) / len(seen)
    return sum((count - mean) ** 2 / mean for count in seen) / (len(seen) - 1)


@measure(
    "rates.rate",
    title="Rate",
    question="How many events are there for this exposure?",
    formula="a/E with E = P x observed months / 12; exact interval of Garwood, its log half-width times sqrt(phi) when phi > 1",
    minimum="an exposure above 0; caution when fewer than half of the months are observed",
    assumptions=("Missing months resemble the observed ones.", "Months scatter independently."),
    criticisms=("Residents are not the people at risk on the road.", "One person can count several times.", "phi also takes in season and trend."),
    source="Garwood 1936, Biometrika 28, 437-442; months as in Pierson et al. 2020, Nat. Hum. Behav. 4, 736-745",
    page=(
        "Events are divided by an exposure, so one person can count several times. "
        "Residents are not the people at risk on the road; see the other denominators."
    ),
    tables=("stops", "population"),
    columns=("date",),
    settings=("rates.months_coverage", "rates.months_min_stops"),
)
def rate(
    events: float,
    exposure: float | None,
    months_observed: float = 12,
    months_asked: float = 12,
    monthly: Sequence[float | None] | None = None,
    *,
    per: float = 1.0,
) -> Rate:
    """How many events per `per` units of exposure and year?

    `exposure` is the exposure of twelve months (residents): E = exposure x months_observed / 12, so that a missing month does not
    depress the rate. An exposure counted in the same months (arrests, calls) leaves both months at 12. `monthly` are the counts
    of the observed months (None = no data); they must add up to `events`. Events may exceed the exposure.
    """
    checked_counts(events=events, months_observed=months_observed, months_asked=months_asked)
    _checked_months(events, months_observed, months_asked, monthly)
    gates = (
        Gate("months", f"{months_asked / 2:g} of {months_asked:g} months", f"{months_observed:g}", months_observed >= months_asked / 2),
        Gate("exposure", "above 0", "missing" if exposure is None else f"{exposure:g}", _positive(exposure)),
    )
    phi = None if monthly is None else dispersion(monthly)
    if exposure is None or not _positive(exposure) or months_observed == 0:
        what = "no month was observed" if months_observed == 0 else "the exposure is missing, zero or negative"
        none = Estimate.unavailable(f"No rate: {what}.", events)
        return Rate(none, events, None, months_observed, months_asked, phi, per, gates)
    effective = exposure * months_observed / 12.0
    low, high = _widened(events, phi)
    scale = per / effective
    estimate = Estimate(events * scale, low * scale, high * scale, events)
    if not gates[0].passed:
        estimate = estimate.with_caution(f"Only {months_observed:g} of {months_asked:g} months were observed.")
    return Rate(estimate, events, effective, months_observed, months_asked, phi, per, gates)


def _positive(exposure: float | None) -> bool:
    """Whether an exposure can be divided by."""
    return exposure is not None and math.isfinite(exposure) and exposure > 0


def _checked_months(events: float, observed: float, asked: float, monthly: Sequence[float | None] | None) -> None:
    """Do the months fit each other? Raises MeasureError when more were observed than asked, or the months do not add up."""
    if observed > asked:
        raise MeasureError(f"{observed:g} months observed of {asked:g} asked for.")
    if monthly is None:
        return
    total = sum(count for count in monthly if count is not None)
    if not math.isclose(total, events, rel_tol=1e-9, abs_tol=1e-9):
        raise MeasureError(f"The monthly counts add up to {total:g}, but there are {events:g} events.")


def _widened(events: float, phi: float | None) -> tuple[float, float]:
    """Garwood's limits, moved apart on the log scale by sqrt(phi) when the months scatter more than chance."""
    low, high = garwood(events)
    if phi is None or phi <= 1 or events == 0:
        return low, high
    spread = math.sqrt(phi)
    return events * (low / events) ** spread, events * (high / events) ** spread


def with_unknown_caution(estimate: Estimate, unknown: float, total: float) -> Estimate:
    """The same comparison, with caution when more than a tenth of all events have no recorded group."""
    if total <= 0 or unknown / total <= UNKNOWN_LIMIT:
        return estimate
    return estimate.with_caution(f"The group of {unknown / total:.0%} of the events is unknown, more than {UNKNOWN_LIMIT:.0%}.")
