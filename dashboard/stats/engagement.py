"""How engaged and how satisfied is the staff? OPM's indices out of favourable shares, each in the version of its item list."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.finite import correction
from dashboard.stats.intervals import Z

Floats = NDArray[np.float64]
Parts = Mapping[str, tuple[str, ...]]
PARTS = ("intrinsic_work", "supervisors", "leaders_lead")
_INTRINSIC = ("FEVS-Q3", "FEVS-Q4", "FEVS-Q6", "FEVS-Q11", "FEVS-Q12")
_SUPERVISORS = ("FEVS-Q47", "FEVS-Q48", "FEVS-Q49", "FEVS-Q51", "FEVS-Q52")
_LEADERS = ("FEVS-Q53", "FEVS-Q54", "FEVS-Q56", "FEVS-Q60", "FEVS-Q61")
VERSIONS: Mapping[str, Parts] = {
    "eei-2019-q60": dict(zip(PARTS, (_INTRINSIC, _SUPERVISORS, _LEADERS), strict=True)),
    "eei-va-q64": dict(zip(PARTS, (_INTRINSIC, _SUPERVISORS, (*_LEADERS[:3], "FEVS-Q64", _LEADERS[4])), strict=True)),
}
VERSION = "eei-2019-q60"
SATISFACTION_VERSION = "gs-2019"
SATISFACTION = ("FEVS-Q69", "FEVS-Q70", "FEVS-Q71", "FEVS-Q40")


@dataclass(frozen=True, slots=True)
class Engagement:
    """The index of one `version` from 0 to 100, and its three parts; `items` counts the questions behind each part."""

    version: str
    index: Estimate
    parts: Mapping[str, Estimate]
    items: Mapping[str, int]


@measure(
    "employee.engagement",
    title="Employee Engagement Index",
    question="How engaged is the staff with the work, with supervisors and with leadership?",
    formula="Favourable share of each question (top two of five); each of three parts is the plain mean of its five questions; the index is the "
    "plain mean of the three parts, from 0 to 100. Version eei-2019-q60.",
    minimum="10 valid answers to each of the 15 questions; no role can lower it",
    assumptions=("The three parts weigh the same.", "Don't know and skipped leave that question only."),
    criticisms=(
        "The list has changed over the years, so only the same version may be compared.",
        "It measures conditions for engagement, not engagement itself, as OPM says.",
    ),
    source="OPM Federal Employee Viewpoint Survey 2019, governmentwide report",
    page="The average share of favourable answers to fifteen questions of the federal employee survey, in three parts: the work itself, "
    "supervisors, leadership. Only the same version of the list is ever compared.",
    tables=(),
)
def engagement(shares: Mapping[str, float | None], version: str = VERSION) -> Engagement:
    """The index and its parts from favourable shares, item -> 0..100 (None: not known). A part without a question leaves the index unknown."""
    parts: dict[str, Estimate] = {}
    counts: dict[str, int] = {}
    for name, items in VERSIONS[version].items():
        known = [value for item in items if (value := shares.get(item)) is not None]
        counts[name] = len(known)
        parts[name] = Estimate(math.fsum(known) / len(known)) if known else Estimate.unavailable("None of its questions has an answer.")
    values = [one.value for one in parts.values() if one.value is not None]
    index = Estimate(math.fsum(values) / len(values)) if len(values) == len(parts) else Estimate.unavailable("A part of the index has no answer.")
    return Engagement(version, index, parts, counts)


@measure(
    "employee.satisfaction",
    title="Global satisfaction",
    question="How satisfied is the staff with job, pay and organization, and would people recommend it?",
    formula="Plain mean of the favourable shares of FEVS Q69, Q70, Q71 and Q40, from 0 to 100. Version gs-2019.",
    minimum="10 valid answers to each of the 4 questions; no role can lower it",
    assumptions=("The four questions weigh the same.",),
    criticisms=("Satisfaction with pay moves on its own and pulls the mean with it: the questions stand beside it.",),
    source="OPM Federal Employee Viewpoint Survey 2019",
    page="The average share of favourable answers to four questions: satisfied with the job, the pay, the organization, and recommending it as a "
    "place to work.",
    tables=(),
)
def satisfaction(shares: Mapping[str, float | None]) -> Estimate:
    """The mean of the four favourable shares (0..100); not available unless all four are known."""
    values = [shares.get(item) for item in SATISFACTION]
    known = [value for value in values if value is not None]
    return Estimate(math.fsum(known) / len(known)) if len(known) == len(values) else Estimate.unavailable("One of its four questions has no answer.")


def error_of_mean(columns: Sequence[Floats], population: float | None = None, weights: Sequence[float] | None = None) -> float:
    """The standard error (0..100) of a weighted mean of favourable shares over the same people.

    `columns` hold 1 or 0 a person (n,), nan for no answer, an item each; `weights` sum to 1 (equal without). Linearised: each person's share in the
    error is sum_q w_q (x_q - p_q) n / n_q; the variance of its mean carries the finite-population correction (Cochran 1977, chapter 6).
    """
    stack = np.vstack(columns)
    there = np.isfinite(stack)
    people = there.any(axis=0)
    n = int(people.sum())
    if n < 2:
        return math.nan
    w = np.full(len(stack), 1.0 / len(stack)) if weights is None else np.asarray(weights, dtype=float)
    counts = there.sum(axis=1)
    p = np.where(there, stack, 0.0).sum(axis=1) / np.maximum(counts, 1)
    own = (w[:, None] * np.where(there, stack - p[:, None], 0.0) * n / np.maximum(counts, 1)[:, None]).sum(axis=0)[people]
    return float(100.0 * own.std(ddof=1) / math.sqrt(n) * correction(n, population))


def with_error(value: Estimate, error: float, n: float) -> Estimate:
    """A score of 0..100 with the 95 % interval of its standard error."""
    if value.value is None or not math.isfinite(error):
        return value
    return Estimate(value.value, max(0.0, value.value - Z * error), min(100.0, value.value + Z * error), n)


def index_weights(items: Sequence[str], version: str = VERSION) -> list[float]:
    """How much each of these questions weighs in the index: a third of its part, shared among the part's questions that are there."""
    there = {name: [item for item in part if item in items] for name, part in VERSIONS[version].items()}
    return [next(1.0 / (3 * len(part)) for part in there.values() if item in part) for item in items]
