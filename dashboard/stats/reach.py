"""Whom did outreach reach, and did trust move where it went? Shares of who came with events as clusters, and changes side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.intervals import Z

LEAST_EVENTS = 5  # events with counted groups below which no share is given
LEAST_PEOPLE = 30
LEAST_PLACES = 2  # places on each side of a before-and-after contrast


@measure(
    "outreach.share",
    title="Who comes to events",
    question="Is a group among those who came as large as it is among residents?",
    formula="Ratio of (people of the group / people counted, over events) to the group's share of residents; interval from the spread between "
    "events: linearised variance of a ratio, events as clusters, on the log scale.",
    minimum=f"{LEAST_EVENTS} events at which groups were counted, {LEAST_PEOPLE} people",
    assumptions=("Those who count at the door see groups as residents describe themselves.", "Events are a sample of the events that could be held."),
    criticisms=("Somebody who comes five times counts five times: attendance is not people.", "Whoever counts at the door may be wrong."),
    source="Cochran 1977, Sampling Techniques, ch. 6 and 9 (ratio estimator, clusters of unequal size)",
    page="Compares who came with who lives here. Attendance counts visits, not different people, and groups are as they were seen at the door.",
    tables=("population",),
    reference="the group's share of residents",
)
def share(of_group: Sequence[float], of_all: Sequence[float], residents: float) -> Estimate:
    """Times the group's share of residents: per event the people of the group and all people counted (events,); `residents` a share above 0.

    Not available under the minimum, or when nobody of the group came to any event (then an interval from events cannot be given).
    """
    a, m = np.asarray(of_group, dtype=float), np.asarray(of_all, dtype=float)
    a, m = a[m > 0], m[m > 0]
    if len(m) < LEAST_EVENTS or m.sum() < LEAST_PEOPLE:
        return Estimate.unavailable(f"Needs {LEAST_EVENTS} events and {LEAST_PEOPLE} people of counted groups.", float(m.sum()))
    if residents <= 0 or a.sum() == 0:
        return Estimate.unavailable("Nobody of this group came, or nobody of it lives here.", float(m.sum()))
    p = float(a.sum() / m.sum())
    k = len(m)
    variance = k / (k - 1) * float(((a - p * m) ** 2).sum()) / float(m.sum()) ** 2
    half = _t(k - 1) * math.sqrt(variance) / p
    ratio = p / residents
    return Estimate(ratio, ratio * math.exp(-half), ratio * math.exp(half), float(m.sum()))


def _t(freedom: int) -> float:
    """The 97.5 % point of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Mean change where outreach went, where it did not, their difference, and `tau`: how far places differ beyond sampling (same unit)."""

    reached: Estimate
    others: Estimate
    difference: Estimate
    tau: float


@measure(
    "outreach.before_after",
    title="Trust before and after outreach",
    question="Did trust change more in the districts that were reached than in the others?",
    formula="Mean change over places on each side, weighted by 1 / (sampling variance + tau^2), tau^2 the variance between places within the "
    "sides by the method of moments (DerSimonian and Laird); difference of the two means with a 95 % interval, Student's t on places - 2.",
    minimum=f"{LEAST_PLACES} districts on each side with trust before and after",
    assumptions=("Without outreach both kinds of districts would have moved alike.",),
    criticisms=(
        "Districts are chosen for a reason: where trust fell, more events are held, and what fell by chance comes back by itself.",
        "Who answers a survey is not who comes to an event.",
    ),
    source="DerSimonian and Laird 1986, Controlled Clinical Trials 7; difference in differences: Card and Krueger 1994",
    page="Puts the change in trust of districts with many events beside that of the others. It cannot say that the events caused it.",
    tables=(),
    reference="districts that were reached least",
)
def before_after(reached: Mapping[str, Estimate], others: Mapping[str, Estimate]) -> Contrast:
    """Changes in trust per district (points of 0..100, with 95 % intervals) on both sides; unknown ones are left out."""
    sides = [_known(side) for side in (reached, others)]
    if any(len(values) < LEAST_PLACES for values, _ in sides):
        none = Estimate.unavailable(f"Needs {LEAST_PLACES} districts on each side with trust before and after.")
        return Contrast(none, none, none, 0.0)
    tau2 = _between(sides)
    means = [_mean(values, variances + tau2) for values, variances in sides]
    places = sum(len(values) for values, _ in sides)
    gap, spread = means[0][0] - means[1][0], math.sqrt(means[0][1] + means[1][1])
    width = _t(places - 2) * spread
    first, second = (Estimate(m, m - Z * math.sqrt(v), m + Z * math.sqrt(v), len(values)) for (m, v), (values, _) in zip(means, sides, strict=True))
    return Contrast(first, second, Estimate(gap, gap - width, gap + width, places), math.sqrt(tau2))


def _known(side: Mapping[str, Estimate]) -> tuple[np.ndarray, np.ndarray]:
    """Values and sampling variances (places,) of what is known."""
    there = [one for one in side.values() if one.value is not None and one.low is not None and one.high is not None]
    values = np.array([one.value or 0.0 for one in there])
    return values, np.array([(((one.high or 0.0) - (one.low or 0.0)) / (2 * Z)) ** 2 for one in there])


def _mean(values: np.ndarray, variances: np.ndarray) -> tuple[float, float]:
    """The weighted mean and its variance."""
    weights = 1.0 / np.maximum(variances, 1e-12)
    return float((weights * values).sum() / weights.sum()), float(1.0 / weights.sum())


def _between(sides: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Variance between places within the sides, by moments; never below 0."""
    q = freedom = scale = 0.0
    for values, variances in sides:
        w = 1.0 / np.maximum(variances, 1e-12)
        centre = (w * values).sum() / w.sum()
        q += float((w * (values - centre) ** 2).sum())
        freedom += len(values) - 1
        scale += float(w.sum() - (w**2).sum() / w.sum())
    return max(0.0, (q - freedom) / scale) if scale > 0 else 0.0
